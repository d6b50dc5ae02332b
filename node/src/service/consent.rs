//! Consents: recorded, listed, withdrawn; and which one covers a request.

use keys::Timestamp;
use protocol::{
    CaseId, ConsentId,
    code::{Purpose, WithdrawReason},
    consent::{Consent, ConsentErrors, Recipient, ScopeError},
    exchange::State,
    packet::{Body, WithdrawBody},
};
use serde_json::Value;

use super::{
    Actor, Service, ServiceError,
    access::UseCase,
    case::{day_of, owner_of},
    decision::Word,
    read,
    rows::{ConsentRow, ReviewRow},
    write,
};
use crate::view::{ConsentList, ConsentView, Fault};

mod review;

pub(super) use review::Reviews;

impl Service {
    /// Records a consent. Agencies in `to` may be named; where two persons must decide, they are the actor's.
    ///
    /// # Errors
    /// [`ServiceError::ConsentInvalid`] names every rule of consent practice that it breaks;
    /// [`ServiceError::NeedsSecondPerson`].
    pub async fn consent_grant(&self, actor: &Actor, case: &str, consent: Value) -> Result<ConsentView, ServiceError> {
        self.may(actor, UseCase::ConsentGrant).await?;
        let case = self.resolve_case(case)?;
        self.must_see_case(actor, &case, UseCase::ConsentGrant).await?;
        let granted = self.grant(&Word::One(actor), case, consent).await;
        self.audited(actor, "consent.grant", case.as_bytes(), granted).await
    }

    pub(super) async fn grant(
        &self,
        word: &Word<'_>,
        case: CaseId,
        mut json: Value,
    ) -> Result<ConsentView, ServiceError> {
        self.name_agencies(&mut json)?;
        if decided_by_two(&json) {
            let (worker, supervisor) = word.two().ok_or_else(needs_two)?;
            json = with_deciders(json, worker, supervisor);
        }
        let lock = self.stripes.lock(case.as_bytes()[0]).await;
        let now = self.world.now();
        let record = self.case_record(&case).await?.ok_or(ServiceError::NotFound { what: "case" })?;
        let consent = Consent::from_json(&json, &record, day_of(now)).map_err(|errors| refused(&errors))?;
        let (mut index, stamp) = self.read_case_index(&case).await?;
        let id = ConsentId::random_new(&mut self.world.entropy());
        index.consents.push(id);
        let row = ConsentRow { case, consent, recorded: now, withdrawn: None, reviewed: None };
        let review = row.consent.review_on().map(|on| ReviewRow { on, ends: row.consent.ends() });
        let owner = owner_of(&case);
        let mut tx = self.vault.begin();
        tx.can_wait();
        tx.expect(&stamp);
        tx.put(&owner, id.as_bytes(), &row);
        tx.put(&owner, case.as_bytes(), &index);
        if let Some(review) = &review {
            tx.put(&owner, id.as_bytes(), review);
        }
        word.settle(&mut tx);
        tx.audit(word.event("consent.grant").object(case.as_bytes()));
        tx.commit().await?;
        write(&self.index).set(case, &index);
        if let Some(review) = review {
            write(&self.reviews).set(case, id, review);
        }
        drop(lock);
        // An accepted exchange may have waited for just this. The consent stands whatever becomes of that: an error
        // here would have it recorded twice.
        if let Err(error) = self.release_blocked().await {
            tracing::warn!(code = error.code(), "a release that waited could not go out; it is tried again");
        }
        Ok(self.consent_view(id, &row))
    }

    /// The consents of a case, newest first.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] and the like for the id; [`ServiceError::Store`].
    pub async fn consent_list(&self, actor: &Actor, case: &str) -> Result<ConsentList, ServiceError> {
        self.may(actor, UseCase::ConsentList).await?;
        let case = self.resolve_case(case)?;
        self.must_see_case(actor, &case, UseCase::ConsentList).await?;
        self.audit_read(actor, "consent.list", case.as_bytes()).await?;
        let mut rows = self.consent_rows(&case).await?;
        rows.sort_by_key(|(_, row)| std::cmp::Reverse(row.recorded));
        Ok(ConsentList { consents: rows.iter().map(|(id, row)| self.consent_view(*id, row)).collect() })
    }

    /// One consent.
    ///
    /// # Errors
    /// As [`Service::consent_list`].
    pub async fn consent_show(&self, actor: &Actor, id: &str) -> Result<ConsentView, ServiceError> {
        self.may(actor, UseCase::ConsentList).await?;
        let id = self.resolve_consent(id)?;
        let case = read(&self.index).case_of(&id).ok_or(ServiceError::NotFound { what: "consent" })?;
        self.must_see_case(actor, &case, UseCase::ConsentList).await?;
        self.audit_read(actor, "consent.list", case.as_bytes()).await?;
        let found = self.vault.read::<ConsentRow>(&owner_of(&case), id.as_bytes()).await?;
        let (row, _) = found.ok_or(ServiceError::NotFound { what: "consent" })?;
        Ok(self.consent_view(id, &row))
    }

    /// Withdraws a consent: at once, for every exchange under it, also completed ones. No reason is asked.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] and the like for the id; [`ServiceError::Store`]: call it again, it goes on.
    pub async fn consent_withdraw(&self, actor: &Actor, id: &str) -> Result<ConsentView, ServiceError> {
        self.may(actor, UseCase::ConsentWithdraw).await?;
        let id = self.resolve_consent(id)?;
        let case = read(&self.index).case_of(&id).ok_or(ServiceError::NotFound { what: "consent" })?;
        self.must_see_case(actor, &case, UseCase::ConsentWithdraw).await?;
        let row = {
            let _lock = self.stripes.lock(case.as_bytes()[0]).await;
            let owner = owner_of(&case);
            let found = self.vault.read::<ConsentRow>(&owner, id.as_bytes()).await?;
            let (mut row, stamp) = found.ok_or(ServiceError::NotFound { what: "consent" })?;
            row.withdrawn = row.withdrawn.or(Some(self.world.now()));
            let mut tx = self.vault.begin();
            tx.expect(&stamp);
            tx.put(&owner, id.as_bytes(), &row);
            tx.delete::<ReviewRow>(&owner, id.as_bytes());
            tx.audit(actor.event("consent.withdraw").object(case.as_bytes()));
            tx.commit().await?;
            write(&self.reviews).remove(&id);
            row
        };
        self.withdraw_exchanges_of(id, actor).await?;
        Ok(self.consent_view(id, &row))
    }

    /// Ends every exchange under a withdrawn consent, whatever its state.
    async fn withdraw_exchanges_of(&self, consent: ConsentId, actor: &Actor) -> Result<(), ServiceError> {
        let under = self.board().of_consent(&consent);
        for id in under {
            let state = self.board().line(&id).map(|line| line.state);
            if state.is_none_or(|state| matches!(state, State::Withdrawn | State::Declined | State::Returned)) {
                continue;
            }
            let body = Body::Withdraw(WithdrawBody { reason: WithdrawReason::ConsentWithdrawn });
            match self.send(actor, id, "exchange.withdraw", (body, None)).await {
                // It ended between looking and acting.
                Ok(_) | Err(ServiceError::WrongState { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// The consent that covers a release to this recipient for this purpose now: the named one, or the newest.
    ///
    /// # Errors
    /// [`ServiceError::ConsentNone`], [`ServiceError::ConsentDoesNotCover`], [`ServiceError::ConsentEnded`].
    pub(super) async fn covering(
        &self,
        case: &CaseId,
        named: Option<&str>,
        recipient: &Recipient,
        purpose: Purpose,
        now: Timestamp,
    ) -> Result<(ConsentId, Consent), ServiceError> {
        let mut rows = self.consent_rows(case).await?;
        if let Some(text) = named {
            let id = self.resolve_consent(text)?;
            rows.retain(|(found, _)| *found == id);
            let (id, row) = rows.pop().ok_or(ServiceError::NotFound { what: "consent" })?;
            return covers(&row, recipient, purpose, now).map(|()| (id, row.consent));
        }
        rows.sort_by_key(|(_, row)| row.recorded);
        let mut why = ServiceError::ConsentNone { why: "no consent is recorded".into() };
        while let Some((id, row)) = rows.pop() {
            match covers(&row, recipient, purpose, now) {
                Ok(()) => return Ok((id, row.consent)),
                Err(error) => why = ServiceError::ConsentNone { why: error.to_string() },
            }
        }
        Err(why)
    }

    async fn consent_rows(&self, case: &CaseId) -> Result<Vec<(ConsentId, ConsentRow)>, ServiceError> {
        let ids = read(&self.index).consents(case);
        let mut rows = Vec::with_capacity(ids.len());
        for id in ids {
            if let Some((row, _)) = self.vault.read::<ConsentRow>(&owner_of(case), id.as_bytes()).await? {
                rows.push((id, row));
            }
        }
        Ok(rows)
    }

    /// Names of agencies become ids; `any:KIND` stays.
    pub(super) fn name_agencies(&self, json: &mut Value) -> Result<(), ServiceError> {
        for field in ["to", "onward_to"] {
            for name in json.get_mut(field).and_then(Value::as_array_mut).into_iter().flatten() {
                if let Some(text) = name.as_str().filter(|text| !text.starts_with("any:")) {
                    *name = Value::String(self.resolve_peer(text)?.to_string());
                }
            }
        }
        // Who must not be told wins over every grant: an agency's name must not be taken for somebody's role.
        for entry in json.get_mut("keep_uninformed").and_then(Value::as_array_mut).into_iter().flatten() {
            let Some(who) = entry.get_mut("who") else { continue };
            if let Some(text) = who.as_str().filter(|text| self.is_peer_name(text)) {
                *who = Value::String(self.resolve_peer(text)?.to_string());
            }
        }
        Ok(())
    }

    fn consent_view(&self, id: ConsentId, row: &ConsentRow) -> ConsentView {
        let consent = &row.consent;
        let state = match row.withdrawn {
            Some(_) => "withdrawn",
            None if self.world.now() > consent.ends() => "expired",
            None => "active",
        };
        let to = |grantee: &protocol::consent::Grantee| match grantee {
            protocol::consent::Grantee::Agency(id) => self.peer_name(id),
            protocol::consent::Grantee::Any(kind) => format!("any {kind}"),
        };
        ConsentView {
            id: id.to_string(),
            case: row.case.to_string(),
            state: state.into(),
            to: consent.to().iter().map(to).collect(),
            categories: consent.categories().iter().map(ToString::to_string).collect(),
            named_fields: consent.named_fields().iter().map(ToString::to_string).collect(),
            purposes: consent.purposes().iter().map(ToString::to_string).collect(),
            given_by: consent.given_by().to_string(),
            assent: consent.assent().map(|assent| assent.to_string()).unwrap_or_default(),
            given_at: row.recorded,
            until: consent.ends(),
            decided: self.decided_view(id, row),
        }
    }
}

/// Whether two persons decide instead of a giver.
pub(super) fn decided_by_two(json: &Value) -> bool {
    matches!(json.get("given_by").and_then(Value::as_str), Some("best_interest" | "law_or_danger"))
}

/// Those who decide are those who ask and approve here, not names in a file.
pub(super) fn with_deciders(mut json: Value, worker: String, supervisor: String) -> Value {
    if let Some(object) = json.as_object_mut() {
        object.insert("worker".into(), worker.into());
        object.insert("supervisor".into(), supervisor.into());
    }
    json
}

fn needs_two() -> ServiceError {
    ServiceError::NeedsSecondPerson { why: "a worker and a supervisor decide together where nobody consents".into() }
}

fn covers(row: &ConsentRow, recipient: &Recipient, purpose: Purpose, now: Timestamp) -> Result<(), ServiceError> {
    if row.withdrawn.is_some() {
        return Err(ServiceError::ConsentEnded { why: "it was withdrawn" });
    }
    row.consent.covers(recipient, purpose, now).map_err(|error| match error {
        ScopeError::Ended => ServiceError::ConsentEnded { why: "its last day has passed" },
        ScopeError::NotYet
        | ScopeError::Purpose(_)
        | ScopeError::Statistics
        | ScopeError::Recipient
        | ScopeError::Coordination
        | ScopeError::KeptUninformed
        | ScopeError::Nothing => ServiceError::ConsentDoesNotCover { why: error.to_string() },
    })
}

pub(super) fn refused(errors: &ConsentErrors) -> ServiceError {
    let fault = |fault: &protocol::record::RecordFault| Fault { path: fault.path.clone(), what: fault.problem.clone() };
    ServiceError::ConsentInvalid { faults: errors.faults().iter().map(fault).collect() }
}

#[cfg(test)]
mod tests;
