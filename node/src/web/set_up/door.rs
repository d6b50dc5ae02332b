//! The link that lets one browser in; and what is there for everybody.

use std::sync::Arc;

use axum::{
    extract::{Path, Query, State},
    http::{HeaderMap, Method, header},
    response::{IntoResponse as _, Redirect, Response},
};
use keys::Timestamp;
use serde::Deserialize;

use super::{
    SetUp,
    ask::{Owner, on, stranger},
};
use crate::web::{
    cookie,
    page::language,
    screens::{hide, switched},
    words::{Moment, Words},
};

/// The token leaves the address at once: what stands in the browser's history opens nothing.
pub(super) async fn begin(
    State(set_up): State<Arc<SetUp>>,
    method: Method,
    headers: HeaderMap,
    Path(token): Path<String>,
) -> Response {
    let known = cookie::read(&headers, cookie::SET_UP).is_some_and(|cookie| set_up.knows(cookie));
    if known {
        return on(&set_up);
    }
    // Whoever only asks what is there (HEAD) is no browser that could go on.
    if method != Method::GET || !set_up.enter(&token) {
        let taken = set_up.inside().taken;
        return stranger(Words::new(language(&headers)), taken);
    }
    let mut response = on(&set_up);
    if let Some(cookie) = cookie::begin_set_up(&set_up.cookie) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

/// Whatever is not a page of the set-up leads to it.
pub(super) async fn elsewhere(State(set_up): State<Arc<SetUp>>, _: Owner) -> Response {
    on(&set_up)
}

/// The harmless page. The set-up goes on where it was.
pub(super) async fn hidden(headers: HeaderMap) -> Response {
    let now = Timestamp(u64::try_from(jiff::Timestamp::now().as_second()).unwrap_or_default());
    hide::calendar(Words::new(language(&headers)), &Moment::here(now))
}

#[derive(Deserialize)]
pub(super) struct Back {
    #[serde(default)]
    to: String,
}

pub(super) async fn switch(Path(tag): Path<String>, Query(Back { to }): Query<Back>) -> Response {
    switched(false, &tag, if to.is_empty() { "/" } else { &to }).into_response()
}

/// For a page that was sent twice: where the agency's first administrator goes on.
pub(super) fn made(set_up: &SetUp) -> Option<Response> {
    let path = set_up.inside().made.clone()?;
    let mut response = Redirect::to(&path).into_response();
    if let Some(cookie) = cookie::end_set_up() {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Some(response)
}
