//! The supervisor's board: what waits, what is overdue, what was opened by others, who carries how much. No name of a
//! child, and nobody is ranked.

use askama::Template;
use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use keys::Timestamp;

use super::{
    inbox::{child, look, path_of},
    people::Done,
};
use crate::{
    service::UseCase,
    view::{AnswerCount, BrokenGlass, CarrierList, ExchangeSummary, ReviewLine},
    web::{
        App,
        page::{Banner, Frame, Tag, page},
        routes::{Needs, Routes},
        session::Signed,
        words::{Moment, Words},
    },
};

/// Months of answers.
const MONTHS: usize = 6;
/// Rows of each list: the rest is in the inbox.
const ROWS: usize = 12;

pub(super) fn routes() -> Routes {
    Routes::new().get("/board", Needs::May(UseCase::Carriers), show)
}

#[derive(Template)]
#[template(path = "board.html")]
struct Board {
    f: Frame,
    figures: Vec<Figure>,
    rows: Vec<Row>,
    reviews: Vec<Review>,
    opened: Vec<Opening>,
    loads: Vec<Load>,
    months: Vec<Month>,
    told: String,
}

/// A number that leads to what it counts.
struct Figure {
    kind: &'static str,
    icon: &'static str,
    number: String,
    what: String,
    path: &'static str,
}

/// Something that needs a decision.
struct Row {
    path: String,
    reference: String,
    about: String,
    tag: Tag,
    with: String,
    assign: String,
}

/// A decision that must be looked at again.
struct Review {
    path: String,
    tag: Tag,
    by: String,
}

struct Opening {
    path: String,
    what: String,
    by: String,
    when: String,
    reason: String,
}

/// A bar of the chart, in hundredths of the longest.
struct Load {
    name: String,
    number: String,
    bar: u64,
}

/// A month's answers: two bars, in hundredths of the busiest month.
struct Month {
    name: String,
    accepted: String,
    declined: String,
    filled: u64,
    outlined: u64,
}

async fn show(State(app): State<App>, me: Signed, Query(Done { done }): Query<Done>) -> Result<Response, Response> {
    let (service, actor) = (&app.service, &me.actor);
    let (w, moment) = (me.w(), me.moment());
    let periods = moment.months(MONTHS);
    let beginnings: Vec<Timestamp> = periods.iter().map(|(_, begins)| *begins).collect();
    // At once: their entries in the audit log are synced together.
    let all = tokio::try_join!(
        service.broken_glass(actor),
        service.inbox(actor),
        service.outbox(actor),
        service.carriers(actor),
        service.offers_answered(actor, &beginnings),
        service.reviews(actor),
    );
    let (glass, inbox, outbox, carriers, answers, reviews) = all.map_err(|error| me.refused(&error))?;
    let mut f = me.frame("place-board", "board");
    if done == "assigned" {
        let title = w.t("board-assigned").into_owned();
        f.banners.push(Banner { kind: "good", icon: "done", title, text: w.t("board-assigned-text").into_owned() });
    }
    let all = || inbox.exchanges.iter().chain(&outbox.exchanges);
    let needs = |one: &&ExchangeSummary| one.late || (one.assigned.is_empty() && one.case.is_none());
    let rows = all().filter(needs).take(ROWS).map(|one| row(w, &moment, one)).collect();
    let template = Board {
        f,
        figures: figures(w, all(), &carriers, glass.opened.len()),
        rows,
        reviews: reviews.reviews.iter().take(ROWS).map(|one| review(w, one)).collect(),
        opened: glass.opened.iter().take(ROWS).map(|one| opening(w, &moment, one)).collect(),
        loads: loads(w, &carriers),
        told: told(w, &answers),
        months: months(w, &periods, &answers),
    };
    Ok(page(StatusCode::OK, &template))
}

fn figures<'a>(
    w: Words,
    all: impl Iterator<Item = &'a ExchangeSummary>,
    carriers: &CarrierList,
    opened: usize,
) -> Vec<Figure> {
    let (mut late, mut offered) = (0, 0);
    for one in all {
        late += u64::from(one.late);
        offered += u64::from(one.state == "offered");
    }
    let figure = |kind, icon, number: u64, key: &str, path| Figure {
        kind: if number == 0 { "" } else { kind },
        icon,
        number: w.number(number),
        what: w.t(key).into_owned(),
        path,
    };
    vec![
        figure("stop", "warn", late, "board-late", "#decide"),
        figure("wait", "clock", offered, "board-waiting", "/inbox"),
        figure("wait", "person", carriers.unassigned, "board-nobody", "#decide"),
        figure("news", "eye", u64::try_from(opened).unwrap_or(u64::MAX), "board-opened", "#opened"),
    ]
}

fn row(w: Words, moment: &Moment, one: &ExchangeSummary) -> Row {
    let tag = if one.late {
        Tag { kind: "stop", icon: "warn", word: w.t("tag-overdue").into_owned() }
    } else {
        let (kind, icon) = look(&one.state);
        Tag { kind, icon, word: w.code("state", &one.state) }
    };
    let by = moment.moment(w, if one.state == "offered" { one.answer_by } else { one.since });
    let with = |who: &str| w.t2("board-with", ("who", who), ("when", &by));
    let assign = match &one.case {
        Some(case) => format!("/c/{}/assign", case.get(..20).unwrap_or(case)),
        None => format!("{}/assign", path_of(&one.id)),
    };
    Row {
        path: path_of(&one.id),
        reference: one.reference.clone(),
        about: w.t2("about-from", ("child", child(w, one)), ("peer", &one.peer)),
        tag,
        // What began here goes with its case.
        with: match one.assigned.as_slice() {
            [] if one.case.is_some() => by.clone(),
            [] => with(&w.t("board-with-nobody")),
            people => with(&people.join(", ")),
        },
        assign,
    }
}

fn review(w: Words, one: &ReviewLine) -> Review {
    let short = |id: &str| id.get(..20).unwrap_or(id).to_owned();
    let (kind, icon, key) =
        if one.overdue { ("stop", "warn", "review-overdue") } else { ("wait", "clock", "review-soon") };
    Review {
        path: format!("/c/{}/consent/{}/review", short(&one.case), short(&one.consent)),
        tag: Tag { kind, icon, word: w.t(key).into_owned() },
        by: w.t1("review-by", "day", w.recorded_day(&one.on)),
    }
}

fn opening(w: Words, moment: &Moment, one: &BrokenGlass) -> Opening {
    let (path, what) = match (&one.case, &one.exchange) {
        (Some(id), _) => (format!("/c/{}", id.get(..20).unwrap_or(id)), w.t("board-a-case")),
        (None, id) => (path_of(id.as_deref().unwrap_or_default()), w.t("board-a-referral")),
    };
    Opening {
        path,
        what: what.into_owned(),
        by: one.by.clone(),
        when: w.t2("board-from-until", ("from", moment.moment(w, one.at)), ("until", moment.hour(w, one.until))),
        reason: one.reason.clone().unwrap_or_else(|| w.t("board-reason-gone").into_owned()),
    }
}

fn months(w: Words, periods: &[(String, Timestamp)], answers: &[AnswerCount]) -> Vec<Month> {
    let most = answers.iter().map(|count| count.accepted + count.declined).max().unwrap_or_default().max(1);
    let month = |((name, _), count): (&(String, Timestamp), &AnswerCount)| Month {
        name: w.recorded_day(name),
        accepted: w.number(count.accepted),
        declined: w.number(count.declined),
        filled: count.accepted * 100 / most,
        outlined: count.declined * 100 / most,
    };
    periods.iter().zip(answers).map(month).collect()
}

/// What the bars say, in a sentence.
fn told(w: Words, answers: &[AnswerCount]) -> String {
    let sum = |of: fn(&AnswerCount) -> u64| w.number(answers.iter().map(of).sum());
    let (accepted, declined) = (sum(|count| count.accepted), sum(|count| count.declined));
    w.t2("board-answers-told", ("accepted", accepted), ("declined", declined))
}

/// By name, and what nobody has at the end.
fn loads(w: Words, carriers: &CarrierList) -> Vec<Load> {
    let all = carriers.carriers.iter().chain(&carriers.teams).map(|one| one.open);
    let most = all.max().unwrap_or_default().max(carriers.unassigned).max(1);
    let load = |name: String, open: u64| Load { name, number: w.number(open), bar: open * 100 / most };
    let people = carriers.carriers.iter().map(|one| load(one.name.clone(), one.open));
    let nobody = load(w.t("board-with-nobody").into_owned(), carriers.unassigned);
    let teams = carriers.teams.iter().map(|one| load(one.name.clone(), one.open));
    people.chain(teams).chain([nobody]).collect()
}
