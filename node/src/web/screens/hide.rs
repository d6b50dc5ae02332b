//! Quick hide: a page that says nothing of cases, and of this program.

use askama::Template;
use axum::{
    http::{HeaderValue, StatusCode},
    response::Response,
};
use jiff::{ToSpan as _, civil::Date};

use crate::web::{
    assets,
    page::page,
    words::{Moment, Words},
};

/// A calendar of the month.
#[derive(Template)]
#[template(path = "hide.html")]
struct Hide {
    w: Words,
    month: String,
    days: Vec<String>,
    weeks: Vec<Vec<Day>>,
    css: String,
    icon: String,
}

struct Day {
    /// Empty outside of the month.
    number: String,
    today: bool,
}

/// The calendar; the browser is told to forget the pages before it.
pub(in crate::web) fn calendar(w: Words, moment: &Moment) -> Response {
    let today = moment.today();
    let template = Hide {
        w,
        month: w.recorded_day(&today.strftime("%Y-%m").to_string()),
        days: (1..=7).map(|n| w.t(WEEKDAYS[n - 1]).into_owned()).collect(),
        weeks: weeks(w, today),
        css: assets::path("spean.css"),
        icon: assets::path("favicon.svg"),
    };
    let mut response = page(StatusCode::OK, &template);
    response.headers_mut().insert("clear-site-data", HeaderValue::from_static(r#""cache""#));
    response
}

const WEEKDAYS: [&str; 7] = ["weekday-1", "weekday-2", "weekday-3", "weekday-4", "weekday-5", "weekday-6", "weekday-7"];

/// The weeks of today's month, from Monday on.
fn weeks(w: Words, today: Date) -> Vec<Vec<Day>> {
    let first = today.first_of_month();
    let before = usize::from(first.weekday().to_monday_zero_offset().unsigned_abs());
    let blank = || Day { number: String::new(), today: false };
    let mut cells: Vec<Day> = (0..before).map(|_| blank()).collect();
    let mut day = first;
    while day.month() == first.month() {
        cells.push(Day { number: w.digits(&day.day().to_string()), today: day == today });
        let Ok(next) = day.checked_add(1.day()) else { break };
        day = next;
    }
    while !cells.len().is_multiple_of(7) {
        cells.push(blank());
    }
    let mut weeks = Vec::new();
    let mut cells = cells.into_iter().peekable();
    while cells.peek().is_some() {
        weeks.push(cells.by_ref().take(7).collect());
    }
    weeks
}
