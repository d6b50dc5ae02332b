//! The audit log.

use std::sync::Arc;

use axum::{Json, Router, extract::State, routing::get};
use serde::Deserialize;

use super::{ApiError, actor::By, body::Asked, use_cases::UseCases};
use crate::view::{AuditPage, AuditReport};

pub(super) fn routes<U: UseCases>() -> Router<Arc<U>> {
    Router::new().route("/audit", get(page::<U>)).route("/audit/verify", get(verify::<U>))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Page {
    /// The last entry of the page before.
    #[serde(default)]
    after: u64,
}

/// `GET /audit?after=N`: a page, oldest first.
async fn page<U: UseCases>(
    State(node): State<Arc<U>>,
    By(actor): By,
    Asked(page): Asked<Page>,
) -> Result<Json<AuditPage>, ApiError> {
    Ok(Json(node.audit_page(&actor, page.after).await?))
}

/// `GET /audit/verify`: checks the whole chain.
async fn verify<U: UseCases>(State(node): State<Arc<U>>, By(actor): By) -> Result<Json<AuditReport>, ApiError> {
    Ok(Json(node.audit_verify(&actor).await?))
}
