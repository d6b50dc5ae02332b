//! What waits, as it is listed, and one of them whole.

use super::{DecisionId, Waiting, rows::Wish};
use crate::{
    service::{Actor, Service, ServiceError, access::UseCase, read},
    view::{DecisionLine, DecisionList, DecisionView, ReferRequest},
};

impl Service {
    /// What waits for a supervisor, oldest first: all of it for a supervisor, for others what they asked.
    ///
    /// # Errors
    /// [`ServiceError::NotAllowed`], [`ServiceError::Store`].
    pub async fn decisions(&self, actor: &Actor) -> Result<DecisionList, ServiceError> {
        self.may(actor, UseCase::DecisionList).await?;
        self.audit_read(actor, UseCase::DecisionList.code(), &[]).await?;
        let (all, now) = (self.allows(actor, UseCase::DecisionTake), self.world.now());
        let waiting = read(&self.decisions.waiting);
        let seen = waiting.iter().filter(|(_, one)| now < one.ends && (all || actor.person() == Some(one.by)));
        let mut decisions: Vec<DecisionLine> = seen.map(|(id, one)| self.decision_line(actor, *id, one)).collect();
        decisions.sort_by_cached_key(|one| (one.at, one.id.clone()));
        Ok(DecisionList { decisions })
    }

    /// One of them, whole: exactly what would be recorded or sent.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`]: there is none, or it is another's; [`ServiceError::NotAssigned`];
    /// [`ServiceError::Store`].
    pub async fn decision_show(&self, actor: &Actor, id: &str) -> Result<DecisionView, ServiceError> {
        self.may(actor, UseCase::DecisionList).await?;
        let (id, one) = self.decision_of(actor, id)?;
        self.must_see_case(actor, &one.case, UseCase::DecisionList).await?;
        self.audit_read(actor, UseCase::DecisionList.code(), one.case.as_bytes()).await?;
        let (row, _) = self.decision_row(id, &one).await?;
        let line = self.decision_line(actor, id, &one);
        let damaged = |_| ServiceError::Internal("a decision can't be read");
        match &row.wish {
            Wish::Consent(text) => {
                let consent = Some(serde_json::from_str(text).map_err(damaged)?);
                Ok(DecisionView { line, consent, referral: None, preview: None })
            }
            Wish::Refer(text) => {
                let request: ReferRequest = serde_json::from_str(text).map_err(damaged)?;
                let preview = self.preview_as_seen(one.case, &request).await;
                Ok(DecisionView { line, consent: None, referral: Some(request), preview })
            }
        }
    }

    /// One that the actor may see: a supervisor any, others their own.
    pub(super) fn decision_of(&self, actor: &Actor, id: &str) -> Result<(DecisionId, Waiting), ServiceError> {
        let (id, one) = self.decisions.get(id, self.world.now())?;
        let theirs = self.allows(actor, UseCase::DecisionTake) || actor.person() == Some(one.by);
        if theirs { Ok((id, one)) } else { Err(ServiceError::NotFound { what: "decision" }) }
    }

    pub(super) fn decision_line(&self, actor: &Actor, id: DecisionId, one: &Waiting) -> DecisionLine {
        DecisionLine {
            id: id.to_string(),
            kind: one.kind.into(),
            case: one.case.to_string(),
            asked_by: self.people.name_of(one.by).unwrap_or_else(|| one.name.as_str().to_owned()),
            own: actor.person() == Some(one.by),
            at: one.at,
            ends: one.ends,
        }
    }
}
