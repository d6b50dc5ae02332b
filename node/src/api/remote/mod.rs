//! The interface for programs: the use cases over HTTP, for whoever holds a token, at the address of the screens.
//!
//! Who asks is told by the token alone ([`door`]): no cookie counts here, and no other page may ask from a browser (no
//! CORS header is ever sent). Paths and shapes are those of the socket; what differs is what a program far away needs:
//! pages ([`read`]), idempotency keys ([`once`]), and a description ([`document`]) that is made from these very
//! functions, and which the running node is checked against (`tests/api/run`).
//!
//! Off unless `api = true` stands under `[web]` in `config.toml`.

mod cases;
mod consents;
mod document;
mod door;
mod exchanges;
mod gate;
mod node;
mod once;
mod read;
mod refusal;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::{
    Router,
    routing::{get, post},
};

pub use self::gate::gated;
use super::problem;
use crate::service::Service;

/// The node, as handlers have it.
type Node = Arc<Service>;

/// All routes below `/api/v1`.
pub fn router(service: Arc<Service>) -> Router {
    Router::new()
        .route("/status", get(node::status))
        .route("/cases", get(cases::list).post(cases::add))
        .route("/cases/search", post(cases::search))
        .route("/cases/{id}", get(cases::show))
        .route("/cases/{id}/consents", get(consents::list).post(consents::grant))
        .route("/consents/{id}/withdraw", post(consents::withdraw))
        .route("/referrals", post(exchanges::refer))
        .route("/referrals/preview", post(exchanges::preview))
        .route("/inbox", get(exchanges::inbox))
        .route("/outbox", get(exchanges::outbox))
        .route("/exchanges", get(exchanges::list))
        .route("/exchanges/{id}", get(exchanges::show))
        .route("/exchanges/{id}/accept", post(exchanges::accept))
        .route("/exchanges/{id}/decline", post(exchanges::decline))
        .route("/exchanges/{id}/withdraw", post(exchanges::withdraw))
        .route("/exchanges/{id}/return", post(exchanges::give_back))
        .route("/exchanges/{id}/note", post(exchanges::note))
        .route("/exchanges/{id}/progress", post(exchanges::progress))
        .route("/exchanges/{id}/complete", post(exchanges::complete))
        .route("/openapi.json", get(document::show))
        .fallback(problem::unknown_path)
        .method_not_allowed_fallback(problem::unknown_method)
        .with_state(service)
}
