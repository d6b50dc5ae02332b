//! Values as they are written to the wire and the disk, straight from the types: the same as
//! [`Value::tree`] gives in [`Form::Wire`], without the tree.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer, ser::SerializeMap as _};

use super::{Fields, Form, Value};
use crate::{category::Category, record::VERSION};

/// One value.
struct Wire<'a>(&'a Value);

impl Serialize for Wire<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Text(text) => serializer.serialize_str(text),
            Value::Code(code) => serializer.serialize_str(code),
            Value::Bool(value) => serializer.serialize_bool(*value),
            Value::Int(value) | Value::Tenths(value) => serializer.serialize_i64(*value),
            Value::List(values) => serializer.collect_seq(values.iter().map(Wire)),
            Value::Record(fields) => serializer.collect_map(fields.iter().map(|(name, value)| (*name, Wire(value)))),
            small => small.tree(Form::Wire).serialize(serializer),
        }
    }
}

/// The fields of a category, and its version.
struct WireCategory<'a>(&'a Fields);

impl Serialize for WireCategory<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len() + 1))?;
        map.serialize_entry(VERSION, &Category::VERSION)?;
        for (name, value) in self.0 {
            map.serialize_entry(name, &Wire(value))?;
        }
        map.end()
    }
}

/// Writes categories as a map, with `last` after them if there is one.
pub(crate) fn serialize_categories<S: Serializer, L: Serialize>(
    categories: &BTreeMap<Category, Fields>,
    last: Option<(&str, L)>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(categories.len() + usize::from(last.is_some())))?;
    for (category, fields) in categories {
        map.serialize_entry(category.code(), &WireCategory(fields))?;
    }
    if let Some((name, value)) = last {
        map.serialize_entry(name, &value)?;
    }
    map.end()
}
