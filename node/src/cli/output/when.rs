//! Points in time as people read them.

use jiff::tz::TimeZone;
use keys::Timestamp;

/// `1 June 2026 14:05` in the zone of the person's computer.
pub fn moment(at: Timestamp) -> String {
    format_in(at, TimeZone::system(), "%-d %B %Y %H:%M")
}

/// `1 Jun 14:05`, for tables.
pub fn brief(at: Timestamp) -> String {
    format_in(at, TimeZone::system(), "%-d %b %H:%M")
}

/// `1 June 2026` in the zone of the person's computer.
pub fn day(at: Timestamp) -> String {
    format_in(at, TimeZone::system(), "%-d %B %Y")
}

/// A day as it is recorded (`2026-07-01`) as `1 July 2026`; else the text as it is.
pub fn date(text: &str) -> String {
    let day = text.parse::<jiff::civil::Date>();
    day.map_or_else(|_| text.to_owned(), |day| day.strftime("%-d %B %Y").to_string())
}

fn format_in(at: Timestamp, zone: TimeZone, format: &str) -> String {
    let instant = i64::try_from(at.0).ok().and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    instant.map_or_else(
        || "a time beyond the calendar".to_owned(),
        |instant| instant.to_zoned_datetime(zone).strftime(format).to_string(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_told_in_words_and_in_the_persons_zone() {
        let at = Timestamp(1_780_297_500); // 2026-06-01T07:05:00Z
        assert_eq!(format_in(at, TimeZone::UTC, "%-d %B %Y %H:%M"), "1 June 2026 07:05");
        let cambodia = TimeZone::fixed(jiff::tz::offset(7));
        assert_eq!(format_in(at, cambodia, "%-d %B %Y %H:%M"), "1 June 2026 14:05");
    }

    #[test]
    fn a_time_beyond_the_calendar_is_told_and_does_not_panic() {
        assert_eq!(moment(Timestamp(u64::MAX)), "a time beyond the calendar");
    }
}
