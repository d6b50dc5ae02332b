//! Consents of a case.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{get, post},
};
use serde_json::Value;

use super::{ApiError, actor::By, body::Body, use_cases::UseCases};
use crate::view::{ConsentList, ConsentView, WithdrawConsent};

pub(super) fn routes<U: UseCases>() -> Router<Arc<U>> {
    Router::new()
        .route("/cases/{id}/consents", get(list::<U>).post(grant::<U>))
        .route("/consents/{id}/withdraw", post(withdraw::<U>))
}

/// `POST /cases/{id}/consents`: records a consent.
async fn grant<U: UseCases>(
    State(node): State<Arc<U>>,
    By(actor): By,
    Path(case): Path<String>,
    Body(consent): Body<Value>,
) -> Result<Json<ConsentView>, ApiError> {
    Ok(Json(node.consent_grant(&actor, &case, consent).await?))
}

/// `GET /cases/{id}/consents`: newest first.
async fn list<U: UseCases>(
    State(node): State<Arc<U>>,
    By(actor): By,
    Path(case): Path<String>,
) -> Result<Json<ConsentList>, ApiError> {
    Ok(Json(node.consent_list(&actor, &case).await?))
}

/// `POST /consents/{id}/withdraw`: at once, and no reason is asked. Repeating it answers the same.
async fn withdraw<U: UseCases>(
    State(node): State<Arc<U>>,
    By(actor): By,
    Path(id): Path<String>,
    Body(WithdrawConsent {}): Body<WithdrawConsent>,
) -> Result<Json<ConsentView>, ApiError> {
    Ok(Json(node.consent_withdraw(&actor, &id).await?))
}
