//! Looking again at what two persons decided where nobody could consent: whose day has come, and that it still holds.

use std::collections::BTreeMap;

use jiff::{ToSpan as _, civil::Date};
use protocol::{CaseId, ConsentId};

use crate::{
    service::{
        Actor, Service, ServiceError,
        access::UseCase,
        case::{day_of, owner_of},
        read,
        rows::{ConsentRow, ReviewRow, Reviewed},
        write,
    },
    vault::{Owner, Row, Vault, VaultError},
    view::{ConsentView, DecidedView, ReviewConsent, ReviewLine, ReviewList},
};

/// Days until a decision that still holds is looked at again.
const AGAIN: i64 = 30;
/// Days before its day on which a decision is listed.
const AHEAD: i64 = 7;
/// Characters of what is said.
const WORDS: std::ops::RangeInclusive<usize> = 10..=400;

/// The days on which decisions must be looked at again, as memory holds them: nothing of what they say.
#[derive(Default)]
pub(in crate::service) struct Reviews(BTreeMap<ConsentId, (CaseId, ReviewRow)>);

impl Reviews {
    /// All that the vault knows.
    pub(in crate::service) async fn read(vault: &Vault) -> Result<Self, VaultError> {
        let mut all = Self::default();
        let note = |Row { owner, key, value, .. }: Row<ReviewRow>| {
            if let (Owner::Case(case), Ok(id)) = (owner, key.as_slice().try_into()) {
                all.set(CaseId::new(case), ConsentId::new(id), value);
            }
        };
        vault.read_each(note).await?;
        Ok(all)
    }

    pub(super) fn set(&mut self, case: CaseId, id: ConsentId, row: ReviewRow) {
        self.0.insert(id, (case, row));
    }

    pub(super) fn remove(&mut self, id: &ConsentId) {
        self.0.remove(id);
    }

    fn day(&self, id: &ConsentId) -> Option<Date> {
        self.0.get(id).map(|(_, row)| row.on)
    }
}

impl Service {
    /// The decisions whose day to be looked at again has come or comes within a week, the longest overdue first.
    ///
    /// # Errors
    /// [`ServiceError::NotAllowed`], [`ServiceError::Store`].
    pub async fn reviews(&self, actor: &Actor) -> Result<ReviewList, ServiceError> {
        self.may(actor, UseCase::ConsentReview).await?;
        self.audit_read(actor, "consent.reviews", &[]).await?;
        let now = self.world.now();
        let (today, soon) = (day_of(now), day_of(now).saturating_add(AHEAD.days()));
        let line = |(id, (case, row)): (&ConsentId, &(CaseId, ReviewRow))| ReviewLine {
            consent: id.to_string(),
            case: case.to_string(),
            on: row.on.to_string(),
            overdue: row.on < today,
        };
        let reviews = read(&self.reviews);
        let due = reviews.0.iter().filter(|(_, (_, row))| row.on <= soon && now <= row.ends);
        let mut lines: Vec<ReviewLine> = due.map(line).collect();
        lines.sort_by(|a, b| a.on.cmp(&b.on));
        Ok(ReviewList { reviews: lines })
    }

    /// A supervisor looked at a decision again, and it still holds: for 30 more days.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] and the like for the id; [`ServiceError::ConsentEnded`]; [`ServiceError::Field`]: it is a
    /// consent that somebody gave, or the words are fewer than 10 or more than 400 characters; [`ServiceError::Store`].
    pub async fn consent_review(
        &self,
        actor: &Actor,
        id: &str,
        ask: ReviewConsent,
    ) -> Result<ConsentView, ServiceError> {
        self.may(actor, UseCase::ConsentReview).await?;
        let id = self.resolve_consent(id)?;
        let case = read(&self.index).case_of(&id).ok_or(ServiceError::NotFound { what: "consent" })?;
        self.must_see_case(actor, &case, UseCase::ConsentReview).await?;
        let done = self.review(actor, case, id, ask.words.trim()).await;
        let row = self.audited(actor, UseCase::ConsentReview.code(), case.as_bytes(), done).await?;
        Ok(self.consent_view(id, &row))
    }

    async fn review(
        &self,
        actor: &Actor,
        case: CaseId,
        id: ConsentId,
        words: &str,
    ) -> Result<ConsentRow, ServiceError> {
        if !WORDS.contains(&words.chars().count()) {
            let why = format!("why it still holds, in {} to {} characters", WORDS.start(), WORDS.end());
            return Err(ServiceError::Field { field: "words", why });
        }
        let _lock = self.stripes.lock(case.as_bytes()[0]).await;
        let owner = owner_of(&case);
        let found = self.vault.read::<ConsentRow>(&owner, id.as_bytes()).await?;
        let (mut row, stamp) = found.ok_or(ServiceError::NotFound { what: "consent" })?;
        let now = self.world.now();
        if row.withdrawn.is_some() || now > row.consent.ends() {
            return Err(ServiceError::ConsentEnded { why: "there is nothing to be looked at again" });
        }
        if row.consent.deciders().is_none() {
            let why = "somebody gave this consent: nobody decides about it again".into();
            return Err(ServiceError::Field { field: "id", why });
        }
        let review = ReviewRow { on: day_of(now).saturating_add(AGAIN.days()), ends: row.consent.ends() };
        row.reviewed = Some(Reviewed { by: actor.audit_name(), at: now, words: words.to_owned() });
        let mut tx = self.vault.begin();
        tx.expect(&stamp);
        tx.put(&owner, id.as_bytes(), &row);
        tx.put(&owner, id.as_bytes(), &review);
        tx.audit(actor.event(UseCase::ConsentReview.code()).object(case.as_bytes()));
        tx.commit().await?;
        write(&self.reviews).set(case, id, review);
        Ok(row)
    }

    /// What two persons decided: who, why, and until when it must be looked at again.
    pub(super) fn decided_view(&self, id: ConsentId, row: &ConsentRow) -> Option<DecidedView> {
        let (worker, supervisor) = row.consent.deciders()?;
        let now = self.world.now();
        let active = row.withdrawn.is_none() && now <= row.consent.ends();
        let on = read(&self.reviews).day(&id).filter(|_| active);
        let reviewed = row.reviewed.as_ref();
        Some(DecidedView {
            worker: worker.to_owned(),
            supervisor: supervisor.to_owned(),
            reason: row.consent.reason().unwrap_or_default().to_owned(),
            why_nobody: row.consent.why_nobody().map(str::to_owned),
            child_told: row.consent.child_told().map(str::to_owned),
            review_on: on.map(|day| day.to_string()),
            overdue: on.is_some_and(|day| day < day_of(now)),
            reviewed_by: reviewed.map(|look| look.by.clone()),
            reviewed_at: reviewed.map(|look| look.at),
            reviewed_words: reviewed.map(|look| look.words.clone()),
        })
    }
}
