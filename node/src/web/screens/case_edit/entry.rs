//! One entry of a list of a category: a member of the family, an illness, a step of the journey.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use protocol::category::Category;
use serde_json::Value;

use super::{
    asked::{Asked, Edit, Saved, asks_more, category_of, list_of, mark, opened, path_of, save},
    category::with,
};
use crate::{
    service::{ServiceError, UseCase},
    view::CaseView,
    web::{
        App,
        form::{self, Control, Form, Typed},
        packed::long_page,
        page::Mark,
        routes::{Needs, Routes},
        session::{Posted, Signed},
    },
};

pub(super) fn routes() -> Routes {
    Routes::new().form("/c/{id}/edit/{category}/{list}/{number}", Needs::May(UseCase::CaseEdit), ask, change)
}

/// Which entry of which list.
struct Entry {
    category: Category,
    name: &'static str,
    number: usize,
}

impl Entry {
    /// Where it stands, or would stand next; else there is no such page.
    fn of(me: &Signed, view: &CaseView, category: Category, list: &str, number: usize) -> Result<Self, Response> {
        let none = || me.refused(&ServiceError::NotFound { what: "case" });
        let (field, _, most) = list_of(category, list).ok_or_else(none)?;
        let entry = Self { category, name: field.name, number };
        let written = view.record.get(category.code()).is_some() || !asks_more(category);
        let there = entry.all(view).len();
        if written && number <= there && number < most { Ok(entry) } else { Err(none()) }
    }

    fn all<'a>(&self, view: &'a CaseView) -> &'a [Value] {
        let list = view.record.get(self.category.code()).and_then(|fields| fields.get(self.name));
        list.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
    }

    /// What the number of its boxes begins with.
    fn path(&self) -> String {
        format!("{}.{}", self.name, self.number)
    }

    /// Others name a member of the family by number: an entry in the middle can't go.
    fn removable(&self, view: &CaseView) -> bool {
        self.number < self.all(view).len() && self.name != "members"
    }
}

async fn ask(
    State(app): State<App>,
    me: Signed,
    Path((id, code, list, number)): Path<(String, String, String, usize)>,
) -> Result<Response, Response> {
    let category = category_of(&me, &code)?;
    let view = opened(&app, &me, &id).await?;
    let entry = Entry::of(&me, &view, category, &list, number)?;
    let there = view.record.get(category.code()).and_then(Value::as_object).cloned().unwrap_or_default();
    let typed = form::fill(me.w(), &form::table(category), &there, "");
    Ok(long_page(StatusCode::OK, &form_page(&me, &view, &entry, &typed, Vec::new())))
}

fn form_page(me: &Signed, view: &CaseView, entry: &Entry, typed: &Typed, faults: Vec<Mark>) -> Edit {
    let w = me.w();
    let back = format!("{}/edit/{}", path_of(&view.id), entry.category.code());
    let asked = Asked {
        title: "case-edit-title",
        heading: w.line(&w.code("field", entry.name)),
        lede: "case-entry-lede",
        button: "case-edit-save",
        action: format!("{back}/{}/{}", entry.name, entry.number),
        back,
        back_word: "go-back",
        seen: mark(&view.record, entry.category),
        record: &view.record,
        category: entry.category,
        removable: entry.removable(view),
    };
    asked.page(me, typed, faults, |form| controls(form, entry))
}

/// The boxes of the entry, without a heading of its own: the page's says it.
fn controls(form: &Form<'_>, entry: &Entry) -> Vec<Control> {
    let Some((_, kind, _)) = list_of(entry.category, entry.name) else { return Vec::new() };
    let control = form.kind(entry.name, kind, &entry.path());
    if control.parts.is_empty() { vec![control] } else { control.parts }
}

async fn change(
    State(app): State<App>,
    Path((id, code, list, number)): Path<(String, String, String, usize)>,
    Posted { me, form: typed }: Posted<Typed>,
) -> Result<Response, Response> {
    let category = category_of(&me, &code)?;
    let view = opened(&app, &me, &id).await?;
    let entry = Entry::of(&me, &view, category, &list, number)?;
    if typed.get("seen").is_none_or(|seen| *seen != mark(&view.record, category)) {
        return Ok(form_page(&me, &view, &entry, &typed, Vec::new()).after_another(me.w(), &view.record, category));
    }
    let record = changed(&view, &entry, &typed);
    match save(&app, &me, &view, category, record).await? {
        Saved::Yes => Ok(Redirect::to(&format!("{}/edit/{}", path_of(&view.id), category.code())).into_response()),
        Saved::Another => {
            let view = opened(&app, &me, &id).await?;
            Ok(form_page(&me, &view, &entry, &typed, Vec::new()).after_another(me.w(), &view.record, category))
        }
        Saved::Wrong(faults) => {
            Ok(long_page(StatusCode::UNPROCESSABLE_ENTITY, &form_page(&me, &view, &entry, &typed, faults)))
        }
    }
}

/// The record with the entry as it was typed, or without it.
fn changed(view: &CaseView, entry: &Entry, typed: &Typed) -> Value {
    let mut fields = view.record.get(entry.category.code()).and_then(Value::as_object).cloned().unwrap_or_default();
    let mut all = entry.all(view).to_vec();
    let old = all.get(entry.number).cloned();
    let remove = typed.contains_key("remove") && entry.removable(view);
    let kind = list_of(entry.category, entry.name).map(|(_, kind, _)| kind);
    match kind.and_then(|kind| form::value(kind, typed, &entry.path(), old.as_ref())) {
        _ if remove => drop(all.remove(entry.number)),
        Some(value) if old.is_some() => all[entry.number] = value,
        Some(value) => all.push(value),
        // Emptied, or nothing typed: what must be there is asked for.
        None if old.is_some() => all[entry.number] = Value::Object(serde_json::Map::new()),
        None => all.push(Value::Object(serde_json::Map::new())),
    }
    fields.insert(entry.name.to_owned(), Value::Array(all));
    with(&view.record, entry.category, fields)
}
