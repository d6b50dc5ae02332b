//! One's own drafts: where to go on, and throwing one away. No child's name stands here.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use serde::Deserialize;

use super::people::Done;
use crate::{
    service::UseCase,
    view::DraftLine,
    web::{
        App,
        page::{Banner, Frame, page},
        routes::{Needs, Routes},
        session::{Posted, Signed},
        words::{Moment, Words},
    },
};

pub(super) fn routes() -> Routes {
    Routes::new().get("/drafts", Needs::May(UseCase::DraftKeep), show).post(
        "/drafts/{id}/drop",
        Needs::May(UseCase::DraftKeep),
        throw_away,
    )
}

#[derive(Template)]
#[template(path = "drafts.html")]
struct Drafts {
    f: Frame,
    rows: Vec<Row>,
}

struct Row {
    id: String,
    path: String,
    title: String,
    about: String,
    when: String,
}

#[derive(Deserialize)]
struct Nothing {}

/// The success of the page before; nothing else can be put there by a link.
fn banner(w: Words, done: &str) -> Option<Banner> {
    let (title, text) = match done {
        "kept" => ("draft-kept", "draft-kept-text"),
        "dropped" => ("draft-dropped", "draft-dropped-text"),
        _ => return None,
    };
    Some(Banner { kind: "good", icon: "done", title: w.t(title).into_owned(), text: w.t(text).into_owned() })
}

async fn show(State(app): State<App>, me: Signed, Query(Done { done }): Query<Done>) -> Result<Response, Response> {
    let list = app.service.drafts(&me.actor).await.map_err(|error| me.refused(&error))?;
    let (w, moment) = (me.w(), me.moment());
    let mut f = me.frame("drafts-title", "cases");
    f.banners.extend(banner(w, &done));
    let rows = list.drafts.iter().map(|line| row(w, &moment, line)).collect();
    Ok(page(StatusCode::OK, &Drafts { f, rows }))
}

fn row(w: Words, moment: &Moment, line: &DraftLine) -> Row {
    let short = |id: &Option<String>| id.as_deref().map(|id| id.get(..20).unwrap_or(id).to_owned()).unwrap_or_default();
    let (case, exchange) = (short(&line.case), short(&line.exchange));
    let path = match line.kind.as_str() {
        "refer" => format!("/c/{case}/refer/{}", short(&line.peer)),
        "consent" => format!("/c/{case}/consent/new"),
        word => format!("/r/{exchange}/{word}"),
    };
    let title = match line.kind.as_str() {
        "refer" => w.t1("draft-refer", "peer", line.peer_name.as_deref().unwrap_or_default()),
        "consent" => w.t("consent-new-title").into_owned(),
        "note" => w.t("note-heading").into_owned(),
        "progress" => w.t("progress-heading").into_owned(),
        _ => w.t("complete-heading").into_owned(),
    };
    Row {
        id: line.id.clone(),
        path,
        title,
        about: line.reference.as_ref().map(|number| format!("{} {number}", w.t("ref"))).unwrap_or_default(),
        when: w.t2("draft-when", ("when", moment.moment(w, line.at)), ("until", moment.day(w, line.ends))),
    }
}

async fn throw_away(
    State(app): State<App>,
    Path(id): Path<String>,
    Posted { me, form: Nothing {} }: Posted<Nothing>,
) -> Result<Response, Response> {
    app.service.draft_drop(&me.actor, &id).await.map_err(|error| me.refused(&error))?;
    Ok(Redirect::to("/drafts?done=dropped").into_response())
}
