//! One's own passkeys: one more, another name for one, one less.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Redirect, Response},
};
use serde::Deserialize;

use super::{Nothing, sign_in_again};
use crate::{
    service::{ServiceError, UseCase, people::NewPasskey},
    view::PasskeyView,
    web::{
        App,
        page::{Banner, Fault, Frame, Tag, page},
        passkeys::{self, PasskeyForm},
        session::{From, Posted, Signed},
        words::Words,
    },
};

/// A line of the list.
pub(super) struct Line {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) about: String,
    /// Something is wrong with it.
    pub(super) tag: Option<Tag>,
}

#[derive(Template)]
#[template(path = "passkey_add.html")]
struct Add {
    f: Frame,
    passkey: PasskeyForm,
}

#[derive(Template)]
#[template(path = "passkey_one.html")]
struct One {
    f: Frame,
    line: Line,
    name: String,
}

pub(super) fn line(me: &Signed, passkey: &PasskeyView) -> Line {
    let (w, moment) = (me.w(), me.moment());
    let made = w.t1("passkey-made", "when", moment.moment(w, passkey.made));
    let used = match passkey.used {
        Some(used) => w.t1("passkey-used", "when", moment.moment(w, used)),
        None => w.t("passkey-unused").into_owned(),
    };
    let doubted = passkey.doubted.map(|_| w.t("passkey-doubted").into_owned());
    Line {
        id: passkey.id.clone(),
        name: passkey.name.clone(),
        about: format!("{made} · {used}"),
        tag: doubted.map(|word| Tag { kind: "stop", icon: "warn", word }),
    }
}

/// The success of the page before.
pub(super) fn banner(w: Words, done: &str) -> Option<Banner> {
    let title = match done {
        "passkey" => "passkey-done-added",
        "renamed" => "passkey-done-renamed",
        "removed" => "passkey-done-removed",
        "passphrase" => "passphrase-done",
        _ => return None,
    };
    Some(Banner { kind: "good", icon: "done", title: w.t(title).into_owned(), text: String::new() })
}

/// They are listed among the settings.
pub(super) async fn list(me: Signed) -> Result<Response, Response> {
    me.must(UseCase::OwnMeans)?;
    Ok(Redirect::to("/settings").into_response())
}

pub(super) async fn ask(State(app): State<App>, me: Signed) -> Result<Response, Response> {
    let means = app.service.means(&me.actor).await.map_err(|error| me.refused(&error))?;
    if !means.fresh {
        return Ok(sign_in_again(&me));
    }
    Ok(add_page(&app, &me, "", None))
}

fn add_page(app: &App, me: &Signed, name: &str, fault: Option<Fault>) -> Response {
    let status = if fault.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let mut f = me.frame("passkey-add", "settings");
    f.faults.extend(fault);
    page(status, &Add { f, passkey: PasskeyForm::to_add(app, &me.visitor, name) })
}

/// What the script hands to the device.
pub(super) async fn ask_device(
    State(app): State<App>,
    From(from): From,
    Posted { me, form: Nothing {} }: Posted<Nothing>,
) -> Result<Response, Response> {
    let asked = app.service.ask_passkey(&me.actor, from).await.map_err(|error| me.refused(&error))?;
    Ok(passkeys::asked(&app, &asked))
}

#[derive(Deserialize)]
pub(super) struct Answered {
    #[serde(default)]
    credential: String,
    #[serde(default)]
    passkey_name: String,
}

pub(super) async fn add(
    State(app): State<App>,
    headers: HeaderMap,
    Posted { me, form: typed }: Posted<Answered>,
) -> Result<Response, Response> {
    let ceremony = passkeys::ceremony(&app, &headers);
    let new = NewPasskey { ceremony, answer: typed.credential, name: typed.passkey_name.clone() };
    let response = match app.service.add_passkey(&me.actor, new).await {
        Ok(()) => Redirect::to("/settings?done=passkey").into_response(),
        Err(ServiceError::NotFresh) => sign_in_again(&me),
        Err(error) => match passkeys::fault(me.w(), &error) {
            Some(fault) => add_page(&app, &me, &typed.passkey_name, Some(fault)),
            None => return Err(me.refused(&error)),
        },
    };
    Ok(passkeys::answered(&app, response))
}

async fn found(app: &App, me: &Signed, id: &str) -> Result<PasskeyView, Response> {
    let means = app.service.means(&me.actor).await.map_err(|error| me.refused(&error))?;
    let found = means.passkeys.into_iter().find(|one| one.id == id);
    found.ok_or_else(|| me.refused(&ServiceError::NotFound { what: "passkey" }))
}

pub(super) async fn show(State(app): State<App>, me: Signed, Path(id): Path<String>) -> Result<Response, Response> {
    let passkey = found(&app, &me, &id).await?;
    let name = passkey.name.clone();
    Ok(page(StatusCode::OK, &One { f: me.frame("passkey-one", "settings"), line: line(&me, &passkey), name }))
}

#[derive(Deserialize)]
pub(super) struct Named {
    #[serde(default)]
    passkey_name: String,
}

pub(super) async fn rename(
    State(app): State<App>,
    Path(id): Path<String>,
    Posted { me, form: Named { passkey_name: name } }: Posted<Named>,
) -> Result<Response, Response> {
    let error = match app.service.rename_passkey(&me.actor, &id, &name).await {
        Ok(()) => return Ok(Redirect::to("/settings?done=renamed").into_response()),
        Err(error) => error,
    };
    let fault = passkeys::fault(me.w(), &error).ok_or_else(|| me.refused(&error))?;
    let passkey = found(&app, &me, &id).await?;
    let mut f = me.frame("passkey-one", "settings");
    f.faults.push(fault);
    Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &One { f, line: line(&me, &passkey), name }))
}

pub(super) async fn remove(
    State(app): State<App>,
    Path(id): Path<String>,
    Posted { me, form: Nothing {} }: Posted<Nothing>,
) -> Result<Response, Response> {
    match app.service.remove_passkey(&me.actor, &id).await {
        Ok(()) => Ok(Redirect::to("/settings?done=removed").into_response()),
        Err(ServiceError::NotFresh) => Ok(sign_in_again(&me)),
        Err(error) => Err(me.refused(&error)),
    }
}
