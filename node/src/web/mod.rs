//! The screens: pages made on the server, for people in a browser. No script is needed; those that are sent say what is
//! new, and ask devices for passkeys.
//!
//! Handlers are thin: who asks ([`session`]), one service function, one template. What every request passes is in
//! [`guard`]; what the pages say is in [`words`]. Pages are kept by nobody, hold no name in title or address, and
//! load nothing from elsewhere.
//!
//! | path | page |
//! | --- | --- |
//! | `/`, `/sign-in`, `/sign-out`, `/join` | signing in and out, an invitation; `…/passkey`: by a device |
//! | `/inbox` | what waits for an answer |
//! | `/r/{id}`, `/r/{id}/accept`, `/r/{id}/decline` | an offer, and the answers to it |
//! | `/r/{id}/case` | what was released to this agency |
//! | `/r/{id}/note`, `…/progress`, `…/complete` | what people say while it goes on |
//! | `/r/{id}/withdraw` | what was sent is taken back |
//! | `/sent` | what this agency asked, and whether it has arrived |
//! | `/cases`, `/c/{id}` | own cases: list, search, one |
//! | `/cases/new`, `/c/{id}/edit/{category}` | a case is added, and changed by category |
//! | `/c/{id}/consent`, `…/ask`, `…/new`, `…/{consent}/end` | what was agreed to: asked, recorded, listed, ended |
//! | `/c/{id}/refer`, `…/refer/{peer}` | a case is offered: to whom, what, exactly what they will see |
//! | `/c/{id}/custody` | who holds what about the child |
//! | `/people`, `/people/{id}`, `/waiting/{id}` | people, and what waits for a second person |
//! | `/peers`, `/peers/{id}`, `…/compare`, `…/suspend` | other agencies |
//! | `/keys`, `/audit` | own keys, the record |
//! | `/board`, `/c/{id}/assign`, `/r/{id}/assign` | the supervisor |
//! | `/c/{id}/open`, `/r/{id}/open` | what is not one's own, with a reason |
//! | `/settings`, `/help`, `/more` | own sessions, help, the rest of the menu |
//! | `/settings/passkeys/{id}`, `/settings/passphrase` | by what one signs in oneself |
//! | `/news` | what is new, to a page that is open |
//! | `/hide`, `/lang/{tag}`, `/a/…` | for everybody |
//! | `/begin/…`, `/set-up/…` | before there is a node: an agency is made ([`mod@set_up`]) |

mod assets;
mod cookie;
mod drafts;
mod form;
mod form_token;
mod gate;
mod guard;
mod live;
mod packed;
mod page;
mod passkeys;
mod qr;
mod record;
mod routes;
mod screens;
mod server;
mod session;
mod set_up;
#[cfg(test)]
mod tests;
mod words;

use std::sync::Arc;

use axum::Router;

pub use gate::{Gate, gated};
pub use routes::{Needs, Route};
pub use server::{Screens, WebError, WebLimits, serve};
pub use set_up::{Agency, Boxed, Drawn, Founder, Front, Kit, Last, NotMade, SetUp, set_up};

use crate::service::Service;

/// What the handlers share.
#[derive(Clone)]
struct App {
    service: Arc<Service>,
    /// Whether browsers reach the node over TLS.
    secure: bool,
    /// Pages that wait for news.
    streams: Arc<live::Streams>,
}

/// The screens of an open node. `secure` says whether they are served over TLS; of its `connections` half may wait for
/// news, so that pages find some.
pub fn router(service: Arc<Service>, secure: bool, connections: usize) -> Router {
    app(service, secure, live::Streams::new(connections / 2, live::Times::default()))
}

fn app(service: Arc<Service>, secure: bool, streams: live::Streams) -> Router {
    screens::all(screens::routes()).with_state(App { service, secure, streams: Arc::new(streams) })
}

/// Every route of an open node and who may ask for it, in the order of the menu.
#[must_use]
pub fn routes() -> Vec<Route> {
    screens::routes().list()
}
