//! The limits of packets, envelopes and exchanges, read from their declarations.

use std::{collections::BTreeMap, fmt::Write};

/// Name, value and meaning of each constant of `protocol/src/limits.rs`.
pub fn table() -> String {
    let source = crate::read("protocol/src/limits.rs");
    let mut known = BTreeMap::new();
    let mut meaning = String::new();
    let mut out = String::from("| limit | value | of |\n| --- | --- | --- |\n");
    for line in source.lines() {
        if let Some(comment) = line.strip_prefix("/// ") {
            write!(meaning, "{comment} ").unwrap();
        } else if let Some((name, value)) = constant(line) {
            let value = evaluate(value, &known);
            known.insert(name.to_owned(), value);
            if line.starts_with("pub ") {
                let meaning = meaning.trim().trim_end_matches('.').replace("[`", "`").replace("`]", "`");
                writeln!(out, "| `{name}` | {} | {meaning} |", grouped(value)).unwrap();
            }
            meaning.clear();
        }
    }
    out
}

/// `[pub] const NAME: type = value;`
fn constant(line: &str) -> Option<(&str, &str)> {
    let (name, rest) = line.trim_start_matches("pub ").strip_prefix("const ")?.split_once(": ")?;
    let (_, value) = rest.strip_suffix(';')?.split_once(" = ")?;
    Some((name, value))
}

/// Sums of products of numbers and names.
fn evaluate(value: &str, known: &BTreeMap<String, u64>) -> u64 {
    let factor = |text: &str| {
        let text = text.trim();
        let number = text.replace('_', "").parse().ok();
        number.or_else(|| known.get(text).copied()).unwrap_or_else(|| panic!("no number: {text}"))
    };
    value.split('+').map(|sum| sum.split('*').map(factor).product::<u64>()).sum()
}

/// With commas between groups of three digits.
fn grouped(value: u64) -> String {
    let digits = value.to_string();
    let chunks: Vec<_> = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy).collect();
    chunks.join(",")
}

#[test]
fn values_are_worked_out() {
    let known = BTreeMap::from([("KIB".to_owned(), 1024)]);
    assert_eq!(evaluate("16 * KIB + 256", &known), 16_640);
    assert_eq!(grouped(1_048_576), "1,048,576");
    assert_eq!(constant("pub const A: usize = 2 * KIB;"), Some(("A", "2 * KIB")));
}
