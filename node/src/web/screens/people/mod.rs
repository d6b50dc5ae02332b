//! The agency's people, for who looks after them: list, invitation, roles, sessions, removal, and what waits for a
//! second person.

mod invite;
mod list;
mod person;
mod waiting;

pub(in crate::web::screens) use self::list::{Done, rule};
use crate::{
    service::UseCase,
    view::PersonView,
    web::{
        page::{Banner, Tag},
        routes::{Needs, Routes},
        words::Words,
    },
};

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/people", Needs::May(UseCase::PersonList), list::show)
        .form("/people/invite", Needs::May(UseCase::PersonInvite), invite::ask, invite::send)
        .get("/people/{id}", Needs::May(UseCase::PersonSessions), person::show)
        .post("/people/{id}/roles", Needs::May(UseCase::PersonRoles), person::change)
        .post("/people/{id}/sessions", Needs::May(UseCase::PersonSessions), person::end_sessions)
        .form("/people/{id}/remove", Needs::May(UseCase::PersonRemove), person::ask_remove, person::remove)
        .form("/people/{id}/recover", Needs::May(UseCase::PersonRecover), person::ask_recover, person::recover)
        .get("/waiting/{id}", Needs::May(UseCase::RequestList), waiting::show)
        .post("/waiting/{id}/confirm", Needs::May(UseCase::RequestConfirm), waiting::confirm)
        .post("/waiting/{id}/refuse", Needs::May(UseCase::RequestDrop), waiting::refuse)
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
        "exported" => ("good", "done", "people-done-exported", "people-done-exported-text"),
        "key_revoked" => ("good", "done", "key-done-revoked", "key-done-revoked-text"),
        "asked" => ("news", "clock", "people-done-asked", "people-done-asked-text"),
        "refused" => ("good", "done", "people-done-refused", "people-done-refused-text"),
        _ => return None,
    };
    Some(Banner { kind, icon, title: w.t(title).into_owned(), text: w.t(text).into_owned() })
}
