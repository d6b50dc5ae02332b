//! The parts of composed values: name, age, place, telephone.

use super::field::{Code, Field, Kind, codes, field};

/// Whose a telephone is.
pub const OWNER: &[Code] = codes!["self", "family", "friend", "worker", "authority", "other"];

const PARTS: &[Field] = &[
    field("family", Kind::Text(60), "Family name.", r#""ទន្លេ""#),
    field("given", Kind::Text(60), "Given name.", r#""សុខា""#),
];

pub const NAME: &[Field] = &[
    field("km", Kind::Record(PARTS), "In Khmer script.", "{}").one_of("script"),
    field("latin", Kind::Record(PARTS), "In Latin script.", "{}").one_of("script"),
];

pub const AGE: &[Field] = &[
    field("years", Kind::Int { min: 0, max: 25 }, "Full years.", "13").one_of("age"),
    field("months", Kind::Int { min: 0, max: 35 }, "Full months, of a small child.", "").one_of("age"),
    field("as_of", Kind::Date, "On which day.", r#""2026-05-28""#).required(),
    field("plus_minus", Kind::Int { min: 0, max: 3 }, "How many years it may be off.", "1"),
];

pub const PLACE: &[Field] = &[
    field("country", Kind::Text(2), "Two letters (ISO 3166): kh, th.", r#""kh""#),
    field("code", Kind::Text(8), "The place code as text.", r#""011002""#),
    field("detail", Kind::Text(120), "House, street, landmark; abroad the place's name.", r#""transit centre""#),
];

pub const PHONE: &[Field] = &[
    field("number", Kind::Text(40), "The number.", r#""+85510000001""#).required(),
    field("owner", Kind::Enum(OWNER), "Whose number it is.", r#""family""#),
    field("safe_to_call", Kind::YesNo, "Whether calling it is safe for the child.", r#""yes""#),
];
