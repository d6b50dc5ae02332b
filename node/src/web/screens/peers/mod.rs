//! Other agencies: who they are, introducing one by its card, comparing numbers, stopping one.

mod add;
mod compare;
mod digits;
mod evidence;
mod keys;
mod list;
mod suspend;

pub(in crate::web::screens) use self::digits::{Digits, Heard};
use crate::{
    service::UseCase,
    view::PeerView,
    web::{
        page::{Banner, Tag},
        routes::{Needs, Routes},
        words::Words,
    },
};

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/peers", Needs::May(UseCase::PeerList), list::all)
        .form("/peers/add", Needs::May(UseCase::PeerAdd), add::ask, add::add)
        .get("/peers/{id}", Needs::May(UseCase::PeerShow), list::one)
        .get("/peers/{id}/keys", Needs::May(UseCase::PeerShow), keys::show)
        .get("/peers/{id}/proof", Needs::May(UseCase::PeerEvidence), evidence::proof)
        .form("/peers/{id}/compare", Needs::May(UseCase::PeerVerify), compare::ask, compare::same)
        .post("/peers/{id}/differs", Needs::May(UseCase::PeerSuspend), compare::differs)
        .form("/peers/{id}/suspend", Needs::May(UseCase::PeerSuspend), suspend::ask, suspend::suspend)
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
