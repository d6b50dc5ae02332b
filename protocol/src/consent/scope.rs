//! The cut: what of a case goes to one recipient, for one purpose, now. Nothing else makes a [`Release`].

use std::collections::BTreeSet;

use keys::Timestamp;

use super::{Consent, Handling, HeldBack, Recipient, Release, Uninformed, held_back, named};
use crate::{
    category::Category,
    code::{AgencyKind, Onward, Purpose},
    record::CaseRecord,
};

/// Why nothing may be released.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScopeError {
    /// Before its first day.
    #[error("the consent does not hold yet")]
    NotYet,
    /// After its last day.
    #[error("the consent has ended: ask for a new one")]
    Ended,
    /// Another purpose.
    #[error("the consent is not for the purpose {0}: ask for a new one")]
    Purpose(Purpose),
    /// Statistics need no identity and get no release.
    #[error("nothing is ever released for statistics: report counts")]
    Statistics,
    /// Not among those it names.
    #[error("the consent names neither this agency nor its kind")]
    Recipient,
    /// A coordination body.
    #[error("a coordination body gets counts only, never a case")]
    Coordination,
    /// The child or giver asked that this agency be not told.
    #[error("this agency is to be kept uninformed: the consent says so")]
    KeptUninformed,
    /// No category is both asked for, granted and filled in.
    #[error("nothing would be released: the consent grants none of the categories asked for, or they are empty")]
    Nothing,
}

/// The maker of releases.
pub struct Scope;

impl Scope {
    /// Cuts out of `record` what `consent` lets `recipient` have for `purpose` at `now`, of the `requested`
    /// categories. Applied again later it can only give less. That the consent was not withdrawn, the caller knows.
    ///
    /// # Errors
    /// [`ScopeError`]: why nothing may be released at all.
    pub fn apply(
        record: &CaseRecord,
        consent: &Consent,
        recipient: &Recipient,
        purpose: Purpose,
        requested: &BTreeSet<Category>,
        now: Timestamp,
    ) -> Result<Release, ScopeError> {
        Self::apply_without(record, consent, recipient, purpose, (requested, &BTreeSet::new()), now)
    }

    /// As [`Scope::apply`], without the fields that whoever refers holds back. A category of which nothing is left is
    /// not released.
    ///
    /// # Errors
    /// As [`Scope::apply`].
    pub fn apply_without(
        record: &CaseRecord,
        consent: &Consent,
        recipient: &Recipient,
        purpose: Purpose,
        (requested, without): (&BTreeSet<Category>, &BTreeSet<HeldBack>),
        now: Timestamp,
    ) -> Result<Release, ScopeError> {
        check(consent, recipient, purpose, now)?;
        let denied = |category| consent.keep_uninformed().iter().any(|keep| keep.denies(recipient, category));
        let granted = |category: &Category| requested.contains(category) && consent.categories().contains(category);
        let mut categories = std::collections::BTreeMap::new();
        for category in record.categories().filter(granted).filter(|category| !denied(*category)) {
            let Some(fields) = record.category(category) else { continue };
            let mut fields = fields.clone();
            named::strip(category, &mut fields, &|name| consent.named_fields().contains(&name));
            let any = without.iter().any(|one| one.category() == category);
            if any && !held_back::take_out(category, &mut fields, without) {
                continue;
            }
            categories.insert(category, fields);
        }
        if categories.is_empty() {
            return Err(ScopeError::Nothing);
        }
        let mut release = Release { categories, handling: Vec::new() };
        release.handling = handling(consent, &release);
        Ok(release)
    }
}

/// Whether the consent holds for this recipient, purpose and time.
pub(super) fn check(
    consent: &Consent,
    recipient: &Recipient,
    purpose: Purpose,
    now: Timestamp,
) -> Result<(), ScopeError> {
    if now < consent.begins() {
        return Err(ScopeError::NotYet);
    }
    if now > consent.ends() {
        return Err(ScopeError::Ended);
    }
    if purpose == Purpose::Statistics {
        return Err(ScopeError::Statistics);
    }
    if !consent.purposes().contains(&purpose) {
        return Err(ScopeError::Purpose(purpose));
    }
    if recipient.kind == AgencyKind::Coordination {
        return Err(ScopeError::Coordination);
    }
    if !consent.to().iter().any(|to| to.covers(recipient)) {
        return Err(ScopeError::Recipient);
    }
    let all_denied =
        |keep: &super::KeepUninformed| keep.categories().is_none() && keep.denies(recipient, Category::Identity);
    if consent.keep_uninformed().iter().any(all_denied) {
        return Err(ScopeError::KeptUninformed);
    }
    Ok(())
}

/// The instructions that go with a release: about its own categories only, and never why.
fn handling(consent: &Consent, release: &Release) -> Vec<Handling> {
    let mut found = Vec::new();
    for keep in consent.keep_uninformed() {
        let categories: BTreeSet<_> = release.categories().filter(|category| keep.is_about(*category)).collect();
        let who = match keep.who() {
            Uninformed::Member(index, role) => {
                // The number means something only beside the list that it counts in.
                let released = release.categories.get(&Category::Family).is_some_and(|f| f.contains_key("members"));
                Some((role.clone(), released.then(|| u8::try_from(*index).ok()).flatten()))
            }
            Uninformed::Role(role) => Some((role.clone(), None)),
            // A recipient that may not refer on tells no agency anyway, and need not learn of another one.
            Uninformed::Agency(id) => (consent.onward() != Onward::No).then(|| (id.to_string(), None)),
        };
        if let (Some((keep_uninformed, person)), false) = (who, categories.is_empty()) {
            found.push(Handling { keep_uninformed, person, categories });
        }
    }
    found
}
