//! A supervisor says who looks after a case or a referral of another agency.

use std::collections::HashMap;

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};

use crate::{
    service::{ServiceError, UseCase},
    view::{AssignRequest, Carrier, CarrierList},
    web::{
        App,
        page::{Frame, page},
        routes::{Needs, Routes},
        session::{Posted, Signed},
    },
};

pub(super) fn routes() -> Routes {
    Routes::new().form("/c/{id}/assign", Needs::May(UseCase::Assign), ask_case, assign_case).form(
        "/r/{id}/assign",
        Needs::May(UseCase::Assign),
        ask_exchange,
        assign_exchange,
    )
}

#[derive(Template)]
#[template(path = "assign.html")]
struct Assign {
    f: Frame,
    back: String,
    people: Vec<Row>,
    teams: Vec<Row>,
}

struct Row {
    field: String,
    name: String,
    load: String,
    has: bool,
}

/// Begins the name of each person's box.
const BOX: &str = "to-";
/// Begins the name of each team's box.
const TEAM: &str = "team-";

async fn ask_case(State(app): State<App>, me: Signed, Path(id): Path<String>) -> Result<Response, Response> {
    shown(&me, &format!("/c/{id}"), app.service.case_carriers(&me.actor, &id).await)
}

async fn ask_exchange(State(app): State<App>, me: Signed, Path(id): Path<String>) -> Result<Response, Response> {
    shown(&me, &format!("/r/{id}"), app.service.exchange_carriers(&me.actor, &id).await)
}

fn shown(me: &Signed, back: &str, found: Result<CarrierList, ServiceError>) -> Result<Response, Response> {
    let list = found.map_err(|error| me.refused(&error))?;
    let w = me.w();
    let row = |begins: &str, one: &Carrier| Row {
        field: format!("{begins}{}", one.id),
        name: one.name.clone(),
        load: w.counted("assign-open", one.open),
        has: one.has,
    };
    let people = list.carriers.iter().map(|one| row(BOX, one)).collect();
    let teams = list.teams.iter().map(|one| row(TEAM, one)).collect();
    Ok(page(StatusCode::OK, &Assign { f: me.frame("assign-title", "board"), back: back.to_owned(), people, teams }))
}

/// Whose boxes were ticked; nobody's: then supervisors alone see it.
fn ticked(form: &HashMap<String, String>) -> AssignRequest {
    let ids = |begins: &str| form.keys().filter_map(|field| field.strip_prefix(begins)).map(str::to_owned).collect();
    AssignRequest { to: ids(BOX), teams: ids(TEAM) }
}

async fn assign_case(
    State(app): State<App>,
    Path(id): Path<String>,
    Posted { me, form }: Posted<HashMap<String, String>>,
) -> Result<Response, Response> {
    app.service.case_assign(&me.actor, &id, ticked(&form)).await.map_err(|error| me.refused(&error))?;
    Ok(Redirect::to("/board?done=assigned").into_response())
}

async fn assign_exchange(
    State(app): State<App>,
    Path(id): Path<String>,
    Posted { me, form }: Posted<HashMap<String, String>>,
) -> Result<Response, Response> {
    app.service.exchange_assign(&me.actor, &id, ticked(&form)).await.map_err(|error| me.refused(&error))?;
    Ok(Redirect::to("/board?done=assigned").into_response())
}
