//! Typed values of a case's fields. Only the parser of [`crate::record`] makes a record of them.

mod age;
mod date;
mod name;
mod phone;
mod wire;

use std::collections::BTreeMap;

use keys::Digest;
use serde_json::{Map, Value as Json};

pub use age::{Age, AgeRange, Birth};
pub use date::{BadDate, PartialDate};
pub use name::{NameParts, PersonName};
pub use phone::{BadPhone, Phone, normalise_digits};
pub(crate) use wire::{serialize_categories, serialize_fields};

use crate::{category::field::tenths, place::Place};

/// Named values, in the order of their names.
pub type Fields = BTreeMap<&'static str, Value>;

/// What stands in a field. A field that was not asked is absent; an empty text or list means asked, and none.
///
/// What is larger than a text is boxed: a map holds room for eleven values, most of it empty.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// Asked, not known; for kinds that have no such code of their own.
    Unknown,
    /// Text, NFC, without control characters.
    Text(String),
    /// A code of the field's list; yes, no and unknown too.
    Code(&'static str),
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number in tenths.
    Tenths(i64),
    /// A date, as precise as known.
    Date(PartialDate),
    /// A day and an hour.
    Hour(PartialDate, u8),
    /// An estimated age.
    Age(Age),
    /// A place.
    Place(Box<Place>),
    /// A telephone number.
    Phone(Box<Phone>),
    /// A person's name.
    Name(Box<PersonName>),
    /// Which of `family.members`.
    Person(usize),
    /// SHA-256 of a file.
    Hash(Box<Digest>),
    /// A list.
    List(Vec<Value>),
    /// Named fields.
    Record(Fields),
}

/// Which of the two text forms of a record.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// For people: decimals as such, category versions left out, keys beginning with `_` are remarks.
    Json,
    /// For the wire and the disk: whole numbers only, versions in, nothing else allowed.
    Wire,
}

impl Value {
    /// The value as JSON, or as what is encoded to CBOR.
    pub(crate) fn tree(&self, form: Form) -> Json {
        match self {
            Self::Unknown => "unknown".into(),
            Self::Text(text) => text.as_str().into(),
            Self::Code(code) => (*code).into(),
            Self::Bool(value) => (*value).into(),
            Self::Int(value) => (*value).into(),
            Self::Tenths(value) => match form {
                Form::Wire => (*value).into(),
                Form::Json => serde_json::from_str(&tenths(*value)).unwrap_or_default(),
            },
            Self::Date(date) => date.to_string().into(),
            Self::Hour(date, hour) => format!("{date}T{hour:02}").into(),
            Self::Age(age) => age.tree(),
            Self::Place(place) => place.tree(),
            Self::Phone(phone) => phone.tree(),
            Self::Name(name) => name.tree(),
            Self::Person(index) => (*index).into(),
            Self::Hash(digest) => digest.to_string().into(),
            Self::List(values) => values.iter().map(|value| value.tree(form)).collect(),
            Self::Record(fields) => fields_tree(fields, form).into(),
        }
    }

    /// Shows this value and all inside it to `visit`.
    pub(crate) fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Self)) {
        visit(self);
        match self {
            Self::List(values) => values.iter().for_each(|value| value.walk(visit)),
            Self::Record(fields) => fields.values().for_each(|value| value.walk(visit)),
            _ => {}
        }
    }
}

/// Named values as a JSON object.
pub(crate) fn fields_tree(fields: &Fields, form: Form) -> Map<String, Json> {
    fields.iter().map(|(name, value)| ((*name).to_owned(), value.tree(form))).collect()
}

/// Takes a text out of parsed parts.
pub(in crate::record) fn take_text(parts: &mut Fields, name: &str) -> Option<String> {
    match parts.remove(name) {
        Some(Value::Text(text)) => Some(text),
        _ => None,
    }
}

/// Takes a code out of parsed parts.
pub(super) fn take_code(parts: &mut Fields, name: &str) -> Option<&'static str> {
    match parts.remove(name) {
        Some(Value::Code(code)) => Some(code),
        _ => None,
    }
}

/// Puts `value` under `name` if there is one.
pub(crate) fn put(object: &mut Map<String, Json>, name: &str, value: Option<impl Into<Json>>) {
    if let Some(value) = value {
        object.insert(name.to_owned(), value.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_takes_no_more_room_than_a_text_and_a_tag() {
        assert!(size_of::<Value>() <= 32);
    }
}
