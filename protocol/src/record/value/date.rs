//! Dates of which perhaps only the year is known.

use std::{fmt, str::FromStr};

use jiff::civil::Date;

/// A date of day, month or year precision, Gregorian. Text form: `2026-05-28`, `2026-05` or `2026`.
///
/// When only the year is known, the year is all that is stored: never 1 January in its place.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PartialDate {
    year: i16,
    month: Option<i8>,
    day: Option<i8>,
}

/// Why a text is not a date that may stand in a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadDate {
    /// Not of the three forms, or no day of the calendar.
    #[error("not a date: write 2026-05-28, 2026-05 or 2026")]
    Form,
    /// A year from 2400 to 2650.
    #[error("the year looks like the Buddhist era: write the Gregorian year (a Thai paper's year minus 543)")]
    BuddhistEra,
    /// Before 1900 or after 2199.
    #[error("the year is not between 1900 and 2199")]
    Year,
}

impl PartialDate {
    /// A date known to the day.
    #[must_use]
    pub fn of_day(date: Date) -> Self {
        Self { year: date.year(), month: Some(date.month()), day: Some(date.day()) }
    }

    /// The first day that it may be.
    #[must_use]
    pub fn earliest(&self) -> Date {
        // The parser has seen that the day exists.
        Date::new(self.year, self.month.unwrap_or(1), self.day.unwrap_or(1)).unwrap_or(Date::ZERO)
    }

    /// The last day that it may be.
    #[must_use]
    pub fn latest(&self) -> Date {
        match (self.month, self.day) {
            (Some(_), Some(_)) => self.earliest(),
            (Some(_), None) => self.earliest().last_of_month(),
            _ => self.earliest().last_of_year(),
        }
    }

    /// The year.
    #[must_use]
    pub const fn year(&self) -> i16 {
        self.year
    }

    /// The month from 1, if known.
    #[must_use]
    pub const fn month(&self) -> Option<i8> {
        self.month
    }

    /// The day of the month from 1, if known.
    #[must_use]
    pub const fn day(&self) -> Option<i8> {
        self.day
    }
}

/// A number of exactly `width` ASCII digits.
fn number(text: &str, width: usize) -> Result<i16, BadDate> {
    if text.len() == width && text.bytes().all(|b| b.is_ascii_digit()) {
        text.parse().map_err(|_| BadDate::Form)
    } else {
        Err(BadDate::Form)
    }
}

/// A number of two digits.
fn two(text: &str) -> Result<i8, BadDate> {
    number(text, 2).and_then(|n| i8::try_from(n).map_err(|_| BadDate::Form))
}

impl FromStr for PartialDate {
    type Err = BadDate;

    fn from_str(text: &str) -> Result<Self, BadDate> {
        let mut parts = text.split('-');
        let year = number(parts.next().unwrap_or_default(), 4)?;
        let month = parts.next().map(two).transpose()?;
        let day = parts.next().map(two).transpose()?;
        if parts.next().is_some() || Date::new(year, month.unwrap_or(1), day.unwrap_or(1)).is_err() {
            return Err(BadDate::Form);
        }
        match year {
            2400..=2650 => Err(BadDate::BuddhistEra),
            1900..=2199 => Ok(Self { year, month, day }),
            _ => Err(BadDate::Year),
        }
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        if let Some(month) = self.month {
            write!(f, "-{month:02}")?;
        }
        if let Some(day) = self.day {
            write!(f, "-{day:02}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_keeps_the_precision_that_was_typed() {
        for text in ["2013", "2018-03", "2010-11-02"] {
            assert_eq!(text.parse::<PartialDate>().map(|d| d.to_string()).as_deref(), Ok(text));
        }
        let year: PartialDate = "2016".parse().unwrap();
        assert_eq!(
            (year.earliest().to_string(), year.latest().to_string()),
            ("2016-01-01".into(), "2016-12-31".into())
        );
        let month: PartialDate = "2016-02".parse().unwrap();
        assert_eq!(month.latest().to_string(), "2016-02-29");
    }

    #[test]
    fn other_forms_days_that_do_not_exist_and_buddhist_years_are_refused() {
        let fault = |text: &str| text.parse::<PartialDate>().map(|_| ()).unwrap_err();
        for text in ["", "1", "02/11/2010", "2010-11-31", "2010-13", "2010-1", "2010-11-02-", "+201", "２０１０"] {
            assert_eq!(fault(text), BadDate::Form, "{text}");
        }
        assert_eq!(fault("2556"), BadDate::BuddhistEra);
        assert_eq!(fault("1899-12-31"), BadDate::Year);
    }
}
