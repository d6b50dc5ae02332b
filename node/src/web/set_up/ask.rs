//! The browser that was let in, and its forms.

use std::sync::Arc;

use axum::{
    extract::{FromRequest, FromRequestParts, Request, rejection::FormRejection},
    http::{StatusCode, request::Parts},
    response::{IntoResponse as _, Redirect, Response},
};
use serde::de::DeserializeOwned;

use super::{SetUp, answers::Step};
use crate::web::{
    cookie,
    form_token::FormToken,
    page::{Fault, Frame, Message, language, page},
    session::WithToken,
    words::Words,
};

/// Whoever asks, from the browser that used the link. A handler that takes one can't be reached by another.
pub(super) struct Owner {
    pub(super) w: Words,
}

/// What is said to everybody else: nothing of what was answered.
pub(super) fn stranger(w: Words, taken: bool) -> Response {
    let key = if taken { "setup-elsewhere" } else { "setup-no-link" };
    let f = Frame::bare(w, String::new(), w.t("setup-name").into_owned(), "/");
    let (heading, text) = (w.t(key).into_owned(), w.t(&format!("{key}-text")).into_owned());
    page(StatusCode::FORBIDDEN, &Message { f, heading, text, hint: String::new() })
}

impl FromRequestParts<Arc<SetUp>> for Owner {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, set_up: &Arc<SetUp>) -> Result<Self, Response> {
        let w = Words::new(language(&parts.headers));
        let cookie = cookie::read(&parts.headers, cookie::SET_UP).unwrap_or_default();
        if set_up.knows(cookie) {
            return Ok(Self { w });
        }
        let taken = set_up.inside().taken;
        Err(stranger(w, taken))
    }
}

impl Owner {
    /// The frame of a step's page, with what is wrong on it.
    pub(super) fn frame(&self, set_up: &SetUp, step: Step, here: &str, faults: Vec<Fault>) -> Frame {
        let agency = set_up.inside().answers.agency.as_ref().map(|agency| agency.name.clone()).unwrap_or_default();
        let mut frame = Frame::bare(self.w, agency, self.of(step), here);
        frame.csrf = FormToken::of(&set_up.cookie).bare();
        frame.faults = faults;
        frame
    }

    /// `Set-up, step 2 of 6`.
    pub(super) fn of(&self, step: Step) -> String {
        let digits = |n: usize| self.w.digits(&n.to_string());
        self.w.t2("setup-step", ("step", digits(step.number())), ("of", digits(Step::ALL.len())))
    }

    pub(super) fn fault(&self, field: &'static str, key: &str) -> Fault {
        Fault { field, text: self.w.t(key).into_owned() }
    }

    /// A page that says one thing, and leads back to the set-up.
    pub(super) fn message(&self, status: StatusCode, key: &str, code: &str) -> Response {
        let w = self.w;
        let message = Message {
            f: Frame::bare(w, String::new(), w.t("setup-name").into_owned(), "/set-up"),
            heading: w.t(key).into_owned(),
            text: w.t(&format!("{key}-text")).into_owned(),
            hint: if code.is_empty() { String::new() } else { w.t1("error-code", "code", code.replace('/', " / ")) },
        };
        page(status, &message)
    }
}

/// To the first step that was not taken, if that is before `step`.
pub(super) fn not_yet(set_up: &SetUp, step: Step) -> Result<(), Response> {
    let next = set_up.inside().answers.next();
    if next < step { Err(Redirect::to(next.path()).into_response()) } else { Ok(()) }
}

/// On, to the first step that was not taken.
pub(super) fn on(set_up: &SetUp) -> Response {
    let next = set_up.inside().answers.next();
    Redirect::to(next.path()).into_response()
}

/// The status of a page with faults on it, or none.
pub(super) const fn status(faults: &[Fault]) -> StatusCode {
    if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
}

/// A form of one of the set-up's own pages.
pub(super) struct Posted<T> {
    pub(super) owner: Owner,
    pub(super) form: T,
}

impl<T: DeserializeOwned + Send + 'static> FromRequest<Arc<SetUp>> for Posted<T> {
    type Rejection = Response;

    async fn from_request(request: Request, set_up: &Arc<SetUp>) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let owner = Owner::from_request_parts(&mut parts, set_up).await?;
        let request = Request::from_parts(parts, body);
        let parsed: Result<axum::Form<WithToken<T>>, FormRejection> = axum::Form::from_request(request, set_up).await;
        let Ok(axum::Form(sent)) = parsed else {
            return Err(owner.message(StatusCode::BAD_REQUEST, "error-form", ""));
        };
        if FormToken::of(&set_up.cookie).is(&sent.csrf) {
            Ok(Self { owner, form: sent.form })
        } else {
            Err(owner.message(StatusCode::FORBIDDEN, "error-form", ""))
        }
    }
}
