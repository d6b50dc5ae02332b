//! Who has what, as memory holds it: both ways, so that lists walk one's own only, with who is in which team.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    hash::Hash,
};

use keys::Timestamp;
use protocol::{CaseId, ExchangeId};

use super::{
    AssignedRow, GlassRow, Thing,
    glass::{OPEN_FOR, Opened},
};
use crate::{
    service::{
        people::{People, PersonId, TeamId},
        tokens::Tokens,
    },
    vault::{Row, Vault, VaultError},
};

/// Who can have a case or exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::service) enum Holder {
    /// A person, or a program.
    Person(PersonId),
    /// Whoever is in the team, at that moment.
    Team(TeamId),
}

/// Who has what.
#[derive(Default)]
pub(in crate::service) struct Need {
    cases: Holders<CaseId>,
    exchanges: Holders<ExchangeId>,
    /// The teams of each person who is in one.
    teams: HashMap<PersonId, Vec<TeamId>>,
    /// How many are in each team where somebody is.
    members: HashMap<TeamId, usize>,
    /// Those who were removed: what was under way then gives them nothing.
    gone: HashSet<Holder>,
    /// By time, and person.
    pub(super) glass: BTreeMap<(Timestamp, PersonId, Thing), Opened>,
}

/// Things and who has them, both ways.
struct Holders<K> {
    holders: HashMap<K, Vec<Holder>>,
    things: HashMap<Holder, BTreeSet<K>>,
}

impl<K> Default for Holders<K> {
    fn default() -> Self {
        Self { holders: HashMap::new(), things: HashMap::new() }
    }
}

impl<K: Copy + Eq + Ord + Hash> Holders<K> {
    fn set(&mut self, thing: K, holders: Vec<Holder>) {
        for before in self.holders.remove(&thing).into_iter().flatten() {
            if let Some(own) = self.things.get_mut(&before) {
                own.remove(&thing);
            }
        }
        for holder in &holders {
            self.things.entry(*holder).or_default().insert(thing);
        }
        if !holders.is_empty() {
            self.holders.insert(thing, holders);
        }
    }

    fn of(&self, thing: &K) -> &[Holder] {
        self.holders.get(thing).map_or(&[], Vec::as_slice)
    }

    /// Those whom others have too stay with the others.
    fn forget(&mut self, holder: Holder) {
        for thing in self.things.remove(&holder).into_iter().flatten() {
            let left: Vec<Holder> = self.of(&thing).iter().copied().filter(|other| *other != holder).collect();
            self.set(thing, left);
        }
    }
}

impl Need {
    /// All that the vault knows, of the people, programs and teams that there still are.
    pub(in crate::service) async fn read(vault: &Vault, people: &People, tokens: &Tokens) -> Result<Self, VaultError> {
        let mut need = Self::default();
        for (person, teams) in people.memberships() {
            need.set_teams(person, teams);
        }
        let there = |holder: &Holder| match holder {
            Holder::Person(id) => people.has_person(*id) || tokens.name_of_program(*id).is_some(),
            Holder::Team(id) => people.name_of_team(*id).is_some(),
        };
        let assigned = |row: Row<AssignedRow>| {
            if let Some(thing) = Thing::of(&row.owner) {
                need.assign(thing, row.value.holders().into_iter().filter(there).collect());
            }
        };
        vault.read_each(assigned).await?;
        let opened = |Row { owner, value, .. }: Row<GlassRow>| {
            if let Some(thing) = Thing::of(&owner) {
                need.glass.insert((value.at, value.person(), thing), Opened { name: value.name, until: value.until });
            }
        };
        vault.read_each(opened).await?;
        Ok(need)
    }

    /// From now on these have it, and no others.
    pub(in crate::service) fn assign(&mut self, thing: Thing, mut holders: Vec<Holder>) {
        holders.retain(|holder| !self.gone.contains(holder));
        match thing {
            Thing::Case(id) => self.cases.set(id, holders),
            Thing::Exchange(id) => self.exchanges.set(id, holders),
        }
    }

    /// From now on the person is in these teams, and in no others.
    pub(in crate::service) fn set_teams(&mut self, person: PersonId, teams: Vec<TeamId>) {
        for team in self.teams.remove(&person).into_iter().flatten() {
            if let Some(left) = self.members.get_mut(&team) {
                *left = left.saturating_sub(1);
            }
        }
        for team in &teams {
            *self.members.entry(*team).or_default() += 1;
        }
        if !teams.is_empty() {
            self.teams.insert(person, teams);
        }
    }

    /// A person was removed.
    pub(in crate::service) fn forget_person(&mut self, person: PersonId) {
        self.set_teams(person, Vec::new());
        self.forget_holder(Holder::Person(person));
    }

    /// A team was removed.
    pub(in crate::service) fn forget_team(&mut self, team: TeamId) {
        self.teams.values_mut().for_each(|teams| teams.retain(|one| *one != team));
        self.members.remove(&team);
        self.forget_holder(Holder::Team(team));
    }

    fn forget_holder(&mut self, holder: Holder) {
        self.cases.forget(holder);
        self.exchanges.forget(holder);
        self.gone.insert(holder);
    }

    /// Who has it.
    pub(super) fn holders(&self, thing: Thing) -> &[Holder] {
        match thing {
            Thing::Case(id) => self.cases.of(&id),
            Thing::Exchange(id) => self.exchanges.of(&id),
        }
    }

    /// The people who have it, and the teams in which somebody is.
    pub(super) fn present(&self, thing: Thing) -> Vec<Holder> {
        self.holders(thing).iter().copied().filter(|holder| self.is_present(holder)).collect()
    }

    /// Whether a person has it, or a team in which somebody is.
    pub(super) fn is_held(&self, thing: Thing) -> bool {
        self.holders(thing).iter().any(|holder| self.is_present(holder))
    }

    fn is_present(&self, holder: &Holder) -> bool {
        match holder {
            Holder::Person(_) => true,
            Holder::Team(team) => self.members.get(team).is_some_and(|members| *members > 0),
        }
    }

    /// Whether the person is in the team.
    pub(super) fn is_in(&self, person: PersonId, team: TeamId) -> bool {
        self.teams.get(&person).is_some_and(|teams| teams.contains(&team))
    }

    /// The cases that the person has, or a team of theirs.
    pub(super) fn cases_of(&self, person: PersonId) -> BTreeSet<CaseId> {
        let mut own = self.cases.things.get(&Holder::Person(person)).cloned().unwrap_or_default();
        for team in self.teams.get(&person).into_iter().flatten() {
            own.extend(self.cases.things.get(&Holder::Team(*team)).into_iter().flatten());
        }
        own
    }

    /// An exchange is gone.
    pub(in crate::service) fn forget(&mut self, id: ExchangeId) {
        self.exchanges.set(id, Vec::new());
        self.glass.retain(|(_, _, thing), _| *thing != Thing::Exchange(id));
    }

    /// What the person opened with a reason less than an hour ago, and until when each is open.
    pub(super) fn opened(&self, person: PersonId, now: Timestamp) -> impl Iterator<Item = (Thing, Timestamp)> {
        let since = (Timestamp(now.0.saturating_sub(OPEN_FOR)), PersonId::new([0; 16]), FIRST);
        let own = self.glass.range(since..).filter(move |((_, who, _), opened)| *who == person && now < opened.until);
        own.map(|((_, _, thing), opened)| (*thing, opened.until))
    }

    /// Whether the person has it, or a team of theirs, or it is open to them with a reason.
    pub(super) fn has(&self, person: PersonId, thing: Thing, now: Timestamp) -> bool {
        self.is_theirs(person, thing) || self.opened(person, now).any(|(opened, _)| opened == thing)
    }

    fn is_theirs(&self, person: PersonId, thing: Thing) -> bool {
        let theirs = |holder: &Holder| match holder {
            Holder::Person(id) => *id == person,
            Holder::Team(team) => self.is_in(person, *team),
        };
        self.holders(thing).iter().any(theirs)
    }

    /// Until when the person sees what is not theirs, if they opened it.
    pub(super) fn open_until(&self, person: PersonId, thing: Thing, now: Timestamp) -> Option<Timestamp> {
        let until = self.opened(person, now).filter(|(opened, _)| *opened == thing).map(|(_, until)| until).max();
        until.filter(|_| !self.is_theirs(person, thing))
    }
}

/// Before all others.
const FIRST: Thing = Thing::Case(CaseId::new([0; 16]));
