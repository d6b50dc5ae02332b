//! Who looks after which case and exchange. Whoever asks over the socket sees all, so that nothing is opened here.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{get, post},
};

use super::{ApiError, actor::By, body::Body, use_cases::UseCases};
use crate::view::{AssignRequest, AssignedView, BrokenGlassList};

pub(super) fn routes<U: UseCases>() -> Router<Arc<U>> {
    Router::new()
        .route("/cases/{id}/assign", post(case::<U>))
        .route("/exchanges/{id}/assign", post(exchange::<U>))
        .route("/broken-glass", get(broken_glass::<U>))
}

/// `POST /cases/{id}/assign`: to these people, in place of those who had it.
async fn case<U: UseCases>(
    State(node): State<Arc<U>>,
    By(actor): By,
    Path(id): Path<String>,
    Body(request): Body<AssignRequest>,
) -> Result<Json<AssignedView>, ApiError> {
    Ok(Json(node.case_assign(&actor, &id, request).await?))
}

/// `POST /exchanges/{id}/assign`: one that another agency began.
async fn exchange<U: UseCases>(
    State(node): State<Arc<U>>,
    By(actor): By,
    Path(id): Path<String>,
    Body(request): Body<AssignRequest>,
) -> Result<Json<AssignedView>, ApiError> {
    Ok(Json(node.exchange_assign(&actor, &id, request).await?))
}

/// `GET /broken-glass`: what people opened that was not theirs, newest first.
async fn broken_glass<U: UseCases>(
    State(node): State<Arc<U>>,
    By(actor): By,
) -> Result<Json<BrokenGlassList>, ApiError> {
    Ok(Json(node.broken_glass(&actor).await?))
}
