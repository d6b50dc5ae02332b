//! The local interface: JSON over the node's Unix socket, for the command line and programs on this computer.
//!
//! Handlers are thin: parse, call one service function, render. Every error is a problem (RFC 9457) with a code of
//! `docs/errors.md`. Who asks is told by the kernel; what they may do is the service's question.
//!
//! Errors name the field at fault and never its value. Searches go in a body, never in a URL.

mod actor;
mod agency;
mod audit;
mod body;
mod cases;
pub mod client;
mod consents;
mod decisions;
mod exchanges;
mod gate;
mod keys;
mod need;
mod peers;
mod people;
mod problem;
pub mod remote;
mod server;
mod teams;
#[cfg(test)]
mod tests;
mod tokens;
mod use_cases;

use std::sync::Arc;

use axum::Router;

pub use body::MAX_BODY;
pub(crate) use body::is_body;
pub use gate::{Gate, gated};
pub use problem::ApiError;
pub use server::{Caller, Local, SocketError, serve};
pub use use_cases::{Answer, UseCases};

/// All paths begin with it; another number is another interface.
pub const PREFIX: &str = "/api/v1";

/// All routes. Each file below declares its own; together they are:
///
/// | path below [`PREFIX`] | reads | acts |
/// | --- | --- | --- |
/// | `cases`, `cases/{id}` | list, show | `POST` add, `PUT` edit |
/// | `cases/search` | | `POST` |
/// | `cases/{id}/custody` | who holds what | |
/// | `cases/{id}/consents`, `consents/{id}`, `consents/{id}/{review,withdraw}` | list, show | `POST` grant, … |
/// | `reviews`, `decisions`, `decisions/{id}`, `decisions/{id}/{take,drop}` | list, show | `POST` |
/// | `referrals`, `referrals/preview` | | `POST` |
/// | `inbox`, `outbox`, `exchanges`, `exchanges/{id}` | list, show | |
/// | `exchanges/{id}/{accept,decline,withdraw,return,note,progress,complete}` | | `POST` |
/// | `peers`, `peers/{peer}`, `peers/{peer}/{verify,suspend,refresh}`, `peers/{peer}/evidence` | list, show | `POST` |
/// | `{cases,exchanges}/{id}/assign`, `broken-glass` | list | `POST` assign |
/// | `people`, `people/{who}/sessions` | list | `POST` invite |
/// | `people/{who}/roles`, `people/{who}/{remove,sessions/end}` | | `PUT` roles, `POST` |
/// | `requests`, `requests/{id}/{confirm,drop}` | list | `POST` |
/// | `teams`, `teams/{team}/{name,members,remove}` | list | `POST` add, `PUT` name, `POST` |
/// | `tokens`, `tokens/{id}/revoke` | list | `POST` make, revoke |
/// | `keys/slots` | list | – |
/// | `keys`, `keys/{prepare,activate,root}`, `keys/recovery`, `keys/recovery/finish`, `keys/{key}/revoke`, `peers/{peer}/keys` | list | `POST` |
/// | `agency/card`, `agency/fingerprint`, `agency/kit`, `status` | show | |
/// | `agency/kit/drill` | | `POST` |
/// | `clock/confirm`, `backup` | | `POST` |
/// | `audit?after=N`, `audit/verify`, `audit/export` | page, check | `POST` export |
pub fn router<U: UseCases>(node: Arc<U>) -> Router {
    let routes = cases::routes()
        .merge(consents::routes())
        .merge(decisions::routes())
        .merge(exchanges::routes())
        .merge(peers::routes())
        .merge(need::routes())
        .merge(people::routes())
        .merge(teams::routes())
        .merge(tokens::routes())
        .merge(self::keys::routes())
        .merge(agency::routes())
        .merge(audit::routes());
    Router::new()
        .nest(PREFIX, routes)
        .fallback(problem::unknown_path)
        .method_not_allowed_fallback(problem::unknown_method)
        .with_state(node)
}
