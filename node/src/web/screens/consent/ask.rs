//! What is explained before anybody can agree: to be read together, or printed.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use protocol::code::Explained;

use super::short;
use crate::{
    service::UseCase,
    web::{
        App,
        page::{Frame, page},
        routes::{Needs, Routes},
        session::Signed,
    },
};

pub(super) fn routes() -> Routes {
    Routes::new().get("/c/{id}/consent/ask", Needs::May(UseCase::ConsentList), ask)
}

#[derive(Template)]
#[template(path = "consent_ask.html")]
struct Ask {
    f: Frame,
    path: String,
    sentences: Vec<String>,
}

async fn ask(State(app): State<App>, me: Signed, Path(id): Path<String>) -> Result<Response, Response> {
    // Nothing of the case stands on the page; whoever may not see its consents need not ask for one.
    app.service.consent_list(&me.actor, &id).await.map_err(|error| me.refused(&error))?;
    let agency = me.visitor.glance.agency.clone();
    let w = me.w();
    let sentences =
        Explained::ALL.iter().map(|part| w.t1(&format!("say-{}", part.code()), "agency", &agency)).collect();
    let template =
        Ask { f: me.frame("consent-ask-title", "cases"), path: format!("/c/{}/consent", short(&id)), sentences };
    Ok(page(StatusCode::OK, &template))
}
