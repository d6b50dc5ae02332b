//! Ages: estimated on a day, or counted from a birth of whatever precision.

use jiff::{ToSpan, civil::Date};
use serde_json::{Map, Value as Json};

use super::{Fields, PartialDate, Value, put};

/// An estimated age on a day.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Age {
    amount: Amount,
    as_of: PartialDate,
    plus_minus: Option<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Amount {
    Years(u8),
    Months(u8),
}

impl Age {
    /// Of the parts that the table [`crate::category`] declares.
    pub(in crate::record) fn of_parts(parts: &Fields) -> Option<Self> {
        let number = |name| match parts.get(name) {
            Some(Value::Int(n)) => u8::try_from(*n).ok(),
            _ => None,
        };
        let amount = match (number("years"), number("months")) {
            (Some(years), None) => Amount::Years(years),
            (None, Some(months)) => Amount::Months(months),
            _ => return None,
        };
        let Some(Value::Date(as_of)) = parts.get("as_of") else { return None };
        Some(Self { amount, as_of: *as_of, plus_minus: number("plus_minus") })
    }

    pub(super) fn tree(&self) -> Json {
        let mut object = Map::new();
        match self.amount {
            Amount::Years(years) => object.insert("years".into(), years.into()),
            Amount::Months(months) => object.insert("months".into(), months.into()),
        };
        object.insert("as_of".into(), self.as_of.to_string().into());
        put(&mut object, "plus_minus", self.plus_minus);
        object.into()
    }

    /// First and last day on which such a child may have been born.
    #[must_use]
    pub fn birth_range(&self) -> (Date, Date) {
        let off = i64::from(self.plus_minus.unwrap_or(0)) * 12;
        let (least, unit) = match self.amount {
            Amount::Years(years) => (i64::from(years) * 12, 12),
            Amount::Months(months) => (i64::from(months), 1),
        };
        let back = |from: Date, months: i64| from.checked_sub(months.months()).unwrap_or(from);
        let first = back(self.as_of.earliest(), least + unit + off).tomorrow().unwrap_or(Date::MIN);
        (first, back(self.as_of.latest(), (least - off).max(0)))
    }
}

/// What is known of a birth.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Birth {
    /// A date, as precise as known.
    On(PartialDate),
    /// An estimated age.
    Estimated(Age),
}

impl Birth {
    /// First and last day that it may have been.
    #[must_use]
    pub fn range(&self) -> (Date, Date) {
        match self {
            Self::On(date) => (date.earliest(), date.latest()),
            Self::Estimated(age) => age.birth_range(),
        }
    }

    /// The ages in full years that the child may have on `day`.
    #[must_use]
    pub fn age_on(&self, day: Date) -> AgeRange {
        let (first, last) = self.range();
        AgeRange { least: years_between(last, day), most: years_between(first, day) }
    }
}

/// Least and greatest age in full years.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AgeRange {
    /// The youngest that the child may be.
    pub least: u8,
    /// The oldest that the child may be.
    pub most: u8,
}

/// Full years from `birth` to `day`, at least 0, at most 255.
fn years_between(birth: Date, day: Date) -> u8 {
    let before_birthday = (day.month(), day.day()) < (birth.month(), birth.day());
    let years = i32::from(day.year()) - i32::from(birth.year()) - i32::from(before_birthday);
    u8::try_from(years.max(0)).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn age(amount: Amount, plus_minus: u8) -> Age {
        Age { amount, as_of: "2026-05-28".parse().unwrap(), plus_minus: Some(plus_minus) }
    }

    #[test]
    fn an_estimate_becomes_a_range_that_grows_older() {
        let birth = Birth::Estimated(age(Amount::Years(13), 1));
        assert_eq!(birth.range(), (date(2011, 5, 29), date(2014, 5, 28)));
        assert_eq!(birth.age_on(date(2026, 5, 28)), AgeRange { least: 12, most: 14 });
        assert_eq!(birth.age_on(date(2027, 5, 28)), AgeRange { least: 13, most: 15 });
    }

    #[test]
    fn months_count_for_small_children() {
        let birth = Birth::Estimated(age(Amount::Months(0), 0));
        assert_eq!(birth.range(), (date(2026, 4, 29), date(2026, 5, 28)));
        assert_eq!(birth.age_on(date(2026, 6, 1)), AgeRange { least: 0, most: 0 });
    }

    #[test]
    fn a_birthday_counts_from_its_day() {
        let birth = Birth::On("2010-11-02".parse().unwrap());
        assert_eq!(birth.age_on(date(2026, 11, 1)).most, 15);
        assert_eq!(birth.age_on(date(2026, 11, 2)).least, 16);
    }
}
