//! A supervisor decides, as the second person: what was asked is judged anew, and done.

use super::{DecisionId, DecisionRow, Waiting, Word, rows::Wish, sees_all};
use crate::{
    service::{Actor, Service, ServiceError, access::UseCase, case::owner_of, people::Roles, write},
    vault::Stamp,
    view::{DecisionDone, ReferRequest},
};

impl Service {
    /// Decides what somebody else asked: the consent is recorded, or the referral is sent, under both names.
    ///
    /// # Errors
    /// [`ServiceError::NotAllowed`], [`ServiceError::NotFound`]; [`ServiceError::OwnRequest`]: nobody decides with
    /// themselves; [`ServiceError::RequestChanged`]: whoever asked may not do it any more; what
    /// [`Service::consent_grant`] and [`Service::refer`] refuse, as [`ServiceError::OfferChanged`] if it is not as it
    /// was when it was asked. Then it waits on.
    pub async fn decide(&self, actor: &Actor, id: &str) -> Result<DecisionDone, ServiceError> {
        self.may(actor, UseCase::DecisionTake).await?;
        let _changing = self.decisions.changing.lock().await;
        let (id, one) = self.decision_of(actor, id)?;
        self.must_see_case(actor, &one.case, UseCase::DecisionTake).await?;
        let done = match self.another(actor, &one) {
            Ok(()) => self.decide_now(actor, id, &one).await,
            Err(error) => Err(error),
        };
        let done = self.audited(actor, UseCase::DecisionTake.code(), one.case.as_bytes(), done).await?;
        write(&self.decisions.waiting).remove(&id);
        Ok(done)
    }

    async fn decide_now(&self, actor: &Actor, id: DecisionId, one: &Waiting) -> Result<DecisionDone, ServiceError> {
        let (row, stamp) = self.decision_row(id, one).await?;
        let word = Word::Two { id, row: &row, stamp: &stamp, case: one.case, decides: actor };
        let damaged = |_| ServiceError::Internal("a decision can't be read");
        match &row.wish {
            Wish::Consent(text) => {
                let consent = serde_json::from_str(text).map_err(damaged)?;
                self.grant(&word, one.case, consent).await.map(DecisionDone::Consent)
            }
            Wish::Refer(text) => {
                let request: ReferRequest = serde_json::from_str(text).map_err(damaged)?;
                self.refer_by_two(&word, one.case, &request).await.map(DecisionDone::Referral)
            }
        }
    }

    pub(super) async fn decision_row(
        &self,
        id: DecisionId,
        one: &Waiting,
    ) -> Result<(DecisionRow, Stamp), ServiceError> {
        let found = self.vault.read::<DecisionRow>(&owner_of(&one.case), id.as_bytes()).await?;
        found.ok_or(ServiceError::NotFound { what: "decision" })
    }

    /// Whoever decides is somebody else, and whoever asked may still do what they asked.
    fn another(&self, actor: &Actor, one: &Waiting) -> Result<(), ServiceError> {
        match actor {
            Actor::Person { id, .. } if *id != one.by => {}
            Actor::Operator { by: Some(by), .. } if !by.same_person(&one.name) => {}
            Actor::Operator { .. } => {
                let why = "say with `--by` which supervisor decides it: not the one who asked".into();
                return Err(ServiceError::NeedsSecondPerson { why });
            }
            Actor::Person { .. } | Actor::Program { .. } | Actor::Node => return Err(ServiceError::OwnRequest),
        }
        let asks = self.people.enrolled(one.by).map(|(_, roles)| roles);
        let may = |roles: Roles| {
            UseCase::DecisionAsk.allows(roles, self.settings.keys_and_cases_together)
                && (sees_all(roles) || self.has_case(one.by, &one.case))
        };
        if asks.is_some_and(may) { Ok(()) } else { Err(ServiceError::RequestChanged) }
    }
}
