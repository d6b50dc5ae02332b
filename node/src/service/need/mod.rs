//! Need-to-know: which cases and exchanges a person sees, and how they see another in an emergency.
//!
//! A supervisor sees all of the agency's. A social worker sees
//!
//! * the cases that they added or that are assigned to them, and the exchanges that the agency began about these;
//! * of the exchanges that other agencies began: offers that wait for an answer (they say little, and somebody must
//!   answer), and those that they answered or that are assigned to them;
//! * for an hour, what they opened with a reason ([`glass`]): it lands before the supervisors.
//!
//! Memory holds who has what; on disk it lies with the case or exchange and goes with it.

mod answers;
mod assign;
mod glass;
mod load;
mod rows;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    hash::Hash,
};

use keys::Timestamp;
use protocol::{
    CaseId, ExchangeId,
    exchange::{Role as End, State},
};

use self::glass::Opened;
pub(super) use self::rows::{AssignedRow, GlassRow, ReasonRow};
use super::{
    Actor, Service, ServiceError,
    access::UseCase,
    exchange::Line,
    people::{PersonId, Role},
    read,
};
use crate::vault::{Owner, Row, Vault, VaultError};

/// A case or an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Thing {
    /// A case of our own.
    Case(CaseId),
    /// An exchange, begun here or by another agency.
    Exchange(ExchangeId),
}

impl Thing {
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Case(id) => id.as_bytes(),
            Self::Exchange(id) => id.as_bytes(),
        }
    }

    /// Under whose key it lies who has it.
    fn owner(self) -> Owner {
        match self {
            Self::Case(id) => Owner::Case(*id.as_bytes()),
            Self::Exchange(id) => Owner::Skeleton(*id.as_bytes()),
        }
    }

    fn of(owner: &Owner) -> Option<Self> {
        match owner {
            Owner::Case(id) => Some(Self::Case(CaseId::new(*id))),
            Owner::Skeleton(id) => Some(Self::Exchange(ExchangeId::new(keys::Digest(*id)))),
            Owner::Ledger | Owner::Sealing(_) | Owner::Content(_) | Owner::Parting(_) | Owner::Person(_) => None,
        }
    }
}

/// Who has what.
#[derive(Default)]
pub(super) struct Need {
    cases: Holders<CaseId>,
    exchanges: Holders<ExchangeId>,
    /// By time, and person.
    glass: BTreeMap<(Timestamp, PersonId, Thing), Opened>,
}

/// Things and the people who have them, both ways.
struct Holders<K> {
    people: HashMap<K, Vec<PersonId>>,
    things: HashMap<PersonId, BTreeSet<K>>,
}

impl<K> Default for Holders<K> {
    fn default() -> Self {
        Self { people: HashMap::new(), things: HashMap::new() }
    }
}

impl<K: Copy + Eq + Ord + Hash> Holders<K> {
    fn set(&mut self, thing: K, people: Vec<PersonId>) {
        for before in self.people.remove(&thing).into_iter().flatten() {
            if let Some(own) = self.things.get_mut(&before) {
                own.remove(&thing);
            }
        }
        for person in &people {
            self.things.entry(*person).or_default().insert(thing);
        }
        if !people.is_empty() {
            self.people.insert(thing, people);
        }
    }

    fn of(&self, thing: &K) -> &[PersonId] {
        self.people.get(thing).map_or(&[], Vec::as_slice)
    }

    fn has(&self, person: PersonId, thing: &K) -> bool {
        self.of(thing).contains(&person)
    }
}

impl Need {
    /// All that the vault knows.
    pub(super) async fn read(vault: &Vault) -> Result<Self, VaultError> {
        let mut need = Self::default();
        let assigned = |row: Row<AssignedRow>| {
            if let Some(thing) = Thing::of(&row.owner) {
                need.assign(thing, row.value.people());
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

    /// From now on these people have it, and no others.
    pub(super) fn assign(&mut self, thing: Thing, people: Vec<PersonId>) {
        match thing {
            Thing::Case(id) => self.cases.set(id, people),
            Thing::Exchange(id) => self.exchanges.set(id, people),
        }
    }

    /// Who has it.
    fn holders(&self, thing: Thing) -> &[PersonId] {
        match thing {
            Thing::Case(id) => self.cases.of(&id),
            Thing::Exchange(id) => self.exchanges.of(&id),
        }
    }

    /// An exchange is gone.
    pub(super) fn forget(&mut self, id: ExchangeId) {
        self.exchanges.set(id, Vec::new());
        self.glass.retain(|(_, _, thing), _| *thing != Thing::Exchange(id));
    }

    /// What the person opened with a reason less than an hour ago.
    fn opened(&self, person: PersonId, now: Timestamp) -> impl Iterator<Item = Thing> {
        let since = (Timestamp(now.0.saturating_sub(glass::OPEN_FOR)), PersonId::new([0; 16]), FIRST);
        let own = self.glass.range(since..).filter(move |((_, who, _), opened)| *who == person && now < opened.until);
        own.map(|((_, _, thing), _)| *thing)
    }

    fn has(&self, person: PersonId, thing: Thing, now: Timestamp) -> bool {
        let assigned = match thing {
            Thing::Case(id) => self.cases.has(person, &id),
            Thing::Exchange(id) => self.exchanges.has(person, &id),
        };
        assigned || self.opened(person, now).any(|opened| opened == thing)
    }
}

/// Before all others.
const FIRST: Thing = Thing::Case(CaseId::new([0; 16]));

/// Somebody who does not see all.
fn limited(actor: &Actor) -> Option<PersonId> {
    match actor {
        Actor::Person { id, roles, .. } | Actor::Program { id, roles, .. } if !roles.has(Role::Supervisor) => Some(*id),
        Actor::Person { .. } | Actor::Program { .. } | Actor::Operator { .. } | Actor::Node => None,
    }
}

impl Service {
    /// Whether `actor`, who may see cases at all, sees this one.
    pub(super) fn sees_case(&self, actor: &Actor, case: &CaseId) -> bool {
        limited(actor).is_none_or(|person| read(&self.need).has(person, Thing::Case(*case), self.world.now()))
    }

    /// Whether `actor`, who may see exchanges at all, sees this one.
    pub(super) fn sees_exchange(&self, actor: &Actor, id: ExchangeId, line: &Line) -> bool {
        let Some(person) = limited(actor) else { return true };
        let (need, now) = (read(&self.need), self.world.now());
        let by_itself = need.has(person, Thing::Exchange(id), now);
        by_itself
            || match line.role {
                End::Origin => line.case.is_some_and(|case| need.has(person, Thing::Case(case), now)),
                End::Recipient => line.state == State::Offered,
            }
    }

    /// The cases that `actor` sees, if not all.
    pub(super) fn own_cases(&self, actor: &Actor) -> Option<BTreeSet<CaseId>> {
        let person = limited(actor)?;
        let (need, now) = (read(&self.need), self.world.now());
        let mut own = need.cases.things.get(&person).cloned().unwrap_or_default();
        own.extend(need.opened(person, now).filter_map(|thing| match thing {
            Thing::Case(case) => Some(case),
            Thing::Exchange(_) => None,
        }));
        Some(own)
    }

    /// Refuses `what` to those who do not see the case, and writes that down.
    ///
    /// # Errors
    /// [`ServiceError::NotAssigned`].
    pub(super) async fn must_see_case(&self, actor: &Actor, case: &CaseId, what: UseCase) -> Result<(), ServiceError> {
        if self.sees_case(actor, case) {
            return Ok(());
        }
        self.audited(actor, what.code(), case.as_bytes(), Err(ServiceError::NotAssigned)).await
    }

    /// As [`Service::must_see_case`], of an exchange.
    ///
    /// # Errors
    /// [`ServiceError::NotAssigned`].
    pub(super) async fn must_see_exchange(
        &self,
        actor: &Actor,
        id: ExchangeId,
        action: &'static str,
    ) -> Result<(), ServiceError> {
        let seen = self.board().line(&id).is_some_and(|line| self.sees_exchange(actor, id, line));
        if seen {
            return Ok(());
        }
        self.audited(actor, action, id.as_bytes(), Err(ServiceError::NotAssigned)).await
    }

    /// Names of those who have it; people who were removed have none.
    pub(super) fn holders_of(&self, thing: Thing) -> Vec<String> {
        let holders = read(&self.need).holders(thing).to_vec();
        let name = |id| self.people.name_of(id).or_else(|| self.tokens.name_of_program(id));
        holders.into_iter().filter_map(name).collect()
    }
}
