//! The next signing key: made first, put into use later, each with what will happen before it happens.

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use serde::Deserialize;

use super::{PATH, short};
use crate::{
    service::{ServiceError, UseCase},
    view::{KeyLine, RotateKey},
    web::{
        App,
        page::{Fault, Frame, page},
        session::{Posted, Signed},
    },
};

#[derive(Template)]
#[template(path = "key_next.html")]
struct NextPage {
    f: Frame,
    /// The prepared key.
    prepared: Option<Prepared>,
    reason: String,
}

struct Prepared {
    id: String,
    /// Agencies that were not seen to know it; it can be put into use all the same, for a reason.
    waits_for: String,
}

#[derive(Deserialize)]
pub(super) struct Nothing {}

#[derive(Default, Deserialize)]
pub(super) struct Use {
    #[serde(default)]
    reason: String,
}

pub(super) async fn show(State(app): State<App>, me: Signed) -> Result<Response, Response> {
    form(&app, &me, String::new(), None).await
}

async fn form(app: &App, me: &Signed, reason: String, fault: Option<Fault>) -> Result<Response, Response> {
    me.must(UseCase::KeyRotate)?;
    let prepared = prepared(app, me).await?;
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let mut f = me.frame("key-next-title", "keys");
    f.here = "/keys/next".into();
    f.faults.extend(fault);
    Ok(page(status, &NextPage { f, prepared, reason }))
}

async fn prepared(app: &App, me: &Signed) -> Result<Option<Prepared>, Response> {
    let list = app.service.key_list(&me.actor).await.map_err(|error| me.refused(&error))?;
    let prepared = |key: &&KeyLine| key.kind == "signing" && key.stage == "published" && key.revoked.is_none();
    let found = list.keys.iter().find(prepared);
    Ok(found.map(|key| Prepared { id: short(&key.id).to_owned(), waits_for: key.waits_for.join(", ") }))
}

pub(super) async fn prepare(
    State(app): State<App>,
    Posted { me, form: Nothing {} }: Posted<Nothing>,
) -> Result<Response, Response> {
    match app.service.key_prepare(&me.actor).await {
        Ok(_) => Ok(Redirect::to(&format!("{PATH}?done=prepared")).into_response()),
        // Pressed twice: it is there, and the page goes on with it.
        Err(ServiceError::KeyState { .. }) if prepared(&app, &me).await?.is_some() => {
            Ok(Redirect::to("/keys/next").into_response())
        }
        Err(error) => Err(me.refused(&error)),
    }
}

pub(super) async fn activate(
    State(app): State<App>,
    Posted { me, form: Use { reason } }: Posted<Use>,
) -> Result<Response, Response> {
    let typed = reason.trim();
    let request = RotateKey { force: !typed.is_empty(), reason: (!typed.is_empty()).then(|| typed.to_owned()) };
    match app.service.key_activate(&me.actor, request).await {
        Ok(_) => Ok(Redirect::to(&format!("{PATH}?done=activated")).into_response()),
        Err(ServiceError::KeyNotKnown { .. }) => {
            let fault = Fault { field: "reason", text: me.w().t("key-use-reason-missing").into_owned() };
            form(&app, &me, reason, Some(fault)).await
        }
        Err(error) => Err(me.refused(&error)),
    }
}
