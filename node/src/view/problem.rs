//! Errors as the local interface shows them (RFC 9457, problem details).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A refusal or failure: what is wrong, where, and what to do. Holds no personal data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// Stable code, such as `offer/identifying-text`; listed in `docs/errors.md`.
    #[serde(rename = "type")]
    pub code: String,
    /// HTTP status.
    pub status: u16,
    /// What is wrong, as one sentence.
    pub title: String,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// The places in the input that are at fault.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<Fault>,
}

/// One place in the input, and what is allowed there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Fault {
    /// For example `family.members[2].name`.
    pub path: String,
    /// What is wrong with it; never the value itself.
    pub what: String,
}
