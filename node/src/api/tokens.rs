//! Tokens for programs, made and revoked by whoever runs the node.

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
use crate::view::{CreateToken, NewToken, TokenList, TokenView};

pub(super) fn routes<U: UseCases>() -> Router<Arc<U>> {
    Router::new().route("/tokens", get(list::<U>).post(create::<U>)).route("/tokens/{id}/revoke", post(revoke::<U>))
}

/// `POST /tokens`: makes a token, which is shown in the answer and never again.
async fn create<U: UseCases>(
    State(node): State<Arc<U>>,
    By(actor): By,
    Body(request): Body<CreateToken>,
) -> Result<Json<NewToken>, ApiError> {
    Ok(Json(node.token_create(&actor, request).await?))
}

/// `GET /tokens`: by owner.
async fn list<U: UseCases>(State(node): State<Arc<U>>, By(actor): By) -> Result<Json<TokenList>, ApiError> {
    Ok(Json(node.token_list(&actor).await?))
}

/// `POST /tokens/{id}/revoke`: it opens nothing from now on.
async fn revoke<U: UseCases>(
    State(node): State<Arc<U>>,
    By(actor): By,
    Path(id): Path<String>,
    Body(Nothing {}): Body<Nothing>,
) -> Result<Json<TokenView>, ApiError> {
    Ok(Json(node.token_revoke(&actor, &id).await?))
}
