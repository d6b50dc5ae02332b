//! Referrals: making, seeing, answering.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    routing::{get, post},
};

use super::{
    ApiError,
    actor::By,
    body::{Asked, Body},
    cases::Page,
    use_cases::UseCases,
};
use crate::view::{
    ActDone, AssignRequest, CompleteRequest, ExchangeList, ExchangeView, NoteRequest, Preview, ProgressRequest,
    ReasonRequest, ReferRequest, Referred,
};

pub(super) fn routes<U: UseCases>() -> Router<Arc<U>> {
    Router::new()
        .route("/referrals", post(refer::<U>))
        .route("/referrals/preview", post(preview::<U>))
        .route("/inbox", get(inbox::<U>))
        .route("/outbox", get(outbox::<U>))
        .route("/exchanges", get(list::<U>))
        .route("/exchanges/{id}", get(show::<U>))
        .route("/exchanges/{id}/accept", post(accept::<U>))
        .route("/exchanges/{id}/decline", post(decline::<U>))
        .route("/exchanges/{id}/withdraw", post(withdraw::<U>))
        .route("/exchanges/{id}/return", post(give_back::<U>))
        .route("/exchanges/{id}/note", post(note::<U>))
        .route("/exchanges/{id}/progress", post(progress::<U>))
        .route("/exchanges/{id}/complete", post(complete::<U>))
}

/// `POST /referrals`: makes an offer. Not repeatable: twice makes two.
async fn refer<U: UseCases>(
    State(node): State<Arc<U>>,
    By(actor): By,
    Body(request): Body<ReferRequest>,
) -> Result<Json<Referred>, ApiError> {
    Ok(Json(node.refer(&actor, request).await?))
}

/// `POST /referrals/preview`: the very values that would be sent; nothing is.
async fn preview<U: UseCases>(
    State(node): State<Arc<U>>,
    By(actor): By,
    Body(request): Body<ReferRequest>,
) -> Result<Json<Preview>, ApiError> {
    Ok(Json(node.preview(&actor, request).await?))
}

/// `GET /inbox`: what others ask of this agency.
async fn inbox<U: UseCases>(State(node): State<Arc<U>>, By(actor): By) -> Result<Json<ExchangeList>, ApiError> {
    Ok(Json(node.inbox(&actor).await?))
}

/// `GET /outbox`: what this agency asks of others.
async fn outbox<U: UseCases>(State(node): State<Arc<U>>, By(actor): By) -> Result<Json<ExchangeList>, ApiError> {
    Ok(Json(node.outbox(&actor).await?))
}

/// `GET /exchanges?after=ID`: all, newest first, a page of them.
async fn list<U: UseCases>(
    State(node): State<Arc<U>>,
    By(actor): By,
    Asked(page): Asked<Page>,
) -> Result<Json<ExchangeList>, ApiError> {
    Ok(Json(node.exchange_list(&actor, page.after.as_deref()).await?))
}

/// `GET /exchanges/{id}`: all that this node holds of it.
async fn show<U: UseCases>(
    State(node): State<Arc<U>>,
    By(actor): By,
    Path(id): Path<String>,
) -> Result<Json<ExchangeView>, ApiError> {
    Ok(Json(node.exchange_show(&actor, &id).await?))
}

/// Declares acts of one shape: a path, a request, one call.
macro_rules! acts {
    ($($(#[$doc:meta])* $name:ident($request:ty);)*) => {$(
        $(#[$doc])*
        async fn $name<U: UseCases>(
            State(node): State<Arc<U>>,
            By(actor): By,
            Path(id): Path<String>,
            Body(request): Body<$request>,
        ) -> Result<Json<ActDone>, ApiError> {
            Ok(Json(node.$name(&actor, &id, request).await?))
        }
    )*};
}

acts! {
    /// `POST /exchanges/{id}/accept`: takes the case on; whoever is named has it.
    accept(AssignRequest);
    /// `POST /exchanges/{id}/decline`: does not take it on.
    decline(ReasonRequest);
    /// `POST /exchanges/{id}/withdraw`: ends what this agency began.
    withdraw(ReasonRequest);
    /// `POST /exchanges/{id}/return`: gives an accepted case back.
    give_back(ReasonRequest);
    /// `POST /exchanges/{id}/note`: writes to the other agency.
    note(NoteRequest);
    /// `POST /exchanges/{id}/progress`: tells how the service goes on.
    progress(ProgressRequest);
    /// `POST /exchanges/{id}/complete`: tells how it ended.
    complete(CompleteRequest);
}
