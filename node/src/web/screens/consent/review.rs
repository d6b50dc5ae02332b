//! What two persons decided is looked at again by a supervisor: it still holds, or it is ended on its own page.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use serde::Deserialize;

use super::{
    end::of_case,
    list::{Row, row},
    short,
};
use crate::{
    service::{ServiceError, UseCase},
    view::{ConsentView, ReviewConsent},
    web::{
        App,
        page::{Fault, Frame, page},
        routes::{Needs, Routes},
        session::{Posted, Signed},
    },
};

pub(super) fn routes() -> Routes {
    Routes::new().form("/c/{id}/consent/{consent}/review", Needs::May(UseCase::ConsentReview), ask, holds)
}

#[derive(Template)]
#[template(path = "consent_review.html")]
struct Review {
    f: Frame,
    path: String,
    action: String,
    row: Row,
    words: String,
}

#[derive(Default, Deserialize)]
struct Typed {
    #[serde(default)]
    words: String,
}

async fn ask(
    State(app): State<App>,
    me: Signed,
    Path((id, consent)): Path<(String, String)>,
) -> Result<Response, Response> {
    me.must(UseCase::ConsentReview)?;
    let one = of_case(&app, &me, &id, &consent).await?;
    Ok(form(&me, &id, &one, Typed::default(), Vec::new()))
}

fn form(me: &Signed, id: &str, one: &ConsentView, typed: Typed, faults: Vec<Fault>) -> Response {
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let path = format!("/c/{}", short(id));
    let mut f = me.frame("review-title", "cases");
    f.faults = faults;
    let action = format!("{path}/consent/{}/review", short(&one.id));
    let row = row(me.w(), &me.moment(), &path, one);
    page(status, &Review { f, path, action, row, words: typed.words })
}

async fn holds(
    State(app): State<App>,
    Path((id, consent)): Path<(String, String)>,
    Posted { me, form: typed }: Posted<Typed>,
) -> Result<Response, Response> {
    me.must(UseCase::ConsentReview)?;
    let one = of_case(&app, &me, &id, &consent).await?;
    match app.service.consent_review(&me.actor, &one.id, ReviewConsent { words: typed.words.clone() }).await {
        Ok(_) => Ok(Redirect::to(&format!("/c/{}/consent?done=reviewed", short(&id))).into_response()),
        Err(ServiceError::Field { field: "words", .. }) => {
            let fault = Fault { field: "words", text: me.w().t("review-words-wrong").into_owned() };
            Ok(form(&me, &id, &one, typed, vec![fault]))
        }
        Err(error) => Err(me.refused(&error)),
    }
}
