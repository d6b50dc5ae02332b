//! The agency's people, for who looks after them: list, invitation, roles, sessions, removal, and what waits for a
//! second person.

mod invite;
mod list;
mod person;
mod waiting;

use axum::{
    Router,
    routing::{get, post},
};

pub(in crate::web::screens) use self::list::Done;
use crate::{
    view::PersonView,
    web::{
        App,
        page::{Banner, Tag},
        words::Words,
    },
};

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/people", get(list::show))
        .route("/people/invite", get(invite::ask).post(invite::send))
        .route("/people/{id}", get(person::show))
        .route("/people/{id}/roles", post(person::change))
        .route("/people/{id}/sessions", post(person::end_sessions))
        .route("/people/{id}/remove", get(person::ask_remove).post(person::remove))
        .route("/waiting/{id}", get(waiting::show))
        .route("/waiting/{id}/confirm", post(waiting::confirm))
        .route("/waiting/{id}/refuse", post(waiting::refuse))
}

/// A beginning of the id is enough to be the only one.
fn path_of(person: &PersonView) -> String {
    format!("/people/{}", person.id.get(..16).unwrap_or(&person.id))
}

fn state(w: Words, person: &PersonView) -> Tag {
    let tag = |kind, icon, key: &str| Tag { kind, icon, word: w.t(key).into_owned() };
    match person.state.as_str() {
        "enrolled" if person.sessions > 0 => tag("good", "done", "people-signed-in"),
        "enrolled" => tag("", "person", "people-enrolled"),
        "invited" => tag("wait", "clock", "people-invited"),
        _ => tag("stop", "gone", "people-invitation-over"),
    }
}

/// The success of the page before; nothing else can be put there by a link.
pub(super) fn banner(w: Words, done: &str) -> Option<Banner> {
    let (kind, icon, title, text) = match done {
        "roles" => ("good", "done", "people-done-roles", "people-done-roles-text"),
        "removed" => ("good", "done", "people-done-removed", "people-done-removed-text"),
        "sessions" => ("good", "done", "people-done-sessions", "people-done-sessions-text"),
        "asked" => ("news", "clock", "people-done-asked", "people-done-asked-text"),
        "refused" => ("good", "done", "people-done-refused", "people-done-refused-text"),
        _ => return None,
    };
    Some(Banner { kind, icon, title: w.t(title).into_owned(), text: w.t(text).into_owned() })
}
