//! Introducing an agency by the text of its card.

use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use serde::Deserialize;

use super::path_of;
use crate::{
    service::{ServiceError, UseCase},
    view::AddPeer,
    web::{
        App,
        page::{Fault, Frame, page},
        session::{Posted, Signed},
    },
};

#[derive(Template)]
#[template(path = "peer_add.html")]
struct AskCard {
    f: Frame,
    card: String,
    own: String,
}

#[derive(Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    card: String,
}

pub(super) async fn ask(State(app): State<App>, me: Signed) -> Result<Response, Response> {
    me.must(UseCase::PeerAdd)?;
    form(&app, &me, String::new(), Vec::new()).await
}

async fn form(app: &App, me: &Signed, card: String, faults: Vec<Fault>) -> Result<Response, Response> {
    let own = app.service.agency_card(&me.actor).await.map_err(|error| me.refused(&error))?;
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let mut f = me.frame("peer-add-title", "peers");
    f.faults = faults;
    Ok(page(status, &AskCard { f, card, own: own.text }))
}

pub(super) async fn add(
    State(app): State<App>,
    Posted { me, form: Typed { card } }: Posted<Typed>,
) -> Result<Response, Response> {
    // Browsers send line breaks as two characters.
    let ask = AddPeer { card: card.replace("\r\n", "\n") };
    let key = match app.service.peer_add(&me.actor, ask).await {
        Ok(peer) => return Ok(Redirect::to(&format!("{}?done=added", path_of(&peer))).into_response()),
        Err(ServiceError::BadCard { .. }) => "peer-card-bad",
        Err(ServiceError::OwnCard) => "peer-card-own",
        Err(ServiceError::OtherNetwork) => "peer-card-network",
        Err(ServiceError::CardContradicts) => "peer-card-contradicts",
        Err(ServiceError::CardVoid) => "peer-card-void",
        Err(ServiceError::LinkKeyTaken { .. }) => "peer-card-copied",
        Err(error) => return Err(me.refused(&error)),
    };
    form(&app, &me, card, vec![Fault { field: "card", text: me.w().t(key).into_owned() }]).await
}
