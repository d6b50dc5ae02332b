//! A case that this program encoded itself, straight from CBOR to typed values.
//!
//! The case's form and limits were checked when it was parsed first ([`super::parse`]), and it was kept where nobody
//! could change it: what is looked up here is what tells the types apart, and nothing is checked a second time. What
//! does not fit is an error all the same, never a guess.

use std::{collections::BTreeMap, fmt, marker::PhantomData};

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::{
    parse::{VERSION, hour},
    value::{Age, Fields, PersonName, Phone, Value, take_text},
};
use crate::{
    category::{
        COMMON, Category, YES_NO,
        field::{Code, Field, Kind},
        shapes,
    },
    place::Place,
};

/// All categories of a kept case.
pub(super) struct Kept(pub(super) BTreeMap<Category, Fields>);

impl<'de> Deserialize<'de> for Kept {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Categories)
    }
}

struct Categories;

impl<'de> Visitor<'de> for Categories {
    type Value = Kept;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a case")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Kept, A::Error> {
        let mut categories = BTreeMap::new();
        while let Some(category) = map.next_key_seed(Name(|name: &str| name.parse::<Category>().ok()))? {
            let tables = Tables { tables: [category.fields(), COMMON], versioned: true };
            categories.insert(category, map.next_value_seed(tables)?);
        }
        Ok(Kept(categories))
    }
}

/// A name, by what it stands for.
struct Name<F>(F);

impl<'de, T, F: FnOnce(&str) -> Option<T>> DeserializeSeed<'de> for Name<F> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_str(NameVisitor(self.0, PhantomData))
    }
}

struct NameVisitor<F, T>(F, PhantomData<T>);

impl<T, F: FnOnce(&str) -> Option<T>> Visitor<'_> for NameVisitor<F, T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name of the field table")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<T, E> {
        (self.0)(name).ok_or_else(|| E::custom("a name that is not in the field table"))
    }
}

/// Named fields of these tables.
#[derive(Clone, Copy)]
struct Tables {
    tables: [&'static [Field]; 2],
    /// Whether the version of a category stands among them.
    versioned: bool,
}

/// What a name among fields stands for.
enum Key {
    Version,
    Field(&'static Field),
}

impl Tables {
    const fn of(table: &'static [Field]) -> Self {
        Self { tables: [table, &[]], versioned: false }
    }

    fn key(self, name: &str) -> Option<Key> {
        if self.versioned && name == VERSION {
            return Some(Key::Version);
        }
        self.tables.into_iter().flatten().find(|field| field.name == name).map(Key::Field)
    }
}

impl<'de> DeserializeSeed<'de> for Tables {
    type Value = Fields;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Fields, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Tables {
    type Value = Fields;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("named fields")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
        let mut fields = Fields::new();
        while let Some(key) = map.next_key_seed(Name(|name: &str| self.key(name)))? {
            match key {
                Key::Version if map.next_value::<u64>()? == Category::VERSION => {}
                Key::Version => return Err(A::Error::custom("a category of another version")),
                Key::Field(field) => {
                    fields.insert(field.name, map.next_value_seed(Of(&field.kind))?);
                }
            }
        }
        Ok(fields)
    }
}

/// A value of this kind.
#[derive(Clone, Copy)]
struct Of(&'static Kind);

impl<'de> DeserializeSeed<'de> for Of {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Of {
    fn text(self, text: &str) -> Option<Value> {
        match self.0 {
            Kind::Text(_) => Some(Value::Text(text.to_owned())),
            Kind::Enum(codes) => code(codes, text),
            Kind::YesNo => code(YES_NO, text),
            Kind::Hash => text.parse().ok().map(|digest| Value::Hash(Box::new(digest))),
            Kind::Bool => None,
            _ if text == "unknown" => Some(Value::Unknown),
            Kind::Date | Kind::DueDate => text.parse().ok().map(Value::Date),
            Kind::Hour => hour(text),
            _ => None,
        }
    }

    fn number(self, number: i64) -> Option<Value> {
        match self.0 {
            Kind::Int { .. } => Some(Value::Int(number)),
            Kind::Tenths { .. } => Some(Value::Tenths(number)),
            Kind::Person => usize::try_from(number).ok().map(Value::Person),
            _ => None,
        }
    }

    /// The table of a composed value's parts.
    const fn parts(self) -> Option<&'static [Field]> {
        match self.0 {
            Kind::Age => Some(shapes::AGE),
            Kind::Place => Some(shapes::PLACE),
            Kind::Phone => Some(shapes::PHONE),
            Kind::Name => Some(shapes::NAME),
            Kind::Record(table) => Some(table),
            _ => None,
        }
    }

    fn composed(self, mut parts: Fields) -> Option<Value> {
        match self.0 {
            Kind::Age => Age::of_parts(&parts).map(Value::Age),
            Kind::Place => {
                let mut part = |name| take_text(&mut parts, name);
                Place::new(part("country").as_deref(), part("code"), part("detail"))
                    .ok()
                    .map(|place| Value::Place(Box::new(place)))
            }
            Kind::Phone => Phone::of_parts(parts).ok().map(|phone| Value::Phone(Box::new(phone))),
            Kind::Name => PersonName::of_parts(parts).map(|name| Value::Name(Box::new(name))),
            Kind::Record(_) => Some(Value::Record(parts)),
            _ => None,
        }
    }

    /// Says nothing of what was found.
    fn or_misfit<E: Error>(value: Option<Value>) -> Result<Value, E> {
        value.ok_or_else(|| E::custom("a value that is not of its field's kind"))
    }
}

fn code(codes: &'static [Code], text: &str) -> Option<Value> {
    codes.iter().find(|code| code.code == text).map(|code| Value::Code(code.code))
}

impl<'de> Visitor<'de> for Of {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of its field's kind")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Self::or_misfit(self.text(text))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Self::or_misfit(matches!(self.0, Kind::Bool).then_some(Value::Bool(value)))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Value, E> {
        Self::or_misfit(self.number(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Value, E> {
        Self::or_misfit(i64::try_from(number).ok().and_then(|number| self.number(number)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let Kind::List(kind, _) = self.0 else { return Self::or_misfit(None) };
        let mut values = Vec::with_capacity(items.size_hint().unwrap_or_default().min(64));
        while let Some(value) = items.next_element_seed(Of(kind))? {
            values.push(value);
        }
        Ok(Value::List(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Value, A::Error> {
        let Some(table) = self.parts() else { return Self::or_misfit(None) };
        let parts = Tables::of(table).visit_map(map)?;
        Self::or_misfit(self.composed(parts))
    }
}
