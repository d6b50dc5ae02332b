//! Who looks after which case and exchange: supervisors say it, and who takes something on has it.

use protocol::{ExchangeId, exchange::Role as End};

use super::{AssignedRow, Thing};
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

/// People who have one thing.
const MOST: usize = 50;

impl Service {
    /// Gives a case to these people, in place of those who had it; to nobody: then supervisors alone see it.
    ///
    /// # Errors
    /// [`ServiceError::NotAllowed`]; [`ServiceError::NotFound`] and the like for the case or a person;
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
        let people = self.holders_named(&ask.to)?;
        let mut tx = self.vault.begin();
        tx.put(&thing.owner(), b"", &AssignedRow::to(&people));
        tx.audit(actor.event(UseCase::Assign.code()).object(thing.bytes()));
        {
            // Two who assign at once: what memory shows last lies on disk last.
            let _lock = self.stripes.lock(thing.bytes().first().copied().unwrap_or_default()).await;
            tx.commit().await?;
            write(&self.need).assign(thing, people);
        }
        Ok(AssignedView { assigned: self.holders_of(thing) })
    }

    fn holders_named(&self, names: &[String]) -> Result<Vec<PersonId>, ServiceError> {
        if names.len() > MOST {
            return Err(ServiceError::Field { field: "to", why: format!("at most {MOST} people") });
        }
        let mut people = Vec::new();
        for name in names {
            let (id, roles) = self.holder_named(name)?;
            if !roles.meet(Roles::of(&[Role::SocialWorker, Role::Supervisor])) {
                let why = "somebody there has no role with cases".into();
                return Err(ServiceError::Field { field: "to", why });
            }
            if !people.contains(&id) {
                people.push(id);
            }
        }
        Ok(people)
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

    /// Puts into `tx` that a person has what they add or answer, if nobody has it. What memory must learn once that is
    /// on disk.
    pub(in crate::service) fn take_on(&self, tx: &mut Transaction, actor: &Actor, thing: Thing) -> Option<TakenOn> {
        let (Actor::Person { id, .. } | Actor::Program { id, .. }) = actor else { return None };
        if !read(&self.need).holders(thing).is_empty() {
            return None;
        }
        tx.put(&thing.owner(), b"", &AssignedRow::to(&[*id]));
        Some(TakenOn { thing, person: *id })
    }

    /// An exchange is taken on by who answers it, if another agency began it.
    pub(in crate::service) fn answers(
        &self,
        tx: &mut Transaction,
        actor: &Actor,
        id: ExchangeId,
        end: End,
    ) -> Option<TakenOn> {
        match end {
            End::Origin => None,
            End::Recipient => self.take_on(tx, actor, Thing::Exchange(id)),
        }
    }

    /// Lets memory know, after the commit.
    pub(in crate::service) fn taken_on(&self, taken: Option<TakenOn>) {
        if let Some(TakenOn { thing, person }) = taken {
            write(&self.need).assign(thing, vec![person]);
        }
    }
}

/// Somebody has something, once the commit is on disk.
#[must_use]
pub(in crate::service) struct TakenOn {
    thing: Thing,
    person: PersonId,
}
