//! Files and standard input as commands take them: bounded, UTF-8, strict JSON.

use std::{
    collections::HashSet,
    fmt, fs,
    io::{self, Read},
    path::Path,
};

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::problem;
use crate::view::Problem;

/// The largest JSON text of a case, in bytes; encoded, a case is smaller still.
pub const CASE_LIMIT: u64 = 1024 * 1024;
/// The largest JSON text of a consent, in bytes.
pub const CONSENT_LIMIT: u64 = 64 * 1024;
/// The largest introduction card, in bytes.
pub const CARD_LIMIT: u64 = 1024 * 1024;

/// The text of a file, or of standard input for `-`.
///
/// # Errors
/// `file/unreadable`, `input/too-large`.
pub fn read_text(file: &Path, limit: u64) -> Result<String, Problem> {
    let bytes = if file.as_os_str() == "-" {
        read_limited(io::stdin().lock(), limit)
    } else {
        fs::File::open(file).and_then(|opened| read_limited(opened, limit))
    };
    let bytes = bytes.map_err(|error| {
        problem("file/unreadable", format!("{} cannot be read: {error}", name(file)))
            .hint("check the path and the permissions; `-` reads from standard input")
    })?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > limit {
        return Err(problem("input/too-large", format!("{} is larger than {} KiB", name(file), limit / 1024))
            .hint("is this the right file?"));
    }
    String::from_utf8(bytes).map_err(|error| {
        let line = error.as_bytes().iter().take(error.utf8_error().valid_up_to()).filter(|b| **b == b'\n').count() + 1;
        problem("file/unreadable", format!("{} is not UTF-8 text: first fault in line {line}", name(file)))
            .hint("save the file as UTF-8; Khmer text in an old font encoding cannot be read")
    })
}

/// The file as JSON, each name at most once in its object.
///
/// # Errors
/// As [`read_text`]; `input/json` with line and column.
pub fn read_json(file: &Path, limit: u64) -> Result<Value, Problem> {
    let text = read_text(file, limit)?;
    parse_json(text.strip_prefix('\u{FEFF}').unwrap_or(&text))
}

/// As [`read_json`] reads it.
pub(crate) fn parse_json(text: &str) -> Result<Value, Problem> {
    serde_json::from_str::<Strict>(text).map(|strict| strict.0).map_err(|error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        let full = error.to_string();
        let what = full.split(" at line ").next().unwrap_or(&full);
        problem("input/json", format!("this is not JSON: {what} ({place})"))
            .fault(place, what)
            .hint("compare with `spean case template`; a comma, a quote or a bracket may be missing")
    })
}

/// How errors name what was read.
fn name(file: &Path) -> String {
    if file.as_os_str() == "-" { "standard input".into() } else { format!("`{}`", file.display()) }
}

fn read_limited(reader: impl Read, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(limit + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A JSON value in which no object names a field twice: of two answers to one question neither may win silently.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Strict)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(Strict(item)) = access.next_element()? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut fields = Map::new();
        let mut names = HashSet::new();
        while let Some(name) = access.next_key::<String>()? {
            if !names.insert(name.clone()) {
                return Err(A::Error::custom(format!("`{name}` stands here twice")));
            }
            let Strict(value) = access.next_value()?;
            fields.insert(name, value);
        }
        Ok(Value::Object(fields))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn broken_json_is_told_with_line_and_column() {
        let error = parse_json("{\n  \"a\": 1,\n  \"b\" 2\n}").expect_err("a colon is missing");
        assert_eq!(error.code, "input/json");
        assert_eq!(error.faults[0].path, "line 3, column 7");
        assert!(error.title.contains("expected `:`"), "{}", error.title);
    }

    #[test]
    fn a_field_named_twice_is_refused_at_any_depth() {
        let error = parse_json(r#"{"identity": {"sex": "female", "sex": "male"}}"#).expect_err("twice");
        assert!(error.title.contains("`sex` stands here twice"), "{}", error.title);
    }

    #[test]
    fn a_file_over_its_limit_or_not_utf8_is_refused() {
        let dir = tempfile::tempdir().expect("a folder");
        let file = dir.path().join("case.json");
        fs::write(&file, vec![b' '; 2049]).expect("written");
        assert_eq!(read_text(&file, 2048).expect_err("too large").code, "input/too-large");
        fs::write(&file, b"ok\n\xff").expect("written");
        let error = read_text(&file, 2048).expect_err("not UTF-8");
        assert!(error.code == "file/unreadable" && error.title.contains("line 2"), "{}", error.title);
        assert_eq!(read_text(&dir.path().join("none"), 9).expect_err("missing").code, "file/unreadable");
    }

    #[test]
    fn nesting_without_end_is_refused_not_followed() {
        assert_eq!(parse_json(&"[".repeat(100_000)).expect_err("too deep").code, "input/json");
    }

    proptest! {
        #[test]
        fn what_is_read_equals_what_serde_reads(text in r#"[\[\]{}",:0-9a-c. ]{0,40}"#) {
            if let Ok(strict) = parse_json(&text) {
                prop_assert_eq!(Some(strict), serde_json::from_str(&text).ok());
            }
        }
    }
}
