//! From what was typed to a record's JSON. Nothing is judged here: what is wrong is passed on, and the record's parser
//! says so. What the form does not ask, and the order of what it asks as a set, is taken from what was there before.

use protocol::category::field::{Field, Kind};
use serde_json::{Map, Value, json};

use super::{Typed, at, place, under};

/// The fields of `table` at `path`; `old` is what was there.
pub(in crate::web) fn read(
    table: &[&'static Field],
    typed: &Typed,
    path: &str,
    old: Option<&Value>,
) -> Map<String, Value> {
    let one = |field: &&'static Field| {
        let before = old.and_then(|old| old.get(field.name));
        Some((field.name.to_owned(), value(&field.kind, typed, &under(path, field.name), before)?))
    };
    table.iter().filter_map(one).collect()
}

/// One value at `path`; none if nothing was typed.
pub(in crate::web) fn value(kind: &Kind, typed: &Typed, path: &str, old: Option<&Value>) -> Option<Value> {
    let text = |name: &str| at(typed, &under(path, name));
    let line = at(typed, path);
    let answer = match kind {
        Kind::Hash => return old.cloned(),
        Kind::Date | Kind::DueDate => date(typed, path).map(Value::String),
        Kind::Hour => hour(typed, path),
        Kind::Age => age(typed, path),
        Kind::Place => place(typed, path, old),
        Kind::Phone => filled(&[
            ("number", &digits(text("number"))),
            ("owner", text("owner")),
            ("safe_to_call", text("safe_to_call")),
        ]),
        Kind::Name => {
            let script = |name: &str| {
                let part = |part: &str| at(typed, &under(&under(path, name), part));
                Some((name.to_owned(), filled(&[("family", part("family")), ("given", part("given"))])?))
            };
            let scripts: Map<String, Value> = ["km", "latin"].into_iter().filter_map(script).collect();
            (!scripts.is_empty()).then_some(Value::Object(scripts))
        }
        Kind::Record(table) => {
            let fields = read(&table.iter().collect::<Vec<_>>(), typed, path, old);
            (!fields.is_empty()).then_some(Value::Object(fields))
        }
        Kind::List(inner, most) => list(inner, *most, typed, path, old),
        Kind::Bool => (line == "on").then_some(Value::Bool(true)),
        Kind::Person | Kind::Int { .. } | Kind::Tenths { .. } => (!line.is_empty()).then(|| number(line)),
        // Browsers send line breaks; the network's texts have none.
        Kind::Text(_) if line.is_empty() => old.filter(|old| *old == "").cloned(),
        Kind::Text(_) => Some(one_line(line).into()),
        Kind::YesNo | Kind::Enum(_) => (!line.is_empty()).then(|| line.into()),
    };
    let unknown = super::may_be_unknown(kind) && text("unknown") == "on";
    answer.or_else(|| unknown.then(|| "unknown".into()))
}

fn list(inner: &Kind, most: usize, typed: &Typed, path: &str, old: Option<&Value>) -> Option<Value> {
    let before = old.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let values: Vec<Value> = match inner {
        Kind::Enum(codes) => {
            let ticked = |code: &str| at(typed, &under(path, code)) == "on";
            let kept = before.iter().filter_map(Value::as_str).filter(|code| ticked(code));
            let new = codes.iter().map(|code| code.code).filter(|code| ticked(code) && !before.contains(&json!(code)));
            kept.chain(new).map(Value::from).collect()
        }
        Kind::Text(_) => {
            at(typed, path).lines().map(str::trim).filter(|line| !line.is_empty()).map(Value::from).collect()
        }
        // Entries of a category that are there have pages of their own.
        _ if !path.contains('.') && !before.is_empty() => before.to_vec(),
        _ => (0..most).filter_map(|n| value(inner, typed, &under(path, &n.to_string()), before.get(n))).collect(),
    };
    let none = at(typed, &under(path, "none")) == "on";
    (none || !values.is_empty()).then_some(Value::Array(values))
}

/// `2026-05-28`, as far as it was typed; what lacks its year or month is passed on to be refused.
fn date(typed: &Typed, path: &str) -> Option<String> {
    let part = |name: &str| digits(at(typed, &under(path, name)));
    let (year, month, day) = (part("y"), part("m"), part("d"));
    let two = |text: &str| format!("{text:0>2}");
    match (year.is_empty(), month.is_empty(), day.is_empty()) {
        (true, true, true) => None,
        (_, true, true) => Some(year),
        (_, _, true) => Some(format!("{year}-{}", two(&month))),
        (_, _, false) => Some(format!("{year}-{}-{}", two(&month), two(&day))),
    }
}

fn hour(typed: &Typed, path: &str) -> Option<Value> {
    let hour = digits(at(typed, &under(path, "h")));
    let day = date(typed, path);
    (day.is_some() || !hour.is_empty()).then(|| format!("{}T{hour:0>2}", day.unwrap_or_default()).into())
}

fn age(typed: &Typed, path: &str) -> Option<Value> {
    let mut age = Map::new();
    for name in ["years", "months", "plus_minus"] {
        let text = at(typed, &under(path, name));
        if !text.is_empty() {
            age.insert(name.into(), number(text));
        }
    }
    // The day is filled in beforehand: alone it says nothing.
    let told = age.contains_key("years") || age.contains_key("months") || age.contains_key("plus_minus");
    if let Some(day) = date(typed, &under(path, "as_of")) {
        age.insert("as_of".into(), day.into());
    }
    told.then_some(Value::Object(age))
}

fn place(typed: &Typed, path: &str, old: Option<&Value>) -> Option<Value> {
    let text = |name: &str| at(typed, &under(path, name));
    let (name, detail, country) = (text("name"), text("detail"), text("country"));
    let here = matches!(country, "" | "kh");
    let kept = old.and_then(|old| old.get("code")).and_then(Value::as_str).filter(|code| place::shows(name, code));
    let code = kept.or_else(|| place::code_of(name)).filter(|_| here && !name.is_empty());
    let rest: Vec<&str> =
        [name, detail].into_iter().filter(|part| !part.is_empty()).skip(usize::from(code.is_some())).collect();
    let country = if here { "" } else { country };
    let mut value = filled(&[("code", code.unwrap_or_default()), ("detail", &rest.join(", ")), ("country", country)])?;
    if here {
        value["country"] = "kh".into();
    }
    Some(value)
}

/// The parts that are not empty; none if all are.
fn filled(parts: &[(&str, &str)]) -> Option<Value> {
    let some = parts.iter().filter(|(_, text)| !text.is_empty());
    let map: Map<String, Value> = some.map(|(name, text)| ((*name).to_owned(), Value::from(*text))).collect();
    (!map.is_empty()).then_some(Value::Object(map))
}

/// A number, or the text that is none.
fn number(text: &str) -> Value {
    let text = digits(text).replace(',', ".");
    let number =
        text.starts_with(|c: char| c.is_ascii_digit()).then(|| serde_json::from_str::<serde_json::Number>(&text));
    number.and_then(Result::ok).map_or_else(|| Value::String(text), Value::Number)
}

/// With the digits 0 to 9, whichever were typed.
fn digits(text: &str) -> String {
    let plain = |c: char| match u32::from(c) {
        khmer @ 0x17e0..=0x17e9 => char::from_digit(khmer - 0x17e0, 10).unwrap_or(c),
        _ => c,
    };
    text.chars().map(plain).collect()
}

/// Its lines as one.
fn one_line(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}
