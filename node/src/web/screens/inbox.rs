//! The inbox: what waits for an answer, most urgent first, and what goes on. No name, no free text.

use askama::Template;
use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use serde::Deserialize;

use super::people::Done;
use crate::{
    service::{UseCase, Whose},
    view::ExchangeSummary,
    web::{
        App,
        page::{Banner, Frame, Tag, page},
        routes::{Needs, Routes},
        session::Signed,
        words::{Moment, Words},
    },
};

/// Rows of one page: it stays below 15 KB.
const ROWS: usize = 20;

pub(super) fn routes() -> Routes {
    Routes::new().get("/inbox", Needs::May(UseCase::Inbox), show)
}

#[derive(Template)]
#[template(path = "inbox.html")]
struct Inbox {
    f: Frame,
    /// How many wait, shown or not.
    total: u64,
    offers: Vec<Row>,
    going: Vec<Row>,
    pages: Pages,
    filters: Vec<Filter>,
}

/// A part of the list, and the way to it.
struct Filter {
    path: &'static str,
    word: &'static str,
    chosen: bool,
}

/// The way to the pages before and after; empty where there is none.
pub(in crate::web) struct Pages {
    pub(in crate::web) before: String,
    pub(in crate::web) after: String,
}

impl Pages {
    /// Of page `number` (from 1) of so many rows at `path`.
    pub(in crate::web) fn of(path: &str, number: usize, rows: usize) -> Self {
        let joined = if path.contains('?') { '&' } else { '?' };
        let link = |number: usize| format!("{path}{joined}page={number}");
        Self {
            before: if number > 1 { link(number - 1) } else { String::new() },
            after: if number.saturating_mul(ROWS) < rows { link(number + 1) } else { String::new() },
        }
    }
}

/// Which page of a list, from 1.
#[derive(Deserialize)]
pub(in crate::web) struct Turned {
    page: Option<u16>,
}

/// Which part of the list: one of our own words, anything else is all of it.
#[derive(Deserialize)]
struct Part {
    #[serde(default)]
    whose: String,
}

impl Part {
    fn chosen(&self) -> Whose {
        match self.whose.as_str() {
            "mine" => Whose::Mine,
            "team" => Whose::Team,
            _ => Whose::All,
        }
    }
}

/// The parts of the list, in the order in which they are offered.
const PARTS: [(Whose, &str, &str); 3] = [
    (Whose::Mine, "/inbox?whose=mine", "inbox-mine"),
    (Whose::Team, "/inbox?whose=team", "inbox-team"),
    (Whose::All, "/inbox", "inbox-all"),
];

impl Turned {
    pub(in crate::web) fn number(&self) -> usize {
        usize::from(self.page.unwrap_or(1).max(1))
    }

    /// The rows of this page.
    pub(in crate::web) fn rows<'a, T>(&self, all: &'a [T]) -> &'a [T] {
        let from = (self.number() - 1).saturating_mul(ROWS).min(all.len());
        &all[from..(from + ROWS).min(all.len())]
    }
}

/// A line that opens an exchange.
pub(in crate::web) struct Row {
    pub(in crate::web) path: String,
    pub(in crate::web) fresh: bool,
    pub(in crate::web) title: String,
    pub(in crate::web) tag: Tag,
    pub(in crate::web) about: String,
    pub(in crate::web) reference: String,
    pub(in crate::web) when: String,
    pub(in crate::web) day: String,
}

async fn show(
    State(app): State<App>,
    me: Signed,
    Query(turned): Query<Turned>,
    Query(part): Query<Part>,
    Query(Done { done }): Query<Done>,
) -> Result<Response, Response> {
    let whose = part.chosen();
    let list = app.service.inbox_of(&me.actor, whose).await.map_err(|error| me.refused(&error))?;
    let path = PARTS.iter().find(|(part, ..)| *part == whose).map_or("/inbox", |(_, path, _)| path);
    let (w, moment) = (me.w(), me.moment());
    let unanswered = |one: &&ExchangeSummary| one.state == "offered";
    let (offers, going): (Vec<_>, Vec<_>) = turned.rows(&list.exchanges).iter().partition(unanswered);
    let total = list.exchanges.iter().filter(unanswered).count();
    let mut f = me.frame("place-inbox", "inbox");
    if done == "accepted" {
        let title = w.t("done-accepted").into_owned();
        let text = w.t("inbox-accepted-text").into_owned();
        f.banners.push(Banner { kind: "good", icon: "done", title, text });
    }
    let template = Inbox {
        f,
        total: u64::try_from(total).unwrap_or(u64::MAX),
        offers: offers.iter().map(|one| waiting(w, &moment, one)).collect(),
        going: going.iter().map(|one| under_way(w, &moment, one)).collect(),
        pages: Pages::of(path, turned.number(), list.exchanges.len()),
        filters: PARTS.map(|(part, path, word)| Filter { path, word, chosen: part == whose }).into(),
    };
    Ok(page(StatusCode::OK, &template))
}

/// `Girl, 12–14: transitional shelter`; once the offer is erased, only that it was one.
pub(in crate::web) fn child(w: Words, one: &ExchangeSummary) -> String {
    let services = w.codes("service", one.services.iter().map(String::as_str));
    if one.sex.is_empty() {
        return if services.is_empty() { w.t("a-child").into_owned() } else { services };
    }
    w.with(
        "child-needs",
        &[("child", &w.code("child", &one.sex)), ("age", &w.age_band(&one.age_band)), ("service", &services)],
    )
}

/// The path of an exchange's page. A beginning of the id is enough to be the only one, and keeps lists small.
pub(in crate::web) fn path_of(id: &str) -> String {
    format!("/r/{}", id.get(..20).unwrap_or(id))
}

fn waiting(w: Words, moment: &Moment, one: &ExchangeSummary) -> Row {
    let languages = w.codes("language", one.languages.iter().map(String::as_str));
    let tag = match one.urgency.as_str() {
        _ if one.late => Tag { kind: "stop", icon: "clock", word: w.t("tag-overdue").into_owned() },
        "critical" | "high" => Tag { kind: "stop", icon: "warn", word: w.code("urgency", &one.urgency) },
        _ => Tag { kind: "wait", icon: "clock", word: w.code("urgency", &one.urgency) },
    };
    let about = if languages.is_empty() {
        w.t1("from", "peer", &one.peer)
    } else {
        w.t2("from-speaks", ("peer", &one.peer), ("languages", languages))
    };
    Row {
        path: path_of(&one.id),
        fresh: !one.late,
        title: child(w, one),
        tag,
        about,
        reference: one.reference.clone(),
        when: w.t1("by-hour", "hour", moment.hour(w, one.answer_by)),
        day: moment.near_day(w, one.answer_by),
    }
}

/// One that was answered and goes on.
pub(in crate::web) fn under_way(w: Words, moment: &Moment, one: &ExchangeSummary) -> Row {
    let (kind, icon) = if one.late { ("stop", "warn") } else { look(&one.state) };
    let word = if one.late { w.t("tag-overdue").into_owned() } else { w.code("state", &one.state) };
    Row {
        path: path_of(&one.id),
        fresh: false,
        title: child(w, one),
        tag: Tag { kind, icon, word },
        about: w.t1("from", "peer", &one.peer),
        reference: one.reference.clone(),
        when: moment.hour(w, one.since),
        day: moment.near_day(w, one.since),
    }
}

/// Colour and shape of a state.
pub(in crate::web) fn look(state: &str) -> (&'static str, &'static str) {
    match state {
        "offered" => ("wait", "clock"),
        "accepted" | "released" | "completed" => ("good", "done"),
        "refused" => ("stop", "stop"),
        _ => ("", "gone"),
    }
}
