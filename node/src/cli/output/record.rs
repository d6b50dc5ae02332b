//! A case record, a triage summary or a release as text: any JSON of ours, read by people.

use protocol::category::{COMMON, Category};
use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::{Map, Value};

use super::Page;

/// Writes a record, category by category.
pub fn show_record(page: &mut Page, record: &Value) {
    match record {
        Value::Object(categories) => {
            for (name, fields) in sorted(categories, None).into_iter().filter(|(name, _)| !name.starts_with('_')) {
                show_category(page, name, fields);
            }
        }
        other => {
            page.indented(2, &scalar(other));
        }
    }
}

fn show_category(page: &mut Page, name: &str, fields: &Value) {
    match (category_of(name), fields) {
        (Some(category), Value::Object(fields)) => {
            page.indented(2, category.label_en());
            for (name, value) in sorted(fields, Some(category)).into_iter().filter(|(name, _)| !name.starts_with('_')) {
                show_field(page, 4, name, value);
            }
        }
        _ => show_field(page, 2, name, fields),
    }
}

fn show_field(page: &mut Page, indent: usize, name: &str, value: &Value) {
    let label = name.replace('_', " ");
    if let Some(text) = in_one_line(value) {
        page.indented(indent, &format!("{label}: {text}"));
        return;
    }
    page.indented(indent, &label);
    show_inside(page, indent + 2, value);
}

fn show_inside(page: &mut Page, indent: usize, value: &Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                show_field(page, indent, name, value);
            }
        }
        Value::Array(items) => {
            for item in items {
                show_item(page, indent, item);
            }
        }
        other => {
            page.indented(indent, &scalar(other));
        }
    }
}

fn show_item(page: &mut Page, indent: usize, item: &Value) {
    if let Some(text) = in_one_line(item) {
        page.indented(indent, &format!("- {text}"));
        return;
    }
    page.indented(indent, "-");
    show_inside(page, indent + 2, item);
}

/// The text of a value that a person reads at a glance; none for what needs lines of its own.
fn in_one_line(value: &Value) -> Option<String> {
    match value {
        Value::Object(fields) => name_or_date(fields),
        Value::Array(items) if items.is_empty() => Some("none".into()),
        Value::Array(items) => {
            let parts: Option<Vec<String>> =
                items.iter().map(|item| (!item.is_object() && !item.is_array()).then(|| scalar(item))).collect();
            parts.map(|parts| parts.join(", "))
        }
        other => Some(scalar(other)),
    }
}

fn name_or_date(fields: &Map<String, Value>) -> Option<String> {
    let only = |names: &[&str]| !fields.is_empty() && fields.keys().all(|key| names.contains(&key.as_str()));
    let text = |name: &str| fields.get(name).map(scalar);
    if only(&["km", "latin"]) {
        return name_in_scripts(fields);
    }
    if only(&["value", "precision"]) {
        let value = text("value")?;
        return Some(match text("precision").as_deref() {
            None | Some("day") => value,
            Some(precision) => format!("{value} (only the {precision} is known)"),
        });
    }
    if only(&["country", "code", "detail"]) {
        let parts = ["code", "detail", "country"].iter().filter_map(|name| text(name));
        return Some(parts.collect::<Vec<_>>().join(", "));
    }
    None
}

/// `ពពក ដារា (Popok Dara)`.
fn name_in_scripts(fields: &Map<String, Value>) -> Option<String> {
    let script = |name: &str| {
        let parts = fields.get(name)?;
        let parts: Vec<String> = ["family", "given"].iter().filter_map(|part| parts.get(part)).map(scalar).collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    };
    match (script("km"), script("latin")) {
        (Some(km), Some(latin)) => Some(format!("{km} ({latin})")),
        (Some(one), None) | (None, Some(one)) => Some(one),
        (None, None) => None,
    }
}

fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(true) => "yes".into(),
        Value::Bool(false) => "no".into(),
        Value::Null => "not recorded".into(),
        other => other.to_string(),
    }
}

fn category_of(name: &str) -> Option<Category> {
    name.parse().ok()
}

/// Remarks first, then categories in the order of the network's list, or fields in the order of their table.
fn sorted(fields: &Map<String, Value>, inside: Option<Category>) -> Vec<(&String, &Value)> {
    let place = |name: &str| -> usize {
        if name.starts_with('_') {
            return 0;
        }
        let found = match inside {
            Some(category) => category.fields().iter().chain(COMMON).position(|field| field.name == name),
            None => Category::ALL.iter().position(|category| category.code() == name),
        };
        found.map_or(usize::MAX, |at| at + 1)
    };
    let mut sorted: Vec<_> = fields.iter().collect();
    sorted.sort_by_key(|(name, _)| place(name));
    sorted
}

/// A record for JSON, in the order in which people fill it in.
pub const fn in_order(record: &Value) -> impl Serialize {
    InOrder { value: record, inside: None, depth: 0 }
}

struct InOrder<'a> {
    value: &'a Value,
    inside: Option<Category>,
    depth: usize,
}

impl Serialize for InOrder<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Value::Object(fields) = self.value else { return self.value.serialize(serializer) };
        if self.depth > 1 {
            return fields.serialize(serializer);
        }
        let mut map = serializer.serialize_map(Some(fields.len()))?;
        for (name, value) in sorted(fields, self.inside) {
            let inside = if self.depth == 0 { category_of(name) } else { None };
            map.serialize_entry(name, &InOrder { value, inside, depth: self.depth + 1 })?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_record_reads_category_by_category() {
        let record = json!({
            "identity": {
                "name": {"km": {"family": "ពពក", "given": "ដារា"}, "latin": {"family": "Popok", "given": "Dara"}},
                "birth": {"value": "2018-03", "precision": "month"},
                "languages": ["km", "th"],
            },
            "family": {"members": [{"relationship": "aunt", "may_contact": "yes"}], "phones": []},
        });
        let mut page = Page::new(80);
        show_record(&mut page, &record);
        let text = page.into_text();
        assert!(text.starts_with("  identity\n    name:"), "{text}");
        assert!(text.contains("    name: ពពក ដារា (Popok Dara)\n"), "{text}");
        assert!(text.contains("    birth: 2018-03 (only the month is known)\n"), "{text}");
        assert!(text.contains("    languages: km, th\n"), "{text}");
        assert!(text.contains("    phones: none\n"), "{text}");
        assert!(text.contains("      -\n        may contact: yes\n        relationship: aunt\n"), "{text}");
    }
}
