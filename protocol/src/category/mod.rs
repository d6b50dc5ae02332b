//! The thirteen categories of a case and the table of their fields.
//!
//! A consent grants categories, a need-to-know table proposes them, a release carries them. This module
//! declares what a category holds; reading and writing values is [`crate::record`]'s.

use crate::code::code_list;

mod care_arrangement;
mod contact_location;
mod documents_media;
mod economic;
mod education;
mod family;
pub mod field;
mod functioning;
mod health;
mod identity;
mod legal;
mod lists;
mod mental_health;
mod protection;
pub(crate) mod shapes;
mod tracing;

use field::{Field, Kind, codes, field};

pub use field::{Code, Named, Need};
pub(crate) use functioning::QUESTIONS;
pub(crate) use lists::RELATIONSHIP;
pub use shapes::OWNER as PHONE_OWNER;

code_list! {
    /// A group of a case's fields that is shared, or not, as a whole (but for § fields).
    Category, "category" {
        Identity = "identity", "identity", "អត្តសញ្ញាណ";
        ContactLocation = "contact_location", "contact and location", "ទំនាក់ទំនង និងទីតាំង";
        Family = "family", "family", "គ្រួសារ";
        Tracing = "tracing", "tracing", "ការស្វែងរក";
        Protection = "protection", "protection", "ការការពារកុមារ";
        Legal = "legal", "legal", "កិច្ចគាំពារផ្លូវច្បាប់";
        Health = "health", "health", "សុខភាព";
        MentalHealth = "mental_health", "mental health", "សុខភាពផ្លូវចិត្ត";
        Functioning = "functioning", "functioning and needs", "ពិការភាព និងតម្រូវការ";
        Education = "education", "education", "ការសិក្សា";
        CareArrangement = "care_arrangement", "care arrangement", "ការរៀបចំថែទាំ";
        Economic = "economic", "family economy", "សេដ្ឋកិច្ចគ្រួសារ";
        DocumentsMedia = "documents_media", "documents and photos", "ឯកសារ និងរូបថត";
    }
}

impl Category {
    /// The version of every category's table today; an unknown name in a known version is refused.
    pub const VERSION: u64 = 1;

    /// How much harm a leak does, from 1 to 3 (worst).
    #[must_use]
    pub const fn sensitivity(self) -> u8 {
        match self {
            Self::Education => 1,
            Self::Identity | Self::Family | Self::Functioning | Self::CareArrangement | Self::Economic => 2,
            Self::ContactLocation
            | Self::Tracing
            | Self::Protection
            | Self::Legal
            | Self::Health
            | Self::MentalHealth
            | Self::DocumentsMedia => 3,
        }
    }

    /// The category's own fields, without [`COMMON`].
    #[must_use]
    pub const fn fields(self) -> &'static [Field] {
        match self {
            Self::Identity => identity::FIELDS,
            Self::ContactLocation => contact_location::FIELDS,
            Self::Family => family::FIELDS,
            Self::Tracing => tracing::FIELDS,
            Self::Protection => protection::FIELDS,
            Self::Legal => legal::FIELDS,
            Self::Health => health::FIELDS,
            Self::MentalHealth => mental_health::FIELDS,
            Self::Functioning => functioning::FIELDS,
            Self::Education => education::FIELDS,
            Self::CareArrangement => care_arrangement::FIELDS,
            Self::Economic => economic::FIELDS,
            Self::DocumentsMedia => documents_media::FIELDS,
        }
    }
}

/// How many extra fields of its own an agency may add to a category.
pub const MAX_EXTRA: usize = 20;

const EXTRA: &[Field] = &[
    field("key", Kind::Text(40), "A short name of the agency's own.", r#""bed""#).required(),
    field("label", Kind::Text(60), "What it is called.", r#""Bed""#).required(),
    field("text", Kind::Text(300), "The content.", r#""room 2""#).required(),
];

/// The fields that every category has beside its own.
pub const COMMON: &[Field] = &[
    field("recorded_on", Kind::Date, "When this was written down.", r#""2026-05-28""#),
    field("source", Kind::Enum(lists::SOURCE), "Who said so, or where it stands.", r#""child""#),
    field("extra", Kind::List(&Kind::Record(EXTRA), MAX_EXTRA), "Fields of your agency's own.", "[]"),
];

/// The list of codes that is not a field's: yes, no, unknown.
pub const YES_NO: &[Code] = codes!["yes", "no", "unknown"];
