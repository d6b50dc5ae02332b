//! What the record's parser found, in words, at the box.

use protocol::category::field::{Field, Kind};

use super::{Control, entry, table};
use crate::{
    view::Fault,
    web::{page::Mark, words::Words},
};

/// The faults of a case that lie in `category`, each at its box; others under no box.
pub(in crate::web) fn marks(w: Words, category: protocol::category::Category, faults: &[Fault]) -> Vec<Mark> {
    faults.iter().map(|fault| mark(w, category, fault)).collect()
}

/// Puts each fault at a box that the page has: where it has none of that name, at the nearest one around it.
pub(in crate::web) fn settle(marks: &mut [Mark], controls: &[Control]) {
    for mark in marks {
        while !mark.id.is_empty() && !has(controls, &mark.id) {
            mark.id.truncate(mark.id.rfind('.').unwrap_or_default());
        }
    }
}

fn has(controls: &[Control], id: &str) -> bool {
    controls.iter().any(|control| control.id == id || has(&control.parts, id))
}

fn mark(w: Words, category: protocol::category::Category, fault: &Fault) -> Mark {
    let path = fault.path.replace('[', ".").replace(']', "");
    let Some(id) = path.strip_prefix(category.code()).map(|rest| rest.trim_start_matches('.').to_owned()) else {
        let category = w.line(&w.code("category", path.split('.').next().unwrap_or_default()));
        return Mark { id: String::new(), text: w.t1("form-elsewhere", "category", category) };
    };
    let of = fault.what.strip_prefix("needs at least one of ").and_then(|names| names.split(", ").next());
    let id = match of {
        Some(first) if id.is_empty() => first.to_owned(),
        Some(first) => format!("{id}.{first}"),
        None => id,
    };
    let (name, kind) = meant(&table(category), &id);
    let key = if of.is_some() { "form-wrong-one-of" } else { key(kind, &fault.what) };
    let text = w.t2("form-wrong", ("field", w.line(&w.code("field", name))), ("what", w.t(key)));
    Mark { id, text }
}

/// The last named field on the way, and what may stand there.
fn meant<'a>(fields: &[&'static Field], id: &'a str) -> (&'a str, Option<&'static Kind>) {
    let mut fields: Vec<&'static Field> = fields.to_vec();
    let (mut name, mut kind) = ("", None);
    for part in id.split('.') {
        if let Some(field) = fields.iter().find(|field| field.name == part) {
            (name, kind) = (part, Some(&field.kind));
        } else if part.parse::<usize>().is_err() {
            continue;
        }
        let inner = kind.and_then(entry).map(|(inner, _)| inner);
        if let Some(Kind::Record(table)) = inner.or(kind) {
            fields = table.iter().collect();
        }
        if part.parse::<usize>().is_ok() && inner.is_some() {
            kind = inner;
        }
    }
    (name, kind)
}

/// The text for a fault of the parser, of a field of this kind.
fn key(kind: Option<&Kind>, what: &str) -> &'static str {
    match kind {
        _ if what.starts_with("is missing: from six") => "form-wrong-wishes",
        _ if what.starts_with("is missing") => "form-wrong-missing",
        _ if what.contains("in the future") => "form-wrong-future",
        _ if what.contains("too long") => "form-wrong-long",
        _ if what.starts_with("status verified") => "form-wrong-verified",
        Some(Kind::Date | Kind::DueDate | Kind::Hour) => "form-wrong-date",
        Some(Kind::Age) => "form-wrong-age",
        Some(Kind::Place) => "form-wrong-place",
        Some(Kind::Phone) => "form-wrong-phone",
        Some(Kind::Int { .. } | Kind::Tenths { .. }) => "form-wrong-number",
        Some(Kind::List(..)) => "form-wrong-many",
        _ => "form-wrong-text",
    }
}
