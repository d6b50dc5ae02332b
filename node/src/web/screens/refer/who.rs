//! To whom: agencies that somebody here has verified. Names can go to no other.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};

use super::short;
use crate::{
    service::UseCase,
    view::PeerView,
    web::{
        App,
        page::{Frame, Tag, page},
        routes::{Needs, Routes},
        session::Signed,
        words::Words,
    },
};

pub(super) fn routes() -> Routes {
    Routes::new().get("/c/{id}/refer", Needs::May(UseCase::Preview), ask)
}

#[derive(Template)]
#[template(path = "refer_who.html")]
struct Who {
    f: Frame,
    path: String,
    step: String,
    /// Whether any consent is in force: without one nothing can be sent.
    consent: bool,
    peers: Vec<Row>,
}

struct Row {
    path: String,
    title: String,
    tag: Tag,
    about: String,
    when: String,
}

async fn ask(State(app): State<App>, me: Signed, Path(id): Path<String>) -> Result<Response, Response> {
    let consents = app.service.consent_list(&me.actor, &id).await.map_err(|error| me.refused(&error))?.consents;
    let peers = app.service.peer_list(&me.actor).await.map_err(|error| me.refused(&error))?.peers;
    let w = me.w();
    let path = format!("/c/{}", short(&id));
    let verified = peers.iter().filter(|peer| peer.trust == "verified");
    let template = Who {
        f: me.frame("refer-title", "cases"),
        step: w.t2("step-of", ("n", w.number(1)), ("all", w.number(3))),
        consent: consents.iter().any(|one| one.state == "active"),
        peers: verified.map(|peer| row(w, &path, peer)).collect(),
        path,
    };
    Ok(page(StatusCode::OK, &template))
}

fn row(w: Words, path: &str, peer: &PeerView) -> Row {
    Row {
        path: format!("{path}/refer/{}", short(&peer.id)),
        title: peer.name.clone(),
        tag: Tag { kind: "good", icon: "shield", word: w.t("tag-verified").into_owned() },
        about: w.line(&w.code("kind", &peer.kind)),
        when: String::new(),
    }
}
