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
}

/// The consents of a case.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ConsentList {
    /// Newest first.
    pub consents: Vec<ConsentView>,
}
