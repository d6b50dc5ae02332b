//! `mental_health`: what was observed, what helps.

use super::field::{Field, Kind, LIST, codes, field};

const SELF_HARM: &[Field] = &[
    field(
        "level",
        Kind::Enum(codes!["not_assessed", "none", "thoughts", "plan", "attempt"]),
        "Self-harm, as assessed.",
        r#""none""#,
    )
    .required(),
    field("date", Kind::Date, "When it was assessed.", r#""2026-05-28""#),
];

pub const FIELDS: &[Field] = &[
    field(
        "observed",
        Kind::List(
            &Kind::Enum(codes![
                "withdrawn",
                "crying",
                "nightmares",
                "bed_wetting",
                "aggression",
                "fear_of_adults",
                "not_eating",
                "not_sleeping",
                "runs_away",
                "other",
            ]),
            LIST,
        ),
        "What was seen; [] when nothing.",
        r#"["nightmares"]"#,
    ),
    field(
        "self_harm",
        Kind::Record(SELF_HARM),
        "Whether the child harms itself.",
        r#"{"level": "none", "date": "2026-05-28"}"#,
    )
    .required(),
    field("diagnosis", Kind::Text(200), "Only by a professional.", "").named(),
    field("treatment", Kind::Text(300), "What is being done.", r#""""#),
    field("triggers", Kind::Text(300), "What frightens the child.", r#""engines at night""#),
    field("calms", Kind::Text(300), "What calms the child.", r#""football, a light in the room""#),
    field(
        "substance_use",
        Kind::List(&Kind::Enum(codes!["none", "glue", "alcohol", "methamphetamine", "tobacco", "other"]), LIST),
        "Substances that the child takes.",
        r#"["none"]"#,
    )
    .named(),
    field(
        "counsellor_wish",
        Kind::Enum(codes!["female", "male", "no_wish"]),
        "Whether a woman or a man should counsel.",
        r#""no_wish""#,
    ),
];
