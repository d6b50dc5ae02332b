//! Who must not be told. It wins over every grant.

use std::collections::BTreeSet;

use keys::AgencyId;
use serde::{Deserialize, Serialize};

use super::{Recipient, draft::codes};
use crate::{
    category::{Category, RELATIONSHIP},
    code::KeepReason,
    record::{CaseRecord, Fields, Value},
};

/// Somebody who must not be told, of what, and why.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeepUninformed {
    who: Uninformed,
    /// Of what; none means of everything.
    categories: Option<BTreeSet<Category>>,
    reason: KeepReason,
}

/// Somebody who must not be told.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Uninformed {
    /// A family member: number in `family.members`, and relationship.
    Member(usize, String),
    /// A role: a relationship code, or words such as "village chief".
    Role(String),
    /// An agency.
    Agency(AgencyId),
}

impl KeepUninformed {
    /// Who.
    #[must_use]
    pub const fn who(&self) -> &Uninformed {
        &self.who
    }

    /// Of what; none means of everything.
    #[must_use]
    pub const fn categories(&self) -> Option<&BTreeSet<Category>> {
        self.categories.as_ref()
    }

    /// Why; never leaves home.
    #[must_use]
    pub const fn reason(&self) -> KeepReason {
        self.reason
    }

    /// Whether it is about `category`.
    #[must_use]
    pub fn is_about(&self, category: Category) -> bool {
        self.categories.as_ref().is_none_or(|categories| categories.contains(&category))
    }

    /// Whether it forbids giving `category` to `recipient`.
    pub(super) fn denies(&self, recipient: &Recipient, category: Category) -> bool {
        matches!(self.who, Uninformed::Agency(id) if id == recipient.id) && self.is_about(category)
    }
}

/// How many family members there are to refer to.
pub(super) fn members(record: &CaseRecord) -> usize {
    list(record).len()
}

fn list(record: &CaseRecord) -> &[Value] {
    match record.category(Category::Family).and_then(|family| family.get("members")) {
        Some(Value::List(members)) => members,
        _ => &[],
    }
}

/// The entries of the parsed list.
pub(super) fn read(value: Option<Value>, record: &CaseRecord) -> Vec<KeepUninformed> {
    let Some(Value::List(entries)) = value else { return Vec::new() };
    let entries = entries.into_iter().filter_map(|entry| match entry {
        Value::Record(fields) => entry_of(fields, record),
        _ => None,
    });
    entries.collect()
}

fn entry_of(mut fields: Fields, record: &CaseRecord) -> Option<KeepUninformed> {
    let who = match (fields.remove("person"), fields.remove("who")) {
        (Some(Value::Person(index)), _) => Uninformed::Member(index, relationship(record, index)),
        (_, Some(Value::Text(who))) => who.trim().parse().map_or(Uninformed::Role(who), Uninformed::Agency),
        _ => return None,
    };
    let categories = fields.contains_key("categories").then(|| codes(&mut fields, "categories"));
    let reason = match fields.remove("reason") {
        Some(Value::Code(code)) => code.parse().ok()?,
        _ => return None,
    };
    Some(KeepUninformed { who, categories: categories.filter(|categories| !categories.is_empty()), reason })
}

/// What a family member is to the child.
fn relationship(record: &CaseRecord, index: usize) -> String {
    let code = match list(record).get(index) {
        Some(Value::Record(fields)) => fields.get("relationship"),
        _ => None,
    };
    let code = if let Some(Value::Code(code)) = code { code } else { "relative" };
    debug_assert!(RELATIONSHIP.iter().any(|known| known.code == code));
    code.to_owned()
}
