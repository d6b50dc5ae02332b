//! identity: who the child is.

use super::{
    field::{Field, Kind, field},
    lists::{ETHNICITY, LANGUAGES, NATIONALITY, SEX},
};

const NUMBER: &[Field] = &[
    field("agency", Kind::Text(40), "Which agency gave the number.", r#""CMO""#).required(),
    field("number", Kind::Text(40), "The number there.", r#""CMO-2026-0144""#).required(),
];

pub const FIELDS: &[Field] = &[
    field(
        "name",
        Kind::Name,
        "The name in Khmer and in Latin script as the child or a paper gives it; derive neither from the other.",
        r#"{"km": {"family": "ទន្លេ", "given": "សុខា"}, "latin": {"family": "Tonle", "given": "Sokha"}}"#,
    )
    .one_of("name"),
    field(
        "name_unknown",
        Kind::Bool,
        "true when nobody knows the name; put what you call the child in other_names.",
        "",
    )
    .one_of("name"),
    field(
        "other_names",
        Kind::List(&Kind::Text(60), 6),
        "Nicknames, a Thai name, spellings heard.",
        r#"["Tonley Sokkha"]"#,
    ),
    field("sex", Kind::Enum(SEX), "Female, male or other; unknown if it is not clear.", r#""male""#).required(),
    field("birth", Kind::Date, "The date of birth, as precisely as it is known: a year alone is fine.", "")
        .one_of("birth"),
    field(
        "age_estimate",
        Kind::Age,
        "An estimated age on a day, when the date of birth is not known.",
        r#"{"years": 13, "as_of": "2026-05-28", "plus_minus": 1}"#,
    )
    .one_of("birth"),
    field(
        "birth_heard",
        Kind::Text(60),
        "The birth as it was told: an animal year, a season.",
        r#""year of the snake, after the rice harvest""#,
    ),
    field("birth_place", Kind::Place, "Where the child was born.", r#"{"country": "kh", "code": "14"}"#),
    field("nationality", Kind::List(&Kind::Enum(NATIONALITY), 2), "One or two nationalities.", r#"["kh"]"#),
    field("ethnicity", Kind::Enum(ETHNICITY), "Only if the child wishes it to be written down.", ""),
    field(
        "languages",
        Kind::List(&Kind::Enum(LANGUAGES), 5),
        "The languages that the child speaks, the preferred one first.",
        r#"["km"]"#,
    )
    .required(),
    field(
        "numbers",
        Kind::List(&Kind::Record(NUMBER), 5),
        "The child's numbers at other agencies.",
        r#"[{"agency": "CMO", "number": "CMO-2026-0144"}]"#,
    ),
];
