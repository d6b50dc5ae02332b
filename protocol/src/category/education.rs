//! education: school so far, and what is needed to go on.

use super::{
    field::{Field, Kind, LIST, codes, field},
    lists::{LANGUAGES, LEVEL},
};

const SCHOOL: &[Field] = &[
    field("name", Kind::Text(80), "Its name.", r#""primary school by the river""#).required(),
    field("place", Kind::Place, "Where it is.", r#"{"country": "kh", "code": "14"}"#),
];

const STOPPED: &[Field] = &[
    field("date", Kind::Date, "When.", r#""2025-10""#),
    field(
        "reason",
        Kind::Enum(codes![
            "cost",
            "work",
            "migration",
            "distance",
            "bullying",
            "language",
            "documents",
            "illness",
            "marriage",
            "other",
        ]),
        "Why.",
        r#""migration""#,
    ),
];

const READS: &[Field] = &[
    field("language", Kind::Enum(LANGUAGES), "In which language.", r#""km""#).required(),
    field("level", Kind::Enum(codes!["none", "some", "well"]), "How well.", r#""some""#).required(),
];

pub const FIELDS: &[Field] = &[
    field(
        "attending",
        Kind::Enum(codes!["yes", "no", "dropped_out", "never"]),
        "Whether the child goes to school.",
        r#""dropped_out""#,
    ),
    field("level", Kind::Enum(LEVEL), "The last level.", r#""grade_5""#),
    field(
        "school",
        Kind::Record(SCHOOL),
        "The school.",
        r#"{"name": "primary school by the river", "place": {"country": "kh", "code": "14"}}"#,
    ),
    field(
        "stopped",
        Kind::Record(STOPPED),
        "When and why the child stopped.",
        r#"{"date": "2025-10", "reason": "migration"}"#,
    ),
    field(
        "reads",
        Kind::List(&Kind::Record(READS), 4),
        "Languages that the child reads.",
        r#"[{"language": "km", "level": "some"}]"#,
    ),
    field("wishes", Kind::Text(200), "What the child wants to learn.", r#""to become a mechanic""#),
    field(
        "needs",
        Kind::List(&Kind::Enum(codes!["uniform", "books", "fees", "transport", "catch_up", "special_support"]), LIST),
        "What is needed.",
        r#"["catch_up"]"#,
    ),
];
