//! All people, and above them what waits for a second person.

use askama::Template;
use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use serde::Deserialize;

use super::{banner, path_of, state, waiting};
use crate::{
    service::UseCase,
    view::PersonView,
    web::{
        App,
        page::{Banner, Frame, Tag, page},
        session::Signed,
        words::{Moment, Words},
    },
};

#[derive(Template)]
#[template(path = "people.html")]
struct PeoplePage {
    f: Frame,
    waiting: Vec<Row>,
    rows: Vec<Row>,
}

/// A line of a list; a path leads on from it.
pub(super) struct Row {
    pub(super) path: String,
    pub(super) title: String,
    pub(super) tag: Tag,
    pub(super) about: String,
    pub(super) when: String,
}

/// What was done just before, for a banner: one of our own words.
#[derive(Deserialize)]
pub(in crate::web::screens) struct Done {
    #[serde(default)]
    pub(in crate::web::screens) done: String,
}

pub(super) async fn show(
    State(app): State<App>,
    me: Signed,
    Query(Done { done }): Query<Done>,
) -> Result<Response, Response> {
    let people = app.service.people(&me.actor).await.map_err(|error| me.refused(&error))?;
    let (w, moment) = (me.w(), me.moment());
    let mut f = me.frame("place-people", "people");
    f.banners.extend(banner(w, &done));
    let mut waits = Vec::new();
    if me.may(UseCase::RequestList) {
        let list = app.service.requests(&me.actor).await.map_err(|error| me.refused(&error))?;
        f.banners.extend(rule(w, &list.two_persons));
        waits = list.requests.iter().map(|request| waiting::row(w, &moment, request)).collect();
    }
    let opens = me.may(UseCase::PersonRoles);
    let rows = people.iter().map(|person| row(w, &moment, person, opens)).collect();
    Ok(page(StatusCode::OK, &PeoplePage { f, waiting: waits, rows }))
}

/// Whether a second person confirms: said where none does.
pub(in crate::web::screens) fn rule(w: Words, two_persons: &str) -> Option<Banner> {
    let (title, text) = match two_persons {
        "alone" => ("second-alone", "second-alone-text"),
        "off" => ("second-off", "second-off-text"),
        _ => return None,
    };
    Some(Banner { kind: "wait", icon: "warn", title: w.t(title).into_owned(), text: w.t(text).into_owned() })
}

fn row(w: Words, moment: &Moment, person: &PersonView, opens: bool) -> Row {
    let roles = w.codes("role", person.roles.iter().map(String::as_str));
    Row {
        path: if opens { path_of(person) } else { String::new() },
        title: person.name.clone(),
        tag: state(w, person),
        about: w.line(&roles),
        when: person.signed_in.map(|at| moment.near_day(w, at)).unwrap_or_default(),
    }
}
