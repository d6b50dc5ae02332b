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

/// Which time of the audit log somebody outside is to have.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExportRequest {
    /// From here.
    #[serde(default)]
    pub since: Timestamp,
    /// Until just before; at most now.
    pub until: Timestamp,
}

/// An export that somebody asked for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ExportView {
    /// 32 hexadecimal digits.
    pub id: String,
    /// Name of who asked, and alone may fetch it.
    pub asked_by: String,
    /// From when,
    pub since: Timestamp,
    /// until just before when.
    pub until: Timestamp,
    /// When it was asked, or allowed.
    pub at: Timestamp,
    /// It can be confirmed or fetched until just before.
    pub ends: Timestamp,
    /// Whether it can be fetched; else it waits for a second person.
    pub ready: bool,
    /// Who confirmed it; none where one person is enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<String>,
}

/// What a person asked for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ExportList {
    /// Newest first.
    pub exports: Vec<ExportView>,
    /// As in [`RequestList`](super::RequestList).
    pub two_persons: String,
}

/// A signed stretch of the audit log.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ExportFile {
    /// What to keep as a file, without a change; the command line shows the rest of this without it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// How many entries.
    pub entries: u64,
    /// Number of the first.
    pub first: u64,
    /// Number of the last.
    pub last: u64,
    /// This agency's digits, to be told by another way.
    pub digits: String,
}

/// A file that was checked, and holds.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CheckedExport {
    /// Id of the agency that signed it.
    pub agency: String,
    /// The name that it gave itself.
    pub name: String,
    /// Its digits: whoever made the file chose the name, and not these.
    pub digits: String,
    /// Whether the digits that were given are these; false if none were.
    pub digits_given: bool,
    /// The time that was asked for begins here,
    pub since: Timestamp,
    /// and ends just before.
    pub until: Timestamp,
    /// When it was signed, by the agency's clock.
    pub signed_at: Timestamp,
    /// Number of the first entry.
    pub first: u64,
    /// Number of the last.
    pub last: u64,
    /// Number of the newest of the whole log when it was signed,
    pub newest: u64,
    /// and its hash.
    pub newest_hash: String,
    /// Oldest first.
    pub entries: Vec<AuditEntryView>,
}
