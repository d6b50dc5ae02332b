//! Exactly what the other agency will see: the values that are sealed, read as it will read them.

use askama::Template;
use axum::{http::StatusCode, response::Response};

use super::{less, send::Open};
use crate::{
    view::{Preview, PreviewAsk},
    web::{
        form::{Control, Form, Typed},
        packed::long_page,
        page::{Banner, Frame, Mark, Pair},
        record::{self, Section},
        screens::{asking::hidden, offer::outline},
        session::Signed,
        words::Words,
    },
};

#[derive(Template)]
#[template(path = "refer_check.html")]
pub(super) struct Check {
    f: Frame,
    path: String,
    action: String,
    step: String,
    heading: String,
    /// What goes now.
    now: Vec<Pair>,
    /// Whom the other agency is asked not to tell.
    not_told: Vec<String>,
    /// What goes after acceptance.
    sections: Vec<Section>,
    /// What was taken out again, and what puts it back.
    left_out: Vec<Pair>,
    /// What does not go.
    stays: Vec<String>,
    asks: Vec<String>,
    reason: Vec<Control>,
    hidden: Vec<(String, String)>,
    mark: String,
    send: String,
    /// A supervisor must let it go.
    two: bool,
}

impl Check {
    pub(super) fn of(me: &Signed, open: &Open, typed: &Typed, preview: &Preview, marks: Vec<Mark>) -> Self {
        let w = me.w();
        let peer = &open.peer.name;
        let reason = if preview.asks.is_empty() {
            Vec::new()
        } else {
            let form = Form::plain(w, typed, &marks);
            vec![form.text("reason", "refer-reason", 300).needed().hint(w.t("refer-reason-hint"))]
        };
        let mut sections = record::sections(w, &preview.release);
        less::offer(&mut sections);
        let mut f = me.frame("refer-title", "cases");
        f.marks = marks;
        Self {
            f,
            path: open.path.clone(),
            action: open.action.clone(),
            step: w.t2("step-of", ("n", w.number(3)), ("all", w.number(3))),
            heading: w.t1("refer-check-heading", "peer", peer),
            now: outline(w, &preview.triage),
            not_told: record::not_to_be_told(&preview.release),
            sections,
            left_out: less::left_out(w, typed),
            stays: record::missing(w, &preview.release),
            asks: preview.asks.iter().map(|one| ask(w, one)).collect(),
            hidden: hidden(typed, &reason),
            reason,
            mark: preview.mark.clone(),
            send: w.t1("refer-send", "peer", peer),
            two: preview.asks.iter().any(PreviewAsk::takes_two),
        }
    }

    /// Something else would have been sent: nothing was, and this is what it is now.
    pub(super) fn changed(mut self, w: Words) -> Response {
        let (title, text) = (w.t("refer-changed").into_owned(), w.t("refer-changed-text").into_owned());
        self.f.banners.push(Banner { kind: "wait", icon: "warn", title, text });
        long_page(StatusCode::CONFLICT, &self)
    }
}

/// What to think of before it is sent.
pub(in crate::web::screens) fn ask(w: Words, one: &PreviewAsk) -> String {
    match one.what.as_str() {
        "alike" => w.t("refer-asks-alike").into_owned(),
        "elsewhere" => w.t("refer-asks-elsewhere").into_owned(),
        "text" => w.t("refer-asks-words").into_owned(),
        "second" => w.t1("refer-takes-two", "category", w.line(&w.code("category", &one.category))),
        _ => w.t1("refer-asks-reason", "category", w.line(&w.code("category", &one.category))),
    }
}
