//! One category of a case.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use protocol::category::Category;
use serde_json::{Map, Value};

use super::asked::{Asked, Edit, Saved, category_of, mark, opened, path_of, save, to};
use crate::{
    service::UseCase,
    view::CaseView,
    web::{
        App,
        form::{self, Typed},
        packed::long_page,
        page::Mark,
        routes::{Needs, Routes},
        session::{Posted, Signed},
    },
};

pub(super) fn routes() -> Routes {
    Routes::new().form("/c/{id}/edit/{category}", Needs::May(UseCase::CaseEdit), ask, change)
}

async fn ask(
    State(app): State<App>,
    me: Signed,
    Path((id, code)): Path<(String, String)>,
) -> Result<Response, Response> {
    let category = category_of(&me, &code)?;
    let view = opened(&app, &me, &id).await?;
    let there = view.record.get(category.code()).and_then(Value::as_object).cloned().unwrap_or_default();
    let typed = form::fill(me.w(), &form::table(category), &there, "");
    Ok(long_page(StatusCode::OK, &form_page(&me, &view, category, &typed, Vec::new())))
}

fn form_page(me: &Signed, view: &CaseView, category: Category, typed: &Typed, faults: Vec<Mark>) -> Edit {
    let (w, back) = (me.w(), path_of(&view.id));
    let asked = Asked {
        title: "case-edit-title",
        heading: w.line(&w.code("category", category.code())),
        lede: "case-edit-lede",
        button: "case-edit-save",
        action: format!("{back}/edit/{}", category.code()),
        back,
        back_word: "case-back",
        seen: mark(&view.record, category),
        record: &view.record,
        category,
        removable: false,
    };
    asked.page(me, typed, faults, |form| form.controls(&form::table(category), ""))
}

async fn change(
    State(app): State<App>,
    Path((id, code)): Path<(String, String)>,
    Posted { me, form: typed }: Posted<Typed>,
) -> Result<Response, Response> {
    let category = category_of(&me, &code)?;
    let view = opened(&app, &me, &id).await?;
    if typed.get("seen").is_none_or(|seen| *seen != mark(&view.record, category)) {
        return Ok(form_page(&me, &view, category, &typed, Vec::new()).after_another(me.w(), &view.record, category));
    }
    let fields = form::read(&form::table(category), &typed, "", view.record.get(category.code()));
    let record = with(&view.record, category, fields);
    match save(&app, &me, &view, category, record).await? {
        Saved::Yes => Ok(to(&path_of(&view.id), "saved")),
        Saved::Another => {
            let view = opened(&app, &me, &id).await?;
            Ok(form_page(&me, &view, category, &typed, Vec::new()).after_another(me.w(), &view.record, category))
        }
        Saved::Wrong(faults) => {
            Ok(long_page(StatusCode::UNPROCESSABLE_ENTITY, &form_page(&me, &view, category, &typed, faults)))
        }
    }
}

/// The record with these fields in the place of the category's; a category in which nothing stands is not written down.
pub(super) fn with(record: &Value, category: Category, fields: Map<String, Value>) -> Value {
    let mut record = record.clone();
    if let Some(categories) = record.as_object_mut() {
        if fields.is_empty() && category != Category::Identity {
            categories.remove(category.code());
        } else {
            categories.insert(category.code().to_owned(), Value::Object(fields));
        }
    }
    record
}
