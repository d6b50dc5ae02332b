//! Consent: who agreed to share what, with whom, for what, until when; and the release that keeps to it.
//!
//! [`Consent`] is what an agency holds at home. [`ConsentStatement`] is what it tells one recipient of it.
//! [`Scope`] is the only maker of a [`Release`]. Whether a consent was withdrawn, the node keeps beside it.

mod draft;
mod held_back;
mod keep;
mod named;
mod need_to_know;
mod period;
mod recipient;
mod release;
mod rules;
mod scope;
mod statement;
mod table;

#[cfg(test)]
mod tests;

use std::{collections::BTreeSet, fmt};

use jiff::civil::Date;
use keys::{Digest, Timestamp, cbor};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::{
    category::Category,
    code::{Assent, ConsentBasis, GivenBy, Onward, Purpose},
    record::{CaseRecord, Form, Parser, RecordErrors},
};
use draft::Draft;
pub(crate) use draft::codes;

pub use held_back::HeldBack;
pub use keep::{KeepUninformed, Uninformed};
pub use named::NamedField;
pub use need_to_know::{Necessity, NeedToKnow, necessity, need_to_know};
pub use recipient::{BadGrantee, Grantee, Recipient};
pub use release::{Handling, NotCovered, Release};
pub use scope::{Scope, ScopeError};
pub use statement::{CONSENT, ConsentStatement, Openings, SignedConsent, StatementError, StatementRequest};

/// What is wrong with a consent: every fault, where, and what is allowed.
pub type ConsentErrors = RecordErrors;

/// A consent as it is held at home: parsed, and valid for the child's age when it was given. Never printed.
///
/// `Deserialize` reads back what this node itself wrote, encrypted; strangers' consents are [`SignedConsent`]s.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    terms: Draft,
    begins: Timestamp,
    ends: Timestamp,
}

impl Consent {
    /// Parses a consent for the child of `record`, given on `today`.
    ///
    /// Names of agencies must have been turned into ids. `worker` and `supervisor` are the persons who decide where
    /// nobody consents; the caller writes them in from who is asking and who approved.
    ///
    /// # Errors
    /// Every fault with its path and what is allowed there: form, limits, and the rules for the child's age.
    pub fn from_json(json: &Json, record: &CaseRecord, today: Date) -> Result<Self, ConsentErrors> {
        let Json::Object(object) = json else {
            return Err(ConsentErrors::single("", "must be a JSON object"));
        };
        let mut parser = Parser::new(Form::Json, Some(keep::members(record)), None);
        let fields = parser.fields(&table::FIELDS.iter().collect::<Vec<_>>(), object, &[]);
        let draft = Draft::read(fields, record, today, &mut parser);
        let Some(draft) = draft else {
            parser.finish()?;
            return Err(ConsentErrors::single("", "is not complete"));
        };
        let age = record.age_on(today).unwrap_or(crate::record::AgeRange { least: 0, most: u8::MAX });
        rules::check(&draft, age, today, &mut parser);
        parser.finish()?;
        let begins = period::start_of(draft.from);
        let ends = period::end_of(period::last_day(&draft, record.birth(), age));
        Ok(Self { terms: draft, begins, ends })
    }

    /// The consent as deterministic CBOR, over which the statement's `full` is made.
    ///
    /// # Errors
    /// None in practice: every part can be expressed.
    pub fn to_bytes(&self) -> Result<Vec<u8>, cbor::CborError> {
        cbor::encode_body(self)
    }

    /// Who gave it.
    #[must_use]
    pub const fn given_by(&self) -> GivenBy {
        self.terms.given_by
    }

    /// What the other agency is told of who gave it.
    #[must_use]
    pub const fn basis(&self) -> ConsentBasis {
        self.terms.given_by.basis()
    }

    /// What the child said.
    #[must_use]
    pub const fn assent(&self) -> Option<Assent> {
        self.terms.assent
    }

    /// The categories that may be shared.
    #[must_use]
    pub const fn categories(&self) -> &BTreeSet<Category> {
        &self.terms.categories
    }

    /// The § fields that may be shared.
    #[must_use]
    pub const fn named_fields(&self) -> &BTreeSet<NamedField> {
        &self.terms.named
    }

    /// For what.
    #[must_use]
    pub const fn purposes(&self) -> &BTreeSet<Purpose> {
        &self.terms.purposes
    }

    /// With whom.
    #[must_use]
    pub const fn to(&self) -> &BTreeSet<Grantee> {
        &self.terms.to
    }

    /// Whether the recipient may refer on.
    #[must_use]
    pub const fn onward(&self) -> Onward {
        self.terms.onward
    }

    /// Who must not be told.
    #[must_use]
    pub fn keep_uninformed(&self) -> &[KeepUninformed] {
        &self.terms.keep_uninformed
    }

    /// Hash of the evidence that stays at home.
    #[must_use]
    pub const fn evidence(&self) -> Option<Digest> {
        self.terms.evidence
    }

    /// From when it holds.
    #[must_use]
    pub const fn begins(&self) -> Timestamp {
        self.begins
    }

    /// Until when it holds: the end of its last day, or 30 days after the child turned 18 if that is earlier.
    #[must_use]
    pub const fn ends(&self) -> Timestamp {
        self.ends
    }

    /// Why it was decided, where nobody consented; never leaves home, as all below.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        self.terms.reason.as_deref()
    }

    /// Why nobody could consent.
    #[must_use]
    pub fn why_nobody(&self) -> Option<&str> {
        self.terms.why_nobody.as_deref()
    }

    /// Who works with the child, and the supervisor, where these two decided.
    #[must_use]
    pub fn deciders(&self) -> Option<(&str, &str)> {
        let decided = matches!(self.terms.given_by, GivenBy::BestInterest | GivenBy::LawOrDanger);
        let two = self.terms.worker.as_deref().zip(self.terms.supervisor.as_deref());
        two.filter(|_| decided)
    }

    /// Whether the child was told of what the law or a danger asked for: a code.
    #[must_use]
    pub fn child_told(&self) -> Option<&str> {
        self.terms.child_told.as_deref()
    }

    /// When a best-interest decision must be looked at again.
    #[must_use]
    pub const fn review_on(&self) -> Option<Date> {
        self.terms.review_on
    }

    /// Whether it holds at `now`, for this recipient and purpose.
    ///
    /// # Errors
    /// The first of them that it does not cover.
    pub fn covers(&self, recipient: &Recipient, purpose: Purpose, now: Timestamp) -> Result<(), ScopeError> {
        scope::check(self, recipient, purpose, now)
    }
}

impl fmt::Debug for Consent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Consent(hidden)")
    }
}
