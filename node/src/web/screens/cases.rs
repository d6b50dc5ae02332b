//! The agency's own cases: the list, the search (posted: a name never stands in an address), and one case.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use protocol::category::Category;
use serde::Deserialize;

use crate::{
    service::{ServiceError, UseCase},
    view::{CaseSummary, SearchRequest},
    web::{
        App,
        packed::long_page,
        page::{Banner, Fault, Frame, Pair, page},
        record::{self, Section},
        routes::{Needs, Routes},
        session::{Posted, Signed},
        words::{Moment, Words},
    },
};

/// Cases of one page.
const ROWS: usize = 25;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/cases", Needs::May(UseCase::CaseList), list)
        .post("/cases", Needs::May(UseCase::CaseSearch), search)
        .get("/c/{id}", Needs::May(UseCase::CaseShow), show)
}

#[derive(Template)]
#[template(path = "cases.html")]
struct Cases {
    f: Frame,
    term: String,
    found: bool,
    /// More were found than are shown.
    more: bool,
    rows: Vec<Row>,
    next: String,
}

struct Row {
    path: String,
    km: String,
    latin: String,
    about: String,
    open: String,
    when: String,
}

#[derive(Deserialize)]
struct After {
    after: Option<String>,
}

#[derive(Deserialize)]
struct Term {
    #[serde(default)]
    term: String,
}

async fn list(State(app): State<App>, me: Signed, Query(After { after }): Query<After>) -> Result<Response, Response> {
    let list = app.service.case_list(&me.actor, after.as_deref(), ROWS).await.map_err(|error| me.refused(&error))?;
    let next = list.next.map(|next| format!("/cases?after={next}")).unwrap_or_default();
    Ok(page(StatusCode::OK, &cases(&me, String::new(), false, &list.cases, next)))
}

async fn search(
    State(app): State<App>,
    Posted { me, form: Term { term } }: Posted<Term>,
) -> Result<Response, Response> {
    let request = SearchRequest { term: term.clone() };
    match app.service.case_search(&me.actor, request).await {
        Ok(list) => {
            let shown = list.cases.get(..ROWS).unwrap_or(&list.cases);
            let mut template = cases(&me, term, true, shown, String::new());
            template.more = list.cases.len() > ROWS;
            Ok(page(StatusCode::OK, &template))
        }
        Err(ServiceError::Field { .. }) => {
            let mut template = cases(&me, String::new(), true, &[], String::new());
            template.f.faults.push(Fault { field: "term", text: me.w().t("cases-term-wrong").into_owned() });
            Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &template))
        }
        Err(error) => Err(me.refused(&error)),
    }
}

fn cases(me: &Signed, term: String, found: bool, list: &[CaseSummary], next: String) -> Cases {
    let (w, moment) = (me.w(), me.moment());
    let rows = list.iter().map(|one| row(w, &moment, one)).collect();
    Cases { f: me.frame("place-cases", "cases"), term, found, more: false, rows, next }
}

fn row(w: Words, moment: &Moment, one: &CaseSummary) -> Row {
    let parts = [w.code("child", &one.sex), w.age_as_kept(&one.age)];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    Row {
        path: format!("/c/{}", one.id.get(..20).unwrap_or(&one.id)),
        km: one.name_km.clone().unwrap_or_default(),
        latin: one.name_latin.clone().unwrap_or_default(),
        about: parts.join(" · "),
        open: if one.open_exchanges > 0 { w.counted("cases-open", one.open_exchanges) } else { String::new() },
        when: moment.near_day(w, one.updated),
    }
}

#[derive(Template)]
#[template(path = "case.html")]
struct Case {
    f: Frame,
    path: String,
    km: String,
    latin: String,
    changed: String,
    sections: Vec<Section>,
    /// Categories in which nothing is written down, each with its form.
    missing: Vec<Pair>,
    printed: String,
}

#[derive(Deserialize)]
struct Done {
    /// What was done just before, for a banner: one of our own words.
    #[serde(default)]
    done: String,
}

async fn show(
    State(app): State<App>,
    me: Signed,
    Path(id): Path<String>,
    Query(Done { done }): Query<Done>,
) -> Result<Response, Response> {
    let view = app.service.case_show(&me.actor, &id).await.map_err(|error| me.refused(&error))?;
    let (w, moment) = (me.w(), me.moment());
    let (km, latin) = record::name(&view.record);
    let now = moment.moment(w, me.visitor.glance.now);
    let path = format!("/c/{}", view.id.get(..20).unwrap_or(&view.id));
    let form = |category: &str| format!("{path}/edit/{category}");
    let mut sections = record::sections(w, &view.record);
    sections.iter_mut().for_each(|section| section.change = form(section.code));
    let missing = Category::ALL.iter().filter(|category| view.record.get(category.code()).is_none());
    let mut template = Case {
        f: me.frame("own-case-title", "cases"),
        km,
        latin,
        changed: w.t1("case-changed", "when", moment.moment(w, view.updated)),
        sections,
        missing: missing
            .map(|one| Pair { name: w.line(&w.code("category", one.code())), value: form(one.code()) })
            .collect(),
        printed: w.t2("printed-own", ("when", now), ("person", &me.name)),
        path: path.clone(),
    };
    template.f.banners.extend(banner(w, &done));
    Ok(long_page(StatusCode::OK, &template))
}

/// The success of the page before; nothing else can be put there by a link.
fn banner(w: Words, done: &str) -> Option<Banner> {
    let (title, text) = match done {
        "added" => ("done-added", "done-added-text"),
        "saved" => ("done-saved", "done-saved-text"),
        _ => return None,
    };
    Some(Banner { kind: "good", icon: "done", title: w.t(title).into_owned(), text: w.t(text).into_owned() })
}
