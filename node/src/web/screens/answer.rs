//! The two answers to an offer. Each page says the effect before the act, and its button repeats the verb.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use protocol::code::DeclineReason;
use serde::Deserialize;

use super::inbox::{child, path_of};
use crate::{
    service::{ServiceError, UseCase},
    view::{AssignRequest, ExchangeView, ReasonRequest, TeamPerson},
    web::{
        App,
        page::{Fault, Frame, Pair, page},
        routes::{Needs, Routes},
        session::{Posted, Signed},
    },
};

pub(super) fn routes() -> Routes {
    Routes::new().form("/r/{id}/accept", Needs::May(UseCase::Accept), ask_accept, accept).form(
        "/r/{id}/decline",
        Needs::May(UseCase::Decline),
        ask_decline,
        decline,
    )
}

#[derive(Template)]
#[template(path = "accept.html")]
struct AskAccept {
    f: Frame,
    path: String,
    reference: String,
    about: String,
    effect: String,
    teams: Vec<Pair>,
    people: Vec<Pair>,
    chosen: String,
}

#[derive(Template)]
#[template(path = "decline.html")]
struct AskDecline {
    f: Frame,
    path: String,
    reference: String,
    about: String,
    lede: String,
    reasons: Vec<Pair>,
    chosen: String,
    text: String,
}

/// Who will look after the child.
#[derive(Default, Deserialize)]
struct Keeper {
    /// `me`, `team-…` or `to-…`; without it, who has it already, else whoever accepts.
    #[serde(default)]
    who: String,
}

/// Begins the value of a team's choice.
const TEAM: &str = "team-";
/// Begins the value of a colleague's choice.
const TO: &str = "to-";
/// Whoever accepts.
const MYSELF: &str = "me";

impl Keeper {
    /// Whoever accepts is named by their id.
    fn asked(&self, me: &Signed) -> AssignRequest {
        let own = (self.who == MYSELF).then(|| me.actor.person().map(|id| id.to_string())).flatten();
        let person = own.or_else(|| self.who.strip_prefix(TO).map(str::to_owned));
        let team = self.who.strip_prefix(TEAM).map(str::to_owned);
        AssignRequest { to: person.into_iter().collect(), teams: team.into_iter().collect() }
    }
}

#[derive(Default, Deserialize)]
struct Refusal {
    #[serde(default)]
    reason: String,
    #[serde(default)]
    text: String,
}

/// The offer, if it still waits for an answer; else the page that says what became of it.
async fn open(app: &App, me: &Signed, id: &str) -> Result<ExchangeView, Response> {
    let view = app.service.exchange_show(&me.actor, id).await.map_err(|error| me.refused(&error))?;
    if view.summary.state == "offered" { Ok(view) } else { Err(to(&view.summary.id, "")) }
}

/// To the exchange's page, which says what was done.
pub(super) fn to(id: &str, done: &str) -> Response {
    let query = if done.is_empty() { String::new() } else { format!("?done={done}") };
    Redirect::to(&format!("{}{query}", path_of(id))).into_response()
}

async fn ask_accept(State(app): State<App>, me: Signed, Path(id): Path<String>) -> Result<Response, Response> {
    let view = open(&app, &me, &id).await?;
    let asked = accept_page(&app, &me, &view, MYSELF.into(), Vec::new()).await?;
    Ok(page(StatusCode::OK, &asked))
}

async fn accept_page(
    app: &App,
    me: &Signed,
    view: &ExchangeView,
    chosen: String,
    faults: Vec<Fault>,
) -> Result<AskAccept, Response> {
    let others = app.service.colleagues(&me.actor).await.map_err(|error| me.refused(&error))?;
    let (w, one) = (me.w(), &view.summary);
    let mut f = me.frame("accept-title", "inbox");
    f.title = w.t1("accept-title", "reference", &one.reference);
    f.here = format!("{}/accept", path_of(&one.id));
    f.faults = faults;
    let choice = |begins: &str, one: TeamPerson| Pair { name: one.name, value: format!("{begins}{}", one.id) };
    Ok(AskAccept {
        path: path_of(&one.id),
        reference: one.reference.clone(),
        about: w.t2("about-from", ("child", child(w, one)), ("peer", &one.peer)),
        effect: w.t1("accept-effect", "peer", &one.peer),
        teams: others.teams.into_iter().map(|one| choice(TEAM, one)).collect(),
        people: others.people.into_iter().map(|one| choice(TO, one)).collect(),
        chosen,
        f,
    })
}

async fn accept(
    State(app): State<App>,
    Path(id): Path<String>,
    Posted { me, form }: Posted<Keeper>,
) -> Result<Response, Response> {
    match app.service.accept_for(&me.actor, &id, form.asked(&me)).await {
        // A colleague's child is not shown to whoever took it on.
        Ok(_) if form.who.starts_with(TO) && !me.may(UseCase::Assign) => {
            return Ok(Redirect::to("/inbox?done=accepted").into_response());
        }
        Ok(done) => return Ok(to(&done.exchange, "accepted")),
        // Answered, taken back or lapsed meanwhile: the page says which, by whom and when.
        Err(ServiceError::WrongState { .. }) => return Ok(to(&id, "")),
        // A colleague who was removed meanwhile, or a team that one is not in any more.
        Err(ServiceError::Field { .. } | ServiceError::NotFound { what: "person" | "team" }) => {}
        Err(error) => return Err(me.refused(&error)),
    }
    let view = open(&app, &me, &id).await?;
    let fault = Fault { field: "who", text: me.w().t("accept-who-wrong").into_owned() };
    let asked = accept_page(&app, &me, &view, form.who, vec![fault]).await?;
    Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &asked))
}

async fn ask_decline(State(app): State<App>, me: Signed, Path(id): Path<String>) -> Result<Response, Response> {
    let view = open(&app, &me, &id).await?;
    Ok(page(StatusCode::OK, &decline_page(&me, &view, Refusal::default(), Vec::new())))
}

fn decline_page(me: &Signed, view: &ExchangeView, form: Refusal, faults: Vec<Fault>) -> AskDecline {
    let (w, one) = (me.w(), &view.summary);
    let mut f = me.frame("decline-title", "inbox");
    f.title = w.t1("decline-title", "reference", &one.reference);
    f.here = format!("{}/decline", path_of(&one.id));
    f.faults = faults;
    let reasons = DeclineReason::ALL.iter().filter(|reason| **reason != DeclineReason::Lapsed);
    AskDecline {
        f,
        path: path_of(&one.id),
        reference: one.reference.clone(),
        about: w.t2("about-from", ("child", child(w, one)), ("peer", &one.peer)),
        lede: w.t1("decline-lede", "peer", &one.peer),
        reasons: reasons.map(|r| Pair { name: w.code("decline", r.code()), value: r.code().into() }).collect(),
        chosen: form.reason,
        text: form.text,
    }
}

async fn decline(
    State(app): State<App>,
    Path(id): Path<String>,
    Posted { me, form }: Posted<Refusal>,
) -> Result<Response, Response> {
    let text = Some(form.text.trim().to_owned()).filter(|text| !text.is_empty());
    let request = ReasonRequest { reason: form.reason.clone(), text };
    let field = match app.service.decline(&me.actor, &id, request).await {
        Ok(done) => return Ok(to(&done.exchange, "declined")),
        Err(ServiceError::WrongState { .. }) => return Ok(to(&id, "")),
        Err(ServiceError::Field { field, .. }) if field == "text" || field == "reason" => field,
        Err(error) => return Err(me.refused(&error)),
    };
    let view = open(&app, &me, &id).await?;
    let key = if field == "text" { "decline-text-wrong" } else { "decline-reason-missing" };
    let fault = Fault { field, text: me.w().t(key).into_owned() };
    Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &decline_page(&me, &view, form, vec![fault])))
}
