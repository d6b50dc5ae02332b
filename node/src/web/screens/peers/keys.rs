//! The keys of another agency: which signed for it, and what its key log says, entry by entry.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};

use super::path_of;
use crate::{
    view::{KeyLine, LogLine},
    web::{
        App,
        page::{Frame, Tag, page},
        session::Signed,
    },
};

#[derive(Template)]
#[template(path = "peer_keys.html")]
struct PeerKeys {
    f: Frame,
    path: String,
    name: String,
    keys: Vec<Key>,
    entries: Vec<Entry>,
}

struct Key {
    id: String,
    tag: Tag,
    until: String,
}

struct Entry {
    number: String,
    what: String,
    key: String,
    reason: String,
    at: String,
}

pub(super) async fn show(State(app): State<App>, me: Signed, Path(id): Path<String>) -> Result<Response, Response> {
    let peer = app.service.peer_show(&me.actor, &id).await.map_err(|error| me.refused(&error))?;
    let list = app.service.key_history(&me.actor, &id).await.map_err(|error| me.refused(&error))?;
    let mut f = me.frame("peer-keys-title", "peers");
    f.here = format!("{}/keys", path_of(&peer));
    let template = PeerKeys {
        path: path_of(&peer),
        name: peer.name,
        keys: list.keys.iter().rev().map(|line| key(&me, line)).collect(),
        entries: list.entries.iter().rev().map(|line| entry(&me, line)).collect(),
        f,
    };
    Ok(page(StatusCode::OK, &template))
}

/// The beginning of an id is enough to compare two keys of one agency.
fn short(id: &str) -> String {
    id.get(..8).unwrap_or(id).to_owned()
}

fn key(me: &Signed, line: &KeyLine) -> Key {
    let (w, revoked) = (me.w(), line.revoked.is_some());
    let (kind, icon, word) = match line.stage.as_str() {
        _ if revoked => ("stop", "stop", "revoked"),
        "active" | "published" => ("good", "done", "good"),
        "expired" => ("", "clock", "expired"),
        _ => ("", "lock", "retiring"),
    };
    Key {
        id: short(&line.id),
        tag: Tag { kind, icon, word: w.code("key-stage", word) },
        until: line.until.map(|at| me.moment().moment(w, at)).unwrap_or_default(),
    }
}

fn entry(me: &Signed, line: &LogLine) -> Entry {
    let w = me.w();
    Entry {
        number: w.number(line.entry),
        what: match line.what.as_str() {
            known
            @ ("genesis" | "add_op_key" | "revoke_key" | "rotate_root" | "recover" | "incarnation" | "retire") => {
                w.code("key-entry", known)
            }
            _ => w.t("key-entry-newer").into_owned(),
        },
        key: line.key.as_deref().map(short).unwrap_or_default(),
        reason: line.reason.clone().unwrap_or_default(),
        at: me.moment().moment(w, line.at),
    }
}
