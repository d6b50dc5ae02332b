//! Cases of this agency.

use axum::{Json, extract::State, response::Response};
use serde_json::Value;

use super::{
    Node,
    door::Asker,
    once::{Key, Once, once},
    read::{Id, Page, Part, Sent},
    refusal::Refusal,
};
use crate::view::{CaseList, CaseSaved, CaseView, SearchRequest};

/// A page of the cases that the asker sees, the one that changed last first.
#[utoipa::path(get, path = "/cases", tag = "cases", params(Page), responses((status = 200, body = CaseList)))]
pub(super) async fn list(State(node): State<Node>, asker: Asker, part: Part) -> Result<Json<CaseList>, Refusal> {
    Ok(Json(node.case_list(&asker.actor, part.after.as_deref(), part.limit).await?))
}

/// Cases with a name like the term, in either script, the best first, at most 50.
///
/// The name stands in the body: addresses end up in logs.
#[utoipa::path(post, path = "/cases/search", tag = "cases", responses((status = 200, body = CaseList)))]
pub(super) async fn search(
    State(node): State<Node>,
    asker: Asker,
    Sent { value, .. }: Sent<SearchRequest>,
) -> Result<Json<CaseList>, Refusal> {
    Ok(Json(node.case_search(&asker.actor, value).await?))
}

/// A whole case. That it was opened stands in the audit log.
#[utoipa::path(
    get, path = "/cases/{id}", tag = "cases", params(("id" = String, Path, description = "The case")),
    responses((status = 200, body = CaseView))
)]
pub(super) async fn show(State(node): State<Node>, asker: Asker, Id(id): Id) -> Result<Json<CaseView>, Refusal> {
    Ok(Json(node.case_show(&asker.actor, &id).await?))
}

/// Adds a case: a record as `spean case template` shows it. Who adds it has it.
#[utoipa::path(
    post, path = "/cases", tag = "cases", params(Key), request_body = Object,
    responses((status = 201, body = CaseSaved, headers(("location" = String))))
)]
pub(super) async fn add(
    State(node): State<Node>,
    asker: Asker,
    key: Once,
    Sent { value, asked }: Sent<Value>,
) -> Result<Response, Refusal> {
    once(&node, &asker, key, asked, node.case_add(&asker.actor, value)).await
}
