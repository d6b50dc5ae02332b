//! What an entry says.

use std::fmt;

use keys::{Digest, Timestamp};
use serde::{Deserialize, Serialize};

/// An act as its service function describes it; number, time and link are added when it is committed.
#[derive(Clone, PartialEq, Eq)]
pub struct Event {
    pub(super) actor: String,
    pub(super) by: Option<String>,
    pub(super) approved_by: Option<String>,
    pub(super) action: String,
    pub(super) object: Option<Vec<u8>>,
    pub(super) purpose: Option<String>,
    pub(super) outcome: Outcome,
    pub(super) detail: Option<Digest>,
}

impl Event {
    /// `actor` did `action` (a code such as `case.open`), and it succeeds with the commit that carries this event.
    pub fn new(actor: impl Into<String>, action: impl Into<String>) -> Self {
        Self {
            actor: actor.into(),
            by: None,
            approved_by: None,
            action: action.into(),
            object: None,
            purpose: None,
            outcome: Outcome::Done,
            detail: None,
        }
    }

    /// The person, by their own word.
    #[must_use]
    pub fn by(mut self, name: Option<impl Into<String>>) -> Self {
        self.by = name.map(Into::into);
        self
    }

    /// The second person, where two are asked for.
    #[must_use]
    pub fn approved_by(mut self, name: Option<impl Into<String>>) -> Self {
        self.approved_by = name.map(Into::into);
        self
    }

    /// The id of what it was done to. Only its keyed hash is stored.
    #[must_use]
    pub fn object(mut self, id: impl AsRef<[u8]>) -> Self {
        self.object = Some(id.as_ref().to_vec());
        self
    }

    /// Why, as a code.
    #[must_use]
    pub fn purpose(mut self, code: impl Into<String>) -> Self {
        self.purpose = Some(code.into());
        self
    }

    /// It was refused; `code` is the error's stable name. Such an event is committed alone.
    #[must_use]
    pub fn refused(mut self, code: impl Into<String>) -> Self {
        self.outcome = Outcome::Refused(code.into());
        self
    }

    /// The commitment to a detail that stands elsewhere, under its owner's key.
    #[must_use]
    pub(crate) fn detail(mut self, commitment: Digest) -> Self {
        self.detail = Some(commitment);
        self
    }
}

/// Shows the action only: names of staff stay out of logs.
impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event").field("action", &self.action).field("outcome", &self.outcome).finish_non_exhaustive()
    }
}

/// What became of an act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It took effect.
    Done,
    /// It was refused, with this code.
    Refused(String),
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Done => f.write_str("done"),
            Self::Refused(code) => write!(f, "refused: {code}"),
        }
    }
}

/// An entry of the chain, as it is hashed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Which of the node's processes wrote it; each has a chain of its own.
    pub writer: u16,
    /// Position in the writer's chain, from 1, without gaps.
    pub seq: u64,
    /// Hash of the entry before; zeros for the first.
    pub prev: Digest,
    /// When it was committed, by the node's clock.
    pub at: Timestamp,
    /// Who, as the operating system or the session knows them.
    pub actor: String,
    /// The person, by their own word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// The second person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<String>,
    /// What was done: a code.
    pub action: String,
    /// Keyed hash of what it was done to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<Digest>,
    /// Why: a code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// What became of it.
    pub outcome: Outcome,
    /// Salted commitment to a detail under the object's own key; once that is erased it means nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<Digest>,
}

/// An entry with its hash, which the next one carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Numbered {
    /// The entry.
    pub entry: Entry,
    /// Its hash.
    pub hash: Digest,
}
