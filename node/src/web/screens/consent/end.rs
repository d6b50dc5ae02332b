//! A consent ends: at once, whatever was sent under it. The page says first who holds what.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use serde::Deserialize;

use super::{
    list::{Row, row},
    short,
};
use crate::{
    service::{ServiceError, UseCase},
    view::ConsentView,
    web::{
        App,
        page::{Frame, Pair, page},
        routes::{Needs, Routes},
        screens::custody::holds,
        session::{Posted, Signed},
    },
};

pub(super) fn routes() -> Routes {
    Routes::new().form("/c/{id}/consent/{consent}/end", Needs::May(UseCase::ConsentWithdraw), ask, end)
}

#[derive(Template)]
#[template(path = "consent_end.html")]
struct End {
    f: Frame,
    path: String,
    action: String,
    row: Row,
    /// Who holds what under it.
    holders: Vec<Pair>,
}

#[derive(Deserialize)]
struct Nothing {}

/// The consent of this case; another case's is not there.
pub(super) async fn of_case(app: &App, me: &Signed, case: &str, consent: &str) -> Result<ConsentView, Response> {
    let list = app.service.consent_list(&me.actor, case).await.map_err(|error| me.refused(&error))?;
    let found = list.consents.into_iter().find(|one| short(&one.id) == consent);
    found.ok_or_else(|| me.refused(&ServiceError::NotFound { what: "consent" }))
}

async fn ask(
    State(app): State<App>,
    me: Signed,
    Path((id, consent)): Path<(String, String)>,
) -> Result<Response, Response> {
    let one = of_case(&app, &me, &id, &consent).await?;
    let custody = app.service.custody(&me.actor, &id).await.map_err(|error| me.refused(&error))?;
    let w = me.w();
    let under = custody.lines.iter().filter(|line| line.consent == one.id && !line.holds.is_empty());
    let path = format!("/c/{}", short(&id));
    let template = End {
        f: me.frame("consent-end", "cases"),
        action: format!("{path}/consent/{consent}/end"),
        row: row(w, &me.moment(), &path, &one),
        holders: under.map(|line| Pair { name: line.peer.clone(), value: holds(w, line) }).collect(),
        path,
    };
    Ok(page(StatusCode::OK, &template))
}

async fn end(
    State(app): State<App>,
    Path((id, consent)): Path<(String, String)>,
    Posted { me, form: Nothing {} }: Posted<Nothing>,
) -> Result<Response, Response> {
    let one = of_case(&app, &me, &id, &consent).await?;
    app.service.consent_withdraw(&me.actor, &one.id).await.map_err(|error| me.refused(&error))?;
    Ok(Redirect::to(&format!("/c/{}/consent?done=ended", short(&id))).into_response())
}
