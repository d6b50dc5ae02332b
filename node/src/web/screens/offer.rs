//! An offer: triage only, what would follow, and the two answers. Elsewhere in its life: what became of it.

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use protocol::category::Category;
use serde::Deserialize;
use serde_json::Value;

use super::{
    inbox::{child, look, path_of},
    withdraw,
};
use crate::{
    service::{LOST_BY_RESTORE, REVOKED_KEY, UseCase},
    view::{Delivery, ExchangeSummary, ExchangeView, Side},
    web::{
        App,
        page::{Banner, Frame, Pair, Tag, page},
        routes::{Needs, Routes},
        session::Signed,
        words::{Moment, Words},
    },
};

pub(super) fn routes() -> Routes {
    Routes::new().get("/r/{id}", Needs::May(UseCase::ExchangeShow), show)
}

#[derive(Template)]
#[template(path = "offer.html")]
struct Offer {
    f: Frame,
    path: String,
    reference: String,
    tag: Tag,
    heading: String,
    deadline: Banner,
    facts: Vec<Fact>,
    follows: Vec<Pair>,
    not_included: String,
}

/// One line of the summary.
struct Fact {
    name: String,
    value: String,
    tag: Option<Tag>,
}

#[derive(Template)]
#[template(path = "answered.html")]
struct Answered {
    f: Frame,
    path: String,
    /// Whether the information is here to be opened.
    has_case: bool,
    /// Whether people may still write.
    goes_on: bool,
    received: bool,
    /// Where it is taken back; empty where it can not be.
    withdraw: String,
    reference: String,
    tag: Tag,
    heading: String,
    facts: Vec<Pair>,
    events: Vec<Event>,
}

struct Event {
    icon: &'static str,
    what: String,
    said: String,
    when: String,
    who: String,
}

#[derive(Deserialize)]
struct Done {
    /// What was done just before, for a banner: one of our own words.
    #[serde(default)]
    done: String,
}

async fn show(
    State(app): State<App>,
    me: Signed,
    Path(id): Path<String>,
    Query(Done { done }): Query<Done>,
) -> Result<Response, Response> {
    let view = app.service.exchange_show(&me.actor, &id).await.map_err(|error| me.refused(&error))?;
    if view.summary.side == Side::Received && view.summary.state == "offered" {
        let mut offer = offer(&me, &view);
        offer.f.banners.extend(look_twice(me.w(), &view));
        return Ok(page(StatusCode::OK, &offer));
    }
    let mut answered = answered(&me, &view);
    answered.f.banners.extend(look_twice(me.w(), &view));
    if let Some(banner) = banner(me.w(), &done, &view.summary.peer) {
        answered.f.banners.push(banner);
    }
    Ok(page(StatusCode::OK, &answered))
}

/// The success of the page before; nothing else can be put there by a link.
fn banner(w: Words, done: &str, peer: &str) -> Option<Banner> {
    let (title, text) = match done {
        "accepted" => ("done-accepted", "done-accepted-text"),
        "declined" => ("done-declined", "done-declined-text"),
        "note" => ("done-note", "done-note-text"),
        "progress" => ("done-progress", "done-progress-text"),
        "complete" => ("done-complete", "done-complete-text"),
        "offered" => ("done-offered", "done-offered-text"),
        "withdrawn" => ("done-withdrawn", "done-withdrawn-text"),
        _ => return None,
    };
    let text = w.t1(text, "peer", peer);
    Some(Banner { kind: "good", icon: "done", title: w.t(title).into_owned(), text })
}

/// What must be known before anybody acts: something here was signed by a key that the other agency revoked, by two
/// nodes of it, or is lost here.
fn look_twice(w: Words, view: &ExchangeView) -> Vec<Banner> {
    let peer = &view.summary.peer;
    let words = |alarm: &str| match alarm {
        REVOKED_KEY => Some(("stop", "revoked-key-title", "revoked-key-text")),
        "equivocation" | "broken:old-incarnation" => Some(("stop", "two-nodes-title", "two-nodes-text")),
        LOST_BY_RESTORE => Some(("wait", "restored-title", "restored-text")),
        _ => None,
    };
    let mut found: Vec<_> = view.alarms.iter().filter_map(|alarm| words(alarm)).collect();
    found.dedup();
    let banner = |(kind, title, text)| Banner {
        kind,
        icon: "warn",
        title: w.t1(title, "peer", peer),
        text: w.t1(text, "peer", peer),
    };
    found.into_iter().map(banner).collect()
}

fn offer(me: &Signed, view: &ExchangeView) -> Offer {
    let (w, moment, one) = (me.w(), me.moment(), &view.summary);
    let triage = view.triage.as_ref().unwrap_or(&Value::Null);
    let follows: Vec<&str> = strings(triage, "would_follow");
    let missing = Category::ALL.iter().map(|category| category.code()).filter(|code| !follows.contains(code));
    let mut f = me.frame("offer-title", "inbox");
    f.title = w.t1("offer-title", "reference", &one.reference);
    Offer {
        f,
        path: path_of(&one.id),
        reference: one.reference.clone(),
        tag: Tag { kind: "wait", icon: "clock", word: w.t("tag-waits-for-answer").into_owned() },
        heading: child(w, one),
        deadline: deadline(w, &moment, view),
        facts: facts(w, &moment, view, triage),
        not_included: w.codes("category", missing),
        follows: follows
            .iter()
            .map(|code| Pair { name: w.line(&w.code("category", code)), value: w.code("holds", code) })
            .collect(),
    }
}

/// By when, and what follows if not.
fn deadline(w: Words, moment: &Moment, view: &ExchangeView) -> Banner {
    let (peer, by) = (&view.summary.peer, view.summary.answer_by);
    let when = moment.moment(w, by);
    match moment.left(w, by) {
        Some(left) => Banner {
            kind: "wait",
            icon: "clock",
            title: w.t1("offer-answer-by", "when", when),
            text: w.t2("offer-left", ("left", left), ("peer", peer)),
        },
        None => Banner {
            kind: "stop",
            icon: "warn",
            title: w.t1("offer-answer-was-by", "when", when),
            text: w.t1("offer-over", "peer", peer),
        },
    }
}

fn facts(w: Words, moment: &Moment, view: &ExchangeView, triage: &Value) -> Vec<Fact> {
    let one = &view.summary;
    let text = |key: &str| triage.get(key).and_then(Value::as_str).unwrap_or_default();
    let code = |list: &str, key: &str| if text(key).is_empty() { String::new() } else { w.code(list, text(key)) };
    let verified = if one.peer_verified {
        Tag { kind: "good", icon: "shield", word: w.t("tag-verified").into_owned() }
    } else {
        Tag { kind: "wait", icon: "warn", word: w.t("tag-not-verified").into_owned() }
    };
    let group = triage.get("group_size").and_then(Value::as_u64).filter(|n| *n > 1);
    let rows = [
        ("offer-service", w.codes("service", one.services.iter().map(String::as_str))),
        ("offer-urgency", w.code("urgency", &one.urgency)),
        ("offer-from", one.peer.clone()),
        ("offer-age", w.age_band(text("age_band"))),
        ("offer-sex", code("sex", "sex")),
        ("offer-languages", w.codes("language", strings(triage, "languages"))),
        ("offer-area", w.area(text("area"))),
        ("offer-arrival", code("arrival", "arrival")),
        ("offer-support", w.codes("support", strings(triage, "support"))),
        ("offer-group", group.map(|n| w.counted("offer-siblings", n)).unwrap_or_default()),
        ("offer-says", text("text").to_owned()),
        ("offer-sent", moment.moment(w, one.offered)),
    ];
    let fact = |(key, value): (&str, String)| Fact {
        name: if key == "offer-says" { w.t1(key, "peer", &one.peer) } else { w.t(key).into_owned() },
        tag: (key == "offer-from").then(|| verified.clone()),
        value: if matches!(key, "offer-from" | "offer-says") { value } else { w.line(&value) },
    };
    rows.into_iter().filter(|(_, value)| !value.is_empty()).map(fact).collect()
}

/// All that a triage summary says, for whoever is about to send it.
pub(super) fn outline(w: Words, triage: &Value) -> Vec<Pair> {
    let text = |key: &str| triage.get(key).and_then(Value::as_str).unwrap_or_default();
    let code = |list: &str, key: &str| if text(key).is_empty() { String::new() } else { w.code(list, text(key)) };
    let group = triage.get("group_size").and_then(Value::as_u64).filter(|n| *n > 1);
    let rows = [
        ("offer-service", w.codes("service", strings(triage, "services"))),
        ("offer-urgency", code("urgency", "urgency")),
        ("consent-for", code("purpose", "purpose")),
        ("offer-age", w.age_band(text("age_band"))),
        ("offer-sex", code("sex", "sex")),
        ("offer-languages", w.codes("language", strings(triage, "languages"))),
        ("offer-area", w.area(text("area"))),
        ("offer-arrival", code("arrival", "arrival")),
        ("offer-support", w.codes("support", strings(triage, "support"))),
        ("offer-group", group.map(|n| w.counted("offer-siblings", n)).unwrap_or_default()),
        ("refer-summary", text("text").to_owned()),
        ("refer-basis", code("basis", "basis")),
        ("refer-what", w.codes("category", strings(triage, "would_follow"))),
    ];
    let told = rows.into_iter().filter(|(_, value)| !value.is_empty());
    told.map(|(key, value)| {
        let value = if key == "refer-summary" { value } else { w.line(&value) };
        Pair { name: w.t(key).into_owned(), value }
    })
    .collect()
}

fn strings<'a>(value: &'a Value, key: &str) -> Vec<&'a str> {
    value.get(key).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
}

/// What became of it.
fn answered(me: &Signed, view: &ExchangeView) -> Answered {
    let (w, moment, one) = (me.w(), me.moment(), &view.summary);
    let (kind, icon) = look(&one.state);
    let mut f = me.frame("referral-title", if one.side == Side::Sent { "sent" } else { "inbox" });
    f.title = w.t1("referral-title", "reference", &one.reference);
    let can_withdraw = withdraw::possible(view) && me.may(UseCase::Withdraw);
    let with = if one.side == Side::Sent { "story-to" } else { "story-from" };
    let mut facts = vec![
        Pair { name: w.t(with).into_owned(), value: one.peer.clone() },
        Pair { name: w.t("offer-sent").into_owned(), value: moment.moment(w, one.offered) },
    ];
    if one.side == Side::Sent {
        facts.push(Pair { name: w.t("delivery").into_owned(), value: delivery(w, one) });
    }
    if let Some(receipt) = &view.receipt {
        let value = w.t2("story-erased", ("peer", &receipt.by), ("when", moment.moment(w, receipt.erased_at)));
        facts.push(Pair { name: w.t("story-receipt").into_owned(), value });
    } else if one.erased {
        facts.push(Pair { name: w.t("story-receipt").into_owned(), value: w.t("story-erased-here").into_owned() });
    }
    Answered {
        f,
        path: path_of(&one.id),
        has_case: view.released.is_some(),
        goes_on: one.state == "released",
        received: one.side == Side::Received,
        withdraw: if can_withdraw { format!("{}/withdraw", path_of(&one.id)) } else { String::new() },
        reference: one.reference.clone(),
        tag: Tag { kind, icon, word: w.code("state", &one.state) },
        heading: child(w, one),
        facts,
        events: view.events.iter().rev().map(|event| event_row(w, &moment, view, event)).collect(),
    }
}

/// How far our newest word has come, and what to do if it goes no further.
fn delivery(w: Words, one: &ExchangeSummary) -> String {
    let key = match one.delivery {
        Delivery::Waiting => "delivery-waiting",
        Delivery::Delivered => "delivery-delivered",
        Delivery::Refused => "delivery-refused",
        Delivery::Stuck => "delivery-stuck",
    };
    w.t1(key, "peer", &one.peer)
}

fn event_row(w: Words, moment: &Moment, view: &ExchangeView, event: &crate::view::EventView) -> Event {
    let icon = match event.kind.as_str() {
        "offer" => "sent",
        "accept" | "complete" => "done",
        "release" | "supplement" => "paper",
        "note" | "progress" => "note",
        "erased" => "gone",
        _ => "back",
    };
    let list = match event.kind.as_str() {
        "complete" => "outcome",
        other => other,
    };
    let code = event.code.as_deref().map(|code| w.code(list, code)).unwrap_or_default();
    let what = w.code("event", &event.kind);
    let date = event.date.as_deref().map(|day| w.recorded_day(day)).unwrap_or_default();
    let details: Vec<String> = [code, date].into_iter().filter(|part| !part.is_empty()).collect();
    let what =
        if details.is_empty() { what } else { w.t2("event-with", ("what", what), ("detail", details.join(", "))) };
    let who = if event.by == view.summary.side { w.t("event-by-us").into_owned() } else { view.summary.peer.clone() };
    Event { icon, what, said: event.text.clone().unwrap_or_default(), when: moment.moment(w, event.at), who }
}
