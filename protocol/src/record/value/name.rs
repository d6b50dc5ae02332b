//! A person's name in two scripts, neither derived from the other.

use serde_json::{Map, Value as Json};

use super::{Fields, Value, put, take_text};

/// A name in Khmer and in Latin script; at least one part of one of them is there.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct PersonName {
    km: Option<NameParts>,
    latin: Option<NameParts>,
}

/// The parts of a name in one script. There is no middle name.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct NameParts {
    family: Option<String>,
    given: Option<String>,
}

impl PersonName {
    /// Of the parts that the table [`crate::category`] declares; none if all are empty.
    pub(in crate::record) fn of_parts(parts: Fields) -> Option<Self> {
        let mut name = Self::default();
        for (script, value) in parts {
            let Value::Record(parts) = value else { continue };
            let found = NameParts::of_parts(parts);
            if script == "km" { name.km = found } else { name.latin = found }
        }
        (name.km.is_some() || name.latin.is_some()).then_some(name)
    }

    pub(super) fn tree(&self) -> Json {
        let mut object = Map::new();
        put(&mut object, "km", self.km.as_ref().map(NameParts::tree));
        put(&mut object, "latin", self.latin.as_ref().map(NameParts::tree));
        object.into()
    }

    /// The name in Khmer script.
    #[must_use]
    pub const fn km(&self) -> Option<&NameParts> {
        self.km.as_ref()
    }

    /// The name in Latin script.
    #[must_use]
    pub const fn latin(&self) -> Option<&NameParts> {
        self.latin.as_ref()
    }

    /// For screens: Khmer if there is, else Latin; family name first.
    #[must_use]
    pub fn display(&self) -> String {
        self.km.as_ref().or(self.latin.as_ref()).map(NameParts::display).unwrap_or_default()
    }
}

impl NameParts {
    fn of_parts(mut parts: Fields) -> Option<Self> {
        let mut part = |name| take_text(&mut parts, name).filter(|text| !text.trim().is_empty());
        let found = Self { family: part("family"), given: part("given") };
        (found.family.is_some() || found.given.is_some()).then_some(found)
    }

    fn tree(&self) -> Json {
        let mut object = Map::new();
        put(&mut object, "family", self.family.as_deref());
        put(&mut object, "given", self.given.as_deref());
        object.into()
    }

    /// The family name.
    #[must_use]
    pub fn family(&self) -> Option<&str> {
        self.family.as_deref()
    }

    /// The given name.
    #[must_use]
    pub fn given(&self) -> Option<&str> {
        self.given.as_deref()
    }

    /// Family and given name, in this order.
    #[must_use]
    pub fn display(&self) -> String {
        [self.family(), self.given()].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}
