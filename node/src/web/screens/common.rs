//! What belongs to no one screen: the first page, help, the rest of the menu, language, hiding, and what is not there.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
};
use serde::Deserialize;

use super::{hide, sign_in::forget};
use crate::{
    service::people::SessionToken,
    web::{
        App, cookie,
        page::{Frame, LANG_COOKIE, Message, page},
        routes::{Needs, Routes},
        session::{Signed, Visitor},
        words::Lang,
    },
};

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/start", Needs::Session, start)
        .get("/help", Needs::Session, help)
        .get("/more", Needs::Session, more)
        .get("/hide", Needs::Nothing, hidden)
        .get("/lang/{tag}", Needs::Nothing, switch)
}

#[derive(Template)]
#[template(path = "help.html")]
struct Help {
    f: Frame,
}

#[derive(Template)]
#[template(path = "more.html")]
struct More {
    f: Frame,
}

/// The first page of whoever is signed in: the first of their places.
async fn start(me: Signed) -> Redirect {
    let frame = me.frame("place-more", "more");
    Redirect::to(frame.own_places().first().map_or("/more", |place| place.path))
}

async fn help(me: Signed) -> Response {
    page(StatusCode::OK, &Help { f: me.frame("place-help", "help") })
}

async fn more(me: Signed) -> Response {
    page(StatusCode::OK, &More { f: me.frame("place-more", "more") })
}

/// Ends the session and shows a calendar. A plain link, to be quick: a page of another site that leads here brings no
/// cookie (`SameSite=Strict`) and ends nothing.
async fn hidden(State(app): State<App>, headers: HeaderMap, visitor: Visitor) -> Response {
    let token = cookie::read(&headers, cookie::session(app.secure)).and_then(|text| text.parse::<SessionToken>().ok());
    if let Some(token) = token
        && let Ok(actor) = app.service.session(&token).await
        && app.service.sign_out(&actor).await.is_err()
    {
        // It ends by itself; what counts now is that nothing is on the screen.
        tracing::warn!("a session could not be ended when its person hid the page");
    }
    let mut response = hide::calendar(visitor.w, &visitor.moment());
    forget(&app, response.headers_mut());
    response
}

#[derive(Deserialize)]
struct Back {
    #[serde(default)]
    to: String,
}

async fn switch(State(app): State<App>, Path(tag): Path<String>, Query(Back { to }): Query<Back>) -> Response {
    switched(app.secure, &tag, &to)
}

/// Remembers the language and goes back to the page; never to another site.
pub(in crate::web) fn switched(secure: bool, tag: &str, to: &str) -> Response {
    let Some(lang) = Lang::of_tag(tag) else { return StatusCode::NOT_FOUND.into_response() };
    let own = to.starts_with('/') && !to[1..].starts_with(['/', '\\']) && to.bytes().all(|b| b.is_ascii_graphic());
    let mut response = Redirect::to(if own { to } else { "/" }).into_response();
    if let Some(cookie) = cookie::choice(secure, LANG_COOKIE, lang.tag()) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

/// A path that is there, asked in a way that it does not answer to.
pub(super) async fn not_so(visitor: Visitor) -> Response {
    let mut response = nothing_here(visitor).await;
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    response
}

/// The same for what never was and for what is not theirs.
pub(super) async fn nothing_here(visitor: Visitor) -> Response {
    let w = visitor.w;
    let message = Message {
        f: visitor.frame("error-title"),
        heading: w.t("error-not-there").into_owned(),
        text: w.t("error-not-there-text").into_owned(),
        hint: String::new(),
    };
    page(StatusCode::NOT_FOUND, &message)
}
