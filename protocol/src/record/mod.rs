//! A child's case: the filled-in categories, parsed once and typed from then on.
//!
//! It knows the table of [`crate::category`] and nothing of who may see what: that is [`crate::consent`]'s.

mod access;
mod fault;
mod kept;
mod parse;
mod size;
mod template;
mod value;

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) use tests::any_json;

use std::{collections::BTreeMap, fmt};

use jiff::civil::Date;
use keys::cbor;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::{Map, Value as Json};

use crate::category::Category;

pub use fault::{RecordErrors, RecordFault};
pub use size::MAX_RECORD;
pub use template::case_template;
pub use value::{Age, AgeRange, BadDate, BadPhone, Birth, Fields, NameParts, PartialDate, PersonName, Phone, Value};

pub(crate) use parse::{Parser, VERSION, plain_text};
pub(crate) use value::{Form, fields_tree, normalise_digits, put, serialize_categories, serialize_fields};

/// First entry of a case file: what it is and of which version.
pub const FORMAT: &str = "spean-case/1";

/// The name of [`FORMAT`]'s entry.
const FORMAT_NAME: &str = "format";

/// A child's case: every field inside is parsed, typed and within its limits. Never printed.
///
/// The text form is JSON with the names of the field table (`docs/protocol.md`, categories); the encoded form is
/// deterministic CBOR of at most [`MAX_RECORD`] bytes. It always holds the category `identity`.
#[derive(Clone, PartialEq, Eq)]
pub struct CaseRecord {
    categories: BTreeMap<Category, Fields>,
}

impl CaseRecord {
    /// Parses a case file. Keys that begin with `_` are remarks and ignored.
    ///
    /// # Errors
    /// Every fault with its path and what is allowed there.
    pub fn from_json(json: &Json) -> Result<Self, RecordErrors> {
        Self::parse(json, Form::Json, None)
    }

    /// Parses a case file that a person enters on `today`: dates may not lie after tomorrow, and from six years
    /// on the child's own wishes belong to a care arrangement.
    ///
    /// # Errors
    /// Every fault with its path and what is allowed there.
    pub fn entered(json: &Json, today: Date) -> Result<Self, RecordErrors> {
        let record = Self::parse(json, Form::Json, Some(today))?;
        record.check_wishes(today)?;
        Ok(record)
    }

    /// Decodes what [`CaseRecord::to_bytes`] wrote; another encoding of the same case is refused.
    ///
    /// # Errors
    /// [`cbor::CborError`]: not this format, cut off, or not canonical.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, cbor::CborError> {
        cbor::decode_body(bytes)
    }

    /// Decodes what this program encoded itself and kept where nobody could change it: its form and size, checked when
    /// the case was parsed first, are not checked again.
    ///
    /// # Errors
    /// [`cbor::CborError`]: not a case.
    pub fn from_kept_bytes(bytes: &[u8]) -> Result<Self, cbor::CborError> {
        let kept: kept::Kept = cbor::decode_kept(bytes)?;
        if kept.0.contains_key(&Category::Identity) {
            Ok(Self { categories: kept.0 })
        } else {
            Err(cbor::CborError::Unexpected("a case without an identity".to_owned()))
        }
    }

    /// The case as deterministic CBOR.
    ///
    /// # Errors
    /// None in practice: the size was checked when the case was parsed.
    pub fn to_bytes(&self) -> Result<Vec<u8>, cbor::CborError> {
        cbor::encode_body(self)
    }

    /// The case as JSON, as [`CaseRecord::from_json`] takes it.
    #[must_use]
    pub fn to_json(&self) -> Json {
        self.tree(Form::Json)
    }

    /// The categories that are filled in.
    pub fn categories(&self) -> impl Iterator<Item = Category> {
        self.categories.keys().copied()
    }

    /// The fields of a category.
    #[must_use]
    pub fn category(&self, category: Category) -> Option<&Fields> {
        self.categories.get(&category)
    }

    fn parse(json: &Json, form: Form, today: Option<Date>) -> Result<Self, RecordErrors> {
        let Json::Object(object) = json else {
            return Err(RecordErrors::single("", "must be a JSON object with one entry per category"));
        };
        let members = json.pointer("/family/members").and_then(Json::as_array).map_or(0, Vec::len);
        let tomorrow = today.map(|today| today.tomorrow().unwrap_or(today));
        let mut parser = Parser::new(form, Some(members), tomorrow);
        if object.get(FORMAT_NAME).is_some_and(|format| form == Form::Wire || format != FORMAT) {
            parser.fault_at(FORMAT_NAME, format!("must be {FORMAT}: a newer program may have written this"));
        }
        let categories = parser.categories(object, &[FORMAT_NAME]);
        if !object.contains_key(Category::Identity.code()) {
            parser.fault_at(Category::Identity.code(), "is missing: every case says who the child is");
        }
        let record = Self { categories };
        record.check_verified(&mut parser);
        parser.finish()?;
        size::check(&record)?;
        Ok(record)
    }

    /// Tracing ends as verified only when two of child, family and authority confirmed it.
    fn check_verified(&self, parser: &mut Parser) {
        let Some(tracing) = self.category(Category::Tracing) else { return };
        if tracing.get("status") != Some(&Value::Code("verified")) {
            return;
        }
        let confirmed = match tracing.get("verified") {
            Some(Value::Record(by)) => by.values().filter(|value| **value == Value::Code("yes")).count(),
            _ => 0,
        };
        if confirmed < 2 {
            parser.fault_at(
                "tracing.verified",
                "status verified needs a yes of two of by_child, by_family, by_authority",
            );
        }
    }

    fn check_wishes(&self, today: Date) -> Result<(), RecordErrors> {
        let old_enough = self.age_on(today).is_some_and(|age| age.least >= 6);
        match self.category(Category::CareArrangement) {
            Some(care) if old_enough && !care.contains_key("child_wishes") => Err(RecordErrors::single(
                "care_arrangement.child_wishes",
                "is missing: from six years on, write what the child wants, in the child's own words",
            )),
            _ => Ok(()),
        }
    }

    pub(crate) fn tree(&self, form: Form) -> Json {
        categories_tree(&self.categories, form).into()
    }
}

/// Categories as a JSON object; on the wire each carries its version.
pub(crate) fn categories_tree(categories: &BTreeMap<Category, Fields>, form: Form) -> Map<String, Json> {
    let tree = categories.iter().map(|(category, fields)| {
        let mut object = fields_tree(fields, form);
        if form == Form::Wire {
            object.insert(VERSION.to_owned(), Category::VERSION.into());
        }
        (category.code().to_owned(), object.into())
    });
    tree.collect()
}

impl fmt::Debug for CaseRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CaseRecord(hidden)")
    }
}

impl Serialize for CaseRecord {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_categories(&self.categories, None, serializer)
    }
}

impl<'de> Deserialize<'de> for CaseRecord {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Json::deserialize(deserializer)?;
        Self::parse(&json, Form::Wire, None).map_err(D::Error::custom)
    }
}
