//! The end of a signing key: what will happen, why, and by two persons where there are two.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use serde::Deserialize;

use super::{PATH, short};
use crate::{
    service::{ServiceError, UseCase, people::Decided},
    view::{KeyChange, RevokeOwnKey},
    web::{
        App,
        page::{Fault, Frame, page},
        session::{Posted, Signed},
        words::Words,
    },
};

#[derive(Template)]
#[template(path = "key_revoke.html")]
struct AskRevoke {
    f: Frame,
    id: String,
    effects: Vec<String>,
    reason: String,
}

#[derive(Default, Deserialize)]
pub(super) struct Why {
    #[serde(default)]
    reason: String,
}

pub(super) async fn ask(State(app): State<App>, me: Signed, Path(key): Path<String>) -> Result<Response, Response> {
    form(&app, &me, &key, String::new(), None).await
}

async fn form(app: &App, me: &Signed, key: &str, reason: String, fault: Option<Fault>) -> Result<Response, Response> {
    me.must(UseCase::KeyRevoke)?;
    let what = RevokeOwnKey { reason: String::new(), dry_run: true };
    let would = app.service.key_revoke(&me.actor, key, what).await.map_err(|error| me.refused(&error))?;
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let mut f = me.frame("key-revoke-title", "keys");
    f.here = format!("/keys/{}/revoke", short(&would.key));
    f.faults.extend(fault);
    let template = AskRevoke { f, id: short(&would.key).to_owned(), effects: effects(me.w(), &would), reason };
    Ok(page(status, &template))
}

fn effects(w: Words, would: &KeyChange) -> Vec<String> {
    let mut effects = vec![w.t("key-revoke-else").into_owned()];
    effects.push(w.counted("key-revoke-stands", would.exchanges));
    if would.waiting > 0 {
        effects.push(w.counted("key-revoke-waiting", would.waiting));
    }
    if would.replaces {
        effects.push(w.t("key-revoke-replaces").into_owned());
    }
    effects.push(w.t("key-revoke-final").into_owned());
    effects
}

pub(super) async fn revoke(
    State(app): State<App>,
    Path(key): Path<String>,
    Posted { me, form: Why { reason } }: Posted<Why>,
) -> Result<Response, Response> {
    match app.service.ask_key_revoke(&me.actor, &key, &reason).await {
        Ok(Decided::Done(_)) => Ok(Redirect::to(&format!("{PATH}?done=revoked")).into_response()),
        Ok(Decided::Waits(_)) => Ok(Redirect::to(&format!("{PATH}?done=asked")).into_response()),
        Err(ServiceError::Field { field: "reason", .. }) => {
            let fault = Fault { field: "reason", text: me.w().t("key-revoke-reason-missing").into_owned() };
            form(&app, &me, &key, reason, Some(fault)).await
        }
        Err(error) => Err(me.refused(&error)),
    }
}
