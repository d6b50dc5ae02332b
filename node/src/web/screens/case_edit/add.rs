//! A new case: who the child is; then, before it is made, who may be the same child.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use protocol::category::Category;
use serde_json::{Value, json};

use super::asked::{Asked, Edit, path_of, to, wrong};
use crate::{
    service::UseCase,
    view::AlikeCase,
    web::{
        App,
        form::{self, Typed},
        packed::long_page,
        page::{Frame, Mark},
        record,
        routes::{Needs, Routes},
        session::{Posted, Signed},
        words::Words,
    },
};

/// What every new case is asked.
const FIRST: Category = Category::Identity;

pub(super) fn routes() -> Routes {
    Routes::new().form("/cases/new", Needs::May(UseCase::CaseAdd), ask, add)
}

#[derive(Template)]
#[template(path = "alike.html")]
struct Alike {
    f: Frame,
    km: String,
    latin: String,
    about: String,
    rows: Vec<Row>,
    /// What was typed, to be sent again.
    typed: Vec<(String, String)>,
}

struct Row {
    /// Empty where it is a colleague's.
    path: String,
    km: String,
    latin: String,
    about: String,
    ask: String,
}

async fn ask(me: Signed) -> Result<Response, Response> {
    me.must(UseCase::CaseAdd)?;
    Ok(long_page(StatusCode::OK, &form_page(&me, &today(&me), Vec::new())))
}

/// The day on which an age is estimated is mostly today.
fn today(me: &Signed) -> Typed {
    let day = me.moment().today();
    let parts = [("y", i64::from(day.year())), ("m", day.month().into()), ("d", day.day().into())];
    parts.into_iter().map(|(part, number)| (format!("age_estimate.as_of.{part}"), number.to_string())).collect()
}

fn form_page(me: &Signed, typed: &Typed, faults: Vec<Mark>) -> Edit {
    let asked = Asked {
        title: "case-add",
        heading: me.w().t("case-new-heading").into_owned(),
        lede: "case-new-lede",
        button: "case-new-save",
        back: "/cases".into(),
        back_word: "place-cases",
        action: "/cases/new".into(),
        seen: String::new(),
        record: &Value::Null,
        category: FIRST,
        removable: false,
    };
    asked.page(me, typed, faults, |form| form.controls(&form::table(FIRST), ""))
}

async fn add(State(app): State<App>, Posted { me, form: typed }: Posted<Typed>) -> Result<Response, Response> {
    if typed.contains_key("back") {
        return Ok(long_page(StatusCode::OK, &form_page(&me, &typed, Vec::new())));
    }
    let case = json!({ FIRST.code(): form::read(&form::table(FIRST), &typed, "", None) });
    let alike = match app.service.case_alike(&me.actor, &case).await {
        Ok(alike) => alike.cases,
        Err(error) => {
            let faults = wrong(me.w(), FIRST, &error).ok_or_else(|| me.refused(&error))?;
            return Ok(long_page(StatusCode::UNPROCESSABLE_ENTITY, &form_page(&me, &typed, faults)));
        }
    };
    if !alike.is_empty() && !typed.contains_key("another") {
        return Ok(long_page(StatusCode::OK, &alike_page(&me, &case, alike, typed)));
    }
    let saved = app.service.case_add(&me.actor, case).await.map_err(|error| me.refused(&error))?;
    Ok(to(&path_of(&saved.id), "added"))
}

fn alike_page(me: &Signed, case: &Value, alike: Vec<AlikeCase>, typed: Typed) -> Alike {
    let w = me.w();
    let (km, latin) = record::name(case);
    let identity = |name: &str| case.pointer(&format!("/identity/{name}"));
    let said = |name: &str| {
        let kind = form::field(FIRST, name).map(|field| field.kind);
        identity(name).zip(kind).map(|(value, kind)| record::brief(w, &kind, value))
    };
    let about: Vec<String> = ["sex", "birth", "age_estimate"].into_iter().filter_map(said).collect();
    Alike {
        f: me.frame("alike-title", "cases"),
        km,
        latin,
        about: w.line(&about.join(" · ")),
        rows: alike.into_iter().map(|one| row(w, one)).collect(),
        typed: typed.into_iter().filter(|(name, _)| name != "seen").collect(),
    }
}

fn row(w: Words, AlikeCase { case, yours }: AlikeCase) -> Row {
    let who = case.assigned.join(", ");
    let ask = match (yours, who.is_empty()) {
        (true, _) => w.t("alike-open").into_owned(),
        (false, true) => w.t("alike-ask-supervisor").into_owned(),
        (false, false) => w.t1("alike-ask", "who", &who),
    };
    let about = [w.code("value", &case.sex), w.age_as_kept(&case.age)];
    Row {
        path: if yours { path_of(&case.id) } else { String::new() },
        km: case.name_km.unwrap_or_default(),
        latin: case.name_latin.unwrap_or_default(),
        about: w.line(&about.join(" · ")),
        ask,
    }
}
