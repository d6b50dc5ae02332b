//! A passphrase and a telephone's codes of one's own: set by who has a passkey only, or changed.

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use serde::Deserialize;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::{super::join, sign_in_again};
use crate::{
    service::{
        ServiceError,
        people::{CodeSecret, NewPassphrase, Passphrase},
    },
    web::{
        App,
        page::{Fault, Frame, page},
        qr::qr,
        session::{Posted, Signed},
    },
};

#[derive(Template)]
#[template(path = "passphrase.html")]
struct Ask {
    f: Frame,
    sign_in: String,
    secret: String,
    in_fours: String,
    qr: String,
}

#[derive(Deserialize, Zeroize, ZeroizeOnDrop)]
pub(super) struct Typed {
    #[serde(default)]
    passphrase: String,
    #[serde(default)]
    again: String,
    #[serde(default)]
    code: String,
    /// What this page showed for the telephone.
    #[serde(default)]
    secret: String,
}

pub(super) async fn ask(State(app): State<App>, me: Signed) -> Result<Response, Response> {
    shown(&app, &me, None, None).await
}

/// The page, again with what the telephone knows already.
async fn shown(app: &App, me: &Signed, codes: Option<CodeSecret>, fault: Option<Fault>) -> Result<Response, Response> {
    let means = app.service.means(&me.actor).await.map_err(|error| me.refused(&error))?;
    if !means.fresh {
        return Ok(sign_in_again(me));
    }
    let shown = app.service.new_codes(&me.actor, codes).await.map_err(|error| me.refused(&error))?;
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let mut f = me.frame("passphrase-title", "settings");
    f.faults.extend(fault);
    let template = Ask {
        f,
        sign_in: shown.sign_in.clone(),
        secret: shown.secret.clone(),
        in_fours: join::in_fours(&shown.secret),
        qr: qr(&shown.uri),
    };
    Ok(page(status, &template))
}

pub(super) async fn set(
    State(app): State<App>,
    Posted { me, form: mut typed }: Posted<Typed>,
) -> Result<Response, Response> {
    let w = me.w();
    let fault = |field, text: &str| Some(Fault { field, text: w.t(text).into_owned() });
    // Only a page that is none of ours sends none; a new one is shown then.
    let Ok(codes) = typed.secret.parse::<CodeSecret>() else {
        return shown(&app, &me, None, fault("code", "join-code-wrong")).await;
    };
    let again = Some(codes.clone());
    if typed.passphrase != typed.again {
        return shown(&app, &me, again, fault("again", "join-again-differs")).await;
    }
    let new = NewPassphrase {
        codes,
        passphrase: Passphrase::new(Zeroizing::new(std::mem::take(&mut typed.passphrase))),
        code: Zeroizing::new(std::mem::take(&mut typed.code)),
    };
    let fault = match app.service.set_passphrase(&me.actor, new).await {
        Ok(()) => return Ok(Redirect::to("/settings?done=passphrase").into_response()),
        Err(ServiceError::NotFresh) => return Ok(sign_in_again(&me)),
        Err(ServiceError::Field { field: "code", .. }) => fault("code", "join-code-wrong"),
        Err(ServiceError::Field { .. }) => fault("passphrase", "join-passphrase-weak"),
        Err(ServiceError::TooSoon { seconds }) => {
            Some(Fault { field: "passphrase", text: w.counted("too-soon", seconds) })
        }
        Err(error) => return Err(me.refused(&error)),
    };
    shown(&app, &me, again, fault).await
}
