//! What a child or caregiver agreed to: asked, recorded, listed, ended.
//!
//! * [`list`]: the consents of a case
//! * [`ask`]: a page to read together
//! * [`record`]: what was agreed, then by whom and how; the service judges it
//! * [`questions`]: what the form asks, and what it makes of the answers
//! * [`review`]: what two persons decided is looked at again
//! * [`end`]: whoever holds something under it is asked to erase it

mod ask;
mod end;
mod list;
mod questions;
mod record;
mod review;

use crate::web::{routes::Routes, words::Words};

pub(super) fn routes() -> Routes {
    list::routes().merge(ask::routes()).merge(record::routes()).merge(end::routes()).merge(review::routes())
}

/// A § field in words: `health.hiv`.
pub(in crate::web::screens) fn named_field(w: Words, name: &str) -> String {
    let (category, field) = name.split_once('.').unwrap_or(("", name));
    let list = if field == "injury_photo" { "value" } else { "field" };
    format!("{}: {}", w.line(&w.code("category", category)), w.code(list, field))
}

/// An agency by name, or all of a kind.
pub(in crate::web::screens) fn grantee(w: Words, to: &str) -> String {
    match to.strip_prefix("any ").or_else(|| to.strip_prefix("any:")) {
        Some(kind) if kind.parse::<protocol::code::AgencyKind>().is_ok() => {
            w.t1("consent-any", "kind", w.code("kind", kind))
        }
        Some(_) | None => to.to_owned(),
    }
}

/// The ids in paths: a beginning is enough to be the only one.
fn short(id: &str) -> &str {
    id.get(..20).unwrap_or(id)
}
