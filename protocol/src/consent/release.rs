//! What goes out after acceptance.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use keys::cbor;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::{Map, Value as Json};

use super::{ConsentStatement, NamedField, named};
use crate::{
    category::Category,
    record::{Fields, Form, Parser, RecordErrors, categories_tree, plain_text, serialize_categories},
};

/// Name of the instructions beside the categories.
const HANDLING: &str = "handling";

/// How many instructions a release may carry.
const MAX_HANDLING: usize = 10;

/// The data of one child for one recipient, as [`super::Scope::apply`] cut it out of the case. Never printed.
///
/// Encoded it is one CBOR map with an entry per category and, if there are any, `handling`
/// (`docs/protocol.md`, release body).
#[derive(Clone, PartialEq, Eq)]
pub struct Release {
    pub(super) categories: BTreeMap<Category, Fields>,
    pub(super) handling: Vec<Handling>,
}

/// Somebody whom the recipient must not tell, and of what.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Handling {
    /// A relationship code, a role in words, or an agency id: at most 80 characters.
    pub keep_uninformed: String,
    /// Number in the released `family.members`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<u8>,
    /// Of which of the released categories.
    pub categories: BTreeSet<Category>,
}

/// The release holds what the consent statement does not grant. Store nothing of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotCovered {
    /// A category.
    #[error("the release holds the category {0}, which the enclosed consent does not grant")]
    Category(Category),
    /// A § field.
    #[error("the release holds {0}, which the enclosed consent does not name")]
    Field(NamedField),
}

impl Release {
    /// Decodes a release, strictly; that it is covered, [`Release::check_covered_by`] checks.
    ///
    /// # Errors
    /// [`cbor::CborError`]: not this format, an unknown name, a value out of its limits, not canonical.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, cbor::CborError> {
        cbor::decode_body(bytes)
    }

    /// The release as deterministic CBOR.
    ///
    /// # Errors
    /// None in practice: the case it was cut out of was small enough.
    pub fn to_bytes(&self) -> Result<Vec<u8>, cbor::CborError> {
        cbor::encode_body(self)
    }

    /// The release as JSON, for the preview and for the recipient's screen.
    #[must_use]
    pub fn to_json(&self) -> Json {
        self.tree(Form::Json)
    }

    /// The categories inside.
    pub fn categories(&self) -> impl Iterator<Item = Category> {
        self.categories.keys().copied()
    }

    /// The § fields inside.
    #[must_use]
    pub fn named_fields(&self) -> BTreeSet<NamedField> {
        self.categories.iter().flat_map(|(category, fields)| named::present(*category, fields)).collect()
    }

    /// Whom the recipient must not tell.
    #[must_use]
    pub fn handling(&self) -> &[Handling] {
        &self.handling
    }

    /// Checks again, at the recipient, that the enclosed consent grants all that came.
    ///
    /// # Errors
    /// [`NotCovered`]: the first category or § field that it does not grant.
    pub fn check_covered_by(&self, statement: &ConsentStatement) -> Result<(), NotCovered> {
        if let Some(category) = self.categories().find(|category| !statement.categories().contains(category)) {
            return Err(NotCovered::Category(category));
        }
        match self.named_fields().into_iter().find(|field| !statement.named_fields().contains(field)) {
            Some(field) => Err(NotCovered::Field(field)),
            None => Ok(()),
        }
    }

    fn tree(&self, form: Form) -> Json {
        let mut tree = categories_tree(&self.categories, form);
        if !self.handling.is_empty() {
            tree.insert(HANDLING.to_owned(), self.handling.iter().map(Handling::tree).collect());
        }
        tree.into()
    }

    fn parse(json: &Json) -> Result<Self, RecordErrors> {
        let Json::Object(object) = json else {
            return Err(RecordErrors::single("", "must be a map with one entry per category"));
        };
        let mut parser = Parser::new(Form::Wire, None, None);
        let categories = parser.categories(object, &[HANDLING]);
        if categories.is_empty() {
            parser.fault("holds no category");
        }
        let handling = match object.get(HANDLING) {
            None => Vec::new(),
            Some(json) => Handling::parse_list(json, &mut parser),
        };
        parser.finish()?;
        Ok(Self { categories, handling })
    }
}

impl Handling {
    fn tree(&self) -> Json {
        let mut object = Map::new();
        object.insert("keep_uninformed".into(), self.keep_uninformed.as_str().into());
        if let Some(person) = self.person {
            object.insert("person".into(), person.into());
        }
        object.insert("categories".into(), self.categories.iter().map(|category| category.code()).collect());
        object.into()
    }

    fn parse_list(json: &Json, parser: &mut Parser) -> Vec<Self> {
        let entries = Vec::<Self>::deserialize(json).unwrap_or_default();
        let plain = |entry: &Self| plain_text(&entry.keep_uninformed, 80).is_ok_and(|t| t == entry.keep_uninformed);
        if entries.is_empty() || entries.len() > MAX_HANDLING || !entries.iter().all(plain) {
            parser
                .fault_at(HANDLING, format!("must be 1 to {MAX_HANDLING} of {{keep_uninformed, person, categories}}"));
        }
        entries
    }
}

impl fmt::Debug for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Release(hidden)")
    }
}

impl Serialize for Release {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let handling = (!self.handling.is_empty()).then(|| self.handling.iter().map(Handling::tree).collect());
        serialize_categories(&self.categories, handling.as_ref().map(|entries| (HANDLING, entries)), serializer)
    }
}

impl<'de> Deserialize<'de> for Release {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Json::deserialize(deserializer)?;
        Self::parse(&json).map_err(D::Error::custom)
    }
}
