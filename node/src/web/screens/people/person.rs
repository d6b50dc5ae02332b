//! One person: their roles, where they are signed in, and the end of both.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Redirect, Response},
};
use serde::Deserialize;

use super::{
    banner,
    invite::{Choice, Ticked, choices, invited},
    list::Done,
    path_of, state,
};
use crate::{
    service::{Actor, ServiceError, people::Decided},
    view::{ChangeRoles, PersonView, SessionView},
    web::{
        App,
        page::{Fault, Frame, Tag, page},
        session::{Posted, Signed},
    },
};

#[derive(Template)]
#[template(path = "person.html")]
struct Person {
    f: Frame,
    path: String,
    name: String,
    sign_in: String,
    tag: Tag,
    about: String,
    /// It is who looks: nobody changes themselves.
    own: bool,
    /// There is something that they could have lost.
    enrolled: bool,
    choices: Vec<Choice>,
    sessions: Vec<String>,
}

#[derive(Template)]
#[template(path = "remove.html")]
struct AskRemove {
    f: Frame,
    path: String,
    name: String,
}

#[derive(Template)]
#[template(path = "recover.html")]
struct AskRecover {
    f: Frame,
    path: String,
    name: String,
}

async fn find(app: &App, me: &Signed, id: &str) -> Result<(PersonView, Vec<SessionView>), Response> {
    let sessions = app.service.person_sessions(&me.actor, id).await.map_err(|error| me.refused(&error))?;
    let people = app.service.people(&me.actor).await.map_err(|error| me.refused(&error))?;
    let found = people.into_iter().find(|person| person.id.starts_with(id));
    let person = found.ok_or_else(|| me.refused(&ServiceError::NotFound { what: "person" }))?;
    Ok((person, sessions))
}

pub(super) async fn show(
    State(app): State<App>,
    me: Signed,
    Path(id): Path<String>,
    Query(Done { done }): Query<Done>,
) -> Result<Response, Response> {
    let (person, sessions) = find(&app, &me, &id).await?;
    let mut template = person_page(&me, &person, &sessions, &person.roles);
    template.f.banners.extend(banner(me.w(), &done));
    Ok(page(StatusCode::OK, &template))
}

fn person_page(me: &Signed, person: &PersonView, sessions: &[SessionView], ticked: &[String]) -> Person {
    let (w, moment) = (me.w(), me.moment());
    let session = |one: &SessionView| {
        let since = w.t1("session-since", "when", moment.moment(w, one.started));
        let about = w.t2("session-about", ("from", &one.from), ("seen", moment.moment(w, one.seen)));
        format!("{since} · {about}")
    };
    let mut f = me.frame("person-title", "people");
    f.here = path_of(person);
    Person {
        f,
        path: path_of(person),
        name: person.name.clone(),
        sign_in: person.sign_in.clone(),
        tag: state(w, person),
        about: w.t2("person-about", ("by", &person.invited_by), ("when", moment.moment(w, person.since))),
        own: matches!(&me.actor, Actor::Person { id, .. } if id.to_string() == person.id),
        enrolled: person.state == "enrolled",
        choices: choices(w, ticked),
        sessions: sessions.iter().map(session).collect(),
    }
}

/// Back to the page, or to the list, which says what waits.
fn after<T>(decided: &Decided<T>, path: &str, done: &str) -> Response {
    let to = match decided {
        Decided::Done(_) => format!("{path}?done={done}"),
        Decided::Waits(_) => "/people?done=asked".to_owned(),
    };
    Redirect::to(&to).into_response()
}

pub(super) async fn change(
    State(app): State<App>,
    Path(id): Path<String>,
    Posted { me, form: ticked }: Posted<Ticked>,
) -> Result<Response, Response> {
    let roles = ticked.codes();
    let text = match app.service.ask_roles(&me.actor, &id, ChangeRoles { roles: roles.clone() }).await {
        Ok(decided) => return Ok(after(&decided, &format!("/people/{id}"), "roles")),
        Err(ServiceError::Field { field: "roles", .. }) => "invite-roles-wrong",
        Err(ServiceError::RolesApart) => "invite-roles-apart",
        Err(error) => return Err(me.refused(&error)),
    };
    let (person, sessions) = find(&app, &me, &id).await?;
    let mut template = person_page(&me, &person, &sessions, &roles);
    template.f.faults.push(Fault { field: "roles", text: me.w().t(text).into_owned() });
    Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &template))
}

#[derive(Deserialize)]
pub(super) struct Nothing {}

pub(super) async fn end_sessions(
    State(app): State<App>,
    Path(id): Path<String>,
    Posted { me, form: Nothing {} }: Posted<Nothing>,
) -> Result<Response, Response> {
    app.service.end_sessions_of(&me.actor, &id).await.map_err(|error| me.refused(&error))?;
    Ok(Redirect::to(&format!("/people/{id}?done=sessions")).into_response())
}

pub(super) async fn ask_remove(
    State(app): State<App>,
    me: Signed,
    Path(id): Path<String>,
) -> Result<Response, Response> {
    let (person, _) = find(&app, &me, &id).await?;
    let f = me.frame("remove-title", "people");
    Ok(page(StatusCode::OK, &AskRemove { f, path: path_of(&person), name: person.name }))
}

pub(super) async fn remove(
    State(app): State<App>,
    Path(id): Path<String>,
    Posted { me, form: Nothing {} }: Posted<Nothing>,
) -> Result<Response, Response> {
    let decided = app.service.ask_remove(&me.actor, &id).await.map_err(|error| me.refused(&error))?;
    Ok(after(&decided, "/people", "removed"))
}

pub(super) async fn ask_recover(
    State(app): State<App>,
    me: Signed,
    Path(id): Path<String>,
) -> Result<Response, Response> {
    let (person, _) = find(&app, &me, &id).await?;
    let f = me.frame("recover-title", "people");
    Ok(page(StatusCode::OK, &AskRecover { f, path: path_of(&person), name: person.name }))
}

pub(super) async fn recover(
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Posted { me, form: Nothing {} }: Posted<Nothing>,
) -> Result<Response, Response> {
    let decided = app.service.ask_recover(&me.actor, &id).await.map_err(|error| me.refused(&error))?;
    Ok(match &decided {
        Decided::Done(invitation) => invited(&app, &me, &headers, invitation),
        Decided::Waits(_) => after(&decided, "/people", ""),
    })
}
