//! Consents of a case.

use axum::{Json, extract::State, response::Response};
use serde_json::Value;

use super::{
    Node,
    door::Asker,
    once::{Key, Once, once},
    read::{Id, Sent},
    refusal::Refusal,
};
use crate::view::{ConsentList, ConsentView, WithdrawConsent};

/// The consents of a case, newest first.
#[utoipa::path(
    get, path = "/cases/{id}/consents", tag = "consents", params(("id" = String, Path, description = "The case")),
    responses((status = 200, body = ConsentList))
)]
pub(super) async fn list(State(node): State<Node>, asker: Asker, Id(case): Id) -> Result<Json<ConsentList>, Refusal> {
    Ok(Json(node.consent_list(&asker.actor, &case).await?))
}

/// Records a consent that was given.
#[utoipa::path(
    post, path = "/cases/{id}/consents", tag = "consents",
    params(("id" = String, Path, description = "The case"), Key), request_body = Object,
    responses((status = 201, body = ConsentView, headers(("location" = String))))
)]
pub(super) async fn grant(
    State(node): State<Node>,
    asker: Asker,
    Id(case): Id,
    key: Once,
    Sent { value, asked }: Sent<Value>,
) -> Result<Response, Refusal> {
    once(&node, &asker, key, asked, node.consent_grant(&asker.actor, &case, value)).await
}

/// Ends a consent at once, and with it what was shared under it. Repeating it answers the same.
#[utoipa::path(
    post, path = "/consents/{id}/withdraw", tag = "consents",
    params(("id" = String, Path, description = "The consent")), request_body = WithdrawConsent,
    responses((status = 200, body = ConsentView))
)]
pub(super) async fn withdraw(
    State(node): State<Node>,
    asker: Asker,
    Id(id): Id,
    Sent { value: WithdrawConsent {}, .. }: Sent<WithdrawConsent>,
) -> Result<Json<ConsentView>, Refusal> {
    Ok(Json(node.consent_withdraw(&asker.actor, &id).await?))
}
