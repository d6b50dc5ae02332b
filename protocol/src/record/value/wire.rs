//! Values as they are written to the wire and the disk, straight from the types: the same as
//! [`Value::tree`] gives in [`Form::Wire`], without the tree.
//!
//! Maps are written in the order that deterministic CBOR asks for, so that nothing is left to be sorted.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer, ser::SerializeMap as _};
use serde_json::Value as Json;

use super::{Fields, Form, NameParts, Value};
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
            Value::Record(fields) => in_order(fields.iter().map(|(name, value)| (*name, Wire(value))), serializer),
            Value::Place(place) => {
                let parts = [("code", place.code()), ("detail", place.detail()), ("country", Some(place.country()))];
                known(&parts, serializer)
            }
            Value::Phone(phone) => {
                let parts = [
                    ("owner", phone.owner()),
                    ("number", Some(phone.number())),
                    ("safe_to_call", phone.safe_to_call()),
                ];
                known(&parts, serializer)
            }
            Value::Date(date) => serializer.serialize_str(&date.to_string()),
            Value::Name(name) => {
                let scripts = [("km", name.km().map(WireName)), ("latin", name.latin().map(WireName))];
                known(&scripts, serializer)
            }
            small => Tree(&small.tree(Form::Wire)).serialize(serializer),
        }
    }
}

/// A name in one script.
#[derive(Clone, Copy)]
struct WireName<'a>(&'a NameParts);

impl Serialize for WireName<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        known(&[("given", self.0.given()), ("family", self.0.family())], serializer)
    }
}

/// Writes what is there of a map whose names stand in their order already.
fn known<S: Serializer, V: Serialize + Copy>(entries: &[(&str, Option<V>)], serializer: S) -> Result<S::Ok, S::Error> {
    let there = entries.iter().filter_map(|(name, value)| value.map(|value| (*name, value)));
    let mut map = serializer.serialize_map(Some(there.clone().count()))?;
    there.into_iter().try_for_each(|(name, value)| map.serialize_entry(name, &value))?;
    map.end()
}

/// What is made through a tree.
pub(crate) struct Tree<'a>(pub &'a Json);

impl Serialize for Tree<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Json::Array(items) => serializer.collect_seq(items.iter().map(Tree)),
            Json::Object(object) => {
                in_order(object.iter().map(|(name, value)| (name.as_str(), Tree(value))), serializer)
            }
            small => small.serialize(serializer),
        }
    }
}

/// Writes a map, its names in the order of their encodings (RFC 8949 4.2.1): a shorter one comes first.
fn in_order<'a, S: Serializer, V: Serialize>(
    entries: impl Iterator<Item = (&'a str, V)>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut entries: Vec<_> = entries.collect();
    entries.sort_unstable_by_key(|(name, _)| (name.len(), *name));
    serializer.collect_map(entries)
}

/// Writes named values as a map.
pub(crate) fn serialize_fields<S: Serializer>(fields: &Fields, serializer: S) -> Result<S::Ok, S::Error> {
    in_order(fields.iter().map(|(name, value)| (*name, Wire(value))), serializer)
}

/// An entry of a map of categories.
enum Entry<'a> {
    Version,
    Field(&'a Value),
}

impl Serialize for Entry<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Version => Category::VERSION.serialize(serializer),
            Self::Field(value) => Wire(value).serialize(serializer),
        }
    }
}

/// A category's fields and its version, or what stands beside the categories.
enum WireCategory<'a> {
    Fields(&'a Fields),
    Beside(&'a Json),
}

impl Serialize for WireCategory<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Fields(fields) => {
                let version = std::iter::once((VERSION, Entry::Version));
                in_order(version.chain(fields.iter().map(|(name, value)| (*name, Entry::Field(value)))), serializer)
            }
            Self::Beside(tree) => Tree(tree).serialize(serializer),
        }
    }
}

/// Writes categories as a map, with `beside` among them if there is one.
pub(crate) fn serialize_categories<S: Serializer>(
    categories: &BTreeMap<Category, Fields>,
    beside: Option<(&str, &Json)>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let all = categories.iter().map(|(category, fields)| (category.code(), WireCategory::Fields(fields)));
    in_order(all.chain(beside.map(|(name, tree)| (name, WireCategory::Beside(tree)))), serializer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{fixture, record::CaseRecord};

    #[test]
    fn each_invented_case_is_written_in_the_order_that_is_asked_for() {
        for name in fixture::names() {
            let case = CaseRecord::from_json(&fixture::case_json(name).unwrap()).unwrap();
            let written = minicbor_serde::to_vec(&case).unwrap();
            assert_eq!(keys::cbor::validate(&written), Ok(()), "{name}");
            assert_eq!(keys::cbor::encode_body(&case).unwrap(), written, "{name}");
        }
    }

    #[test]
    fn each_value_is_written_as_its_tree_would_be() {
        let mut kinds = std::collections::HashSet::new();
        for name in fixture::names() {
            let case = CaseRecord::from_json(&fixture::case_json(name).unwrap()).unwrap();
            for fields in case.categories().filter_map(|category| case.category(category)) {
                fields.values().for_each(|value| {
                    value.walk(&mut |value| {
                        kinds.insert(std::mem::discriminant(value));
                        let by_tree = minicbor_serde::to_vec(Tree(&value.tree(Form::Wire))).unwrap();
                        assert_eq!(minicbor_serde::to_vec(Wire(value)).unwrap(), by_tree, "{name}");
                    });
                });
            }
        }
        assert!(kinds.len() >= 12, "the invented cases hold {} kinds of values", kinds.len());
    }

    #[test]
    fn a_shorter_name_comes_first() {
        let tree = serde_json::json!({ "aa": [{ "ccc": 1, "d": true }], "b": "text" });
        let written = minicbor_serde::to_vec(Tree(&tree)).unwrap();
        assert_eq!(written[..3], [0xa2, 0x61, b'b']);
        assert_eq!(keys::cbor::validate(&written), Ok(()));
    }
}
