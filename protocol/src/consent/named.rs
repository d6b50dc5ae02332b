//! Fields marked §: shared only when the consent names them, one by one.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::{
    category::{
        Category,
        field::{Field, Kind, Named},
    },
    code::UnknownCode,
    record::{Fields, Value},
};

/// The name of a § field, such as `health.hiv`, or of a § kind of item, such as `documents_media.injury_photo`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NamedField {
    category: Category,
    name: &'static str,
}

impl NamedField {
    /// Every § name, by category.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let of = |category: Category| names(category.fields()).into_iter().map(move |name| Self { category, name });
        Category::ALL.iter().copied().flat_map(of).collect()
    }

    /// The category that holds it.
    #[must_use]
    pub const fn category(self) -> Category {
        self.category
    }
}

/// The § names in a table: of its fields, and of codes in the items of its lists.
fn names(table: &'static [Field]) -> Vec<&'static str> {
    let mut found = Vec::new();
    for field in table {
        match (field.named, item_table(field)) {
            (Named::Field, _) => found.push(field.name),
            (Named::Codes(codes), _) => found.extend(codes),
            (Named::No, Some(table)) => found.extend(names(table)),
            (Named::No, None) => {}
        }
    }
    found
}

/// The table of a list's items.
const fn item_table(field: &Field) -> Option<&'static [Field]> {
    match field.kind {
        Kind::List(&Kind::Record(table), _) => Some(table),
        _ => None,
    }
}

/// Takes out of `fields` every § field and item that `allowed` does not say yes to.
pub(super) fn strip(category: Category, fields: &mut Fields, allowed: &dyn Fn(NamedField) -> bool) {
    for field in category.fields() {
        if field.named == Named::Field && !allowed(NamedField { category, name: field.name }) {
            fields.remove(field.name);
        }
        let Some(table) = item_table(field) else { continue };
        if let Some(Value::List(items)) = fields.get_mut(field.name) {
            items.retain(|item| item_names(table, item).all(|name| allowed(NamedField { category, name })));
        }
    }
}

/// The § names that are present in `fields`.
pub(super) fn present(category: Category, fields: &Fields) -> Vec<NamedField> {
    let mut found = Vec::new();
    for field in category.fields() {
        let Some(value) = fields.get(field.name) else { continue };
        if field.named == Named::Field {
            found.push(NamedField { category, name: field.name });
        }
        if let (Some(table), Value::List(items)) = (item_table(field), value) {
            let names = items.iter().flat_map(|item| item_names(table, item));
            found.extend(names.map(|name| NamedField { category, name }));
        }
    }
    found
}

/// The § codes of one item of a list.
fn item_names<'a>(table: &'static [Field], item: &'a Value) -> impl Iterator<Item = &'static str> + use<'a> {
    table.iter().filter_map(move |field| match (field.named, item) {
        (Named::Codes(codes), Value::Record(fields)) => match fields.get(field.name) {
            Some(Value::Code(code)) if codes.contains(code) => Some(*code),
            _ => None,
        },
        _ => None,
    })
}

impl fmt::Display for NamedField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.category, self.name)
    }
}

impl fmt::Debug for NamedField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for NamedField {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        let found = Self::all().into_iter().find(|field| field.to_string() == text);
        found.ok_or_else(|| UnknownCode {
            what: "§ field",
            allowed: Self::all().iter().map(Self::to_string).collect::<Vec<_>>().join(", "),
        })
    }
}

impl Serialize for NamedField {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for NamedField {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_named_fields_are_those_of_the_specification() {
        let all: Vec<_> = NamedField::all().iter().map(NamedField::to_string).collect();
        let expected = [
            "protection.history",
            "legal.offender",
            "health.exposure_at",
            "health.pregnant",
            "health.hiv",
            "mental_health.diagnosis",
            "mental_health.substance_use",
            "documents_media.injury_photo",
        ];
        assert_eq!(all, expected);
        assert!("health.allergies".parse::<NamedField>().is_err());
    }
}
