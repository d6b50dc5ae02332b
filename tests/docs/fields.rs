//! The tables of all categories' fields.

use std::fmt::Write;

use protocol::category::{
    COMMON, Category, Code, Named, Need,
    field::{Field, Kind},
};

/// A table for each category, and one for what all of them have.
pub fn tables() -> String {
    let mut out = String::new();
    for category in Category::ALL {
        let (code, sensitivity) = (category.code(), category.sensitivity());
        write!(out, "**{code}**, version {}, sensitivity {sensitivity}\n\n", Category::VERSION).unwrap();
        out.push_str(&table(category.fields()));
        out.push('\n');
    }
    write!(out, "**In every category** besides, and `version` uint\n\n{}", table(COMMON)).unwrap();
    out
}

fn table(fields: &[Field]) -> String {
    let mut out = String::from("| field | type | must | § |\n| --- | --- | --- | --- |\n");
    rows(&mut out, "", fields);
    out
}

/// One row for each field, and below it one for each field of a record inside.
fn rows(out: &mut String, before: &str, fields: &[Field]) {
    for field in fields {
        let (name, must, named) = (field.name, must(field.need), named(field.named));
        let row = format!("| `{before}{name}` | {} | {must} | {named} |", kind(&field.kind));
        writeln!(out, "{row}").unwrap();
        match field.kind {
            Kind::Record(inner) => rows(out, &format!("{before}{name}."), inner),
            Kind::List(Kind::Record(inner), _) => rows(out, &format!("{before}{name}[]."), inner),
            _ => {}
        }
    }
}

fn must(need: Need) -> String {
    match need {
        Need::Optional => String::new(),
        Need::Required => "yes".into(),
        Need::OneOf(group) => format!("one of *{group}*"),
    }
}

fn named(named: Named) -> String {
    match named {
        Named::No => String::new(),
        Named::Field => "§".into(),
        Named::Codes(codes) => format!("§ with {}", list(codes.iter().copied())),
    }
}

/// The type as the page writes it.
fn kind(kind: &Kind) -> String {
    match kind {
        Kind::Text(most) => format!("text ≤ {most}"),
        Kind::Date => "date".into(),
        Kind::DueDate => "date, may lie ahead".into(),
        Kind::Hour => "day and hour".into(),
        Kind::Age => "age".into(),
        Kind::Place => "place".into(),
        Kind::Phone => "phone".into(),
        Kind::Name => "name".into(),
        Kind::Person => "person".into(),
        Kind::YesNo => "yes/no".into(),
        Kind::Bool => "bool".into(),
        Kind::Enum(codes) => list(codes.iter().map(code)),
        Kind::List(inner @ Kind::Enum(_), most) => format!("≤ {most} of {}", self::kind(inner)),
        Kind::List(inner, most) => format!("[{}] ≤ {most}", self::kind(inner)),
        Kind::Record(_) => "map".into(),
        Kind::Int { min, max } => format!("integer {min} to {max}"),
        Kind::Tenths { min, max } => format!("tenths {min} to {max}"),
        Kind::Hash => "SHA-256, 64 hexadecimal digits".into(),
    }
}

fn code(code: &Code) -> &'static str {
    code.code
}

fn list<'a>(codes: impl Iterator<Item = &'a str>) -> String {
    codes.map(|code| format!("`{code}`")).collect::<Vec<_>>().join(" ")
}
