//! Places: Cambodian ones by their NCDD code, others by country.
//!
//! Codes are text (`01` is Banteay Meanchey, 1 is nothing). Spellings vary, so places are matched by code.

mod table;

use serde_json::{Map, Value as Json};

use crate::record::put;

pub use table::{Gazetteer, PROVINCES, all, find};

/// A place: a country, and in Cambodia a code of province, district, commune or village.
#[derive(Clone, PartialEq, Eq)]
pub struct Place {
    country: String,
    code: Option<String>,
    detail: Option<String>,
}

/// Why something is not a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPlace {
    /// Not two letters.
    #[error("the country is two letters (ISO 3166), such as kh or th")]
    Country,
    /// Not 2, 4, 6 or 8 digits that begin with a province.
    #[error("the place code is text of 2, 4, 6 or 8 digits and begins with a province from 01 to 25")]
    Code,
    /// A code with another country.
    #[error("place codes are for Cambodia (kh); describe other places in `detail`")]
    CodeAbroad,
}

impl Place {
    /// The place with these parts; without a country it is in Cambodia.
    ///
    /// # Errors
    /// [`BadPlace`]: country or code is not one.
    pub fn new(country: Option<&str>, code: Option<String>, detail: Option<String>) -> Result<Self, BadPlace> {
        let country = country.unwrap_or("kh").to_ascii_lowercase();
        if country.len() != 2 || !country.bytes().all(|b| b.is_ascii_lowercase()) {
            return Err(BadPlace::Country);
        }
        if let Some(code) = &code {
            let digits = matches!(code.len(), 2 | 4 | 6 | 8) && code.bytes().all(|b| b.is_ascii_digit());
            if !digits || !PROVINCES.iter().any(|province| code.starts_with(province.code)) {
                return Err(BadPlace::Code);
            }
            if country != "kh" {
                return Err(BadPlace::CodeAbroad);
            }
        }
        Ok(Self { country, code, detail })
    }

    pub(crate) fn tree(&self) -> Json {
        let mut object = Map::new();
        put(&mut object, "country", Some(self.country.as_str()));
        put(&mut object, "code", self.code.as_deref());
        put(&mut object, "detail", self.detail.as_deref());
        object.into()
    }

    /// Two lower-case letters.
    #[must_use]
    pub fn country(&self) -> &str {
        &self.country
    }

    /// The place code, if it is known.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// House, street, landmark, or a place abroad.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }

    /// The two digits of the province.
    #[must_use]
    pub fn province(&self) -> Option<&str> {
        self.code.as_deref().and_then(|code| code.get(..2))
    }
}
