//! Who holds what about a child: one card for each disclosure, and what is overdue above them.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};

use super::inbox::path_of;
use crate::{
    service::UseCase,
    view::{CustodyLine, CustodyView},
    web::{
        App,
        packed::long_page,
        page::{Banner, Frame, Tag},
        routes::{Needs, Routes},
        session::Signed,
        words::{Moment, Words},
    },
};

pub(super) fn routes() -> Routes {
    Routes::new().get("/c/{id}/custody", Needs::May(UseCase::Custody), show)
}

#[derive(Template)]
#[template(path = "custody.html")]
struct Custody {
    f: Frame,
    path: String,
    sentence: String,
    rows: Vec<Row>,
    printed: String,
}

struct Row {
    path: String,
    peer: String,
    tag: Tag,
    holds: String,
    since: String,
}

async fn show(State(app): State<App>, me: Signed, Path(id): Path<String>) -> Result<Response, Response> {
    let custody = app.service.custody(&me.actor, &id).await.map_err(|error| me.refused(&error))?;
    let (w, moment) = (me.w(), me.moment());
    let now = moment.moment(w, me.visitor.glance.now);
    let mut f = me.frame("custody-title", "cases");
    f.banners.extend(
        custody.lines.iter().filter(|line| line.state == "erase_asked").map(|line| unconfirmed(w, &moment, line)),
    );
    let template = Custody {
        f,
        path: format!("/c/{}", custody.case.get(..20).unwrap_or(&custody.case)),
        sentence: sentence(w, &custody),
        rows: custody.lines.iter().rev().map(|line| row(w, &moment, line)).collect(),
        printed: w.t2("printed-own", ("when", now), ("person", &me.name)),
    };
    Ok(long_page(StatusCode::OK, &template))
}

/// All of it in a sentence. Never that something was deleted everywhere: a receipt is a word given, not a look inside.
fn sentence(w: Words, custody: &CustodyView) -> String {
    let told = custody.lines.iter().filter(|line| line.state != "refused");
    let mut holders: Vec<&str> =
        told.clone().filter(|line| line.state != "erased").map(|line| line.peer_id.as_str()).collect();
    holders.sort_unstable();
    holders.dedup();
    match (told.count(), u64::try_from(holders.len()).unwrap_or(u64::MAX)) {
        (0, _) => w.t("custody-only-here").into_owned(),
        (_, 0) => w.t("custody-all-erased").into_owned(),
        (_, n) => w.counted("custody-holders", n),
    }
}

fn unconfirmed(w: Words, moment: &Moment, line: &CustodyLine) -> Banner {
    Banner {
        kind: "wait",
        icon: "warn",
        title: w.t1("custody-unconfirmed", "peer", &line.peer),
        text: w.t1("custody-unconfirmed-text", "when", moment.moment(w, line.since)),
    }
}

fn row(w: Words, moment: &Moment, line: &CustodyLine) -> Row {
    let (kind, icon, key) = match line.state.as_str() {
        "offered" => ("wait", "clock", "custody-offered"),
        "holding" => ("good", "done", "custody-holding"),
        "erase_asked" => ("stop", "warn", "custody-erase-asked"),
        "erased" => ("", "gone", "custody-erased"),
        _ => ("", "stop", "custody-refused"),
    };
    let since = match line.erased_at {
        Some(at) => w.t1("custody-receipt", "when", moment.moment(w, at)),
        None => w.t1("custody-since", "when", moment.moment(w, line.since)),
    };
    Row {
        path: path_of(&line.exchange),
        peer: line.peer.clone(),
        tag: Tag { kind, icon, word: w.t(key).into_owned() },
        holds: if line.holds.is_empty() { w.t("custody-nothing").into_owned() } else { holds(w, line) },
        since,
    }
}

/// What is held, in words.
pub(super) fn holds(w: Words, line: &CustodyLine) -> String {
    let one = |code: &String| match code.as_str() {
        "triage" => w.t("custody-triage").into_owned(),
        code => w.line(&w.code("category", code)),
    };
    line.holds.iter().map(one).collect::<Vec<_>>().join(", ")
}
