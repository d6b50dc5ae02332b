//! The people of this agency. Signing in is not here: whoever asks over the socket is its operator.

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
use crate::view::{
    ChangeRoles, ConfirmRequest, Confirmed, EndedSessions, Invitation, InviteRequest, PersonList, PersonView,
    RequestList, RequestView, SessionList,
};

pub(super) fn routes<U: UseCases>() -> Router<Arc<U>> {
    Router::new()
        .route("/people", get(list::<U>).post(invite::<U>))
        .route("/people/{who}/roles", put(roles::<U>))
        .route("/people/{who}/remove", post(remove::<U>))
        .route("/people/{who}/recover", post(recover::<U>))
        .route("/people/{who}/sessions", get(sessions::<U>))
        .route("/people/{who}/sessions/end", post(end_sessions::<U>))
        .route("/requests", get(requests::<U>))
        .route("/requests/{id}/confirm", post(confirm::<U>))
        .route("/requests/{id}/drop", post(drop_request::<U>))
}

/// `POST /people`: invites a person. Again, before they enrolled: another token, and the earlier one is void.
async fn invite<U: UseCases>(
    State(node): State<Arc<U>>,
    By(actor): By,
    Body(request): Body<InviteRequest>,
) -> Result<Json<Invitation>, ApiError> {
    Ok(Json(node.person_invite(&actor, request).await?))
}

/// `GET /people`: by name.
async fn list<U: UseCases>(State(node): State<Arc<U>>, By(actor): By) -> Result<Json<PersonList>, ApiError> {
    Ok(Json(node.person_list(&actor).await?))
}

/// `PUT /people/{who}/roles`: by sign-in name, id, or the beginning of one.
async fn roles<U: UseCases>(
    State(node): State<Arc<U>>,
    By(actor): By,
    Path(who): Path<String>,
    Body(request): Body<ChangeRoles>,
) -> Result<Json<PersonView>, ApiError> {
    Ok(Json(node.person_roles(&actor, &who, request).await?))
}

/// `POST /people/{who}/remove`: signs them out at once; what they were known by is destroyed.
async fn remove<U: UseCases>(
    State(node): State<Arc<U>>,
    By(actor): By,
    Path(who): Path<String>,
    Body(Nothing {}): Body<Nothing>,
) -> Result<Json<PersonView>, ApiError> {
    Ok(Json(node.person_remove(&actor, &who).await?))
}

/// `POST /people/{who}/recover`: signs them out at once, and invites them anew as who they are.
async fn recover<U: UseCases>(
    State(node): State<Arc<U>>,
    By(actor): By,
    Path(who): Path<String>,
    Body(Nothing {}): Body<Nothing>,
) -> Result<Json<Invitation>, ApiError> {
    Ok(Json(node.person_recover(&actor, &who).await?))
}

/// `GET /people/{who}/sessions`: newest first.
async fn sessions<U: UseCases>(
    State(node): State<Arc<U>>,
    By(actor): By,
    Path(who): Path<String>,
) -> Result<Json<SessionList>, ApiError> {
    Ok(Json(node.person_sessions(&actor, &who).await?))
}

/// `POST /people/{who}/sessions/end`: all of them; the person may sign in again.
async fn end_sessions<U: UseCases>(
    State(node): State<Arc<U>>,
    By(actor): By,
    Path(who): Path<String>,
    Body(Nothing {}): Body<Nothing>,
) -> Result<Json<EndedSessions>, ApiError> {
    Ok(Json(node.person_end_sessions(&actor, &who).await?))
}

/// `GET /requests`: what waits for a second person, oldest first.
async fn requests<U: UseCases>(State(node): State<Arc<U>>, By(actor): By) -> Result<Json<RequestList>, ApiError> {
    Ok(Json(node.requests(&actor).await?))
}

/// `POST /requests/{id}/confirm`: by whoever did not ask it.
async fn confirm<U: UseCases>(
    State(node): State<Arc<U>>,
    By(actor): By,
    Path(id): Path<String>,
    Body(request): Body<ConfirmRequest>,
) -> Result<Json<Confirmed>, ApiError> {
    Ok(Json(node.request_confirm(&actor, &id, request).await?))
}

/// `POST /requests/{id}/drop`: nothing of it is done.
async fn drop_request<U: UseCases>(
    State(node): State<Arc<U>>,
    By(actor): By,
    Path(id): Path<String>,
    Body(Nothing {}): Body<Nothing>,
) -> Result<Json<RequestView>, ApiError> {
    Ok(Json(node.request_drop(&actor, &id).await?))
}
