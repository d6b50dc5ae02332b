//! What this agency asked of others, and whether it has arrived.

use askama::Template;
use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};

use super::inbox::{Pages, Row, Turned, child, look, path_of};
use crate::{
    service::UseCase,
    view::{Delivery, ExchangeSummary},
    web::{
        App,
        page::{Frame, Tag, page},
        routes::{Needs, Routes},
        session::Signed,
        words::{Moment, Words},
    },
};

pub(super) fn routes() -> Routes {
    Routes::new().get("/sent", Needs::May(UseCase::Outbox), show)
}

#[derive(Template)]
#[template(path = "sent.html")]
struct Sent {
    f: Frame,
    waiting: Vec<Row>,
    going: Vec<Row>,
    pages: Pages,
    nothing: bool,
}

async fn show(State(app): State<App>, me: Signed, Query(turned): Query<Turned>) -> Result<Response, Response> {
    let list = app.service.outbox(&me.actor).await.map_err(|error| me.refused(&error))?;
    let (w, moment) = (me.w(), me.moment());
    let (waiting, going): (Vec<_>, Vec<_>) =
        turned.rows(&list.exchanges).iter().partition(|one: &&ExchangeSummary| one.state == "offered");
    let template = Sent {
        f: me.frame("place-sent", "sent"),
        waiting: waiting.iter().map(|one| row(w, &moment, one)).collect(),
        going: going.iter().map(|one| row(w, &moment, one)).collect(),
        pages: Pages::of("/sent", turned.number(), list.exchanges.len()),
        nothing: list.exchanges.is_empty(),
    };
    Ok(page(StatusCode::OK, &template))
}

/// Seconds after which an urgent offer that is still here asks for a call.
const CALL_AFTER: u64 = 2 * 3_600;

fn hurry(one: &ExchangeSummary) -> bool {
    one.state == "offered" && matches!(one.urgency.as_str(), "critical" | "high")
}

fn row(w: Words, moment: &Moment, one: &ExchangeSummary) -> Row {
    let answer = w.t1("sent-answer-by", "when", moment.moment(w, one.answer_by));
    let about = if one.state == "offered" { answer } else { w.code("state", &one.state) };
    // Nobody there reads it by itself: a person has to speak to a person.
    let unsent = one.delivery == Delivery::Waiting && hurry(one) && moment.passed(one.offered) >= CALL_AFTER;
    let call = unsent || matches!(one.delivery, Delivery::Stuck | Delivery::Refused);
    let about = if call { format!("{about} · {}", w.t("sent-call")) } else { about };
    Row {
        path: path_of(&one.id),
        fresh: false,
        title: w.t2("sent-row", ("child", child(w, one)), ("peer", &one.peer)),
        tag: tag(w, one),
        about,
        reference: one.reference.clone(),
        when: moment.hour(w, one.since),
        day: moment.near_day(w, one.since),
    }
}

/// How far our newest word has come; once it is there, how the referral stands.
fn tag(w: Words, one: &ExchangeSummary) -> Tag {
    let tag = |kind, icon, key: &str| Tag { kind, icon, word: w.t(key).into_owned() };
    match one.delivery {
        Delivery::Waiting => tag("wait", "clock", "sent-waiting"),
        Delivery::Stuck => tag("stop", "stop", "sent-cannot-go"),
        Delivery::Refused => tag("stop", "stop", "sent-refused"),
        Delivery::Delivered if one.late => tag("stop", "warn", "tag-overdue"),
        Delivery::Delivered if one.state == "offered" => tag("good", "check", "sent-arrived"),
        Delivery::Delivered => {
            let (kind, icon) = look(&one.state);
            Tag { kind, icon, word: w.code("state", &one.state) }
        }
    }
}
