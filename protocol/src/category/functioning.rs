//! functioning: the Washington Group short set from five years on; from two to four the Child Functioning Module.

use super::{
    field::{Field, Kind, LIST, codes, field},
    lists::ABILITY,
};

/// The six questions; any `a_lot` or `cannot` counts as a disability, which is never entered by itself.
pub const QUESTIONS: &[&str] = &["seeing", "hearing", "walking", "remembering", "self_care", "communicating"];

const AID: &[Field] = &[
    field(
        "aid",
        Kind::Enum(codes!["wheelchair", "crutches", "prosthesis", "glasses", "hearing_aid", "board", "other"]),
        "Which aid.",
        r#""glasses""#,
    )
    .required(),
    field("state", Kind::Enum(codes!["has", "needs"]), "Has it, or needs it.", r#""needs""#).required(),
];

const DAILY_HELP: &[Field] = &[
    field(
        "with",
        Kind::List(&Kind::Enum(codes!["eating", "toilet", "washing", "moving", "night"]), LIST),
        "With what; [] when none.",
        "[]",
    ),
    field("note", Kind::Text(300), "How to help.", r#""""#),
];

pub const FIELDS: &[Field] = &[
    field("seeing", Kind::Enum(ABILITY), "Difficulty seeing, even with glasses.", r#""some""#),
    field("hearing", Kind::Enum(ABILITY), "Difficulty hearing, even with an aid.", r#""none""#),
    field("walking", Kind::Enum(ABILITY), "Difficulty walking or climbing steps.", r#""none""#),
    field("remembering", Kind::Enum(ABILITY), "Difficulty remembering or concentrating.", r#""none""#),
    field("self_care", Kind::Enum(ABILITY), "Difficulty washing or dressing.", r#""none""#),
    field("communicating", Kind::Enum(ABILITY), "Difficulty understanding or being understood.", r#""none""#),
    field(
        "aids",
        Kind::List(&Kind::Record(AID), 6),
        "Aids that the child has or needs.",
        r#"[{"aid": "glasses", "state": "needs"}]"#,
    ),
    field(
        "communicates_by",
        Kind::List(
            &Kind::Enum(codes![
                "speech",
                "sign",
                "gestures",
                "pictures",
                "writing",
                "through_sibling",
                "through_adult",
            ]),
            LIST,
        ),
        "How the child makes itself understood.",
        r#"["speech"]"#,
    ),
    field("daily_help", Kind::Record(DAILY_HELP), "Help needed every day.", r#"{"with": [], "note": ""}"#),
];
