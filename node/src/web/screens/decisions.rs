//! What waits for a supervisor: listed, looked at whole, decided by a supervisor who did not ask it, or taken back.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use serde::Deserialize;
use serde_json::Value;

use super::{
    consent::{grantee, named_field},
    offer::outline,
    people::Done,
    refer::check,
};
use crate::{
    service::{ServiceError, UseCase},
    view::{DecisionDone, DecisionLine, DecisionView, PeerView, ReferRequest},
    web::{
        App,
        packed::long_page,
        page::{Banner, Frame, Pair, Tag, page},
        record::{self, Section},
        routes::{Needs, Routes},
        session::{Posted, Signed},
        words::{Moment, Words},
    },
};

pub(super) fn routes() -> Routes {
    Routes::new()
        .get("/decisions", Needs::May(UseCase::DecisionList), list)
        .get("/decisions/{id}", Needs::May(UseCase::DecisionList), show)
        .post("/decisions/{id}/yes", Needs::May(UseCase::DecisionTake), decide)
        .post("/decisions/{id}/no", Needs::May(UseCase::DecisionDrop), refuse)
}

#[derive(Template)]
#[template(path = "decisions.html")]
struct Decisions {
    f: Frame,
    rows: Vec<Row>,
}

struct Row {
    path: String,
    title: String,
    tag: Tag,
    about: String,
    when: String,
}

#[derive(Template)]
#[template(path = "decision.html")]
struct Decision {
    f: Frame,
    path: String,
    case: String,
    heading: String,
    asked: String,
    /// Whoever looks asked it.
    own: bool,
    /// It can't be done any more as it was asked.
    changed: bool,
    facts: Vec<Pair>,
    asks: Vec<String>,
    sections: Vec<Section>,
    effect: String,
    yes: String,
}

#[derive(Deserialize)]
struct Nothing {}

/// The success of the page before; nothing else can be put there by a link.
fn banner(w: Words, done: &str) -> Option<Banner> {
    let (title, text) = match done {
        "asked" => ("decision-asked", "decision-asked-text"),
        "recorded" => ("done-consent", "done-consent-text"),
        "sent" => ("decision-sent", "decision-sent-text"),
        "refused" => ("decision-refused", "decision-refused-text"),
        _ => return None,
    };
    Some(Banner { kind: "good", icon: "done", title: w.t(title).into_owned(), text: w.t(text).into_owned() })
}

async fn list(State(app): State<App>, me: Signed, Query(Done { done }): Query<Done>) -> Result<Response, Response> {
    let list = app.service.decisions(&me.actor).await.map_err(|error| me.refused(&error))?;
    let (w, moment) = (me.w(), me.moment());
    let mut f = me.frame("decisions-title", place(&me));
    f.banners.extend(banner(w, &done));
    let rows = list.decisions.iter().map(|one| row(w, &moment, one)).collect();
    Ok(page(StatusCode::OK, &Decisions { f, rows }))
}

/// Where it stands in the menu: by the board, or by the cases.
fn place(me: &Signed) -> &'static str {
    if me.may(UseCase::DecisionTake) { "board" } else { "cases" }
}

fn row(w: Words, moment: &Moment, one: &DecisionLine) -> Row {
    let tag = |kind, key: &str| Tag { kind, icon: "clock", word: w.t(key).into_owned() };
    Row {
        path: format!("/decisions/{}", one.id),
        title: w.t(heading(&one.kind)).into_owned(),
        tag: if one.own { tag("news", "waits-for-another") } else { tag("wait", "waits-for-you") },
        about: w.t1("waits-asked-by", "name", &one.asked_by),
        when: moment.near_day(w, one.ends),
    }
}

fn heading(kind: &str) -> &'static str {
    if kind == "consent" { "decision-consent" } else { "decision-refer" }
}

async fn show(State(app): State<App>, me: Signed, Path(id): Path<String>) -> Result<Response, Response> {
    let refused = |error: ServiceError| me.refused(&error);
    let found = app.service.decision_show(&me.actor, &id).await.map_err(refused)?;
    let peers = app.service.peer_list(&me.actor).await.map_err(refused)?.peers;
    Ok(long_page(StatusCode::OK, &decision(&me, &peers, &found)))
}

fn decision(me: &Signed, peers: &[PeerView], found: &DecisionView) -> Decision {
    let (w, moment) = (me.w(), me.moment());
    let line = &found.line;
    let mut f = me.frame("decisions-title", place(me));
    f.here = format!("/decisions/{}", line.id);
    let when = moment.moment(w, line.at);
    let (facts, effect, yes) = match (&found.consent, &found.referral) {
        (Some(consent), _) => (consent_facts(w, peers, consent), "decision-consent-effect", "decision-consent-yes"),
        (None, Some(request)) => (refer_facts(w, peers, found, request), "decision-refer-effect", "decision-refer-yes"),
        (None, None) => (Vec::new(), "decision-refer-effect", "decision-refer-yes"),
    };
    let preview = found.preview.as_ref();
    Decision {
        f,
        path: format!("/decisions/{}", line.id),
        case: format!("/c/{}", line.case.get(..20).unwrap_or(&line.case)),
        heading: w.t(heading(&line.kind)).into_owned(),
        asked: w.t2("decision-asked-by", ("name", &line.asked_by), ("when", when)),
        own: line.own,
        changed: found.referral.is_some() && preview.is_none(),
        facts,
        asks: preview.map(|seen| seen.asks.iter().map(|one| check::ask(w, one)).collect()).unwrap_or_default(),
        sections: preview.map(|seen| record::sections(w, &seen.release)).unwrap_or_default(),
        effect: w.t(effect).into_owned(),
        yes: w.t(yes).into_owned(),
    }
}

fn called(w: Words, peers: &[PeerView], to: &str) -> String {
    peers.iter().find(|peer| peer.id == to).map_or_else(|| grantee(w, to), |peer| peer.name.clone())
}

/// All that the consent would say, in the words of the page.
fn consent_facts(w: Words, peers: &[PeerView], consent: &Value) -> Vec<Pair> {
    let text = |name: &str| consent.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let list = |name: &str| -> Vec<String> {
        let all = consent.get(name).and_then(Value::as_array).into_iter().flatten();
        all.filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let code = |kind: &str, code: String| if code.is_empty() { code } else { w.line(&w.code(kind, &code)) };
    let what = list("categories").into_iter().map(|one| w.line(&w.code("category", &one)));
    let what: Vec<String> = what.chain(list("fields").iter().map(|one| named_field(w, one))).collect();
    let to: Vec<String> = list("to").iter().map(|to| called(w, peers, to)).collect();
    let untold = consent.get("keep_uninformed").and_then(Value::as_array).into_iter().flatten();
    let untold: Vec<&str> = untold.filter_map(|one| one.get("who")?.as_str()).collect();
    let facts = [
        ("consent-untold", untold.join(", ")),
        ("consent-to", to.join(", ")),
        ("consent-what", what.join(", ")),
        ("consent-for", w.codes("purpose", list("purposes").iter().map(String::as_str))),
        ("consent-onward", code("onward", text("onward"))),
        ("consent-until", w.recorded_day(&text("until"))),
        ("consent-by", code("given_by", text("given_by"))),
        ("consent-assent", code("assent", text("assent"))),
        ("consent-reason", text("reason")),
        ("consent-why-nobody", text("why_nobody")),
        ("consent-told", code("told", text("child_told"))),
    ];
    filled(w, facts)
}

/// To whom and why, then exactly what they will see when it is sent.
fn refer_facts(w: Words, peers: &[PeerView], found: &DecisionView, request: &ReferRequest) -> Vec<Pair> {
    let facts = [
        ("decision-to", called(w, peers, &request.to)),
        ("refer-reason", request.reason.clone().unwrap_or_default()),
        ("refer-summary", request.summary.clone()),
    ];
    let mut facts = filled(w, facts);
    facts.extend(found.preview.as_ref().map(|seen| outline(w, &seen.triage)).unwrap_or_default());
    facts
}

fn filled<const N: usize>(w: Words, facts: [(&str, String); N]) -> Vec<Pair> {
    let facts = facts.into_iter().filter(|(_, value)| !value.is_empty());
    facts.map(|(key, value)| Pair { name: w.t(key).into_owned(), value }).collect()
}

async fn decide(
    State(app): State<App>,
    Path(id): Path<String>,
    Posted { me, form: Nothing {} }: Posted<Nothing>,
) -> Result<Response, Response> {
    let done = match app.service.decide(&me.actor, &id).await {
        Ok(DecisionDone::Consent(_)) => "recorded",
        Ok(DecisionDone::Referral(_)) => "sent",
        // What would be sent is not what was looked at: the page says so.
        Err(ServiceError::OfferChanged) => return Ok(Redirect::to(&format!("/decisions/{id}")).into_response()),
        Err(error) => return Err(me.refused(&error)),
    };
    Ok(Redirect::to(&format!("/decisions?done={done}")).into_response())
}

async fn refuse(
    State(app): State<App>,
    Path(id): Path<String>,
    Posted { me, form: Nothing {} }: Posted<Nothing>,
) -> Result<Response, Response> {
    app.service.decision_drop(&me.actor, &id).await.map_err(|error| me.refused(&error))?;
    Ok(Redirect::to("/decisions?done=refused").into_response())
}
