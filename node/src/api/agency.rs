//! This agency, and how its node is.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::State,
    routing::{get, post},
};

use super::{ApiError, actor::By, body::Body, use_cases::UseCases};
use crate::view::{BackupRequest, BackupView, CardView, ClockView, FingerprintView, KitDrill, KitView, StatusView};

pub(super) fn routes<U: UseCases>() -> Router<Arc<U>> {
    Router::new()
        .route("/agency/card", get(card::<U>))
        .route("/agency/fingerprint", get(fingerprint::<U>))
        .route("/agency/kit", get(kit::<U>))
        .route("/agency/kit/drill", post(kit_drill::<U>))
        .route("/status", get(status::<U>))
        .route("/clock/confirm", post(clock_confirm::<U>))
        .route("/backup", post(backup::<U>))
}

/// `GET /agency/card`: what other agencies import.
async fn card<U: UseCases>(State(node): State<Arc<U>>, By(actor): By) -> Result<Json<CardView>, ApiError> {
    Ok(Json(node.card(&actor).await?))
}

/// `GET /agency/fingerprint`: the digits to read out.
async fn fingerprint<U: UseCases>(
    State(node): State<Arc<U>>,
    By(actor): By,
) -> Result<Json<FingerprintView>, ApiError> {
    Ok(Json(node.fingerprint(&actor).await?))
}

/// `GET /agency/kit`: whether somebody proved that the paper is right.
async fn kit<U: UseCases>(State(node): State<Arc<U>>, By(actor): By) -> Result<Json<KitView>, ApiError> {
    Ok(Json(node.kit(&actor).await?))
}

/// `POST /agency/kit/drill`: compares the secret with what the key log commits to, and forgets it.
async fn kit_drill<U: UseCases>(
    State(node): State<Arc<U>>,
    By(actor): By,
    Body(request): Body<KitDrill>,
) -> Result<Json<KitView>, ApiError> {
    Ok(Json(node.kit_drill(&actor, request).await?))
}

/// `GET /status`: counts, and what needs a person's attention.
async fn status<U: UseCases>(State(node): State<Arc<U>>, By(actor): By) -> Result<Json<StatusView>, ApiError> {
    Ok(Json(node.status(&actor).await?))
}

/// `POST /clock/confirm`: this computer's clock is right, a person says.
async fn clock_confirm<U: UseCases>(State(node): State<Arc<U>>, By(actor): By) -> Result<Json<ClockView>, ApiError> {
    Ok(Json(node.clock_confirm(&actor).await?))
}

/// `POST /backup`: makes a backup, in a file that the node writes.
async fn backup<U: UseCases>(
    State(node): State<Arc<U>>,
    By(actor): By,
    Body(request): Body<BackupRequest>,
) -> Result<Json<BackupView>, ApiError> {
    Ok(Json(node.backup(&actor, request).await?))
}
