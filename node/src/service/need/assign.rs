//! Who looks after which case and exchange: supervisors say it, and who takes something on has it, or says which team or
//! colleague does.

use protocol::{ExchangeId, exchange::Role as End};

use super::{AssignedRow, Holder, Thing, limited};
use crate::{
    service::{
        Actor, Service, ServiceError,
        access::UseCase,
        people::{PersonId, Role, Roles},
        read, write,
    },
    vault::Transaction,
    view::{AssignRequest, AssignedView},
};

/// People who have one thing, and teams.
const MOST: usize = 50;

impl Service {
    /// Gives a case to these people and teams, in place of those who had it; to nobody: then supervisors alone see it.
    ///
    /// # Errors
    /// [`ServiceError::NotAllowed`]; [`ServiceError::NotFound`] and the like for the case, a person or a team;
    /// [`ServiceError::Field`]: a person has no role with cases.
    pub async fn case_assign(
        &self,
        actor: &Actor,
        case: &str,
        ask: AssignRequest,
    ) -> Result<AssignedView, ServiceError> {
        self.may(actor, UseCase::Assign).await?;
        let case = self.resolve_case(case)?;
        self.give(actor, Thing::Case(case), ask).await
    }

    /// As [`Service::case_assign`], for what another agency asks. An exchange that began here goes with its case.
    ///
    /// # Errors
    /// As [`Service::case_assign`]; [`ServiceError::NotYours`]: it began here.
    pub async fn exchange_assign(
        &self,
        actor: &Actor,
        id: &str,
        ask: AssignRequest,
    ) -> Result<AssignedView, ServiceError> {
        self.may(actor, UseCase::Assign).await?;
        let id = self.resolve_exchange(id)?;
        let role = self.board().line(&id).map(|line| line.role);
        if role != Some(End::Recipient) {
            let refused = Err(ServiceError::NotYours { act: "assign", side: "received" });
            return self.audited(actor, UseCase::Assign.code(), id.as_bytes(), refused).await;
        }
        self.give(actor, Thing::Exchange(id), ask).await
    }

    async fn give(&self, actor: &Actor, thing: Thing, ask: AssignRequest) -> Result<AssignedView, ServiceError> {
        let holders = self.holders_named(&ask)?;
        let mut tx = self.vault.begin();
        tx.put(&thing.owner(), b"", &AssignedRow::to(&holders));
        tx.audit(actor.event(UseCase::Assign.code()).object(thing.bytes()));
        {
            // Two who assign at once: what memory shows last lies on disk last.
            let _lock = self.stripes.lock(thing.bytes().first().copied().unwrap_or_default()).await;
            tx.commit().await?;
            write(&self.need).assign(thing, holders);
        }
        if let Thing::Exchange(id) = thing {
            self.news.assigned(id);
        }
        Ok(AssignedView { assigned: self.holders_of(thing) })
    }

    fn holders_named(&self, ask: &AssignRequest) -> Result<Vec<Holder>, ServiceError> {
        for (field, names) in [("to", &ask.to), ("teams", &ask.teams)] {
            if names.len() > MOST {
                return Err(ServiceError::Field { field, why: format!("at most {MOST}") });
            }
        }
        let mut holders = Vec::new();
        for name in &ask.to {
            let (id, roles) = self.holder_named(name)?;
            if !roles.meet(Roles::of(&[Role::SocialWorker, Role::Supervisor])) {
                let why = "somebody there has no role with cases".into();
                return Err(ServiceError::Field { field: "to", why });
            }
            holders.push(Holder::Person(id));
        }
        for name in &ask.teams {
            holders.push(Holder::Team(self.people.team_named(name)?.0));
        }
        holders.sort_unstable();
        holders.dedup();
        Ok(holders)
    }

    /// Who is to look after a child whom `actor` takes on: themselves or colleagues; of teams their own, unless they
    /// see all anyhow. Nobody named: who has it already, else whoever takes it on.
    pub(in crate::service) fn keepers_named(
        &self,
        actor: &Actor,
        ask: &AssignRequest,
    ) -> Result<Option<Vec<Holder>>, ServiceError> {
        let holders = self.holders_named(ask)?;
        let own = |holder: &Holder| match (holder, limited(actor)) {
            (Holder::Team(team), Some(person)) => read(&self.need).is_in(person, *team),
            (Holder::Team(_), None) | (Holder::Person(_), _) => true,
        };
        if !holders.iter().all(own) {
            return Err(ServiceError::Field { field: "teams", why: "a team that you are in".into() });
        }
        Ok(Some(holders).filter(|holders| !holders.is_empty()))
    }

    /// A person, or a program, which is named whole and has a case role only through a token.
    fn holder_named(&self, name: &str) -> Result<(PersonId, Roles), ServiceError> {
        match self.people.named(name) {
            Err(ServiceError::NotFound { what: "person" }) => {
                self.tokens.program(name).ok_or(ServiceError::NotFound { what: "person" })
            }
            found => found,
        }
    }

    /// Puts into `tx` that a person has what they add or answer, if nobody has it; or that `keepers` do. What memory must
    /// learn once that is on disk.
    pub(in crate::service) fn take_on(
        &self,
        tx: &mut Transaction,
        actor: &Actor,
        thing: Thing,
        keepers: Option<Vec<Holder>>,
    ) -> Option<TakenOn> {
        let holders = match (keepers, actor) {
            (Some(keepers), _) => {
                tx.audit(actor.event(UseCase::Assign.code()).object(thing.bytes()));
                keepers
            }
            (None, Actor::Person { id, .. } | Actor::Program { id, .. }) if !read(&self.need).is_held(thing) => {
                vec![Holder::Person(*id)]
            }
            (None, _) => return None,
        };
        tx.put(&thing.owner(), b"", &AssignedRow::to(&holders));
        Some(TakenOn { thing, holders })
    }

    /// An exchange is taken on by who answers it, or by whom they name, if another agency began it.
    pub(in crate::service) fn answers(
        &self,
        tx: &mut Transaction,
        actor: &Actor,
        (id, end): (ExchangeId, End),
        keepers: Option<Vec<Holder>>,
    ) -> Option<TakenOn> {
        match end {
            End::Origin => None,
            End::Recipient => self.take_on(tx, actor, Thing::Exchange(id), keepers),
        }
    }

    /// Lets memory know, after the commit.
    pub(in crate::service) fn taken_on(&self, taken: Option<TakenOn>) {
        if let Some(TakenOn { thing, holders }) = taken {
            write(&self.need).assign(thing, holders);
        }
    }
}

/// Somebody has something, once the commit is on disk.
#[must_use]
pub(in crate::service) struct TakenOn {
    thing: Thing,
    holders: Vec<Holder>,
}
