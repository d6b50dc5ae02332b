//! From a record to what stands in the boxes.

use protocol::category::field::{Field, Kind};
use serde_json::{Map, Value};

use super::{Typed, place, under};
use crate::web::words::Words;

/// Fills in `fields` at `path`.
pub(in crate::web) fn fill(w: Words, table: &[&'static Field], fields: &Map<String, Value>, path: &str) -> Typed {
    let mut typed = Typed::new();
    for field in table {
        if let Some(value) = fields.get(field.name) {
            one(w, &field.kind, value, &under(path, field.name), &mut typed);
        }
    }
    typed
}

/// Fills in one value at `path`.
pub(super) fn one(w: Words, kind: &Kind, value: &Value, path: &str, typed: &mut Typed) {
    if super::may_be_unknown(kind) && value == "unknown" {
        put(typed, path, "unknown", "on");
        return;
    }
    match (kind, value) {
        (Kind::Date | Kind::DueDate | Kind::Hour, Value::String(text)) => date(text, path, typed),
        (Kind::Age, Value::Object(parts)) => {
            numbers(parts, &["years", "months", "plus_minus"], path, typed);
            if let Some(day) = parts.get("as_of").and_then(Value::as_str) {
                date(day, &under(path, "as_of"), typed);
            }
        }
        (Kind::Place, Value::Object(parts)) => {
            let name = parts.get("code").and_then(Value::as_str).map(|code| place::chain(w.lang, code));
            put(typed, path, "name", &name.unwrap_or_default());
            texts(parts, &["detail", "country"], path, typed);
        }
        (Kind::Phone, Value::Object(parts)) => texts(parts, &["number", "owner", "safe_to_call"], path, typed),
        (Kind::Name, Value::Object(scripts)) => {
            for (script, parts) in scripts {
                if let Some(parts) = parts.as_object() {
                    texts(parts, &["family", "given"], &under(path, script), typed);
                }
            }
        }
        (Kind::Record(table), Value::Object(fields)) => {
            typed.extend(fill(w, &table.iter().collect::<Vec<_>>(), fields, path));
        }
        (Kind::List(inner, _), Value::Array(values)) => list(w, inner, values, path, typed),
        (Kind::Bool, Value::Bool(true)) => put(typed, path, "", "on"),
        (_, Value::String(text)) => put(typed, path, "", text),
        (_, Value::Number(number)) => put(typed, path, "", &number.to_string()),
        _ => {}
    }
}

fn list(w: Words, inner: &Kind, values: &[Value], path: &str, typed: &mut Typed) {
    if values.is_empty() {
        put(typed, path, "none", "on");
    }
    match inner {
        Kind::Enum(_) => {
            for code in values.iter().filter_map(Value::as_str) {
                put(typed, path, code, "on");
            }
        }
        Kind::Text(_) => {
            let lines: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
            put(typed, path, "", &lines.join("\n"));
        }
        _ => {
            for (number, value) in values.iter().enumerate() {
                one(w, inner, value, &under(path, &number.to_string()), typed);
            }
        }
    }
}

/// `2026-05-28T21`, or what is known of it from the left on.
fn date(text: &str, path: &str, typed: &mut Typed) {
    let (day, hour) = text.split_once('T').unwrap_or((text, ""));
    for (name, part) in ["y", "m", "d"].iter().zip(day.split('-')) {
        put(typed, path, name, part.trim_start_matches('0'));
    }
    put(typed, path, "h", hour);
}

fn texts(parts: &Map<String, Value>, names: &[&str], path: &str, typed: &mut Typed) {
    for name in names {
        put(typed, path, name, parts.get(*name).and_then(Value::as_str).unwrap_or_default());
    }
}

fn numbers(parts: &Map<String, Value>, names: &[&str], path: &str, typed: &mut Typed) {
    for name in names {
        if let Some(number) = parts.get(*name).and_then(Value::as_u64) {
            put(typed, path, name, &number.to_string());
        }
    }
}

fn put(typed: &mut Typed, path: &str, name: &str, text: &str) {
    if !text.is_empty() {
        let key = if name.is_empty() { path.to_owned() } else { under(path, name) };
        typed.insert(key, text.to_owned());
    }
}
