//! Other agencies.

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
use crate::view::{AddPeer, EvidenceList, PeerList, PeerView, RefreshView, VerifyPeer};

pub(super) fn routes<U: UseCases>() -> Router<Arc<U>> {
    Router::new()
        .route("/peers", get(list::<U>).post(add::<U>))
        .route("/peers/{peer}", get(show::<U>))
        .route("/peers/{peer}/evidence", get(evidence::<U>))
        .route("/peers/{peer}/refresh", post(refresh::<U>))
        .route("/peers/{peer}/verify", post(verify::<U>))
        .route("/peers/{peer}/suspend", post(suspend::<U>))
}

/// `POST /peers`: imports a card. The same card again answers the same.
async fn add<U: UseCases>(
    State(node): State<Arc<U>>,
    By(actor): By,
    Body(request): Body<AddPeer>,
) -> Result<Json<PeerView>, ApiError> {
    Ok(Json(node.peer_add(&actor, request).await?))
}

/// `GET /peers`: by name.
async fn list<U: UseCases>(State(node): State<Arc<U>>, By(actor): By) -> Result<Json<PeerList>, ApiError> {
    Ok(Json(node.peer_list(&actor).await?))
}

/// `GET /peers/{peer}`: by id, a beginning of it, or name.
async fn show<U: UseCases>(
    State(node): State<Arc<U>>,
    By(actor): By,
    Path(peer): Path<String>,
) -> Result<Json<PeerView>, ApiError> {
    Ok(Json(node.peer_show(&actor, &peer).await?))
}

/// `GET /peers/{peer}/evidence`: newest first, each fork with its proof.
async fn evidence<U: UseCases>(
    State(node): State<Arc<U>>,
    By(actor): By,
    Path(peer): Path<String>,
) -> Result<Json<EvidenceList>, ApiError> {
    Ok(Json(node.peer_evidence(&actor, &peer).await?))
}

/// `POST /peers/{peer}/verify`: with the digits that the other agency read out.
async fn verify<U: UseCases>(
    State(node): State<Arc<U>>,
    By(actor): By,
    Path(peer): Path<String>,
    Body(request): Body<VerifyPeer>,
) -> Result<Json<PeerView>, ApiError> {
    Ok(Json(node.peer_verify(&actor, &peer, request).await?))
}

/// `POST /peers/{peer}/refresh`: answers when its node has answered, or after 25 seconds.
async fn refresh<U: UseCases>(
    State(node): State<Arc<U>>,
    By(actor): By,
    Path(peer): Path<String>,
    Body(Nothing {}): Body<Nothing>,
) -> Result<Json<RefreshView>, ApiError> {
    Ok(Json(node.peer_refresh(&actor, &peer).await?))
}

/// `POST /peers/{peer}/suspend`: from now on only ends and receipts pass.
async fn suspend<U: UseCases>(
    State(node): State<Arc<U>>,
    By(actor): By,
    Path(peer): Path<String>,
    Body(Nothing {}): Body<Nothing>,
) -> Result<Json<PeerView>, ApiError> {
    Ok(Json(node.peer_suspend(&actor, &peer).await?))
}
