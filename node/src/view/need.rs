//! Who has which case and exchange, and what was opened all the same.

use keys::Timestamp;
use serde::{Deserialize, Serialize};

/// Gives a case or exchange to people and teams.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssignRequest {
    /// Sign-in names or ids, at most 50; nobody, and no team: then supervisors alone see it.
    #[serde(default)]
    pub to: Vec<String>,
    /// Names or ids of teams, at most 50.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub teams: Vec<String>,
}

/// Who has it now.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AssignedView {
    /// Names of people and teams.
    pub assigned: Vec<String>,
}

/// Opens what is not one's own.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenRequest {
    /// Why: 10 to 500 characters. The supervisors read it.
    pub reason: String,
}

/// It is open.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OpenedView {
    /// Until just before.
    pub until: Timestamp,
}

/// Something that was opened by a person whose it is not.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BrokenGlass {
    /// When.
    pub at: Timestamp,
    /// It was, or is, open until just before.
    pub until: Timestamp,
    /// The person's name.
    pub by: String,
    /// The case, or
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<String>,
    /// the exchange.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchange: Option<String>,
    /// Why, in their words; gone with what was shared, once that is erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What was opened so.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct BrokenGlassList {
    /// Newest first.
    pub opened: Vec<BrokenGlass>,
}

/// Somebody who works with cases, or a team.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Carrier {
    /// The person's or team's id.
    pub id: String,
    /// As they are called.
    pub name: String,
    /// They have what was asked about.
    pub has: bool,
    /// Open exchanges of other agencies that they have.
    pub open: u64,
}

/// All who work with cases.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CarrierList {
    /// By name.
    pub carriers: Vec<Carrier>,
    /// The teams, by name.
    #[serde(default)]
    pub teams: Vec<Carrier>,
    /// Open exchanges of other agencies that nobody has.
    pub unassigned: u64,
}

/// How offers of one period were answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerCount {
    /// Taken on, also if they ended later.
    pub accepted: u64,
    /// Not taken on, by a person or by time.
    pub declined: u64,
}
