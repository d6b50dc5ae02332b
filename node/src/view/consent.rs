//! Consents as they are shown.

use keys::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Withdraws a consent. No reason is asked of the child or giver.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawConsent {}

/// One consent.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ConsentView {
    /// The consent's id.
    pub id: String,
    /// The case it belongs to.
    pub case: String,
    /// `active`, `expired` or `withdrawn`.
    pub state: String,
    /// Agencies by name, or `any shelter` and the like.
    pub to: Vec<String>,
    /// Categories that may be shared.
    pub categories: Vec<String>,
    /// Fields named one by one, such as `health.hiv`.
    pub named_fields: Vec<String>,
    /// Purposes.
    pub purposes: Vec<String>,
    /// Who gave it.
    pub given_by: String,
    /// The child's assent.
    pub assent: String,
    /// When it was recorded.
    #[schema(value_type = u64)]
    pub given_at: Timestamp,
    /// When it ends.
    #[schema(value_type = u64)]
    pub until: Timestamp,
    /// Where nobody could consent: what two persons decided. Stays at this agency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<DecidedView>,
}

/// What two persons decided where nobody could consent.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DecidedView {
    /// Who works with the child.
    pub worker: String,
    /// The supervisor.
    pub supervisor: String,
    /// Why this is best for the child, or what the law asks.
    pub reason: String,
    /// Why nobody could consent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why_nobody: Option<String>,
    /// Whether the child was told: `yes`, `no`, `adds_danger`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub child_told: Option<String>,
    /// On which day it must be looked at again, such as `2026-07-01`; none once it has ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_on: Option<String>,
    /// Whether that day has passed.
    pub overdue: bool,
    /// Who looked at it last,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviewed_by: Option<String>,
    /// when,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<u64>)]
    pub reviewed_at: Option<Timestamp>,
    /// and why it still held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviewed_words: Option<String>,
}

/// Says that a decision was looked at again, and still holds.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewConsent {
    /// Why, in 10 to 400 characters.
    pub words: String,
}

/// A decision that must be looked at again.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReviewLine {
    /// The consent.
    pub consent: String,
    /// The case.
    pub case: String,
    /// On which day, such as `2026-07-01`.
    pub on: String,
    /// Whether that day has passed.
    pub overdue: bool,
}

/// Those whose day has come, or comes within a week.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReviewList {
    /// The longest overdue first.
    pub reviews: Vec<ReviewLine>,
}

/// The consents of a case.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ConsentList {
    /// Newest first.
    pub consents: Vec<ConsentView>,
}
