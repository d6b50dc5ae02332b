//! The consents of a case.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use serde::Deserialize;

use super::{grantee, named_field, short};
use crate::{
    service::UseCase,
    view::{ConsentView, DecidedView},
    web::{
        App,
        page::{Banner, Frame, Pair, Tag, page},
        routes::{Needs, Routes},
        session::Signed,
        words::{Moment, Words},
    },
};

/// Consents of one page: it stays below 15 KB.
const ROWS: usize = 8;

pub(super) fn routes() -> Routes {
    Routes::new().get("/c/{id}/consent", Needs::May(UseCase::ConsentList), show)
}

#[derive(Template)]
#[template(path = "consents.html")]
struct Consents {
    f: Frame,
    path: String,
    rows: Vec<Row>,
    /// The way to older ones; empty where there are none.
    older: String,
}

/// One consent.
pub(super) struct Row {
    pub(super) tag: Tag,
    /// Where it must be looked at again.
    pub(super) review: Option<Tag>,
    pub(super) title: String,
    pub(super) facts: Vec<Pair>,
    /// The page on which it is looked at again; empty where there is nothing to look at.
    pub(super) look: String,
    /// The page that ends it; empty where it has ended.
    pub(super) end: String,
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    from: u16,
    /// What was done just before, for a banner: one of our own words.
    #[serde(default)]
    done: String,
}

async fn show(
    State(app): State<App>,
    me: Signed,
    Path(id): Path<String>,
    Query(Asked { from, done }): Query<Asked>,
) -> Result<Response, Response> {
    let list = app.service.consent_list(&me.actor, &id).await.map_err(|error| me.refused(&error))?;
    let (w, moment) = (me.w(), me.moment());
    let path = format!("/c/{}", short(&id));
    let from = usize::from(from);
    let shown = list.consents.iter().skip(from).take(ROWS);
    let rows = shown.map(|one| row(w, &moment, &path, one)).collect();
    let older =
        if list.consents.len() > from + ROWS { format!("{path}/consent?from={}", from + ROWS) } else { String::new() };
    let mut f = me.frame("consent-title", "cases");
    f.banners.extend(banner(w, &done));
    Ok(page(StatusCode::OK, &Consents { f, path, rows, older }))
}

/// The success of the page before; nothing else can be put there by a link.
fn banner(w: Words, done: &str) -> Option<Banner> {
    let (title, text) = match done {
        "recorded" => ("done-consent", "done-consent-text"),
        "asked" => ("decision-asked", "decision-asked-text"),
        "reviewed" => ("done-review", "done-review-text"),
        "ended" => ("done-consent-ended", "done-consent-ended-text"),
        _ => return None,
    };
    Some(Banner { kind: "good", icon: "done", title: w.t(title).into_owned(), text: w.t(text).into_owned() })
}

/// A consent as the pages show it.
pub(super) fn row(w: Words, moment: &Moment, path: &str, one: &ConsentView) -> Row {
    let (kind, icon, key) = match one.state.as_str() {
        "active" => ("good", "done", "consent-active"),
        "expired" => ("", "clock", "consent-expired"),
        _ => ("", "gone", "consent-withdrawn"),
    };
    let what = one.categories.iter().map(|code| w.line(&w.code("category", code)));
    let what: Vec<String> = what.chain(one.named_fields.iter().map(|name| named_field(w, name))).collect();
    let to: Vec<String> = one.to.iter().map(|to| grantee(w, to)).collect();
    let given_by = w.code("given_by", &one.given_by);
    let given_by = match one.assent.as_str() {
        "" => given_by,
        assent => format!("{given_by} · {}", w.code("assent", assent)),
    };
    let fact = |key: &str, value: String| Pair { name: w.t(key).into_owned(), value };
    let decided = one.decided.as_ref();
    let overdue = decided.is_some_and(|decided| decided.overdue);
    let due = decided.is_some_and(|decided| decided.review_on.is_some());
    let mut facts = vec![
        fact("consent-what", what.join(", ")),
        fact("consent-for", w.codes("purpose", one.purposes.iter().map(String::as_str))),
        fact("consent-by", w.line(&given_by)),
        fact("consent-given", moment.day(w, one.given_at)),
        fact("consent-until", moment.day(w, one.until)),
    ];
    if let Some(decided) = decided {
        facts.extend(decision(w, moment, decided));
    }
    Row {
        tag: Tag { kind, icon, word: w.t(key).into_owned() },
        review: overdue.then(|| Tag { kind: "stop", icon: "warn", word: w.t("review-overdue").into_owned() }),
        title: to.join(", "),
        facts,
        look: if due { format!("{path}/consent/{}/review", short(&one.id)) } else { String::new() },
        end: if one.state == "withdrawn" { String::new() } else { format!("{path}/consent/{}/end", short(&one.id)) },
    }
}

/// Who decided where nobody could agree, why, and until when it must be looked at again.
fn decision(w: Words, moment: &Moment, decided: &DecidedView) -> Vec<Pair> {
    let told = decided.child_told.as_deref().map(|told| w.line(&w.code("told", told)));
    let looked = match (&decided.reviewed_by, decided.reviewed_at) {
        (Some(by), Some(at)) => w.t2("board-with", ("who", by), ("when", moment.day(w, at))),
        _ => String::new(),
    };
    let facts = [
        ("decided-by", w.t2("audit-two", ("one", &decided.worker), ("other", &decided.supervisor))),
        ("decided-why", decided.reason.clone()),
        ("consent-why-nobody", decided.why_nobody.clone().unwrap_or_default()),
        ("consent-told", told.unwrap_or_default()),
        ("review-on", decided.review_on.as_deref().map(|day| w.recorded_day(day)).unwrap_or_default()),
        ("review-last", looked),
        ("review-words", decided.reviewed_words.clone().unwrap_or_default()),
    ];
    let filled = facts.into_iter().filter(|(_, value)| !value.is_empty());
    filled.map(|(key, value)| Pair { name: w.t(key).into_owned(), value }).collect()
}
