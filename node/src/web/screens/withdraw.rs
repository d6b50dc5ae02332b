//! One referral is taken back. The page says who must erase what, and that nothing can be unread.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use protocol::code::WithdrawReason;
use serde::Deserialize;

use super::{
    answer::to,
    inbox::{child, path_of},
};
use crate::{
    service::{ServiceError, UseCase},
    view::{ExchangeView, ReasonRequest, Side},
    web::{
        App,
        page::{Fault, Frame, Pair, page},
        routes::{Needs, Routes},
        session::{Posted, Signed},
    },
};

pub(super) fn routes() -> Routes {
    Routes::new().form("/r/{id}/withdraw", Needs::May(UseCase::Withdraw), ask, withdraw)
}

#[derive(Template)]
#[template(path = "withdraw.html")]
struct Ask {
    f: Frame,
    path: String,
    reference: String,
    about: String,
    lede: String,
    effect: String,
    reasons: Vec<Pair>,
    chosen: String,
    /// Where the consent of the case is ended; empty where the case is not known.
    consent: String,
}

#[derive(Default, Deserialize)]
struct Typed {
    #[serde(default)]
    reason: String,
}

/// Whether this agency began it and it has not ended otherwise. One that was completed is taken back too: the other
/// agency then erases what it kept.
pub(super) fn possible(view: &ExchangeView) -> bool {
    let state = view.summary.state.as_str();
    view.summary.side == Side::Sent && matches!(state, "offered" | "accepted" | "released" | "completed")
}

async fn open(app: &App, me: &Signed, id: &str) -> Result<ExchangeView, Response> {
    let view = app.service.exchange_show(&me.actor, id).await.map_err(|error| me.refused(&error))?;
    if possible(&view) { Ok(view) } else { Err(to(&view.summary.id, "")) }
}

async fn ask(State(app): State<App>, me: Signed, Path(id): Path<String>) -> Result<Response, Response> {
    let view = open(&app, &me, &id).await?;
    Ok(page(StatusCode::OK, &ask_page(&me, &view, Typed::default(), Vec::new())))
}

fn ask_page(me: &Signed, view: &ExchangeView, form: Typed, faults: Vec<Fault>) -> Ask {
    let (w, one) = (me.w(), &view.summary);
    let mut f = me.frame("referral-title", "sent");
    let title = w.t1("referral-title", "reference", &one.reference);
    f.title = w.t2("step-title", ("step", w.t("withdraw-title")), ("title", title));
    f.faults = faults;
    // The clock has a reason of its own; a consent that ends ends all that was sent under it, on its own page.
    let reasons = WithdrawReason::ALL
        .iter()
        .filter(|reason| !matches!(reason, WithdrawReason::Lapsed | WithdrawReason::ConsentWithdrawn));
    let gave = matches!(one.state.as_str(), "released" | "completed");
    Ask {
        path: path_of(&one.id),
        reference: one.reference.clone(),
        about: w.t2("about-to", ("child", child(w, one)), ("peer", &one.peer)),
        lede: w.t1("withdraw-lede", "peer", &one.peer),
        effect: w.t1(if gave { "withdraw-effect-all" } else { "withdraw-effect" }, "peer", &one.peer),
        reasons: reasons
            .map(|one| Pair { name: w.line(&w.code("withdraw", one.code())), value: one.code().into() })
            .collect(),
        chosen: form.reason,
        consent: one
            .case
            .as_deref()
            .map(|case| format!("/c/{}/consent", case.get(..20).unwrap_or(case)))
            .unwrap_or_default(),
        f,
    }
}

async fn withdraw(
    State(app): State<App>,
    Path(id): Path<String>,
    Posted { me, form }: Posted<Typed>,
) -> Result<Response, Response> {
    let request = ReasonRequest { reason: form.reason.clone(), text: None };
    match app.service.withdraw(&me.actor, &id, request).await {
        Ok(done) => return Ok(to(&done.exchange, "withdrawn")),
        // It ended meanwhile: the page says how.
        Err(ServiceError::WrongState { .. }) => return Ok(to(&id, "")),
        Err(ServiceError::Field { field: "reason", .. }) => {}
        Err(error) => return Err(me.refused(&error)),
    }
    let view = open(&app, &me, &id).await?;
    let fault = Fault { field: "reason", text: me.w().t("decline-reason-missing").into_owned() };
    Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &ask_page(&me, &view, form, vec![fault])))
}
