//! Teams: who looks after the same cases.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{get, post, put},
};

use super::{
    ApiError,
    actor::By,
    body::{Body, Nothing},
    use_cases::UseCases,
};
use crate::view::{ChangeTeam, NameTeam, TeamList, TeamView};

pub(super) fn routes<U: UseCases>() -> Router<Arc<U>> {
    Router::new()
        .route("/teams", get(list::<U>).post(add::<U>))
        .route("/teams/{team}/name", put(rename::<U>))
        .route("/teams/{team}/remove", post(remove::<U>))
        .route("/teams/{team}/members", post(members::<U>))
}

/// `GET /teams`: by name, each with who is in it.
async fn list<U: UseCases>(State(node): State<Arc<U>>, By(actor): By) -> Result<Json<TeamList>, ApiError> {
    Ok(Json(node.teams(&actor).await?))
}

/// `POST /teams`: makes one, with nobody in it.
async fn add<U: UseCases>(
    State(node): State<Arc<U>>,
    By(actor): By,
    Body(request): Body<NameTeam>,
) -> Result<Json<TeamView>, ApiError> {
    Ok(Json(node.team_add(&actor, request).await?))
}

/// `PUT /teams/{team}/name`: by name, id, or the beginning of one.
async fn rename<U: UseCases>(
    State(node): State<Arc<U>>,
    By(actor): By,
    Path(team): Path<String>,
    Body(request): Body<NameTeam>,
) -> Result<Json<TeamView>, ApiError> {
    Ok(Json(node.team_rename(&actor, &team, request).await?))
}

/// `POST /teams/{team}/remove`: what nobody else has is seen by supervisors alone.
async fn remove<U: UseCases>(
    State(node): State<Arc<U>>,
    By(actor): By,
    Path(team): Path<String>,
    Body(Nothing {}): Body<Nothing>,
) -> Result<Json<TeamView>, ApiError> {
    Ok(Json(node.team_remove(&actor, &team).await?))
}

/// `POST /teams/{team}/members`: who comes and who leaves, at once.
async fn members<U: UseCases>(
    State(node): State<Arc<U>>,
    By(actor): By,
    Path(team): Path<String>,
    Body(request): Body<ChangeTeam>,
) -> Result<Json<TeamView>, ApiError> {
    Ok(Json(node.team_members(&actor, &team, request).await?))
}
