//! Inviting a person: who, and for which tasks. The one-time link is shown once, to who may hand it over.

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
};
use serde::Deserialize;

use crate::{
    service::{
        ServiceError,
        people::{Decided, Role},
    },
    view::{Invitation, InviteRequest},
    web::{
        App,
        page::{Fault, Frame, page},
        qr::qr,
        session::{Posted, Signed},
        words::Words,
    },
};

#[derive(Template)]
#[template(path = "invite.html")]
struct AskInvite {
    f: Frame,
    name: String,
    sign_in: String,
    choices: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "invited.html")]
struct Invited {
    f: Frame,
    name: String,
    sign_in: String,
    roles: String,
    link: String,
    token: String,
    qr: String,
    until: String,
}

/// A role to be ticked.
pub(super) struct Choice {
    pub(super) code: &'static str,
    pub(super) name: String,
    pub(super) what: String,
    pub(super) chosen: bool,
}

/// The roles of a form: one box each.
#[derive(Default, Deserialize)]
pub(super) struct Ticked {
    social_worker: Option<String>,
    supervisor: Option<String>,
    key_administrator: Option<String>,
    auditor: Option<String>,
}

impl Ticked {
    pub(super) fn codes(&self) -> Vec<String> {
        let boxes = [&self.social_worker, &self.supervisor, &self.key_administrator, &self.auditor];
        let ticked = Role::ALL.into_iter().zip(boxes).filter(|(_, ticked)| ticked.is_some());
        ticked.map(|(role, _)| role.code().to_owned()).collect()
    }
}

/// All roles, with those that are had or were ticked.
pub(super) fn choices(w: Words, chosen: &[String]) -> Vec<Choice> {
    let choice = |role: Role| Choice {
        code: role.code(),
        name: w.line(&w.code("role", role.code())),
        what: w.code("may", role.code()),
        chosen: chosen.iter().any(|code| code == role.code()),
    };
    Role::ALL.into_iter().map(choice).collect()
}

#[derive(Default, Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    name: String,
    #[serde(default)]
    sign_in: String,
    #[serde(flatten)]
    roles: Ticked,
}

pub(super) async fn ask(State(app): State<App>, me: Signed) -> Result<Response, Response> {
    // The form is for who may send it.
    app.service.requests(&me.actor).await.map_err(|error| me.refused(&error))?;
    Ok(form(&me, &Typed::default(), Vec::new()))
}

fn form(me: &Signed, typed: &Typed, faults: Vec<Fault>) -> Response {
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let mut f = me.frame("invite-title", "people");
    f.here = "/people/invite".into();
    f.faults = faults;
    let choices = choices(me.w(), &typed.roles.codes());
    page(status, &AskInvite { f, name: typed.name.clone(), sign_in: typed.sign_in.clone(), choices })
}

pub(super) async fn send(
    State(app): State<App>,
    headers: HeaderMap,
    Posted { me, form: typed }: Posted<Typed>,
) -> Result<Response, Response> {
    let request =
        InviteRequest { name: typed.name.clone(), sign_in: typed.sign_in.clone(), roles: typed.roles.codes() };
    let fault = match app.service.ask_invite(&me.actor, request).await {
        Ok(Decided::Done(invitation)) => return Ok(invited(&app, &me, &headers, &invitation)),
        Ok(Decided::Waits(_)) => return Ok(Redirect::to("/people?done=asked").into_response()),
        Err(ServiceError::Field { field: "name", .. }) => ("name", "invite-name-wrong"),
        Err(ServiceError::Field { field: "sign_in", .. }) => ("sign_in", "invite-sign-in-wrong"),
        Err(ServiceError::Field { field: "roles", .. }) => ("roles", "invite-roles-wrong"),
        Err(ServiceError::RolesApart) => ("roles", "invite-roles-apart"),
        Err(ServiceError::NameTaken) => ("sign_in", "invite-name-taken"),
        Err(error) => return Err(me.refused(&error)),
    };
    let (field, text) = fault;
    Ok(form(&me, &typed, vec![Fault { field, text: me.w().t(text).into_owned() }]))
}

/// The link, once: it stands in no address of ours, and nowhere else.
pub(in crate::web::screens) fn invited(
    app: &App,
    me: &Signed,
    headers: &HeaderMap,
    invitation: &Invitation,
) -> Response {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let scheme = if app.secure { "https" } else { "http" };
    let link = format!("{scheme}://{host}/join/{}", invitation.token);
    let (w, moment) = (me.w(), me.moment());
    let mut f = me.frame("invited-title", "people");
    // Another language would ask for it anew.
    f.here = "/people".into();
    let template = Invited {
        f,
        name: invitation.name.clone(),
        sign_in: invitation.sign_in.clone(),
        roles: w.codes("role", invitation.roles.iter().map(String::as_str)),
        qr: qr(&link),
        link,
        token: invitation.token.clone(),
        until: w.t1("invited-until", "when", moment.moment(w, invitation.ends)),
    };
    page(StatusCode::OK, &template)
}
