//! What keys there are, in which state, until when, and the agency's number.

use askama::Template;
use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};

use super::short;
use crate::{
    service::UseCase,
    view::{KeyLine, OwnKey},
    web::{
        App,
        page::{Banner, Frame, Tag, page},
        screens::{peers::Digits, people::Done},
        session::Signed,
        words::{Moment, Words},
    },
};

#[derive(Template)]
#[template(path = "keys.html")]
struct KeysPage {
    f: Frame,
    rows: Vec<Row>,
    digits: Digits,
    /// What the button for the next signing key says; none for who may not make it.
    next: Option<String>,
}

struct Row {
    name: String,
    /// The beginning of its id, where several may be of one kind.
    id: String,
    what: String,
    tag: Tag,
    until: String,
    /// Where it is taken back; empty where it can't be.
    revoke: String,
}

pub(super) async fn show(
    State(app): State<App>,
    me: Signed,
    Query(Done { done }): Query<Done>,
) -> Result<Response, Response> {
    let own = app.service.own_keys(&me.actor).await.map_err(|error| me.refused(&error))?;
    let list = app.service.key_list(&me.actor).await.map_err(|error| me.refused(&error))?;
    let (w, moment) = (me.w(), me.moment());
    let signing = list.keys.iter().filter(|key| key.kind == "signing");
    let prepared = signing.clone().any(|key| key.stage == "published");
    let mut rows: Vec<Row> = own.keys.iter().map(|key| row(w, &moment, key)).collect();
    // After the main key and the next one.
    let at = rows.len().min(2);
    rows.splice(at..at, signing.map(|key| signing_row(&me, &moment, key)));
    let next = if prepared { "key-next-use-go" } else { "key-next-go" };
    let mut f = me.frame("keys-title", "keys");
    f.banners.extend(banner(w, &done));
    let next = me.may(UseCase::KeyRotate).then(|| w.t(next).into_owned());
    Ok(page(StatusCode::OK, &KeysPage { f, rows, digits: Digits::of(&own.fingerprint), next }))
}

/// The success of the page before; nothing else can be put there by a link.
fn banner(w: Words, done: &str) -> Option<Banner> {
    let (kind, icon, title, text) = match done {
        "prepared" => ("good", "done", "key-done-prepared", "key-done-prepared-text"),
        "activated" => ("good", "done", "key-done-activated", "key-done-activated-text"),
        "revoked" => ("good", "done", "key-done-revoked", "key-done-revoked-text"),
        "asked" => ("wait", "clock", "key-done-asked", "key-done-asked-text"),
        _ => return None,
    };
    Some(Banner { kind, icon, title: w.t(title).into_owned(), text: w.t(text).into_owned() })
}

fn row(w: Words, moment: &Moment, key: &OwnKey) -> Row {
    let (kind, icon) = match key.state.as_str() {
        "in_use" | "by_itself" => ("good", "done"),
        "ended" => ("stop", "stop"),
        _ => ("", "lock"),
    };
    Row {
        name: w.code("key", &key.kind),
        id: String::new(),
        what: w.code("key-what", &key.kind),
        tag: Tag { kind, icon, word: w.code("key-state", &key.state) },
        until: until(w, moment, key.until),
        revoke: String::new(),
    }
}

fn signing_row(me: &Signed, moment: &Moment, key: &KeyLine) -> Row {
    let w = me.w();
    let revoked = key.revoked.is_some();
    let (kind, icon, word) = match (key.stage.as_str(), key.due.as_deref()) {
        _ if revoked => ("stop", "stop", "revoked"),
        ("active", None) => ("good", "done", "active"),
        ("active", Some(_)) => ("wait", "clock", "ending"),
        ("published", _) => ("news", "clock", "published"),
        ("expired", _) => ("stop", "stop", "expired"),
        ("destroyed", _) => ("", "lock", "destroyed"),
        (_, _) => ("", "lock", "retiring"),
    };
    Row {
        name: w.code("key", "signing"),
        id: short(&key.id).to_owned(),
        what: w.code("key-what", "signing"),
        tag: Tag { kind, icon, word: w.code("key-stage", word) },
        until: until(w, moment, key.until),
        revoke: if revoked || !me.may(UseCase::KeyRevoke) {
            String::new()
        } else {
            format!("/keys/{}/revoke", short(&key.id))
        },
    }
}

fn until(w: Words, moment: &Moment, at: Option<keys::Timestamp>) -> String {
    at.map_or_else(|| w.t("keys-no-end").into_owned(), |at| moment.moment(w, at))
}
