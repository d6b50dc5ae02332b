//! The audit log as an auditor reads it.

use keys::Timestamp;
use serde::{Deserialize, Serialize};

/// One entry; holds no personal data of a child.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AuditEntryView {
    /// Position in the chain, from 1.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// Who approved, where two persons are asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<String>,
    /// What was done: `case.open`, `offer.send`, `key.use` …
    pub action: String,
    /// A keyed hash of what it was done to: equal for equal objects, else meaningless.
    pub object: String,
    /// `done`, `refused` and why.
    pub outcome: String,
    /// Hash of the entry before.
    pub prev: String,
}

/// A page of the audit log.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AuditPage {
    /// Oldest first.
    pub entries: Vec<AuditEntryView>,
    /// Pass as `after` for the next page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
}

/// The result of checking the whole chain.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AuditReport {
    /// How many entries were checked.
    pub entries: u64,
    /// Hash of the newest entry.
    pub head: String,
    /// The first fault found; none if the chain is whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
}
