//! What waits for a supervisor's decision about a child.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{get, post},
};

use super::{
    ApiError,
    actor::By,
    body::{Body, Nothing},
    use_cases::UseCases,
};
use crate::view::{DecisionDone, DecisionLine, DecisionList, DecisionView};

pub(super) fn routes<U: UseCases>() -> Router<Arc<U>> {
    Router::new()
        .route("/decisions", get(list::<U>))
        .route("/decisions/{id}", get(show::<U>))
        .route("/decisions/{id}/take", post(take::<U>))
        .route("/decisions/{id}/drop", post(drop_one::<U>))
}

/// `GET /decisions`: oldest first.
async fn list<U: UseCases>(State(node): State<Arc<U>>, By(actor): By) -> Result<Json<DecisionList>, ApiError> {
    Ok(Json(node.decisions(&actor).await?))
}

/// `GET /decisions/{id}`: exactly what would be recorded or sent.
async fn show<U: UseCases>(
    State(node): State<Arc<U>>,
    By(actor): By,
    Path(id): Path<String>,
) -> Result<Json<DecisionView>, ApiError> {
    Ok(Json(node.decision_show(&actor, &id).await?))
}

/// `POST /decisions/{id}/take`: by a supervisor who did not ask it.
async fn take<U: UseCases>(
    State(node): State<Arc<U>>,
    By(actor): By,
    Path(id): Path<String>,
    Body(Nothing {}): Body<Nothing>,
) -> Result<Json<DecisionDone>, ApiError> {
    Ok(Json(node.decide(&actor, &id).await?))
}

/// `POST /decisions/{id}/drop`: nothing of it is done.
async fn drop_one<U: UseCases>(
    State(node): State<Arc<U>>,
    By(actor): By,
    Path(id): Path<String>,
    Body(Nothing {}): Body<Nothing>,
) -> Result<Json<DecisionLine>, ApiError> {
    Ok(Json(node.decision_drop(&actor, &id).await?))
}
