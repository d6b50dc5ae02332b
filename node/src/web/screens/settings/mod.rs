//! A person's own settings: language, sound, by what they sign in, and where they are signed in.

mod passkeys;
mod passphrase;

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
};
use serde::Deserialize;

use super::people::Done;
use crate::{
    service::UseCase,
    web::{
        App, cookie,
        page::{Frame, SOUND_COOKIE, page},
        routes::{Needs, Routes},
        session::{Posted, Signed},
        words::Lang,
    },
};

pub(super) fn routes() -> Routes {
    let (own, means) = (Needs::May(UseCase::OwnSessions), Needs::May(UseCase::OwnMeans));
    Routes::new()
        .get("/settings", own, show)
        .post("/settings/sound", own, sound)
        .post("/settings/sessions/{id}/end", own, end)
        .get("/settings/passkeys", means, passkeys::list)
        .form("/settings/passkeys/new", means, passkeys::ask, passkeys::add)
        .post("/settings/passkeys/new/begin", means, passkeys::ask_device)
        .form("/settings/passkeys/{id}", means, passkeys::show, passkeys::rename)
        .post("/settings/passkeys/{id}/remove", means, passkeys::remove)
        .form("/settings/passphrase", means, passphrase::ask, passphrase::set)
}

#[derive(Template)]
#[template(path = "settings.html")]
struct Settings {
    f: Frame,
    langs: [Lang; 2],
    passkeys: Vec<passkeys::Line>,
    passphrase: bool,
    sessions: Vec<Row>,
}

/// A page for whoever signed in too long ago to change by what they sign in.
#[derive(Template)]
#[template(path = "sign_in_again.html")]
struct SignInAgain {
    f: Frame,
}

fn sign_in_again(me: &Signed) -> Response {
    page(StatusCode::OK, &SignInAgain { f: me.frame("place-settings", "settings") })
}

struct Row {
    id: String,
    title: String,
    about: String,
    this: bool,
}

async fn show(State(app): State<App>, me: Signed, Query(Done { done }): Query<Done>) -> Result<Response, Response> {
    let means = app.service.means(&me.actor).await.map_err(|error| me.refused(&error))?;
    let sessions = app.service.sessions(&me.actor).await.map_err(|error| me.refused(&error))?;
    let (w, moment) = (me.w(), me.moment());
    let rows = sessions.iter().map(|one| Row {
        id: one.id.clone(),
        title: w.t1("session-since", "when", moment.moment(w, one.started)),
        about: w.t2("session-about", ("from", &one.from), ("seen", moment.moment(w, one.seen))),
        this: one.this,
    });
    let mut f = me.frame("place-settings", "settings");
    f.banners.extend(passkeys::banner(w, &done));
    let template = Settings {
        f,
        langs: Lang::ALL,
        passkeys: means.passkeys.iter().map(|one| passkeys::line(&me, one)).collect(),
        passphrase: means.passphrase,
        sessions: rows.collect(),
    };
    Ok(page(StatusCode::OK, &template))
}

#[derive(Deserialize)]
struct Sound {
    /// Present when the box is ticked.
    sound: Option<String>,
}

/// This browser remembers it, as it does the language.
async fn sound(State(app): State<App>, Posted { me, form }: Posted<Sound>) -> Result<Response, Response> {
    me.must(UseCase::OwnSessions)?;
    let mut response = Redirect::to("/settings").into_response();
    let value = if form.sound.is_some() { "on" } else { "off" };
    if let Some(cookie) = cookie::choice(app.secure, SOUND_COOKIE, value) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

#[derive(Deserialize)]
struct Nothing {}

async fn end(
    State(app): State<App>,
    Path(id): Path<String>,
    Posted { me, form: Nothing {} }: Posted<Nothing>,
) -> Result<Response, Response> {
    app.service.end_session(&me.actor, &id).await.map_err(|error| me.refused(&error))?;
    Ok(Redirect::to("/settings").into_response())
}
