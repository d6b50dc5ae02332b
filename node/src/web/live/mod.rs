//! What is new, said to a page that is open: one stream of events for each, by which nothing of anybody is told but
//! numbers.
//!
//! A stream is rung by commits ([`Service::news_bell`](crate::service::Service::news_bell)) and reads memory then, at
//! most once a second; it never asks the store. It does not count as use of the session, and ends with it. Texts come
//! ready from here, so that the script that shows them (`static/live.js`) knows no language.
//!
//! | event | says |
//! | --- | --- |
//! | `news` | what waits for the person, and how much is new since their page was made (`told`) |
//! | `beat` | until when the page is up to date: nothing else came |
//! | `over` | the session has ended; nothing follows |
//! | `elsewhere` | the person has opened too many pages; nothing follows |

mod flow;
mod places;

use std::time::Duration;

use axum::{
    extract::{Query, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response, Sse},
};
use serde::Deserialize;
use tokio::sync::watch;

use self::flow::Flow;
pub(super) use self::places::Streams;
use super::{
    App,
    routes::{Needs, Routes},
    session::Waiter,
};
use crate::service::{About, Mark};

/// The times of a stream.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    /// After an event, before the next.
    pub(super) pause: Duration,
    /// Between two events of a quiet stream.
    pub(super) beat: Duration,
}

impl Default for Times {
    fn default() -> Self {
        Self { pause: Duration::from_secs(1), beat: Duration::from_secs(25) }
    }
}

/// Becomes true when the listener stops; streams end then, so that it need not wait for them.
#[derive(Clone, Debug)]
pub(super) struct Closing(pub(super) watch::Receiver<bool>);

pub(super) fn routes() -> Routes {
    Routes::new().get("/news", Needs::Session, news)
}

/// Where a page has its news from. The long forms of a case have none: whoever writes is not called away.
pub(super) fn path(mark: Mark, here: &str) -> String {
    let about = match here.split('/').skip(1).collect::<Vec<_>>()[..] {
        ["c", _, "edit", ..] | ["cases", "new"] => return String::new(),
        [list @ ("inbox" | "sent" | "board")] => format!("&on={list}"),
        ["r", id, ..] => format!("&on={id}"),
        _ => String::new(),
    };
    format!("/news?since={}{about}", mark.0)
}

/// Since when, and what about.
#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    since: u64,
    on: Option<String>,
}

impl Asked {
    fn about(self) -> Option<About> {
        self.on.map(|on| match on.as_str() {
            "inbox" => About::Received,
            "sent" => About::Sent,
            "board" => About::All,
            _ => About::One(on),
        })
    }
}

async fn news(
    State(app): State<App>,
    waiter: Waiter,
    closing: Option<axum::Extension<Closing>>,
    Query(asked): Query<Asked>,
) -> Response {
    let Some((place, out)) = app.streams.enter(waiter.session) else {
        let later = [(header::RETRY_AFTER, HeaderValue::from_static("60"))];
        return (StatusCode::SERVICE_UNAVAILABLE, later).into_response();
    };
    let mark = Mark(asked.since);
    let flow = Flow::new(&app, waiter, (mark, asked.about()), (place, out), closing.map(|closing| closing.0));
    Sse::new(futures_util::stream::unfold(Some(flow), Flow::step)).into_response()
}
