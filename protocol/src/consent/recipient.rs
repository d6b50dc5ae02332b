//! Whom a consent names, and who receives.

use std::{fmt, str::FromStr};

use keys::AgencyId;
use serde::{Deserialize, Serialize};

use crate::code::AgencyKind;

/// The agency that would receive, with the kind that the administrator confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// Which agency.
    pub id: AgencyId,
    /// Its kind, as confirmed when it was verified.
    pub kind: AgencyKind,
}

/// Whom a consent names: one agency, or any of a kind in this network. Text form: the agency id, or `any:health`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Grantee {
    /// One agency.
    Agency(AgencyId),
    /// Any agency of a kind.
    Any(AgencyKind),
}

/// The text names no agency and no kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be an agency id (agency1…) or any:KIND, such as any:health")]
pub struct BadGrantee;

impl Grantee {
    /// Whether `recipient` is meant.
    #[must_use]
    pub fn covers(&self, recipient: &Recipient) -> bool {
        match self {
            Self::Agency(id) => *id == recipient.id,
            Self::Any(kind) => *kind == recipient.kind,
        }
    }
}

impl fmt::Display for Grantee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Agency(id) => write!(f, "{id}"),
            Self::Any(kind) => write!(f, "any:{kind}"),
        }
    }
}

impl FromStr for Grantee {
    type Err = BadGrantee;

    fn from_str(text: &str) -> Result<Self, BadGrantee> {
        match text.strip_prefix("any:") {
            Some(kind) => kind.parse().map(Self::Any).map_err(|_| BadGrantee),
            None => text.parse().map(Self::Agency).map_err(|_| BadGrantee),
        }
    }
}

impl From<Grantee> for String {
    fn from(grantee: Grantee) -> Self {
        grantee.to_string()
    }
}

impl TryFrom<String> for Grantee {
    type Error = BadGrantee;

    fn try_from(text: String) -> Result<Self, BadGrantee> {
        text.parse()
    }
}
