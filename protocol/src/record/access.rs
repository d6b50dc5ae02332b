//! What triage, leak guard, search and duplicate search read from a case, without knowing its table.

use jiff::civil::Date;

use super::{AgeRange, Birth, CaseRecord, Fields, PartialDate, PersonName, Phone, Value};
use crate::{
    category::{Category, QUESTIONS},
    code::Language,
    place::Place,
};

impl CaseRecord {
    /// The child's name; none if it is not known.
    #[must_use]
    pub fn name(&self) -> Option<&PersonName> {
        match self.identity("name") {
            Some(Value::Name(name)) => Some(name),
            _ => None,
        }
    }

    /// Nicknames, names in other scripts, spellings heard.
    pub fn other_names(&self) -> impl Iterator<Item = &str> {
        texts(self.identity("other_names"))
    }

    /// What to call the child on screens at home: the name, else the first other name.
    #[must_use]
    pub fn display_name(&self) -> String {
        let other = || self.other_names().next().unwrap_or_default().to_owned();
        self.name().map_or_else(other, PersonName::display)
    }

    /// The names of all people in the case: the child, family members, caregivers.
    #[must_use]
    pub fn person_names(&self) -> Vec<&PersonName> {
        self.collect(|value| if let Value::Name(name) = value { Some(&**name) } else { None })
    }

    /// female, male, other or unknown.
    #[must_use]
    pub fn sex(&self) -> &'static str {
        match self.identity("sex") {
            Some(Value::Code(code)) => code,
            _ => "unknown",
        }
    }

    /// What is known of the birth: the date before the estimate.
    #[must_use]
    pub fn birth(&self) -> Option<Birth> {
        match (self.identity("birth"), self.identity("age_estimate")) {
            (Some(Value::Date(date)), _) => Some(Birth::On(*date)),
            (_, Some(Value::Age(age))) => Some(Birth::Estimated(*age)),
            _ => None,
        }
    }

    /// The ages in full years that the child may have on `day`.
    #[must_use]
    pub fn age_on(&self, day: Date) -> Option<AgeRange> {
        self.birth().map(|birth| birth.age_on(day))
    }

    /// The child's languages, preferred first.
    #[must_use]
    pub fn languages(&self) -> Vec<Language> {
        let Some(Value::List(values)) = self.identity("languages") else { return Vec::new() };
        let code = |value: &Value| if let Value::Code(code) = value { code.parse().ok() } else { None };
        values.iter().filter_map(code).collect()
    }

    /// Where the child sleeps now.
    #[must_use]
    pub fn current_place(&self) -> Option<&Place> {
        place(self.category(Category::ContactLocation), "current_place")
    }

    /// Where home is.
    #[must_use]
    pub fn home_place(&self) -> Option<&Place> {
        place(self.category(Category::ContactLocation), "home_place")
    }

    /// The province where the child is now, else where home is: two digits.
    #[must_use]
    pub fn province_code(&self) -> Option<&str> {
        [self.current_place(), self.home_place()].into_iter().flatten().find_map(Place::province)
    }

    /// All places in the case.
    #[must_use]
    pub fn places(&self) -> Vec<&Place> {
        self.collect(|value| if let Value::Place(place) = value { Some(&**place) } else { None })
    }

    /// All telephone numbers in the case, whosever they are.
    #[must_use]
    pub fn phones(&self) -> Vec<&Phone> {
        self.collect(|value| if let Value::Phone(phone) = value { Some(&**phone) } else { None })
    }

    /// All dates in the case.
    #[must_use]
    pub fn dates(&self) -> Vec<PartialDate> {
        self.collect(|value| match value {
            Value::Date(date) | Value::Hour(date, _) => Some(*date),
            _ => None,
        })
    }

    /// Numbers of papers and of files at other agencies.
    #[must_use]
    pub fn numbers(&self) -> Vec<&str> {
        self.collect(number)
    }

    /// Whether any of the short set's questions was answered with a lot of difficulty or cannot: derived, never
    /// entered.
    #[must_use]
    pub fn has_disability(&self) -> bool {
        let answer = |name: &&str| self.category(Category::Functioning).and_then(|fields| fields.get(*name));
        QUESTIONS.iter().filter_map(answer).any(|value| matches!(value, Value::Code("a_lot" | "cannot")))
    }

    fn identity(&self, name: &str) -> Option<&Value> {
        self.category(Category::Identity).and_then(|fields| fields.get(name))
    }

    /// Goes through every value of the case.
    fn collect<'a, T>(&'a self, pick: impl Fn(&'a Value) -> Option<T>) -> Vec<T> {
        let mut found = Vec::new();
        for value in self.categories.values().flat_map(Fields::values) {
            value.walk(&mut |value| found.extend(pick(value)));
        }
        found
    }
}

/// The number or reference in a record.
fn number(value: &Value) -> Option<&str> {
    let Value::Record(fields) = value else { return None };
    match fields.get("number").or_else(|| fields.get("reference")) {
        Some(Value::Text(text)) if !text.is_empty() => Some(text),
        _ => None,
    }
}

/// The texts of a list.
fn texts(value: Option<&Value>) -> impl Iterator<Item = &str> {
    let values: &[Value] = if let Some(Value::List(values)) = value { values } else { &[] };
    values.iter().filter_map(|value| if let Value::Text(text) = value { Some(text.as_str()) } else { None })
}

fn place<'a>(fields: Option<&'a Fields>, name: &str) -> Option<&'a Place> {
    match fields?.get(name) {
        Some(Value::Place(place)) => Some(place),
        _ => None,
    }
}
