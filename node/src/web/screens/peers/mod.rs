//! Other agencies: who they are, introducing one by its card, comparing numbers, stopping one.

mod add;
mod compare;
mod digits;
mod list;
mod suspend;

use axum::{
    Router,
    routing::{get, post},
};

pub(in crate::web::screens) use self::digits::{Digits, Heard};
use crate::{
    service::ServiceError,
    view::PeerView,
    web::{
        App,
        page::{Banner, Tag},
        session::Signed,
        words::Words,
    },
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/peers", get(list::all))
        .route("/peers/add", get(add::ask).post(add::add))
        .route("/peers/{id}", get(list::one))
        .route("/peers/{id}/compare", get(compare::ask).post(compare::same))
        .route("/peers/{id}/differs", post(compare::differs))
        .route("/peers/{id}/suspend", get(suspend::ask).post(suspend::suspend))
}

/// A beginning of the id is enough to be the only one.
fn path_of(peer: &PeerView) -> String {
    format!("/peers/{}", peer.id.get(..20).unwrap_or(&peer.id))
}

fn trust(w: Words, peer: &PeerView) -> Tag {
    let tag = |kind, icon, key: &str| Tag { kind, icon, word: w.t(key).into_owned() };
    match peer.trust.as_str() {
        "verified" => tag("good", "shield", "tag-verified"),
        "introduced" => tag("wait", "shieldo", "peer-introduced"),
        "suspended" => tag("stop", "stop", "peer-suspended"),
        _ => tag("", "gone", "peer-retired"),
    }
}

/// Whether numbers can be compared with it.
fn comparable(peer: &PeerView) -> bool {
    matches!(peer.trust.as_str(), "introduced" | "suspended")
}

/// The success of the page before; nothing else can be put there by a link.
fn banner(w: Words, done: &str, peer: &str) -> Option<Banner> {
    let (kind, icon, title, text) = match done {
        "added" => ("good", "done", "peer-done-added", "peer-done-added-text"),
        "verified" => ("good", "shield", "peer-done-verified", "peer-done-verified-text"),
        "asked" => ("news", "clock", "peer-done-asked", "peer-done-asked-text"),
        "suspended" => ("good", "done", "peer-done-suspended", "peer-done-suspended-text"),
        "differs" => ("stop", "stop", "peer-done-differs", "peer-done-differs-text"),
        _ => return None,
    };
    Some(Banner { kind, icon, title: w.t1(title, "peer", peer), text: w.t1(text, "peer", peer) })
}

/// A form for who may not send it is not shown either.
fn only_for(me: &Signed, allowed: bool) -> Result<(), axum::response::Response> {
    if allowed { Ok(()) } else { Err(me.refused(&ServiceError::NotAllowed { ask: "your key administrator" })) }
}
