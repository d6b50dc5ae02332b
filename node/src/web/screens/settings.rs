//! A person's own settings: language, sound, and where they are signed in.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
};
use serde::Deserialize;

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
    let own = Needs::May(UseCase::OwnSessions);
    Routes::new().get("/settings", own, show).post("/settings/sound", own, sound).post(
        "/settings/sessions/{id}/end",
        own,
        end,
    )
}

#[derive(Template)]
#[template(path = "settings.html")]
struct Settings {
    f: Frame,
    langs: [Lang; 2],
    sessions: Vec<Row>,
}

struct Row {
    id: String,
    title: String,
    about: String,
    this: bool,
}

async fn show(State(app): State<App>, me: Signed) -> Result<Response, Response> {
    let sessions = app.service.sessions(&me.actor).await.map_err(|error| me.refused(&error))?;
    let (w, moment) = (me.w(), me.moment());
    let rows = sessions.iter().map(|one| Row {
        id: one.id.clone(),
        title: w.t1("session-since", "when", moment.moment(w, one.started)),
        about: w.t2("session-about", ("from", &one.from), ("seen", moment.moment(w, one.seen))),
        this: one.this,
    });
    let template = Settings { f: me.frame("place-settings", "settings"), langs: Lang::ALL, sessions: rows.collect() };
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
