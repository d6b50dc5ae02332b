//! From when until when a consent holds. Days begin and end at UTC+7, the time of Cambodia and Thailand.

use jiff::{ToSpan, civil::Date};
use keys::Timestamp;

use super::Draft;
use crate::record::{AgeRange, Birth};

/// Seconds that the day begins earlier there than in UTC.
const UTC_PLUS_7: i64 = 7 * 3_600;

/// The first second of a day.
pub(super) fn start_of(day: Date) -> Timestamp {
    let seconds = day.duration_since(jiff::civil::date(1970, 1, 1)).as_secs() - UTC_PLUS_7;
    Timestamp(u64::try_from(seconds).unwrap_or(0))
}

/// The last second of a day.
pub(super) fn end_of(day: Date) -> Timestamp {
    start_of(day).plus(Timestamp::DAY - 1)
}

/// The last day: as written, but no later than 30 days after the child turns 18.
///
/// An unknown birthday counts as the earliest possible; a consent still lasts its first 30 days, and one that
/// perhaps an adult gave is that adult's own.
pub(super) fn last_day(draft: &Draft, birth: Option<Birth>, age: AgeRange) -> Date {
    let own_of_adult = draft.given_by == crate::code::GivenBy::Child && age.most >= 18;
    let Some(birth) = birth.filter(|_| !own_of_adult) else { return draft.until };
    let (earliest, _) = birth.range();
    let adult = earliest.saturating_add(18.years()).max(draft.from);
    draft.until.min(adult.saturating_add(30.days()))
}
