//! Need-to-know: which cases and exchanges a person sees, and how they see another in an emergency.
//!
//! A supervisor sees all of the agency's. A social worker sees
//!
//! * the cases that they added or that are assigned to them or a team of theirs, and the exchanges that the agency began
//!   about these;
//! * of the exchanges that other agencies began: offers that wait for an answer and were given to nobody (they say
//!   little, and somebody must answer), and those that they answered or that are assigned to them or a team of theirs;
//! * for an hour, what they opened with a reason ([`glass`]): it lands before the supervisors.
//!
//! Memory holds who has what ([`holders`]); on disk it lies with the case or exchange and goes with it.

mod answers;
mod assign;
mod glass;
mod holders;
mod load;
mod rows;

use std::collections::BTreeSet;

use protocol::{
    CaseId, ExchangeId,
    exchange::{Role as End, State},
};

pub(super) use self::holders::{Holder, Need};
pub(super) use self::rows::{AssignedRow, GlassRow, ReasonRow};
use super::{
    Actor, Service, ServiceError,
    access::UseCase,
    exchange::Line,
    people::{PersonId, Role},
    read,
};
use crate::vault::Owner;

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

/// Which part of what somebody sees a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Whose {
    /// All of it.
    #[default]
    All,
    /// What they have themselves.
    Mine,
    /// What a team of theirs has.
    Team,
}

/// Somebody who does not see all.
pub(super) fn limited(actor: &Actor) -> Option<PersonId> {
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
                // What was given to a team is the team's; where nobody is left in it, all who may answer see it again.
                End::Recipient => line.state == State::Offered && !need.is_held(Thing::Exchange(id)),
            }
    }

    /// Whether an exchange, which `actor` sees, is among those that they ask for.
    pub(super) fn is_whose(&self, actor: &Actor, id: ExchangeId, line: &Line, whose: Whose) -> bool {
        let Some(person) = actor.person() else { return true };
        let need = read(&self.need);
        let thing = line.case.map_or(Thing::Exchange(id), Thing::Case);
        match whose {
            Whose::All => true,
            Whose::Mine => need.holders(thing).contains(&Holder::Person(person)),
            Whose::Team => need.holders(thing).iter().any(|holder| match holder {
                Holder::Team(team) => need.is_in(person, *team),
                Holder::Person(_) => false,
            }),
        }
    }

    /// Whether the person, or a team of theirs, has the case, or it is open to them.
    pub(super) fn has_case(&self, person: PersonId, case: &CaseId) -> bool {
        read(&self.need).has(person, Thing::Case(*case), self.world.now())
    }

    /// The cases that `actor` sees, if not all.
    pub(super) fn own_cases(&self, actor: &Actor) -> Option<BTreeSet<CaseId>> {
        let person = limited(actor)?;
        let (need, now) = (read(&self.need), self.world.now());
        let mut own = need.cases_of(person);
        own.extend(need.opened(person, now).filter_map(|(thing, _)| match thing {
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

    /// Names of the people and teams that have it; a team where nobody is left looks after nothing.
    pub(super) fn holders_of(&self, thing: Thing) -> Vec<String> {
        let holders = read(&self.need).present(thing);
        let name = |holder| match holder {
            Holder::Person(id) => self.people.name_of(id).or_else(|| self.tokens.name_of_program(id)),
            Holder::Team(id) => self.people.name_of_team(id),
        };
        holders.into_iter().filter_map(name).collect()
    }
}
