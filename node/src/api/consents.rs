//! Consents of a case.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{get, post},
};
use serde_json::Value;

use super::{ApiError, actor::By, body::Body, use_cases::UseCases};
use crate::view::{ConsentList, ConsentView, ReviewConsent, ReviewList, WithdrawConsent};

pub(super) fn routes<U: UseCases>() -> Router<Arc<U>> {
    Router::new()
        .route("/cases/{id}/consents", get(list::<U>).post(grant::<U>))
        .route("/consents/{id}", get(show::<U>))
        .route("/consents/{id}/withdraw", post(withdraw::<U>))
        .route("/consents/{id}/review", post(review::<U>))
        .route("/reviews", get(reviews::<U>))
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

/// `GET /consents/{id}`.
async fn show<U: UseCases>(
    State(node): State<Arc<U>>,
    By(actor): By,
    Path(id): Path<String>,
) -> Result<Json<ConsentView>, ApiError> {
    Ok(Json(node.consent_show(&actor, &id).await?))
}

/// `POST /consents/{id}/review`: what two persons decided was looked at again, and holds.
async fn review<U: UseCases>(
    State(node): State<Arc<U>>,
    By(actor): By,
    Path(id): Path<String>,
    Body(ask): Body<ReviewConsent>,
) -> Result<Json<ConsentView>, ApiError> {
    Ok(Json(node.consent_review(&actor, &id, ask).await?))
}

/// `GET /reviews`: the decisions whose day has come, or comes within a week.
async fn reviews<U: UseCases>(State(node): State<Arc<U>>, By(actor): By) -> Result<Json<ReviewList>, ApiError> {
    Ok(Json(node.reviews(&actor).await?))
}
