//! Signing in and out. One message for every failure; what was typed is not shown again but the name.

use askama::Template;
use axum::{
    Form,
    extract::{State, rejection::FormRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
};
use serde::Deserialize;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{
    service::{
        ServiceError,
        people::{NewSession, PasskeySignIn, Passphrase, SessionToken, SignIn},
    },
    web::{
        App, cookie,
        page::{Fault, Frame, page},
        passkeys::{self, PasskeyForm},
        routes::{Needs, Routes},
        session::{From, Posted, Visitor, refused},
    },
};

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/", Needs::Nothing, ask)
        .post("/sign-in", Needs::Nothing, sign_in)
        .post("/sign-in/passkey/begin", Needs::Nothing, ask_device)
        .post("/sign-in/passkey", Needs::Nothing, by_passkey)
        .post("/sign-out", Needs::Session, sign_out)
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    f: Frame,
    name: String,
    shared: bool,
    passkey: PasskeyForm,
}

#[derive(Deserialize, Zeroize, ZeroizeOnDrop)]
struct Typed {
    #[serde(default)]
    name: String,
    #[serde(default)]
    passphrase: String,
    #[serde(default)]
    code: String,
    /// Present when the box is ticked.
    shared: Option<String>,
}

/// The sign-in page; whoever is signed in goes on to their first page.
async fn ask(State(app): State<App>, headers: HeaderMap, visitor: Visitor) -> Response {
    let token = cookie::read(&headers, cookie::session(app.secure)).and_then(|text| text.parse::<SessionToken>().ok());
    if let Some(token) = token
        && app.service.session(&token).await.is_ok()
    {
        return Redirect::to("/start").into_response();
    }
    let passkey = PasskeyForm::to_sign_in(&app, &visitor);
    page(StatusCode::OK, &SignInPage { f: visitor.frame("sign-in"), name: String::new(), shared: false, passkey })
}

async fn sign_in(
    State(app): State<App>,
    From(from): From,
    visitor: Visitor,
    form: Result<Form<Typed>, FormRejection>,
) -> Response {
    let Ok(Form(mut typed)) = form else { return Redirect::to("/").into_response() };
    let shared_computer = typed.shared.is_some();
    let ask = SignIn {
        name: typed.name.clone(),
        passphrase: Passphrase::new(Zeroizing::new(std::mem::take(&mut typed.passphrase))),
        code: Zeroizing::new(std::mem::take(&mut typed.code)),
        from,
        shared_computer,
    };
    let error = match app.service.sign_in(ask).await {
        Ok(session) => return entered(&app, &session),
        Err(error) => error,
    };
    not_entered(&app, &visitor, &error, ("name", typed.name.clone()), shared_computer)
}

/// The sign-in page again: what was wrong, in the same words whatever it was, beside `field`.
fn not_entered(
    app: &App,
    visitor: &Visitor,
    error: &ServiceError,
    (field, name): (&'static str, String),
    shared: bool,
) -> Response {
    let w = visitor.w;
    let mut f = visitor.frame("sign-in");
    f.here = "/".into();
    let text = match error {
        ServiceError::SignInFailed => w.t("sign-in-failed").into_owned(),
        ServiceError::TooSoon { seconds } => w.counted("too-soon", *seconds),
        other => return refused(f, other),
    };
    f.faults.push(Fault { field, text });
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::UNAUTHORIZED);
    let passkey = PasskeyForm::to_sign_in(app, visitor);
    page(status, &SignInPage { f, name, shared, passkey })
}

/// What the script hands to the device: the same for everybody.
async fn ask_device(State(app): State<App>, From(from): From) -> Response {
    match app.service.ask_sign_in(from).await {
        Ok(asked) => passkeys::asked(&app, &asked),
        Err(error) => StatusCode::from_u16(error.status()).unwrap_or(StatusCode::NOT_FOUND).into_response(),
    }
}

#[derive(Deserialize)]
struct Answered {
    #[serde(default)]
    credential: String,
    /// Present when the box is ticked.
    shared: Option<String>,
}

async fn by_passkey(
    State(app): State<App>,
    From(from): From,
    headers: HeaderMap,
    visitor: Visitor,
    form: Result<Form<Answered>, FormRejection>,
) -> Response {
    let Ok(Form(typed)) = form else { return Redirect::to("/").into_response() };
    let shared_computer = typed.shared.is_some();
    let ceremony = passkeys::ceremony(&app, &headers);
    let ask = PasskeySignIn { ceremony, answer: typed.credential, from, shared_computer };
    let response = match app.service.sign_in_with_passkey(ask).await {
        Ok(session) => entered(&app, &session),
        Err(error) => not_entered(&app, &visitor, &error, ("", String::new()), shared_computer),
    };
    passkeys::answered(&app, response)
}

/// To the first page, with the session's cookie.
pub(super) fn entered(app: &App, session: &NewSession) -> Response {
    let mut response = Redirect::to("/start").into_response();
    match cookie::begin(app.secure, &session.token.expose()) {
        Some(cookie) => {
            response.headers_mut().insert(header::SET_COOKIE, cookie);
            response
        }
        None => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

#[derive(Deserialize)]
struct Nothing {}

async fn sign_out(State(app): State<App>, Posted { me, form: Nothing {} }: Posted<Nothing>) -> Response {
    if let Err(error) = app.service.sign_out(&me.actor).await {
        return me.refused(&error);
    }
    let mut response = Redirect::to("/").into_response();
    forget(&app, response.headers_mut());
    response
}

/// The browser keeps nothing of this session.
pub(super) fn forget(app: &App, headers: &mut HeaderMap) {
    if let Some(cookie) = cookie::end(app.secure) {
        headers.insert(header::SET_COOKIE, cookie);
    }
    headers.insert("clear-site-data", HeaderValue::from_static(r#""cache", "storage""#));
}
