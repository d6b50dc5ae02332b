//! Teams, for who says who is in them: list, a new one, one team's people and name, its end.

use std::collections::HashMap;

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use serde::Deserialize;

use super::people::Done;
use crate::{
    service::{ServiceError, UseCase},
    view::{ChangeTeam, NameTeam, TeamPeople, TeamView},
    web::{
        App,
        page::{Banner, Fault, Frame, page},
        routes::{Needs, Routes},
        session::{Posted, Signed},
        words::Words,
    },
};

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/teams", Needs::May(UseCase::TeamList), list)
        .post("/teams", Needs::May(UseCase::TeamKeep), add)
        .get("/teams/{id}", Needs::May(UseCase::TeamMembers), show)
        .post("/teams/{id}", Needs::May(UseCase::TeamMembers), change)
        .post("/teams/{id}/name", Needs::May(UseCase::TeamKeep), rename)
        .form("/teams/{id}/remove", Needs::May(UseCase::TeamKeep), ask_remove, remove)
}

#[derive(Template)]
#[template(path = "teams.html")]
struct Teams {
    f: Frame,
    rows: Vec<Row>,
    name: String,
}

/// A line of the list; a path leads on from it.
struct Row {
    path: String,
    name: String,
    people: String,
}

#[derive(Template)]
#[template(path = "team.html")]
struct Team {
    f: Frame,
    path: String,
    called: String,
    name: String,
    people: Vec<Choice>,
}

/// Somebody who is in the team, or could be.
struct Choice {
    id: String,
    name: String,
    is_in: bool,
}

#[derive(Template)]
#[template(path = "team_remove.html")]
struct AskRemove {
    f: Frame,
    path: String,
    name: String,
}

#[derive(Default, Deserialize)]
struct Named {
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
struct Nothing {}

/// Begins the name of each box.
const BOX: &str = "in-";
/// Begins the name of what says who was in it when the page was made.
const WAS: &str = "was-";

/// A beginning of the id is enough to be the only one.
fn path_of(team: &TeamView) -> String {
    format!("/teams/{}", team.id.get(..16).unwrap_or(&team.id))
}

/// The success of the page before; nothing else can be put there by a link.
fn banner(w: Words, done: &str) -> Option<Banner> {
    let (title, text) = match done {
        "added" => ("team-done-added", "team-done-added-text"),
        "members" => ("team-done-members", "team-done-members-text"),
        "named" => ("team-done-named", "team-done-named-text"),
        "removed" => ("team-done-removed", "team-done-removed-text"),
        _ => return None,
    };
    Some(Banner { kind: "good", icon: "done", title: w.t(title).into_owned(), text: w.t(text).into_owned() })
}

async fn list(State(app): State<App>, me: Signed, Query(Done { done }): Query<Done>) -> Result<Response, Response> {
    let mut template = list_page(&app, &me, String::new()).await?;
    template.f.banners.extend(banner(me.w(), &done));
    Ok(page(StatusCode::OK, &template))
}

async fn list_page(app: &App, me: &Signed, name: String) -> Result<Teams, Response> {
    let list = app.service.teams(&me.actor).await.map_err(|error| me.refused(&error))?;
    let opens = me.may(UseCase::TeamMembers);
    let row = |team: &TeamView| Row {
        path: if opens { path_of(team) } else { String::new() },
        name: team.name.clone(),
        people: members(me.w(), team),
    };
    let rows = list.teams.iter().map(row).collect();
    Ok(Teams { f: me.frame("teams-title", places(me)), rows, name })
}

/// Where it stands in the menu: by the board, or by the people.
fn places(me: &Signed) -> &'static str {
    if me.may(UseCase::TeamKeep) { "board" } else { "people" }
}

fn members(w: Words, team: &TeamView) -> String {
    let names: Vec<&str> = team.members.iter().map(|person| person.name.as_str()).collect();
    if names.is_empty() { w.t("team-nobody").into_owned() } else { names.join(", ") }
}

async fn add(State(app): State<App>, Posted { me, form: Named { name } }: Posted<Named>) -> Result<Response, Response> {
    match app.service.team_add(&me.actor, NameTeam { name: name.clone() }).await {
        Ok(team) => Ok(Redirect::to(&format!("{}?done=added", path_of(&team))).into_response()),
        Err(ServiceError::Field { .. }) => {
            let mut template = list_page(&app, &me, name).await?;
            template.f.faults.push(wrong_name(me.w()));
            Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &template))
        }
        Err(error) => Err(me.refused(&error)),
    }
}

fn wrong_name(w: Words) -> Fault {
    Fault { field: "name", text: w.t("team-name-wrong").into_owned() }
}

async fn show(
    State(app): State<App>,
    me: Signed,
    Path(id): Path<String>,
    Query(Done { done }): Query<Done>,
) -> Result<Response, Response> {
    let found = app.service.team_people(&me.actor, &id).await.map_err(|error| me.refused(&error))?;
    let mut template = team_page(&me, found);
    template.f.banners.extend(banner(me.w(), &done));
    Ok(page(StatusCode::OK, &template))
}

fn team_page(me: &Signed, TeamPeople { team, others }: TeamPeople) -> Team {
    let mut f = me.frame("team-title", places(me));
    f.here = path_of(&team);
    let path = path_of(&team);
    let inside = team.members.into_iter().map(|one| Choice { id: one.id, name: one.name, is_in: true });
    let outside = others.into_iter().map(|one| Choice { id: one.id, name: one.name, is_in: false });
    Team { f, path, called: team.name.clone(), name: team.name, people: inside.chain(outside).collect() }
}

/// Only what differs from the page as it was shown: what another supervisor changed meanwhile stays.
fn changes(form: &HashMap<String, String>) -> ChangeTeam {
    let ids = |begins: &str, unless: &str| {
        let ids = form.keys().filter_map(|field| field.strip_prefix(begins));
        ids.filter(|id| !form.contains_key(&format!("{unless}{id}"))).map(str::to_owned).collect()
    };
    ChangeTeam { join: ids(BOX, WAS), leave: ids(WAS, BOX) }
}

async fn change(
    State(app): State<App>,
    Path(id): Path<String>,
    Posted { me, form }: Posted<HashMap<String, String>>,
) -> Result<Response, Response> {
    let text = match app.service.team_members(&me.actor, &id, changes(&form)).await {
        Ok(team) => return Ok(Redirect::to(&format!("{}?done=members", path_of(&team))).into_response()),
        Err(ServiceError::Field { .. } | ServiceError::NotFound { what: "person" }) => "team-members-wrong",
        Err(error) => return Err(me.refused(&error)),
    };
    let found = app.service.team_people(&me.actor, &id).await.map_err(|error| me.refused(&error))?;
    let mut template = team_page(&me, found);
    template.f.faults.push(Fault { field: "people", text: me.w().t(text).into_owned() });
    Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &template))
}

async fn rename(
    State(app): State<App>,
    Path(id): Path<String>,
    Posted { me, form: Named { name } }: Posted<Named>,
) -> Result<Response, Response> {
    match app.service.team_rename(&me.actor, &id, NameTeam { name: name.clone() }).await {
        Ok(team) => return Ok(Redirect::to(&format!("{}?done=named", path_of(&team))).into_response()),
        Err(ServiceError::Field { .. }) => {}
        Err(error) => return Err(me.refused(&error)),
    }
    let found = app.service.team_people(&me.actor, &id).await.map_err(|error| me.refused(&error))?;
    let mut template = Team { name, ..team_page(&me, found) };
    template.f.faults.push(wrong_name(me.w()));
    Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &template))
}

async fn ask_remove(State(app): State<App>, me: Signed, Path(id): Path<String>) -> Result<Response, Response> {
    let found = app.service.team_people(&me.actor, &id).await.map_err(|error| me.refused(&error))?;
    let f = me.frame("team-remove-title", places(&me));
    Ok(page(StatusCode::OK, &AskRemove { f, path: path_of(&found.team), name: found.team.name }))
}

async fn remove(
    State(app): State<App>,
    Path(id): Path<String>,
    Posted { me, form: Nothing {} }: Posted<Nothing>,
) -> Result<Response, Response> {
    app.service.team_remove(&me.actor, &id).await.map_err(|error| me.refused(&error))?;
    Ok(Redirect::to("/teams?done=removed").into_response())
}
