//! Single fields that whoever refers takes out again: a release with less than the consent allows.

use std::{collections::BTreeSet, fmt, str::FromStr};

use crate::{
    category::{COMMON, Category, Need},
    code::UnknownCode,
    record::Fields,
};

/// A field that may be left out of a release, such as `health.medicines`: none that its category can't be read without.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HeldBack {
    category: Category,
    name: &'static str,
}

impl HeldBack {
    /// The field of this name, if it may be left out.
    #[must_use]
    pub fn of(category: Category, name: &str) -> Option<Self> {
        let field = category.fields().iter().find(|field| field.name == name)?;
        matches!(field.need, Need::Optional).then_some(Self { category, name: field.name })
    }

    /// The category that holds it.
    #[must_use]
    pub const fn category(self) -> Category {
        self.category
    }

    /// The field's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.name
    }
}

/// Takes them out; whether anything of the category is left.
pub(super) fn take_out(category: Category, fields: &mut Fields, held_back: &BTreeSet<HeldBack>) -> bool {
    for one in held_back.iter().filter(|one| one.category == category) {
        fields.remove(one.name);
    }
    // What every category may have says nothing by itself.
    fields.keys().any(|name| !COMMON.iter().any(|common| common.name == *name))
}

impl fmt::Display for HeldBack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.category, self.name)
    }
}

impl fmt::Debug for HeldBack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for HeldBack {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        let (category, name) = text.trim().split_once('.').unwrap_or_default();
        let found = category.parse().ok().and_then(|category| Self::of(category, name));
        found.ok_or_else(|| UnknownCode {
            what: "field that may be left out",
            allowed: "a field of a category that it can be read without, such as health.medicines".into(),
        })
    }
}
