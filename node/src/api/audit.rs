//! The audit log.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::State,
    routing::{get, post},
};
use serde::Deserialize;

use super::{
    ApiError,
    actor::By,
    body::{Asked, Body},
    use_cases::UseCases,
};
use crate::view::{AuditPage, AuditReport, ExportFile, ExportRequest};

pub(super) fn routes<U: UseCases>() -> Router<Arc<U>> {
    Router::new()
        .route("/audit", get(page::<U>))
        .route("/audit/verify", get(verify::<U>))
        .route("/audit/export", post(export::<U>))
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

/// `POST /audit/export`: a signed part of it, for somebody outside.
async fn export<U: UseCases>(
    State(node): State<Arc<U>>,
    By(actor): By,
    Body(time): Body<ExportRequest>,
) -> Result<Json<ExportFile>, ApiError> {
    Ok(Json(node.audit_export(&actor, time).await?))
}
