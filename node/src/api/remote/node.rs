//! How the node is.

use axum::{Json, extract::State};

use super::{Node, door::Asker, refusal::Refusal};
use crate::view::StatusView;

/// How the node is: counts, and what needs a person's attention.
#[utoipa::path(get, path = "/status", tag = "node", responses((status = 200, body = StatusView)))]
pub(super) async fn status(State(node): State<Node>, asker: Asker) -> Result<Json<StatusView>, Refusal> {
    Ok(Json(node.status(&asker.actor).await?))
}
