//! The record of what was done: newest first, a page at a time, filtered by person, act and outcome, and checked. A
//! filter is posted: a person's name never stands in an address.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use serde::Deserialize;

use crate::{
    service::{AuditFilter, UseCase},
    view::{AuditEntryView, AuditReport},
    web::{
        App,
        packed::long_page,
        page::{Banner, Frame, Tag},
        routes::{Needs, Routes},
        session::{Posted, Signed},
        words::{Moment, Words},
    },
};

pub(super) fn routes() -> Routes {
    Routes::new().form("/audit", Needs::May(UseCase::AuditRead), newest, filtered).post(
        "/audit/check",
        Needs::May(UseCase::AuditVerify),
        check,
    )
}

#[derive(Template)]
#[template(path = "audit.html")]
struct Audit {
    f: Frame,
    who: String,
    act: String,
    refused: bool,
    rows: Vec<Row>,
    /// Where the page after this begins.
    next: String,
}

struct Row {
    number: String,
    when: String,
    who: String,
    what: String,
    code: String,
    tag: Tag,
    object: String,
}

#[derive(Default, Deserialize)]
struct Typed {
    #[serde(default)]
    who: String,
    #[serde(default)]
    act: String,
    refused: Option<String>,
    #[serde(default)]
    before: String,
}

async fn newest(State(app): State<App>, me: Signed) -> Result<Response, Response> {
    shown(&app, &me, Typed::default(), None).await
}

async fn filtered(State(app): State<App>, Posted { me, form }: Posted<Typed>) -> Result<Response, Response> {
    shown(&app, &me, form, None).await
}

async fn check(State(app): State<App>, Posted { me, form }: Posted<Typed>) -> Result<Response, Response> {
    let report = app.service.audit_verify(&me.actor).await.map_err(|error| me.refused(&error))?;
    let banner = checked(me.w(), &report);
    shown(&app, &me, form, Some(banner)).await
}

fn checked(w: Words, report: &AuditReport) -> Banner {
    let count = w.counted("audit-checked", report.entries);
    match &report.fault {
        None => Banner { kind: "good", icon: "done", title: w.t("audit-whole").into_owned(), text: count },
        Some(fault) => {
            Banner { kind: "stop", icon: "stop", title: w.t("audit-broken").into_owned(), text: fault.clone() }
        }
    }
}

async fn shown(app: &App, me: &Signed, typed: Typed, banner: Option<Banner>) -> Result<Response, Response> {
    let Typed { who, act, refused, before } = typed;
    let refused = refused.is_some();
    let filter = AuditFilter { who: who.clone(), act: act.clone(), refused };
    let found = app.service.audit_back(&me.actor, before.parse().ok(), filter).await;
    let found = found.map_err(|error| me.refused(&error))?;
    let (w, moment) = (me.w(), me.moment());
    let mut f = me.frame("audit-title", "audit");
    f.here = "/audit".into();
    f.banners.extend(banner);
    let rows = found.entries.iter().map(|entry| row(w, &moment, entry)).collect();
    let next = found.next.map(|next| next.to_string()).unwrap_or_default();
    Ok(long_page(StatusCode::OK, &Audit { f, who, act, refused, rows, next }))
}

fn row(w: Words, moment: &Moment, entry: &AuditEntryView) -> Row {
    let tag = match entry.outcome.strip_prefix("refused: ") {
        Some(_) => Tag { kind: "stop", icon: "stop", word: w.t("audit-refused").into_owned() },
        None => Tag { kind: "good", icon: "done", word: w.t("audit-done").into_owned() },
    };
    let who = match &entry.approved_by {
        Some(second) => w.t2("audit-two", ("one", &entry.actor), ("other", second)),
        None => entry.actor.clone(),
    };
    let why = entry.outcome.strip_prefix("refused: ").map(|code| format!(" · {code}")).unwrap_or_default();
    Row {
        number: entry.seq.to_string(),
        when: moment.moment(w, entry.at),
        who,
        what: w.line(&w.code("act", &entry.action)),
        code: format!("{}{why}", entry.action),
        tag,
        object: entry.object.chars().take(8).collect(),
    }
}
