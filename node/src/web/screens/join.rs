//! An invitation: who you are here; a passkey, or a passphrase of your own and a telephone that shows codes. Then you
//! are in.

use askama::Template;
use axum::{
    Form,
    extract::{Path, State, rejection::FormRejection},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Redirect, Response},
};
use serde::Deserialize;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::sign_in::entered;
use crate::{
    service::{
        ServiceError,
        people::{CodeSecret, Enrol, InviteToken, NewPasskey, Passphrase},
    },
    view::InvitationView,
    web::{
        App,
        page::{Fault, Frame, page},
        passkeys::{self, PasskeyForm},
        qr::qr,
        routes::{Needs, Routes},
        session::{From, Visitor, refused},
    },
};

pub(super) fn routes() -> Routes {
    Routes::new()
        .form("/join", Needs::Nothing, ask, open)
        .form("/join/{token}", Needs::Nothing, show, enrol)
        .post("/join/{token}/passkey/begin", Needs::Nothing, ask_device)
        .post("/join/{token}/passkey", Needs::Nothing, enrol_with_passkey)
}

#[derive(Template)]
#[template(path = "join.html")]
struct AskToken {
    f: Frame,
}

#[derive(Template)]
#[template(path = "enrol.html")]
struct EnrolPage {
    f: Frame,
    token: String,
    name: String,
    sign_in: String,
    roles: String,
    secret: String,
    in_fours: String,
    qr: String,
    shared: bool,
    passkey: PasskeyForm,
}

/// What was typed and shown before, for a page that comes back.
#[derive(Default)]
struct Again {
    shared: bool,
    codes: Option<CodeSecret>,
    passkey_name: String,
}

#[derive(Deserialize, Zeroize, ZeroizeOnDrop)]
struct TokenTyped {
    #[serde(default)]
    token: String,
}

#[derive(Deserialize, Zeroize, ZeroizeOnDrop)]
struct Typed {
    #[serde(default)]
    passphrase: String,
    #[serde(default)]
    again: String,
    #[serde(default)]
    code: String,
    /// What this page showed for the telephone.
    #[serde(default)]
    secret: String,
    shared: Option<String>,
}

/// For who has an invitation on paper.
async fn ask(visitor: Visitor) -> Response {
    page(StatusCode::OK, &AskToken { f: visitor.frame("join-title") })
}

async fn open(visitor: Visitor, form: Result<Form<TokenTyped>, FormRejection>) -> Response {
    let typed = form.map(|Form(typed)| typed.token.split_whitespace().collect::<String>()).unwrap_or_default();
    if typed.parse::<InviteToken>().is_ok() {
        return Redirect::to(&format!("/join/{typed}")).into_response();
    }
    let mut f = visitor.frame("join-title");
    f.faults.push(Fault { field: "token", text: f.w.t("join-token-wrong").into_owned() });
    page(StatusCode::UNPROCESSABLE_ENTITY, &AskToken { f })
}

async fn show(State(app): State<App>, visitor: Visitor, Path(token): Path<String>) -> Response {
    shown(&app, &visitor, &token, Again::default(), Vec::new()).await
}

/// The page of an invitation that is still good, again with what the telephone knows already.
async fn shown(app: &App, visitor: &Visitor, token: &str, again: Again, faults: Vec<Fault>) -> Response {
    let Again { shared, codes, passkey_name } = again;
    let invitation = match token.parse::<InviteToken>() {
        Ok(parsed) => app.service.invitation(&parsed, codes).await,
        Err(_) => Err(ServiceError::InvitationOver),
    };
    match invitation {
        Ok(invitation) => {
            let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
            let passkey = PasskeyForm::to_enrol(app, visitor, token, &passkey_name);
            page(status, &enrol_page(visitor, (token, passkey), &invitation, shared, faults))
        }
        Err(error) => over(visitor, &error),
    }
}

/// The language switch leads to the page where the token is typed: no address of a page repeats it.
fn over(visitor: &Visitor, error: &ServiceError) -> Response {
    let mut f = visitor.frame("join-title");
    f.here = "/join".into();
    if !matches!(error, ServiceError::InvitationOver) {
        return refused(f, error);
    }
    f.faults.push(Fault { field: "token", text: f.w.t("join-over").into_owned() });
    page(StatusCode::NOT_FOUND, &AskToken { f })
}

fn enrol_page(
    visitor: &Visitor,
    (token, passkey): (&str, PasskeyForm),
    invitation: &InvitationView,
    shared: bool,
    faults: Vec<Fault>,
) -> EnrolPage {
    let mut f = visitor.frame("join-title");
    f.faults = faults;
    EnrolPage {
        roles: f.w.codes("role", invitation.roles.iter().map(String::as_str)),
        f,
        token: token.to_owned(),
        name: invitation.name.clone(),
        sign_in: invitation.sign_in.clone(),
        in_fours: in_fours(&invitation.secret),
        secret: invitation.secret.clone(),
        qr: qr(&invitation.uri),
        shared,
        passkey,
    }
}

/// As it is typed.
pub(super) fn in_fours(secret: &str) -> String {
    let fours = secret.as_bytes().chunks(4).map(|four| String::from_utf8_lossy(four).into_owned());
    fours.collect::<Vec<_>>().join(" ")
}

async fn enrol(
    State(app): State<App>,
    From(from): From,
    visitor: Visitor,
    Path(token): Path<String>,
    form: Result<Form<Typed>, FormRejection>,
) -> Response {
    let Ok(Form(mut typed)) = form else { return Redirect::to("/join").into_response() };
    let Ok(parsed) = token.parse::<InviteToken>() else { return over(&visitor, &ServiceError::InvitationOver) };
    let (w, shared_computer) = (visitor.w, typed.shared.is_some());
    let fault = |field, text: &str| vec![Fault { field, text: w.t(text).into_owned() }];
    // Only a page that is none of ours sends none; a new one is shown then.
    let Ok(codes) = typed.secret.parse::<CodeSecret>() else {
        let again = Again { shared: shared_computer, ..Again::default() };
        return shown(&app, &visitor, &token, again, fault("code", "join-code-wrong")).await;
    };
    let again = Again { shared: shared_computer, codes: Some(codes.clone()), ..Again::default() };
    if typed.passphrase != typed.again {
        return shown(&app, &visitor, &token, again, fault("again", "join-again-differs")).await;
    }
    let ask = Enrol {
        codes,
        passphrase: Passphrase::new(Zeroizing::new(std::mem::take(&mut typed.passphrase))),
        code: Zeroizing::new(std::mem::take(&mut typed.code)),
        from,
        shared_computer,
    };
    let faults = match app.service.enrol(&parsed, ask).await {
        Ok(session) => return entered(&app, &session),
        Err(ServiceError::Field { field: "code", .. }) => fault("code", "join-code-wrong"),
        Err(ServiceError::Field { .. }) => fault("passphrase", "join-passphrase-weak"),
        Err(ServiceError::TooSoon { seconds }) => {
            vec![Fault { field: "passphrase", text: w.counted("too-soon", seconds) }]
        }
        Err(error) => return over(&visitor, &error),
    };
    shown(&app, &visitor, &token, again, faults).await
}

/// What the script hands to the device of whoever has the invitation.
async fn ask_device(State(app): State<App>, From(from): From, Path(token): Path<String>) -> Response {
    let asked = match token.parse::<InviteToken>() {
        Ok(token) => app.service.ask_enrol_passkey(&token, from).await,
        Err(_) => Err(ServiceError::InvitationOver),
    };
    match asked {
        Ok(asked) => passkeys::asked(&app, &asked),
        Err(error) => StatusCode::from_u16(error.status()).unwrap_or(StatusCode::NOT_FOUND).into_response(),
    }
}

#[derive(Deserialize)]
struct Answered {
    #[serde(default)]
    credential: String,
    #[serde(default)]
    passkey_name: String,
    shared: Option<String>,
}

async fn enrol_with_passkey(
    State(app): State<App>,
    From(from): From,
    visitor: Visitor,
    headers: HeaderMap,
    Path(token): Path<String>,
    form: Result<Form<Answered>, FormRejection>,
) -> Response {
    let Ok(Form(typed)) = form else { return Redirect::to("/join").into_response() };
    let Ok(parsed) = token.parse::<InviteToken>() else { return over(&visitor, &ServiceError::InvitationOver) };
    let shared = typed.shared.is_some();
    let ceremony = passkeys::ceremony(&app, &headers);
    let new = NewPasskey { ceremony, answer: typed.credential, name: typed.passkey_name.clone() };
    let response = match app.service.enrol_with_passkey(&parsed, new, from, shared).await {
        Ok(session) => entered(&app, &session),
        Err(error) => match passkeys::fault(visitor.w, &error) {
            Some(fault) => {
                let again = Again { shared, passkey_name: typed.passkey_name, ..Again::default() };
                shown(&app, &visitor, &token, again, vec![fault]).await
            }
            None => over(&visitor, &error),
        },
    };
    passkeys::answered(&app, response)
}
