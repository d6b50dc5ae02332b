//! Asking a supervisor, and taking it back.

use keys::Timestamp;
use protocol::{CaseId, consent::Consent};
use serde_json::Value;

use super::{DecisionId, DecisionRow, Waiting, rows::Wish};
use crate::{
    service::{
        Actor, Service, ServiceError,
        access::UseCase,
        case::{day_of, owner_of},
        consent::{decided_by_two, refused, with_deciders},
        read, write,
    },
    view::{DecisionLine, ReferRequest},
};

/// Seconds for which it waits.
const WAITS: u64 = 2 * Timestamp::DAY;
/// Decisions that wait about one case.
const MOST_OF_CASE: usize = 10;
/// Decisions that wait at one agency.
const MOST: usize = 500;
/// Stands for the supervisor until there is one: no name of a person.
const NOBODY_YET: &str = "(supervisor)";

impl Service {
    /// Asks a supervisor to decide a consent together, where nobody can consent. It is judged now, but for who decides,
    /// and again when it is decided.
    ///
    /// # Errors
    /// As [`Service::consent_grant`]; [`ServiceError::Field`]: somebody consents, or too much waits.
    pub async fn consent_ask(&self, actor: &Actor, case: &str, consent: Value) -> Result<DecisionLine, ServiceError> {
        self.may(actor, UseCase::DecisionAsk).await?;
        let case = self.resolve_case(case)?;
        self.must_see_case(actor, &case, UseCase::DecisionAsk).await?;
        let text = self.askable_consent(actor, &case, consent).await;
        let text = self.audited(actor, UseCase::DecisionAsk.code(), case.as_bytes(), text).await?;
        self.wait(actor, case, Wish::Consent(text)).await
    }

    async fn askable_consent(&self, actor: &Actor, case: &CaseId, mut json: Value) -> Result<String, ServiceError> {
        if !decided_by_two(&json) {
            let why = "what a child or caregiver agreed to takes no supervisor".into();
            return Err(ServiceError::Field { field: "given_by", why });
        }
        self.name_agencies(&mut json)?;
        let record = self.case_record(case).await?.ok_or(ServiceError::NotFound { what: "case" })?;
        let asks = actor.by_name().unwrap_or_default();
        let judged = with_deciders(json.clone(), asks, NOBODY_YET.into());
        Consent::from_json(&judged, &record, day_of(self.world.now())).map_err(|errors| refused(&errors))?;
        Ok(json.to_string())
    }

    /// Asks a supervisor to let a referral go that takes two persons: for its categories, or for words that may name the
    /// child. `request` carries the reason, and the mark of what was looked at.
    ///
    /// # Errors
    /// As [`Service::refer`]; [`ServiceError::Field`] for `to`: it takes no second person, or too much waits.
    pub async fn refer_ask(&self, actor: &Actor, request: ReferRequest) -> Result<DecisionLine, ServiceError> {
        self.may(actor, UseCase::DecisionAsk).await?;
        let case = self.resolve_case(&request.case)?;
        self.must_see_case(actor, &case, UseCase::DecisionAsk).await?;
        let askable = self.askable_referral(case, &request).await;
        self.audited(actor, UseCase::DecisionAsk.code(), case.as_bytes(), askable).await?;
        let unwritable = |_| ServiceError::Internal("a referral can't be written down");
        let text = serde_json::to_string(&request).map_err(unwritable)?;
        self.wait(actor, case, Wish::Refer(text)).await
    }

    async fn wait(&self, actor: &Actor, case: CaseId, wish: Wish) -> Result<DecisionLine, ServiceError> {
        let Actor::Person { id: person, name, .. } = actor else {
            // Whoever has no session names both persons at once.
            return Err(ServiceError::NeedsSecondPerson { why: "at the socket both persons are named".into() });
        };
        let _changing = self.decisions.changing.lock().await;
        let (all, of_case) = {
            let waiting = read(&self.decisions.waiting);
            (waiting.len(), waiting.values().filter(|one| one.case == case).count())
        };
        if all >= MOST || of_case >= MOST_OF_CASE {
            return Err(ServiceError::Field { field: "to", why: "too much waits for a decision already".into() });
        }
        let (now, id) = (self.world.now(), DecisionId::random(&mut self.world.entropy()));
        let (by, name, ends) = (*person.as_bytes(), name.clone(), now.plus(WAITS));
        let row = DecisionRow { wish, by, name, at: now, ends };
        let mut tx = self.vault.begin();
        tx.can_wait();
        tx.put(&owner_of(&case), id.as_bytes(), &row);
        tx.audit(actor.event(UseCase::DecisionAsk.code()).object(case.as_bytes()).purpose(row.wish.kind()));
        tx.commit().await?;
        let one = Waiting::of(case, &row);
        let line = self.decision_line(actor, id, &one);
        write(&self.decisions.waiting).insert(id, one);
        Ok(line)
    }

    /// Takes it back, or, as a supervisor, refuses it: nothing of it is done.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`]: there is none, or it is another's; [`ServiceError::Store`].
    pub async fn decision_drop(&self, actor: &Actor, id: &str) -> Result<DecisionLine, ServiceError> {
        self.may(actor, UseCase::DecisionDrop).await?;
        let _changing = self.decisions.changing.lock().await;
        let (id, one) = self.decision_of(actor, id)?;
        self.end_decision(actor, "decision.drop", id, &one).await?;
        Ok(self.decision_line(actor, id, &one))
    }

    /// Ends what nobody decided in time.
    ///
    /// # Errors
    /// [`ServiceError::Store`]: it is tried again.
    pub(in crate::service) async fn end_decisions(&self) -> Result<(), ServiceError> {
        let _changing = self.decisions.changing.lock().await;
        let now = self.world.now();
        let over: Vec<(DecisionId, Waiting)> = read(&self.decisions.waiting)
            .iter()
            .filter(|(_, one)| one.ends <= now)
            .map(|(id, one)| (*id, one.clone()))
            .collect();
        for (id, one) in over {
            self.end_decision(&Actor::Node, "decision.end", id, &one).await?;
        }
        Ok(())
    }

    async fn end_decision(
        &self,
        actor: &Actor,
        action: &'static str,
        id: DecisionId,
        one: &Waiting,
    ) -> Result<(), ServiceError> {
        let mut tx = self.vault.begin();
        tx.delete::<DecisionRow>(&owner_of(&one.case), id.as_bytes());
        tx.audit(actor.event(action).object(one.case.as_bytes()).purpose(one.kind));
        tx.commit().await?;
        write(&self.decisions.waiting).remove(&id);
        Ok(())
    }
}
