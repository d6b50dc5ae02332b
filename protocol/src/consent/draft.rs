//! A consent's parts, read and typed, before the rules have been asked.

use std::{collections::BTreeSet, str::FromStr};

use jiff::{ToSpan, civil::Date};
use keys::{AgencyId, Digest};
use serde::{Deserialize, Serialize};

use super::{Grantee, KeepUninformed, NamedField, keep};
use crate::{
    category::Category,
    code::{Assent, ConsentForm, Explained, GivenBy, Language, Onward, Purpose},
    record::{CaseRecord, Fields, Parser, Value},
};

/// What was written down.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Draft {
    pub to: BTreeSet<Grantee>,
    pub categories: BTreeSet<Category>,
    pub named: BTreeSet<NamedField>,
    pub purposes: BTreeSet<Purpose>,
    pub from: Date,
    pub until: Date,
    pub given_by: GivenBy,
    pub giver: Option<String>,
    pub assent: Option<Assent>,
    pub form: Option<ConsentForm>,
    pub witness: Option<String>,
    pub language: Option<Language>,
    pub interpreter: Option<String>,
    pub evidence: Option<Digest>,
    pub explained: BTreeSet<Explained>,
    pub onward: Onward,
    pub onward_to: BTreeSet<AgencyId>,
    pub keep_uninformed: Vec<KeepUninformed>,
    pub reason: Option<String>,
    pub why_nobody: Option<String>,
    pub worker: Option<String>,
    pub supervisor: Option<String>,
    pub review_on: Option<Date>,
    pub child_told: Option<String>,
}

impl Draft {
    /// Types the parsed fields; none if a required one is missing, which the parser has noted.
    pub fn read(mut fields: Fields, record: &CaseRecord, today: Date, parser: &mut Parser) -> Option<Self> {
        let to = parsed(&mut fields, "to", "must be agency ids (agency1…) or any:KIND, such as any:health", parser);
        let named_allowed = "must be § fields, such as health.hiv: see the help of the case template";
        let named = parsed(&mut fields, "fields", named_allowed, parser);
        let onward_to = parsed(&mut fields, "onward_to", "must be agency ids (agency1…)", parser);
        let purposes: BTreeSet<Purpose> = codes(&mut fields, "purposes");
        let given_by: GivenBy = code(&mut fields, "given_by")?;
        let from = day(&mut fields, "from", parser).unwrap_or(today);
        let months = purposes.iter().map(|purpose| purpose.default_months()).min().unwrap_or(1);
        let until = day(&mut fields, "until", parser).unwrap_or_else(|| from.saturating_add(months.months()));
        let review = day(&mut fields, "review_on", parser);
        let decided = given_by == GivenBy::BestInterest;
        Some(Self {
            to,
            categories: codes(&mut fields, "categories"),
            named,
            purposes,
            from,
            until,
            given_by,
            giver: text(&mut fields, "giver"),
            assent: code(&mut fields, "assent"),
            form: code(&mut fields, "form"),
            witness: text(&mut fields, "witness"),
            language: code(&mut fields, "language"),
            interpreter: text(&mut fields, "interpreter"),
            evidence: match fields.remove("evidence") {
                Some(Value::Hash(digest)) => Some(*digest),
                _ => None,
            },
            explained: codes(&mut fields, "explained"),
            onward: code(&mut fields, "onward").unwrap_or(Onward::No),
            onward_to,
            keep_uninformed: keep::read(fields.remove("keep_uninformed"), record),
            reason: text(&mut fields, "reason"),
            why_nobody: text(&mut fields, "why_nobody"),
            worker: text(&mut fields, "worker"),
            supervisor: text(&mut fields, "supervisor"),
            review_on: review.or_else(|| decided.then(|| today.saturating_add(30.days()))),
            child_told: code_text(&mut fields, "child_told"),
        })
    }
}

fn text(fields: &mut Fields, name: &str) -> Option<String> {
    match fields.remove(name) {
        Some(Value::Text(text)) if !text.trim().is_empty() => Some(text),
        _ => None,
    }
}

fn code_text(fields: &mut Fields, name: &str) -> Option<String> {
    match fields.remove(name) {
        Some(Value::Code(code)) => Some(code.to_owned()),
        _ => None,
    }
}

/// The table's lists are those of the enums, so every parsed code is one of them.
fn code<T: FromStr>(fields: &mut Fields, name: &str) -> Option<T> {
    code_text(fields, name).and_then(|code| code.parse().ok())
}

pub(crate) fn codes<T: FromStr + Ord>(fields: &mut Fields, name: &str) -> BTreeSet<T> {
    let Some(Value::List(values)) = fields.remove(name) else { return BTreeSet::new() };
    values.iter().filter_map(|value| if let Value::Code(code) = value { code.parse().ok() } else { None }).collect()
}

/// A list of texts that have a parser of their own.
fn parsed<T: FromStr + Ord>(fields: &mut Fields, name: &str, allowed: &str, parser: &mut Parser) -> BTreeSet<T> {
    let mut found = BTreeSet::new();
    let Some(Value::List(values)) = fields.remove(name) else { return found };
    for (i, value) in values.iter().enumerate() {
        match if let Value::Text(text) = value { text.parse().ok() } else { None } {
            Some(value) => drop(found.insert(value)),
            None => parser.fault_at(&format!("{name}[{i}]"), allowed),
        }
    }
    found
}

/// A date known to the day.
fn day(fields: &mut Fields, name: &str, parser: &mut Parser) -> Option<Date> {
    match fields.remove(name) {
        Some(Value::Date(date)) if date.day().is_some() => Some(date.earliest()),
        Some(Value::Date(_)) => {
            parser.fault_at(name, "must be a day, such as 2026-11-30");
            None
        }
        _ => None,
    }
}
