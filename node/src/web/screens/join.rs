//! An invitation: who you are here, a passphrase of your own, a telephone that shows codes. Then you are in.

use askama::Template;
use axum::{
    Form,
    extract::{Path, State, rejection::FormRejection},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use qrcode::{QrCode, render::svg};
use serde::Deserialize;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::sign_in::entered;
use crate::{
    service::{
        ServiceError,
        people::{CodeSecret, Enrol, InviteToken, Passphrase},
    },
    view::InvitationView,
    web::{
        App,
        page::{Fault, Frame, page},
        routes::{Needs, Routes},
        session::{From, Visitor, refused},
    },
};

pub(super) fn routes() -> Routes {
    Routes::new().form("/join", Needs::Nothing, ask, open).form("/join/{token}", Needs::Nothing, show, enrol)
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
    shown(&app, &visitor, &token, (false, None), Vec::new()).await
}

/// The page of an invitation that is still good, again with what the telephone knows already.
async fn shown(
    app: &App,
    visitor: &Visitor,
    token: &str,
    (shared, codes): (bool, Option<CodeSecret>),
    faults: Vec<Fault>,
) -> Response {
    let invitation = match token.parse::<InviteToken>() {
        Ok(parsed) => app.service.invitation(&parsed, codes).await,
        Err(_) => Err(ServiceError::InvitationOver),
    };
    match invitation {
        Ok(invitation) => {
            let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
            page(status, &enrol_page(visitor, token, &invitation, shared, faults))
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
    token: &str,
    invitation: &InvitationView,
    shared: bool,
    faults: Vec<Fault>,
) -> EnrolPage {
    let mut f = visitor.frame("join-title");
    f.faults = faults;
    let in_fours: Vec<String> =
        invitation.secret.as_bytes().chunks(4).map(|four| String::from_utf8_lossy(four).into_owned()).collect();
    EnrolPage {
        roles: f.w.codes("role", invitation.roles.iter().map(String::as_str)),
        f,
        token: token.to_owned(),
        name: invitation.name.clone(),
        sign_in: invitation.sign_in.clone(),
        in_fours: in_fours.join(" "),
        secret: invitation.secret.clone(),
        qr: qr(&invitation.uri),
        shared,
    }
}

/// As SVG that needs no style; empty if the text is too long, for the secret stands beside it.
pub(super) fn qr(text: &str) -> String {
    let Ok(code) = QrCode::new(text) else { return String::new() };
    let svg = code.render::<svg::Color<'_>>().min_dimensions(180, 180).quiet_zone(true).build();
    svg.split_once("?>").map_or(svg.clone(), |(_, svg)| svg.to_owned())
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
        return shown(&app, &visitor, &token, (shared_computer, None), fault("code", "join-code-wrong")).await;
    };
    let again = (shared_computer, Some(codes.clone()));
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
