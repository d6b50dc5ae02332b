//! The pages of a referral in their order. What was typed travels with them, and is kept as a draft; nothing is sent but what
//! was looked at, which the service checks under the case's lock.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};

use super::{
    check::Check,
    fault, less, questions,
    questions::{About, request},
    short,
};
use crate::{
    service::{ServiceError, UseCase},
    view::{CaseView, ConsentView, PeerView, Preview, ReferRequest},
    web::{
        App, drafts,
        form::{Form, Typed, said},
        packed::long_page,
        page::Mark,
        routes::{Needs, Routes},
        screens::{
            answer::to,
            asking::{Asking, Button},
        },
        session::{Posted, Signed},
    },
};

pub(super) fn routes() -> Routes {
    Routes::new().get("/c/{id}/refer/{peer}", Needs::May(UseCase::Preview), ask).post(
        "/c/{id}/refer/{peer}",
        Needs::May(UseCase::Refer),
        answer,
    )
}

/// A case about to be offered, and to whom.
pub(super) struct Open {
    pub(super) case: CaseView,
    pub(super) peer: PeerView,
    consents: Vec<ConsentView>,
    /// The case's page.
    pub(super) path: String,
    pub(super) action: String,
}

async fn open(app: &App, me: &Signed, id: &str, peer: &str) -> Result<Open, Response> {
    let refused = |error: ServiceError| me.refused(&error);
    let case = app.service.case_show(&me.actor, id).await.map_err(refused)?;
    let peer = app.service.peer_show(&me.actor, peer).await.map_err(refused)?;
    let consents = app.service.consent_list(&me.actor, &case.id).await.map_err(refused)?.consents;
    let path = format!("/c/{}", short(&case.id));
    let action = format!("{path}/refer/{}", short(&peer.id));
    Ok(Open { case, peer, consents, path, action })
}

async fn ask(
    State(app): State<App>,
    me: Signed,
    Path((id, peer)): Path<(String, String)>,
) -> Result<Response, Response> {
    let open = open(&app, &me, &id, &peer).await?;
    let (typed, kept) = drafts::open(&app, &me).await?;
    let mut asked = form(&me, &open, &typed, Vec::new());
    asked.f.kept = kept;
    Ok(long_page(StatusCode::OK, &asked))
}

async fn answer(
    State(app): State<App>,
    Path((id, peer)): Path<(String, String)>,
    Posted { me, form: mut typed }: Posted<Typed>,
) -> Result<Response, Response> {
    me.must(UseCase::Refer)?;
    let open = open(&app, &me, &id, &peer).await?;
    if typed.contains_key(drafts::BUTTON) {
        return Ok(drafts::keep(&app, &me, &typed).await);
    }
    let less = less::pressed(&mut typed);
    less::settle(&mut typed);
    drafts::keep_meanwhile(&app, &me, &typed).await;
    if typed.contains_key("back") {
        return Ok(long_page(StatusCode::OK, &form(&me, &open, &typed, Vec::new())));
    }
    let missing = questions::missing(me.w(), &typed);
    if !missing.is_empty() {
        return Ok(long_page(StatusCode::UNPROCESSABLE_ENTITY, &form(&me, &open, &typed, missing)));
    }
    let looked = request(&open.case.id, &open.peer, &typed);
    if !less && (typed.contains_key("send") || typed.contains_key("ask")) {
        return send(&app, &me, &open, &typed, looked).await;
    }
    match preview(&app, &me, &open, &typed, looked).await? {
        Ok(seen) => Ok(long_page(StatusCode::OK, &Check::of(&me, &open, &typed, &seen, Vec::new()))),
        Err(wrong) => Ok(wrong),
    }
}

/// What would go out; or the form with what is wrong.
async fn preview(
    app: &App,
    me: &Signed,
    open: &Open,
    typed: &Typed,
    request: ReferRequest,
) -> Result<Result<Preview, Response>, Response> {
    // Words that may name the child are looked at only by who asks a supervisor to allow them.
    let reason = questions::allows_words(typed).then(|| said(typed, "reason").unwrap_or_else(|| LOOKING.to_owned()));
    let error = match app.service.preview(&me.actor, ReferRequest { reason, ..request }).await {
        Ok(seen) => return Ok(Ok(seen)),
        Err(error) => error,
    };
    let mark = fault::mark(me.w(), open, typed, &error).ok_or_else(|| me.refused(&error))?;
    Ok(Err(long_page(StatusCode::UNPROCESSABLE_ENTITY, &form_of(me, open, typed, vec![mark], is_leak(&error)))))
}

/// Stands for a reason that is asked for on the page that is looked at.
const LOOKING: &str = "-";

const fn is_leak(error: &ServiceError) -> bool {
    matches!(error, ServiceError::IdentifyingText { .. })
}

async fn send(app: &App, me: &Signed, open: &Open, typed: &Typed, looked: ReferRequest) -> Result<Response, Response> {
    let w = me.w();
    // Whoever says no mark looked at nothing.
    let seen = Some(typed.get("seen").cloned().unwrap_or_default());
    let request = ReferRequest { reason: said(typed, "reason"), seen, ..looked.clone() };
    let error = if typed.contains_key("ask") {
        match app.service.refer_ask(&me.actor, request).await {
            Ok(_) => {
                drafts::sent(app, me).await;
                return Ok(Redirect::to("/decisions?done=asked").into_response());
            }
            Err(error) => error,
        }
    } else {
        match app.service.refer(&me.actor, request).await {
            Ok(referred) => {
                drafts::sent(app, me).await;
                return Ok(to(&referred.exchange, "offered"));
            }
            Err(error) => error,
        }
    };
    let marks = match &error {
        ServiceError::OfferChanged => Vec::new(),
        ServiceError::NeedsReason { .. } => {
            vec![Mark { id: "reason".into(), text: w.t("refer-wrong-reason").into_owned() }]
        }
        // They are to be allowed, and it was not said why.
        ServiceError::IdentifyingText { .. } if questions::allows_words(typed) && said(typed, "reason").is_none() => {
            vec![Mark { id: "reason".into(), text: w.t("refer-wrong-reason").into_owned() }]
        }
        other => {
            let mark = fault::mark(w, open, typed, other).ok_or_else(|| me.refused(other))?;
            let asked = form_of(me, open, typed, vec![mark], is_leak(other));
            return Ok(long_page(StatusCode::UNPROCESSABLE_ENTITY, &asked));
        }
    };
    match preview(app, me, open, typed, looked).await? {
        Err(wrong) => Ok(wrong),
        Ok(now) => {
            let check = Check::of(me, open, typed, &now, marks);
            let changed = matches!(error, ServiceError::OfferChanged);
            Ok(if changed { check.changed(w) } else { long_page(StatusCode::UNPROCESSABLE_ENTITY, &check) })
        }
    }
}

fn form(me: &Signed, open: &Open, typed: &Typed, marks: Vec<Mark>) -> Asking {
    form_of(me, open, typed, marks, false)
}

/// `leak`: what was typed seems to say who the child is.
fn form_of(me: &Signed, open: &Open, typed: &Typed, marks: Vec<Mark>, leak: bool) -> Asking {
    let w = me.w();
    let words = leak || questions::allows_words(typed);
    let about = About { peer: &open.peer, consents: &open.consents, record: &open.case.record, words };
    Asking {
        heading: w.t1("refer-what-heading", "peer", &open.peer.name),
        lede: questions::named(&open.case.record),
        step: w.t2("step-of", ("n", w.number(2)), ("all", w.number(3))),
        buttons: vec![
            Button::first("", "", w.t("refer-look")),
            Button::other(drafts::BUTTON, "yes", w.t("draft-keep")),
        ],
        action: open.action.clone(),
        back: format!("{}/refer", open.path),
        back_word: w.t("refer-title").into_owned(),
        ..Asking::new(me.frame("refer-title", "cases"))
    }
    .with(typed, &[], marks, |marks| questions::controls(&Form::plain(w, typed, marks), &about))
}
