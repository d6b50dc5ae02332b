//! Forms made from the network's own tables: what a field may hold decides how it is asked.
//!
//! A form is a list of [`Control`]s. What stands in it is [`Typed`]: each box under its path (`birth.y`,
//! `concerns.0.code`), as it comes back from a browser, right or wrong, so that nothing typed is ever lost.
//!
//! * [`mod@fill`]: from a record to what stands in the boxes
//! * [`mod@read`]: from the boxes to a record's JSON, which the record's own parser then judges
//! * [`control`]: which boxes there are, and what each says
//! * [`fault`]: the parser's faults in words, at the box
//! * [`place`]: places by name
//! * [`plain`]: questions that stand in no table of a case

mod control;
mod fault;
mod fill;
mod place;
mod plain;
mod read;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use protocol::category::{
    COMMON, Category,
    field::{Field, Kind},
};

pub(super) use control::{Choice, Control, Form, Piece, offered};
pub(super) use fault::{marks, settle};
pub(super) use fill::fill;
pub(super) use plain::{said, ticked};
pub(super) use read::{read, value};

/// Boxes by path, and what stands in them.
pub(super) type Typed = BTreeMap<String, String>;

/// The fields of a category, its own first.
pub(super) fn table(category: Category) -> Vec<&'static Field> {
    category.fields().iter().chain(COMMON).collect()
}

/// The field with this name.
pub(super) fn field(category: Category, name: &str) -> Option<&'static Field> {
    table(category).into_iter().find(|field| field.name == name)
}

/// What an entry of the list may hold, if the entries are asked one by one.
pub(super) const fn entry(kind: &Kind) -> Option<(&'static Kind, usize)> {
    match kind {
        Kind::List(inner, most) if !matches!(inner, Kind::Enum(_) | Kind::Text(_)) => Some((inner, *most)),
        _ => None,
    }
}

/// Whether "not known" is an answer beside what the kind itself allows.
const fn may_be_unknown(kind: &Kind) -> bool {
    !matches!(kind, Kind::Text(_) | Kind::YesNo | Kind::Enum(_) | Kind::Bool | Kind::Hash)
}

/// What was typed at `path`, without spaces around it.
fn at<'a>(typed: &'a Typed, path: &str) -> &'a str {
    typed.get(path).map(|text| text.trim()).unwrap_or_default()
}

/// The path of a part.
fn under(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}
