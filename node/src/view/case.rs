//! Cases and who holds what of them.

use keys::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// A case was added or changed.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct CaseSaved {
    /// The case's id.
    pub id: String,
    /// Grows with each change, from 1.
    pub version: u64,
    /// Open offers whose coming release was remade from the changed case.
    #[serde(default)]
    pub remade_releases: u64,
}

/// A line of the case list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CaseSummary {
    /// The case's id.
    pub id: String,
    /// Name in Khmer script, family name first.
    pub name_km: Option<String>,
    /// Name in Latin script, family name first.
    pub name_latin: Option<String>,
    /// Sex code.
    pub sex: String,
    /// Birth or estimated age, as a person would say it.
    pub age: String,
    /// When the case last changed.
    #[schema(value_type = u64)]
    pub updated: Timestamp,
    /// Open exchanges about it.
    pub open_exchanges: u64,
    /// Names of those who look after it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assigned: Vec<String>,
}

/// A page of cases.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct CaseList {
    /// The cases.
    pub cases: Vec<CaseSummary>,
    /// Pass as `after` for the next page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A case that may be about the same child as one that is about to be added.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AlikeCase {
    /// The case; without id and names if it is somebody else's.
    #[serde(flatten)]
    pub case: CaseSummary,
    /// Whether the asker may open it.
    pub yours: bool,
}

/// Cases that may be about the same child.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AlikeCases {
    /// At most five, the likeliest first.
    pub cases: Vec<AlikeCase>,
}

/// A whole case.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct CaseView {
    /// The case's id.
    pub id: String,
    /// Grows with each change, from 1.
    pub version: u64,
    /// When it was added.
    #[schema(value_type = u64)]
    pub created: Timestamp,
    /// When it last changed.
    #[schema(value_type = u64)]
    pub updated: Timestamp,
    /// The record by category, as in `spean case template`.
    #[schema(value_type = Object)]
    pub record: Value,
}

/// Looks for a name, in either script, whole or in part. In a body, never in a URL.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SearchRequest {
    /// What to look for.
    pub term: String,
}

/// Who holds what about one child.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct CustodyView {
    /// The case.
    pub case: String,
    /// One line for each disclosure, oldest first.
    pub lines: Vec<CustodyLine>,
}

/// One disclosure and what became of it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct CustodyLine {
    /// The exchange.
    pub exchange: String,
    /// The agency that was told, by name.
    pub peer: String,
    /// The agency's id.
    pub peer_id: String,
    /// The consent that covered it.
    pub consent: String,
    /// `triage` and, after a release, the categories it holds.
    pub holds: Vec<String>,
    /// `offered`, `refused` (their node did not take the offer, and keeps nothing), `holding`, `erase_asked`, `erased`.
    pub state: String,
    /// When this state began.
    #[schema(value_type = u64)]
    pub since: Timestamp,
    /// When it was erased there, by the other agency's signed receipt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<u64>)]
    pub erased_at: Option<Timestamp>,
    /// By which method, from the receipt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
}
