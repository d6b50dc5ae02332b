//! What the pages that change a case have in common.

use askama::Template;
use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use protocol::category::{Category, Need, field::Field};
use serde_json::Value;

use crate::{
    service::ServiceError,
    view::{CaseView, Fault},
    web::{
        App,
        form::{self, Control, Form, Typed},
        packed::long_page,
        page::{Banner, Frame, Mark},
        record::{self, Section},
        session::Signed,
        words::Words,
    },
};

#[derive(Template)]
#[template(path = "case_edit.html")]
pub(super) struct Edit {
    pub(super) f: Frame,
    pub(super) back: String,
    pub(super) back_word: String,
    pub(super) heading: String,
    pub(super) lede: String,
    /// What somebody saved meanwhile.
    pub(super) saved: Vec<Section>,
    pub(super) action: String,
    pub(super) seen: String,
    pub(super) controls: Vec<Control>,
    pub(super) places: Vec<String>,
    pub(super) button: String,
    pub(super) removable: bool,
}

/// A page on which a case's fields are asked.
pub(super) struct Asked<'a> {
    pub(super) title: &'a str,
    pub(super) heading: String,
    pub(super) lede: &'a str,
    pub(super) button: &'a str,
    pub(super) back: String,
    pub(super) back_word: &'a str,
    pub(super) action: String,
    pub(super) seen: String,
    /// The case as it is; nothing for a new one.
    pub(super) record: &'a Value,
    pub(super) category: Category,
    pub(super) removable: bool,
}

impl Asked<'_> {
    /// The page, with what was typed and what is wrong with it.
    pub(super) fn page(
        self,
        me: &Signed,
        typed: &Typed,
        faults: Vec<Mark>,
        controls: impl Fn(&Form<'_>) -> Vec<Control>,
    ) -> Edit {
        let w = me.w();
        let mut marks = faults;
        let controls = {
            let form = |marks: &[Mark]| {
                let there = self.record.get(self.category.code());
                let members = record::members(w, self.record);
                let asks_more = asks_more(self.category);
                controls(&Form { w, typed, marks, members, there, asks_more, path: self.back_to_category() })
            };
            form::settle(&mut marks, &form(&[]));
            form(&marks)
        };
        let mut f = me.frame(self.title, "cases");
        f.marks = marks;
        Edit {
            f,
            back: self.back,
            back_word: w.t(self.back_word).into_owned(),
            heading: self.heading,
            lede: w.t(self.lede).into_owned(),
            saved: Vec::new(),
            action: self.action,
            seen: self.seen,
            places: form::offered(w, &controls),
            controls,
            button: w.t(self.button).into_owned(),
            removable: self.removable,
        }
    }

    /// The category's own page: below it lie those of its entries.
    fn back_to_category(&self) -> String {
        let code = self.category.code();
        self.action
            .split_once(&format!("/edit/{code}"))
            .map_or_else(String::new, |(case, _)| format!("{case}/edit/{code}"))
    }
}

impl Edit {
    /// Somebody else saved while this was written: their version first, then what was typed.
    pub(super) fn after_another(mut self, w: Words, record: &Value, category: Category) -> Response {
        self.f.banners.push(Banner {
            kind: "wait",
            icon: "warn",
            title: w.t("case-changed-title").into_owned(),
            text: w.t("case-changed-text").into_owned(),
        });
        self.saved = record::sections(w, record).into_iter().filter(|one| one.code == category.code()).collect();
        long_page(StatusCode::CONFLICT, &self)
    }
}

/// A case, opened to be changed.
pub(super) async fn opened(app: &App, me: &Signed, id: &str) -> Result<CaseView, Response> {
    app.service.case_show(&me.actor, id).await.map_err(|error| me.refused(&error))
}

/// A category by the path of its page.
pub(super) fn category_of(me: &Signed, code: &str) -> Result<Category, Response> {
    code.parse().map_err(|_| me.refused(&ServiceError::NotFound { what: "case" }))
}

/// The path of a case's page.
pub(super) fn path_of(id: &str) -> String {
    format!("/c/{}", id.get(..20).unwrap_or(id))
}

/// To the case's page, which says what was done.
pub(super) fn to(path: &str, done: &str) -> Response {
    Redirect::to(&format!("{path}?done={done}")).into_response()
}

/// The state of a category as a form was made from it: of another state the form knows nothing.
pub(super) fn mark(record: &Value, category: Category) -> String {
    let text = record.get(category.code()).map(Value::to_string).unwrap_or_default();
    let digest = ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
    data_encoding::HEXLOWER.encode(&digest.as_ref()[..8])
}

/// What became of saving.
pub(super) enum Saved {
    Yes,
    /// Somebody was quicker.
    Another,
    /// Not acceptable.
    Wrong(Vec<Mark>),
}

/// Saves `record` in the place of what `view` shows.
pub(super) async fn save(
    app: &App,
    me: &Signed,
    view: &CaseView,
    category: Category,
    record: Value,
) -> Result<Saved, Response> {
    match app.service.case_edit_from(&me.actor, &view.id, view.version, record).await {
        Ok(Some(_)) => Ok(Saved::Yes),
        Ok(None) => Ok(Saved::Another),
        Err(error) => wrong(me.w(), category, &error).map(Saved::Wrong).ok_or_else(|| me.refused(&error)),
    }
}

/// What is wrong with what was typed, if that is what the service refused.
pub(super) fn wrong(w: Words, category: Category, error: &ServiceError) -> Option<Vec<Mark>> {
    match error {
        ServiceError::CaseInvalid { faults } => Some(marks(w, category, faults)),
        ServiceError::CaseTooLarge { largest, .. } => {
            let text = w.t1("form-too-large", "category", w.line(&w.code("category", largest)));
            Some(vec![Mark { id: String::new(), text }])
        }
        _ => None,
    }
}

fn marks(w: Words, category: Category, faults: &[Fault]) -> Vec<Mark> {
    form::marks(w, category, faults)
}

/// Whether nothing can be written in the category without something that it must have.
pub(super) fn asks_more(category: Category) -> bool {
    form::table(category).iter().any(|field| field.need != Need::Optional)
}

/// A list's field and what its entries hold.
pub(super) fn list_of(
    category: Category,
    name: &str,
) -> Option<(&'static Field, &'static protocol::category::field::Kind, usize)> {
    let field = form::field(category, name)?;
    let (kind, most) = form::entry(&field.kind)?;
    Some((field, kind, most))
}
