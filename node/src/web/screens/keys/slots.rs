//! The unlock slots of the keyring: what opens it, since when. No page takes or shows a secret: the command does.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};

use crate::{
    view::SlotLine,
    web::{
        App,
        page::{Frame, Tag, page},
        session::Signed,
    },
};

#[derive(Template)]
#[template(path = "key_slots.html")]
struct SlotsPage {
    f: Frame,
    rows: Vec<Row>,
    /// There is only one: who knows it must be there.
    alone: bool,
}

struct Row {
    number: String,
    name: String,
    tag: Tag,
    what: String,
    added: String,
}

pub(super) async fn show(State(app): State<App>, me: Signed) -> Result<Response, Response> {
    let list = app.service.key_slots(&me.actor).await.map_err(|error| me.refused(&error))?;
    let rows: Vec<Row> = list.slots.iter().map(|slot| row(&me, slot)).collect();
    let alone = rows.len() == 1;
    Ok(page(StatusCode::OK, &SlotsPage { f: me.frame("slots-title", "keys"), rows, alone }))
}

fn row(me: &Signed, slot: &SlotLine) -> Row {
    let w = me.w();
    let icon = match slot.kind.as_str() {
        "passphrase" => "key",
        "recovery" => "paper",
        _ => "lock",
    };
    Row {
        // It is typed in a command.
        number: slot.number.to_string(),
        name: if slot.name.is_empty() { w.t("slots-first").into_owned() } else { slot.name.clone() },
        tag: Tag { kind: "", icon, word: w.code("slot-kind", &slot.kind) },
        what: w.code("slot-what", &slot.kind),
        added: slot.added.map_or_else(|| w.t("slots-from-start").into_owned(), |at| me.moment().day(w, at)),
    }
}
