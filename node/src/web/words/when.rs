//! Days, hours and how long is left, as people say them: never a date in figures alone.

use jiff::{
    civil::{Date, DateTime},
    tz::TimeZone,
};
use keys::Timestamp;

use super::{Lang, Words};

/// The moment at which a page is made, in the office's time zone.
#[derive(Clone, Debug)]
pub(in crate::web) struct Moment {
    now: Timestamp,
    zone: TimeZone,
}

impl Moment {
    /// `now` on this computer's wall.
    pub(in crate::web) fn here(now: Timestamp) -> Self {
        Self { now, zone: TimeZone::system() }
    }

    #[cfg(test)]
    pub(super) const fn of(now: Timestamp, zone: TimeZone) -> Self {
        Self { now, zone }
    }

    /// Seconds since then.
    pub(in crate::web) const fn passed(&self, since: Timestamp) -> u64 {
        self.now.0.saturating_sub(since.0)
    }

    /// The day on the office's wall.
    pub(in crate::web) fn today(&self) -> Date {
        self.local(self.now).map_or(Date::MIN, DateTime::date)
    }

    /// The beginnings of the last `count` months, this one the last, each with its name as it is recorded: `2026-06`.
    pub(in crate::web) fn months(&self, count: usize) -> Vec<(String, Timestamp)> {
        let mut day = self.today().first_of_month();
        let mut months = Vec::with_capacity(count);
        for _ in 0..count {
            let begins = self.zone.to_timestamp(day.at(0, 0, 0, 0)).map_or(0, jiff::Timestamp::as_second);
            months.push((day.strftime("%Y-%m").to_string(), Timestamp(u64::try_from(begins).unwrap_or_default())));
            let Ok(before) = day.yesterday() else { break };
            day = before.first_of_month();
        }
        months.reverse();
        months
    }

    /// When that day begins on the office's wall.
    pub(in crate::web) fn begins(&self, day: Date) -> Timestamp {
        let at = self.zone.to_timestamp(day.at(0, 0, 0, 0)).map_or(0, jiff::Timestamp::as_second);
        Timestamp(u64::try_from(at).unwrap_or_default())
    }

    fn local(&self, at: Timestamp) -> Option<DateTime> {
        let seconds = i64::try_from(at.0).ok()?;
        Some(self.zone.to_datetime(jiff::Timestamp::from_second(seconds).ok()?))
    }

    /// `24 Nov 2026`, `២៤ វិច្ឆិកា ២០២៦`.
    pub(in crate::web) fn day(&self, w: Words, at: Timestamp) -> String {
        self.local(at).map_or_else(|| w.t("when-never").into_owned(), |at| date(w, at.date()))
    }

    /// `16:00`, `១៦:០០`.
    pub(in crate::web) fn hour(&self, w: Words, at: Timestamp) -> String {
        let text = self.local(at).map(|at| at.strftime("%H:%M").to_string()).unwrap_or_default();
        w.digits(&text)
    }

    /// `today`, `yesterday`, `tomorrow`, or the day.
    pub(in crate::web) fn near_day(&self, w: Words, at: Timestamp) -> String {
        let days = self
            .local(at)
            .zip(self.local(self.now))
            .and_then(|(at, now)| now.date().until(at.date()).ok().map(|span| span.get_days()));
        match days {
            Some(0) => w.t("when-today").into_owned(),
            Some(1) => w.t("when-tomorrow").into_owned(),
            Some(-1) => w.t("when-yesterday").into_owned(),
            _ => self.day(w, at),
        }
    }

    /// `today, 09:40`, `23 Nov 2026, 17:05`.
    pub(in crate::web) fn moment(&self, w: Words, at: Timestamp) -> String {
        w.t2("when-moment", ("day", self.near_day(w, at)), ("hour", self.hour(w, at)))
    }

    /// How long it still is, in at most two units; none once it is over.
    pub(in crate::web) fn left(&self, w: Words, until: Timestamp) -> Option<String> {
        let minutes = until.0.checked_sub(self.now.0)?.div_ceil(60);
        let (days, hours, rest) = (minutes / 1_440, minutes % 1_440 / 60, minutes % 60);
        let parts: Vec<String> = match (days, hours, rest) {
            (0, 0, m) => vec![w.counted("when-minutes", m)],
            (0, h, 0) => vec![w.counted("when-hours", h)],
            (0, h, m) => vec![w.counted("when-hours", h), w.counted("when-minutes", m)],
            (d, 0, _) => vec![w.counted("when-days", d)],
            (d, h, _) => vec![w.counted("when-days", d), w.counted("when-hours", h)],
        };
        Some(parts.join(" "))
    }
}

/// A day of the calendar in words.
pub(in crate::web) fn date(w: Words, day: Date) -> String {
    let month = w.t(MONTHS[usize::from(day.month().unsigned_abs()).clamp(1, 12) - 1]);
    let text = match w.lang {
        Lang::Km | Lang::En => format!("{} {month} {}", day.day(), day.year()),
    };
    w.digits(&text)
}

const MONTHS: [&str; 12] = [
    "month-1", "month-2", "month-3", "month-4", "month-5", "month-6", "month-7", "month-8", "month-9", "month-10",
    "month-11", "month-12",
];

impl Words {
    /// A day as it is recorded: `2026-05-28`, or only `2026-05` or `2026`; else the text as it is.
    pub(in crate::web) fn recorded_day(self, text: &str) -> String {
        if let Ok(day) = text.parse::<Date>() {
            return date(self, day);
        }
        let (year, month) = text.split_once('-').unwrap_or((text, ""));
        match month.parse::<usize>() {
            Ok(month @ 1..=12) => self.digits(&format!("{} {year}", self.t(MONTHS[month - 1]))),
            _ => self.digits(text),
        }
    }
}
