//! This agency's own keys: seen, made, put into use, revoked.

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
use crate::view::{
    AskRecovery, FinishRecovery, KeyChange, KeyList, RecoveryAsked, RevokeOwnKey, RotateKey, RotateRootKey, SlotList,
};

pub(super) fn routes<U: UseCases>() -> Router<Arc<U>> {
    Router::new()
        .route("/keys", get(list::<U>))
        .route("/keys/slots", get(slots::<U>))
        .route("/peers/{peer}/keys", get(history::<U>))
        .route("/keys/prepare", post(prepare::<U>))
        .route("/keys/activate", post(activate::<U>))
        .route("/keys/root", post(root::<U>))
        .route("/keys/recovery", post(recovery::<U>))
        .route("/keys/recovery/finish", post(recovery_finish::<U>))
        .route("/keys/{key}/revoke", post(revoke::<U>))
}

/// `GET /keys`: the own keys and their stages.
async fn list<U: UseCases>(State(node): State<Arc<U>>, By(actor): By) -> Result<Json<KeyList>, ApiError> {
    Ok(Json(node.key_list(&actor).await?))
}

/// `GET /keys/slots`: the unlock slots of the keyring.
async fn slots<U: UseCases>(State(node): State<Arc<U>>, By(actor): By) -> Result<Json<SlotList>, ApiError> {
    Ok(Json(node.key_slots(&actor).await?))
}

/// `GET /peers/{peer}/keys`: the signing keys that a peer had and has.
async fn history<U: UseCases>(
    State(node): State<Arc<U>>,
    By(actor): By,
    Path(peer): Path<String>,
) -> Result<Json<KeyList>, ApiError> {
    Ok(Json(node.key_history(&actor, &peer).await?))
}

/// `POST /keys/prepare`: makes the next signing key.
async fn prepare<U: UseCases>(
    State(node): State<Arc<U>>,
    By(actor): By,
    Body(Nothing {}): Body<Nothing>,
) -> Result<Json<KeyChange>, ApiError> {
    Ok(Json(node.key_prepare(&actor).await?))
}

/// `POST /keys/activate`: puts it into use.
async fn activate<U: UseCases>(
    State(node): State<Arc<U>>,
    By(actor): By,
    Body(request): Body<RotateKey>,
) -> Result<Json<KeyChange>, ApiError> {
    Ok(Json(node.key_activate(&actor, request).await?))
}

/// `POST /keys/root`: puts the main key of the recovery kit into use.
async fn root<U: UseCases>(
    State(node): State<Arc<U>>,
    By(actor): By,
    Body(request): Body<RotateRootKey>,
) -> Result<Json<KeyChange>, ApiError> {
    Ok(Json(node.root_rotate(&actor, request).await?))
}

/// `POST /keys/recovery`: asks the guardians for a new main key.
async fn recovery<U: UseCases>(
    State(node): State<Arc<U>>,
    By(actor): By,
    Body(request): Body<AskRecovery>,
) -> Result<Json<RecoveryAsked>, ApiError> {
    Ok(Json(node.recovery_ask(&actor, request).await?))
}

/// `POST /keys/recovery/finish`: puts it into force, with their signatures.
async fn recovery_finish<U: UseCases>(
    State(node): State<Arc<U>>,
    By(actor): By,
    Body(request): Body<FinishRecovery>,
) -> Result<Json<KeyChange>, ApiError> {
    Ok(Json(node.recovery_finish(&actor, request).await?))
}

/// `POST /keys/{key}/revoke`: ends a signing key; with `dry_run`, only tells what would happen.
async fn revoke<U: UseCases>(
    State(node): State<Arc<U>>,
    By(actor): By,
    Path(key): Path<String>,
    Body(request): Body<RevokeOwnKey>,
) -> Result<Json<KeyChange>, ApiError> {
    Ok(Json(node.key_revoke(&actor, &key, request).await?))
}
