//! Opening what somebody else looks after, in an emergency: a reason, an hour, before the supervisors' eyes.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use serde::Deserialize;

use crate::{
    service::{ServiceError, UseCase},
    view::OpenRequest,
    web::{
        App,
        page::{Fault, Frame, page},
        routes::{Needs, Routes},
        session::{Posted, Signed},
    },
};

pub(super) fn routes() -> Routes {
    Routes::new().form("/c/{id}/open", Needs::May(UseCase::BreakGlass), ask_case, open_case).form(
        "/r/{id}/open",
        Needs::May(UseCase::BreakGlass),
        ask_exchange,
        open_exchange,
    )
}

#[derive(Template)]
#[template(path = "glass.html")]
struct Glass {
    f: Frame,
    action: String,
    reason: String,
}

#[derive(Deserialize)]
struct Typed {
    #[serde(default)]
    reason: String,
}

/// Shows nothing of what is to be opened, not even whether it is there.
async fn ask_case(me: Signed, Path(id): Path<String>) -> Result<Response, Response> {
    form(&me, &format!("/c/{id}/open"), String::new(), Vec::new())
}

async fn ask_exchange(me: Signed, Path(id): Path<String>) -> Result<Response, Response> {
    form(&me, &format!("/r/{id}/open"), String::new(), Vec::new())
}

fn form(me: &Signed, action: &str, reason: String, faults: Vec<Fault>) -> Result<Response, Response> {
    me.must(UseCase::BreakGlass)?;
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let mut f = me.frame("glass-title", "");
    f.faults = faults;
    Ok(page(status, &Glass { f, action: action.to_owned(), reason }))
}

async fn open_case(
    State(app): State<App>,
    Path(id): Path<String>,
    Posted { me, form: Typed { reason } }: Posted<Typed>,
) -> Result<Response, Response> {
    let opened = app.service.case_break_glass(&me.actor, &id, OpenRequest { reason: whole(&reason) }).await;
    after(&me, &format!("/c/{id}"), reason, opened.map(drop))
}

async fn open_exchange(
    State(app): State<App>,
    Path(id): Path<String>,
    Posted { me, form: Typed { reason } }: Posted<Typed>,
) -> Result<Response, Response> {
    let opened = app.service.exchange_break_glass(&me.actor, &id, OpenRequest { reason: whole(&reason) }).await;
    after(&me, &format!("/r/{id}"), reason, opened.map(drop))
}

/// Browsers send line breaks as two characters.
fn whole(reason: &str) -> String {
    reason.replace("\r\n", "\n")
}

fn after(me: &Signed, path: &str, reason: String, opened: Result<(), ServiceError>) -> Result<Response, Response> {
    match opened {
        Ok(()) => Ok(Redirect::to(path).into_response()),
        Err(ServiceError::Field { field: "reason", .. }) => {
            let fault = Fault { field: "reason", text: me.w().t("glass-reason-wrong").into_owned() };
            form(me, &format!("{path}/open"), reason, vec![fault])
        }
        Err(error) => Err(me.refused(&error)),
    }
}
