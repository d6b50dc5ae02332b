//! Passkeys on a page: whether they work at the address by which it was asked for, and what the script is told.

use axum::{
    Json,
    http::{HeaderMap, header},
    response::{IntoResponse as _, Response},
};

use super::{App, cookie, page::Fault, session::Visitor, words::Words};
use crate::service::{
    ServiceError,
    people::{ANSWER_WITHIN, Asked, CeremonyToken},
};

/// The form that asks a device; templates call it `passkey`. With neither address there is nothing to say.
pub(super) struct PasskeyForm {
    /// Whether passkeys work on this page.
    pub(super) here: bool,
    /// Where they work, if not here.
    pub(super) at: String,
    /// `get` or `create`: what the browser is asked.
    pub(super) kind: &'static str,
    /// The button's text.
    pub(super) word: &'static str,
    /// Where the answer goes.
    pub(super) action: String,
    /// Where the script learns what to ask.
    pub(super) begin: String,
    /// What a new passkey is called.
    pub(super) name: Option<String>,
    /// Whether the page has the box for shared computers.
    pub(super) shared: bool,
}

impl PasskeyForm {
    fn new(app: &App, visitor: &Visitor, kind: &'static str, word: &'static str, action: String) -> Self {
        let site = app.service.passkey_site();
        let here = site.is_some_and(|site| site.is_at(&visitor.host));
        let at = site.filter(|_| !here).map(|site| site.url().to_owned()).unwrap_or_default();
        let begin = format!("{action}/begin");
        Self { here, at, kind, word, action, begin, name: None, shared: false }
    }

    /// For signing in.
    pub(super) fn to_sign_in(app: &App, visitor: &Visitor) -> Self {
        let form = Self::new(app, visitor, "get", "passkey-sign-in", "/sign-in/passkey".into());
        Self { shared: true, ..form }
    }

    /// For the invitation of this token.
    pub(super) fn to_enrol(app: &App, visitor: &Visitor, token: &str, name: &str) -> Self {
        let form = Self::new(app, visitor, "create", "passkey-enrol", format!("/join/{token}/passkey"));
        Self { name: Some(named(visitor, name)), shared: true, ..form }
    }

    /// For one more.
    pub(super) fn to_add(app: &App, visitor: &Visitor, name: &str) -> Self {
        let form = Self::new(app, visitor, "create", "passkey-add-yes", "/settings/passkeys/new".into());
        Self { name: Some(named(visitor, name)), ..form }
    }
}

/// What was typed, else a name to begin with.
fn named(visitor: &Visitor, name: &str) -> String {
    if name.is_empty() { visitor.w.t("passkey-first-name").into_owned() } else { name.to_owned() }
}

/// What the script hands to the device; the browser keeps by what it is known again.
pub(super) fn asked(app: &App, asked: &Asked) -> Response {
    let mut response = Json(&asked.options).into_response();
    if let Some(cookie) = cookie::begin_passkey(app.secure, &asked.token.expose(), ANSWER_WITHIN) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

/// By what this browser is known, if it asked.
pub(super) fn ceremony(app: &App, headers: &HeaderMap) -> Option<CeremonyToken> {
    cookie::read(headers, cookie::passkey(app.secure)).and_then(|text| text.parse().ok())
}

/// The answer to a device's answer: it is not waited for any more.
pub(super) fn answered(app: &App, mut response: Response) -> Response {
    if let Some(cookie) = cookie::end_passkey(app.secure) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// What was wrong with a new passkey, if it is for the person to mend.
pub(super) fn fault(w: Words, error: &ServiceError) -> Option<Fault> {
    let ServiceError::Field { field, .. } = error else { return None };
    match *field {
        "passkey_name" => Some(Fault { field: "passkey_name", text: w.t("passkey-name-wrong").into_owned() }),
        "passkey" => Some(Fault { field: "", text: w.t("passkey-not-taken").into_owned() }),
        _ => None,
    }
}
