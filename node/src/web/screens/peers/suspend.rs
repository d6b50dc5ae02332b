//! Stopping everything with an agency, with a reason.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use serde::Deserialize;

use super::path_of;
use crate::{
    service::{STOPPED, ServiceError, UseCase},
    web::{
        App,
        page::{Fault, Frame, Pair, page},
        session::{Posted, Signed},
    },
};

#[derive(Template)]
#[template(path = "suspend.html")]
struct AskSuspend {
    f: Frame,
    path: String,
    name: String,
    reasons: Vec<Pair>,
}

#[derive(Deserialize)]
pub(super) struct Chosen {
    #[serde(default)]
    reason: String,
}

pub(super) async fn ask(State(app): State<App>, me: Signed, Path(id): Path<String>) -> Result<Response, Response> {
    form(&app, &me, &id, Vec::new()).await
}

async fn form(app: &App, me: &Signed, id: &str, faults: Vec<Fault>) -> Result<Response, Response> {
    me.must(UseCase::PeerSuspend)?;
    let peer = app.service.peer_show(&me.actor, id).await.map_err(|error| me.refused(&error))?;
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let w = me.w();
    let mut f = me.frame("suspend-title", "peers");
    f.here = format!("{}/suspend", path_of(&peer));
    f.faults = faults;
    let reasons = STOPPED.iter().map(|code| Pair { name: w.line(&w.code("stopped", code)), value: (*code).to_owned() });
    Ok(page(status, &AskSuspend { f, path: path_of(&peer), name: peer.name, reasons: reasons.collect() }))
}

pub(super) async fn suspend(
    State(app): State<App>,
    Path(id): Path<String>,
    Posted { me, form: Chosen { reason } }: Posted<Chosen>,
) -> Result<Response, Response> {
    match app.service.suspend_for(&me.actor, &id, &reason).await {
        Ok(peer) => Ok(Redirect::to(&format!("{}?done=suspended", path_of(&peer))).into_response()),
        Err(ServiceError::Field { field: "reason", .. }) => {
            let fault = Fault { field: "reason", text: me.w().t("decline-reason-missing").into_owned() };
            form(&app, &me, &id, vec![fault]).await
        }
        Err(error) => Err(me.refused(&error)),
    }
}
