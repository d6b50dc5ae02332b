//! The agency's own keys: what there is, in which state, until when, and its number.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};

use super::peers::Digits;
use crate::{
    service::UseCase,
    view::OwnKey,
    web::{
        App,
        page::{Frame, Tag, page},
        routes::{Needs, Routes},
        session::Signed,
        words::{Moment, Words},
    },
};

pub(super) fn routes() -> Routes {
    Routes::new().get("/keys", Needs::May(UseCase::KeyList), show)
}

#[derive(Template)]
#[template(path = "keys.html")]
struct KeysPage {
    f: Frame,
    rows: Vec<Row>,
    digits: Digits,
}

struct Row {
    name: String,
    what: String,
    tag: Tag,
    until: String,
}

async fn show(State(app): State<App>, me: Signed) -> Result<Response, Response> {
    let own = app.service.own_keys(&me.actor).await.map_err(|error| me.refused(&error))?;
    let (w, moment) = (me.w(), me.moment());
    let rows = own.keys.iter().map(|key| row(w, &moment, key)).collect();
    Ok(page(
        StatusCode::OK,
        &KeysPage { f: me.frame("keys-title", "keys"), rows, digits: Digits::of(&own.fingerprint) },
    ))
}

fn row(w: Words, moment: &Moment, key: &OwnKey) -> Row {
    let (kind, icon) = match key.state.as_str() {
        "in_use" | "by_itself" => ("good", "done"),
        "ending" => ("wait", "clock"),
        "taken_back" | "ended" => ("stop", "stop"),
        _ => ("", "lock"),
    };
    Row {
        name: w.code("key", &key.kind),
        what: w.code("key-what", &key.kind),
        tag: Tag { kind, icon, word: w.code("key-state", &key.state) },
        until: key.until.map_or_else(|| w.t("keys-no-end").into_owned(), |at| moment.moment(w, at)),
    }
}
