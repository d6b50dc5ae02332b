//! A signed part of the record for somebody outside: asked, confirmed by a second person, then fetched as a file.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
};
use jiff::civil::Date;
use serde::Deserialize;

use super::people::{Done, rule};
use crate::{
    service::{ServiceError, UseCase, people::Decided},
    view::{ExportRequest, ExportView},
    web::{
        App,
        page::{Banner, Fault, Frame, Tag, page},
        routes::{Needs, Routes},
        session::{Posted, Signed},
        words::{Moment, Words},
    },
};

pub(super) fn routes() -> Routes {
    Routes::new().form("/audit/export", Needs::May(UseCase::AuditExport), show, ask).post(
        "/audit/export/{id}",
        Needs::May(UseCase::AuditExport),
        fetch,
    )
}

#[derive(Template)]
#[template(path = "export.html")]
struct Export {
    f: Frame,
    since: String,
    until: String,
    /// Why the days can't be taken.
    wrong: String,
    rows: Vec<Row>,
}

struct Row {
    id: String,
    time: String,
    tag: Tag,
    about: String,
    ready: bool,
}

#[derive(Deserialize)]
struct Nothing {}

#[derive(Default, Deserialize)]
struct Typed {
    #[serde(default)]
    since: String,
    #[serde(default)]
    until: String,
}

async fn show(State(app): State<App>, me: Signed, Query(Done { done }): Query<Done>) -> Result<Response, Response> {
    let banner = banner(me.w(), &done);
    shown(&app, &me, Typed::default(), banner, None).await
}

fn banner(w: Words, done: &str) -> Option<Banner> {
    let (kind, icon, title, text) = match done {
        "asked" => ("news", "clock", "people-done-asked", "export-asked-text"),
        "ready" => ("good", "done", "export-ready", "export-ready-text"),
        _ => return None,
    };
    Some(Banner { kind, icon, title: w.t(title).into_owned(), text: w.t(text).into_owned() })
}

async fn shown(
    app: &App,
    me: &Signed,
    typed: Typed,
    banner: Option<Banner>,
    fault: Option<Fault>,
) -> Result<Response, Response> {
    let list = app.service.exports(&me.actor).await.map_err(|error| me.refused(&error))?;
    let (w, moment) = (me.w(), me.moment());
    let mut f = me.frame("export-title", "audit");
    f.here = "/audit/export".into();
    f.banners.extend(banner);
    f.banners.extend(rule(w, &list.two_persons));
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let wrong = fault.as_ref().map(|fault| fault.text.clone()).unwrap_or_default();
    f.faults.extend(fault);
    let rows = list.exports.iter().map(|export| row(w, &moment, export)).collect();
    Ok(page(status, &Export { f, since: typed.since, until: typed.until, wrong, rows }))
}

fn row(w: Words, moment: &Moment, export: &ExportView) -> Row {
    let tag = |kind, icon, key: &str| Tag { kind, icon, word: w.t(key).into_owned() };
    let (from, to) = (moment.moment(w, export.since), moment.moment(w, export.until));
    let ends = moment.moment(w, export.ends);
    let about = match &export.approved_by {
        Some(name) => w.t2("export-confirmed", ("name", name), ("when", ends)),
        None if export.ready => w.t1("export-until", "when", ends),
        None => w.t1("export-waits", "when", ends),
    };
    Row {
        id: export.id.clone(),
        time: w.t2("board-from-until", ("from", from), ("until", to)),
        tag: if export.ready { tag("good", "done", "export-can") } else { tag("wait", "clock", "waits-for-another") },
        about,
        ready: export.ready,
    }
}

async fn ask(State(app): State<App>, Posted { me, form: typed }: Posted<Typed>) -> Result<Response, Response> {
    // Who may not ask is refused before anything is said about the days.
    if !me.may(UseCase::AuditExport) {
        app.service.exports(&me.actor).await.map_err(|error| me.refused(&error))?;
    }
    let moment = me.moment();
    let (since, until) = (typed.since.trim().parse::<Date>(), typed.until.trim().parse::<Date>());
    let last = until.and_then(jiff::civil::Date::tomorrow);
    let field = match (since, last) {
        (Ok(since), Ok(last)) => {
            let time = ExportRequest { since: moment.begins(since), until: moment.begins(last) };
            match app.service.ask_export(&me.actor, time).await {
                Ok(Decided::Done(_)) => return Ok(Redirect::to("/audit/export?done=ready").into_response()),
                Ok(Decided::Waits(_)) => return Ok(Redirect::to("/audit/export?done=asked").into_response()),
                Err(ServiceError::Field { field: "since", .. }) => ("since", "export-none"),
                Err(ServiceError::Field { field: "until", .. }) => ("until", "export-too-many"),
                Err(error) => return Err(me.refused(&error)),
            }
        }
        (Err(_), _) => ("since", "export-no-day"),
        (Ok(_), Err(_)) => ("until", "export-no-day"),
    };
    let (field, text) = field;
    let fault = Fault { field, text: me.w().t(text).into_owned() };
    shown(&app, &me, typed, None, Some(fault)).await
}

/// The file. Its name says nothing of anybody; it is kept by no cache, as all answers here.
async fn fetch(
    State(app): State<App>,
    Path(id): Path<String>,
    Posted { me, form: Nothing {} }: Posted<Nothing>,
) -> Result<Response, Response> {
    let file = app.service.export_fetch(&me.actor, &id).await.map_err(|error| me.refused(&error))?;
    let name = format!("attachment; filename=\"record-{}-{}.jsonl\"", file.first, file.last);
    let headers =
        [(header::CONTENT_TYPE, "application/jsonl; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, file.text).into_response())
}
