//! From JSON or the wire to typed values, by the table of the fields. It finds every fault before it gives up.

use std::{borrow::Cow, collections::BTreeMap};

use jiff::civil::Date;
use serde_json::{Map, Value as Json};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::{
    fault::{RecordErrors, RecordFault, shown},
    value::{Age, Fields, Form, PartialDate, PersonName, Phone, Value},
};
use crate::{
    category::{
        COMMON, Category, YES_NO,
        field::{Code, Field, Kind, Need},
        shapes,
    },
    place::Place,
};

/// Name of the version in a category on the wire.
pub(crate) const VERSION: &str = "version";

/// One run over one record.
pub(crate) struct Parser {
    form: Form,
    path: String,
    faults: Vec<RecordFault>,
    /// How many family members there are to refer to, if that is known.
    members: Option<usize>,
    /// The last day that a date may have.
    tomorrow: Option<Date>,
}

impl Parser {
    pub(crate) const fn new(form: Form, members: Option<usize>, tomorrow: Option<Date>) -> Self {
        Self { form, path: String::new(), faults: Vec::new(), members, tomorrow }
    }

    /// The faults, if there are any.
    pub(crate) fn finish(self) -> Result<(), RecordErrors> {
        if self.faults.is_empty() { Ok(()) } else { Err(RecordErrors(self.faults)) }
    }

    /// Notes a fault here.
    pub(crate) fn fault(&mut self, problem: impl Into<String>) {
        if self.faults.len() < RecordErrors::MAX {
            self.faults.push(RecordFault { path: self.path.clone(), problem: problem.into() });
        }
    }

    /// Notes a fault at `path`.
    pub(crate) fn fault_at(&mut self, path: &str, problem: impl Into<String>) {
        self.within(path, |parser| parser.fault(problem));
    }

    /// Runs `step` one level down.
    fn within<T>(&mut self, name: &str, step: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.path.len();
        if length > 0 && !name.starts_with('[') {
            self.path.push('.');
        }
        self.path.push_str(name);
        let result = step(self);
        self.path.truncate(length);
        result
    }

    /// The categories in `object`; names in `also` are the caller's.
    pub(crate) fn categories(&mut self, object: &Map<String, Json>, also: &[&str]) -> BTreeMap<Category, Fields> {
        let mut found = BTreeMap::new();
        for (name, json) in object {
            if also.contains(&name.as_str()) || self.is_remark(name) {
                continue;
            }
            match name.parse::<Category>() {
                Ok(category) => {
                    found.insert(category, self.within(category.code(), |parser| parser.category(category, json)));
                }
                Err(error) => self.fault_at(shown(name), error.to_string()),
            }
        }
        found
    }

    fn category(&mut self, category: Category, json: &Json) -> Fields {
        let Json::Object(object) = json else {
            self.fault("must be an object with the fields of this category");
            return Fields::new();
        };
        match (object.get(VERSION), self.form) {
            (None, Form::Json) => {}
            (Some(version), _) if version.as_u64() == Some(Category::VERSION) => {}
            _ => {
                self.fault_at(VERSION, format!("must be {}: a newer program may have written this", Category::VERSION));
            }
        }
        let table: Vec<&'static Field> = category.fields().iter().chain(COMMON).collect();
        self.fields(&table, object, &[VERSION])
    }

    fn is_remark(&self, name: &str) -> bool {
        self.form == Form::Json && name.starts_with('_')
    }

    /// The fields of `table` in `object`; names in `also` are the caller's.
    pub(crate) fn fields(&mut self, table: &[&'static Field], object: &Map<String, Json>, also: &[&str]) -> Fields {
        for name in object.keys() {
            let known = table.iter().any(|field| field.name == name) || also.contains(&name.as_str());
            if !known && !self.is_remark(name) {
                let names = table.iter().map(|field| field.name).collect::<Vec<_>>().join(", ");
                self.fault_at(shown(name), format!("no such field here: allowed are {names}"));
            }
        }
        let mut fields = Fields::new();
        for field in table {
            match object.get(field.name) {
                Some(json) => {
                    if let Some(value) = self.within(field.name, |parser| parser.field_value(&field.kind, json)) {
                        fields.insert(field.name, value);
                    }
                }
                None if field.need == Need::Required => {
                    self.fault_at(field.name, format!("is missing: {}", field.kind.allowed()));
                }
                None => {}
            }
        }
        self.check_groups(table, object);
        fields
    }

    /// At least one of each group must be there and known.
    fn check_groups(&mut self, table: &[&'static Field], object: &Map<String, Json>) {
        let group = |field: &Field| if let Need::OneOf(group) = field.need { Some(group) } else { None };
        let known = |field: &Field, json: &Json| match (&field.kind, json.as_str()) {
            // Where the list has this code, it is an answer: a threat by somebody whom nobody knows.
            (Kind::Enum(codes), Some("unknown")) => codes.iter().any(|code| code.code == "unknown"),
            (_, Some("unknown")) => false,
            _ => !json.is_null() && json != &Json::Bool(false),
        };
        let mut groups: Vec<&str> = table.iter().filter_map(|field| group(field)).collect();
        groups.dedup();
        for name in groups {
            let members: Vec<_> = table.iter().filter(|field| group(field) == Some(name)).collect();
            if !members.iter().any(|field| object.get(field.name).is_some_and(|json| known(field, json))) {
                let members: Vec<_> = members.iter().map(|field| field.name).collect();
                self.fault(format!("needs at least one of {}", members.join(", ")));
            }
        }
    }

    /// A field's value, or that it is not known.
    fn field_value(&mut self, kind: &Kind, json: &Json) -> Option<Value> {
        let has_own_unknown = matches!(kind, Kind::Text(_) | Kind::YesNo | Kind::Enum(_) | Kind::Bool | Kind::Hash);
        if json == "unknown" && !has_own_unknown { Some(Value::Unknown) } else { self.value(kind, json) }
    }

    fn value(&mut self, kind: &Kind, json: &Json) -> Option<Value> {
        match kind {
            Kind::Text(most) => self.text(*most, json).map(Value::Text),
            Kind::Date | Kind::DueDate => self.date(matches!(kind, Kind::DueDate), json).map(Value::Date),
            Kind::Hour => self.or_fault(kind, json.as_str().and_then(hour)),
            Kind::Age => self.composed(kind, shapes::AGE, json).and_then(|parts| {
                let age = Age::of_parts(&parts).map(Value::Age);
                self.or_fault(kind, age)
            }),
            Kind::Place => self.place(kind, json),
            Kind::Phone => self.phone(kind, json),
            Kind::Name => self.composed(kind, shapes::NAME, json).and_then(|parts| {
                let name = PersonName::of_parts(parts).map(|name| Value::Name(Box::new(name)));
                self.or_fault(kind, name)
            }),
            Kind::Person => self.person(kind, json),
            Kind::YesNo => self.code(kind, YES_NO, json),
            Kind::Bool => self.or_fault(kind, json.as_bool().map(Value::Bool)),
            Kind::Enum(codes) => self.code(kind, codes, json),
            Kind::List(item, most) => self.list(kind, item, *most, json),
            Kind::Record(table) => {
                let parts = self.composed(kind, table, json)?;
                Some(Value::Record(parts))
            }
            Kind::Int { min, max } => {
                let value = json.as_i64().filter(|n| (*min..=*max).contains(n));
                self.or_fault(kind, value.map(Value::Int))
            }
            Kind::Tenths { min, max } => {
                let value = tenths(self.form, json).filter(|n| (*min..=*max).contains(n));
                self.or_fault(kind, value.map(Value::Tenths))
            }
            Kind::Hash => self.or_fault(
                kind,
                json.as_str().and_then(|text| text.parse().ok()).map(|digest| Value::Hash(Box::new(digest))),
            ),
        }
    }

    /// Notes what is allowed if there is no value.
    fn or_fault(&mut self, kind: &Kind, value: Option<Value>) -> Option<Value> {
        if value.is_none() {
            self.fault(format!("must be {}", kind.allowed()));
        }
        value
    }

    fn text(&mut self, most: usize, json: &Json) -> Option<String> {
        let Some(text) = json.as_str() else {
            self.fault(format!("must be {}", Kind::Text(most).allowed()));
            return None;
        };
        match plain_text(text, most) {
            Ok(text) => Some(text),
            Err(problem) => {
                self.fault(problem);
                None
            }
        }
    }

    fn date(&mut self, ahead: bool, json: &Json) -> Option<PartialDate> {
        let kind = if ahead { Kind::DueDate } else { Kind::Date };
        let text = json.as_str().or_else(|| json.get("value").and_then(Json::as_str));
        let date = match text.map(str::parse::<PartialDate>) {
            Some(Ok(date)) => date,
            Some(Err(error)) => {
                self.fault(error.to_string());
                return None;
            }
            None => {
                self.fault(format!("must be {}", kind.allowed()));
                return None;
            }
        };
        if !ahead && self.tomorrow.is_some_and(|tomorrow| date.earliest() > tomorrow) {
            self.fault("lies in the future");
        }
        Some(date)
    }

    /// The parts of a composed value.
    fn composed(&mut self, kind: &Kind, table: &'static [Field], json: &Json) -> Option<Fields> {
        let Json::Object(object) = json else {
            self.fault(format!("must be {}", kind.allowed()));
            return None;
        };
        let before = self.faults.len();
        let parts = self.fields(&table.iter().collect::<Vec<_>>(), object, &[]);
        (self.faults.len() == before).then_some(parts)
    }

    /// A place; people may write its code alone.
    fn place(&mut self, kind: &Kind, json: &Json) -> Option<Value> {
        let mut parts = match json.as_str() {
            Some(code) if self.form == Form::Json => Fields::from([("code", Value::Text(code.to_owned()))]),
            _ => self.composed(kind, shapes::PLACE, json)?,
        };
        let mut part = |name| super::value::take_text(&mut parts, name);
        match Place::new(part("country").as_deref(), part("code"), part("detail")) {
            Ok(place) => Some(Value::Place(Box::new(place))),
            Err(error) => {
                self.fault(error.to_string());
                None
            }
        }
    }

    /// A telephone; people may write the number alone.
    fn phone(&mut self, kind: &Kind, json: &Json) -> Option<Value> {
        let parts = match json.as_str() {
            Some(number) if self.form == Form::Json => Fields::from([("number", Value::Text(number.to_owned()))]),
            _ => self.composed(kind, shapes::PHONE, json)?,
        };
        match Phone::of_parts(parts) {
            Ok(phone) => Some(Value::Phone(Box::new(phone))),
            Err(error) => {
                self.fault(error.to_string());
                None
            }
        }
    }

    fn person(&mut self, kind: &Kind, json: &Json) -> Option<Value> {
        let index = json.as_u64().and_then(|n| usize::try_from(n).ok()).filter(|n| *n < 20);
        let there = index.filter(|n| self.members.is_none_or(|count| *n < count));
        if index.is_some() && there.is_none() {
            self.fault("names a family member who is not in family.members (counted from 0)");
            return None;
        }
        self.or_fault(kind, there.map(Value::Person))
    }

    fn code(&mut self, kind: &Kind, codes: &'static [Code], json: &Json) -> Option<Value> {
        let found = json.as_str().and_then(|text| codes.iter().find(|code| code.code == text));
        self.or_fault(kind, found.map(|code| Value::Code(code.code)))
    }

    fn list(&mut self, kind: &Kind, item: &Kind, most: usize, json: &Json) -> Option<Value> {
        let Some(items) = json.as_array().filter(|items| items.len() <= most) else {
            return self.or_fault(kind, None);
        };
        let mut values = Vec::with_capacity(items.len());
        for (i, json) in items.iter().enumerate() {
            values.extend(self.within(&format!("[{i}]"), |parser| parser.value(item, json)));
        }
        Some(Value::List(values))
    }
}

/// Text of at most `most` characters, NFC, without control characters or marks that turn the reading direction.
///
/// # Errors
/// What is wrong and allowed, in words.
pub(crate) fn plain_text(text: &str, most: usize) -> Result<String, String> {
    let most_read = most.saturating_add(1);
    let text = if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        Cow::Borrowed(text)
    } else {
        text.nfc().take(most_read).collect()
    };
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let mut length = 0;
    for c in text.chars().take(most_read) {
        if c.is_control() || turns(c) {
            return Err(format!("holds control characters or line breaks: allowed is {}", Kind::Text(most).allowed()));
        }
        length += 1;
    }
    if length > most {
        return Err(format!("is too long: allowed is {}", Kind::Text(most).allowed()));
    }
    Ok(text.into_owned())
}

/// `2026-05-28T21`.
pub(super) fn hour(text: &str) -> Option<Value> {
    let (day, hour) = text.split_once('T')?;
    let date: PartialDate = day.parse().ok()?;
    let hour: u8 = (hour.len() == 2 && hour.bytes().all(|b| b.is_ascii_digit())).then(|| hour.parse().ok())??;
    (date.day().is_some() && hour < 24).then_some(Value::Hour(date, hour))
}

/// Tenths: a whole number of them on the wire, a decimal number in a person's JSON.
fn tenths(form: Form, json: &Json) -> Option<i64> {
    if form == Form::Wire {
        return json.as_i64();
    }
    let text = json.as_number()?.to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || fraction.len() != 1 {
        return None;
    }
    format!("{whole}{fraction}").parse().ok()
}
