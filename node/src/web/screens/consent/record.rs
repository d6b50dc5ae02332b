//! A consent is recorded: what was agreed to, then who agreed and how. The service judges the whole at the end; until
//! then what was typed travels with the pages, and is kept as a draft of who typed it.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use protocol::category::Category;

use super::{questions, short};
use crate::{
    service::{ServiceError, UseCase},
    view::PeerView,
    web::{
        App, drafts,
        form::{Form, Typed, ticked},
        packed::long_page,
        page::Mark,
        routes::{Needs, Routes},
        screens::asking::{Asking, Button},
        session::{Posted, Signed},
    },
};

pub(super) fn routes() -> Routes {
    Routes::new().form("/c/{id}/consent/new", Needs::May(UseCase::ConsentGrant), ask, answer)
}

/// Which page was sent.
const STEP: &str = "step";

async fn ask(State(app): State<App>, me: Signed, Path(id): Path<String>) -> Result<Response, Response> {
    // Whoever may not see the case's consents is not asked for one.
    app.service.consent_list(&me.actor, &id).await.map_err(|error| me.refused(&error))?;
    let peers = peers(&app, &me).await?;
    let (typed, kept) = drafts::open(&app, &me).await?;
    let mut asked = first(&me, &id, &peers, &typed, Vec::new());
    asked.f.kept = kept;
    Ok(long_page(StatusCode::OK, &asked))
}

async fn answer(
    State(app): State<App>,
    Path(id): Path<String>,
    Posted { me, form: typed }: Posted<Typed>,
) -> Result<Response, Response> {
    me.must(UseCase::ConsentGrant)?;
    let peers = peers(&app, &me).await?;
    let wrong = StatusCode::UNPROCESSABLE_ENTITY;
    if typed.contains_key(drafts::BUTTON) {
        return Ok(drafts::keep(&app, &me, &typed).await);
    }
    drafts::keep_meanwhile(&app, &me, &typed).await;
    if typed.contains_key("back") {
        return Ok(long_page(StatusCode::OK, &first(&me, &id, &peers, &typed, Vec::new())));
    }
    let missing = questions::missing(me.w(), &typed);
    if !missing.is_empty() {
        return Ok(long_page(wrong, &first(&me, &id, &peers, &typed, missing)));
    }
    if typed.get(STEP).is_none_or(|step| step != "given") {
        return Ok(long_page(StatusCode::OK, &second(&me, &id, &peers, &typed, Vec::new())));
    }
    let consent = questions::consent(&typed);
    let done = if questions::is_decided(&typed) {
        app.service.consent_ask(&me.actor, &id, consent).await.map(|_| "asked")
    } else {
        app.service.consent_grant(&me.actor, &id, consent).await.map(|_| "recorded")
    };
    match done {
        Ok(done) => {
            drafts::sent(&app, &me).await;
            Ok(Redirect::to(&format!("/c/{}/consent?done={done}", short(&id))).into_response())
        }
        Err(ServiceError::ConsentInvalid { faults }) => {
            let (marks, on_first) = questions::marks(me.w(), &faults);
            let asked =
                if on_first { first(&me, &id, &peers, &typed, marks) } else { second(&me, &id, &peers, &typed, marks) };
            Ok(long_page(wrong, &asked))
        }
        Err(ServiceError::Field { field: "to", .. }) => {
            let mark = Mark { id: String::new(), text: me.w().t("decision-too-many").into_owned() };
            Ok(long_page(wrong, &second(&me, &id, &peers, &typed, vec![mark])))
        }
        Err(error) => Err(me.refused(&error)),
    }
}

async fn peers(app: &App, me: &Signed) -> Result<Vec<PeerView>, Response> {
    Ok(app.service.peer_list(&me.actor).await.map_err(|error| me.refused(&error))?.peers)
}

fn first(me: &Signed, id: &str, peers: &[PeerView], typed: &Typed, marks: Vec<Mark>) -> Asking {
    let w = me.w();
    let path = format!("/c/{}/consent", short(id));
    Asking {
        heading: w.t("consent-new-heading").into_owned(),
        lede: w.t("consent-new-lede").into_owned(),
        step: w.t2("step-of", ("n", w.number(1)), ("all", w.number(2))),
        buttons: vec![Button::first("", "", w.t("go-on")), Button::other(drafts::BUTTON, "yes", w.t("draft-keep"))],
        action: format!("{path}/new"),
        back: path,
        back_word: w.t("consent-title").into_owned(),
        ..Asking::new(me.frame("consent-new-title", "cases"))
    }
    .with(typed, &[("step", "agreed")], marks, |marks| questions::agreed(&Form::plain(w, typed, marks), peers))
}

fn second(me: &Signed, id: &str, peers: &[PeerView], typed: &Typed, marks: Vec<Mark>) -> Asking {
    let w = me.w();
    let path = format!("/c/{}/consent", short(id));
    let name = |to: &String| {
        peers.iter().find(|peer| peer.id == *to).map_or_else(|| super::grantee(w, to), |peer| peer.name.clone())
    };
    let to: Vec<String> = ticked(typed, "to").iter().map(name).collect();
    let granted = ticked(typed, "categories");
    let granted = Category::ALL.iter().filter(|one| granted.iter().any(|code| code == one.code()));
    let named = ticked(typed, "fields");
    let what = granted.map(|one| w.line(&w.code("category", one.code())));
    let what: Vec<String> = what.chain(named.iter().map(|name| super::named_field(w, name))).collect();
    let purposes = ticked(typed, "purposes");
    let read_back = w.with(
        "consent-read-back",
        &[
            ("to", &to.join(", ")),
            ("what", &what.join(", ")),
            ("purposes", &w.codes("purpose", purposes.iter().map(String::as_str))),
        ],
    );
    Asking {
        heading: w.t("consent-given-heading").into_owned(),
        lede: read_back,
        step: w.t2("step-of", ("n", w.number(2)), ("all", w.number(2))),
        buttons: vec![
            Button::first("", "", w.t("consent-record")),
            Button::other("back", "yes", w.t("go-back")),
            Button::other(drafts::BUTTON, "yes", w.t("draft-keep")),
        ],
        action: format!("{path}/new"),
        back: path,
        back_word: w.t("consent-title").into_owned(),
        ..Asking::new(me.frame("consent-new-title", "cases"))
    }
    .with(typed, &[("step", "given")], marks, |marks| questions::given(&Form::plain(w, typed, marks)))
}
