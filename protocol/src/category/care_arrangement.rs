//! `care_arrangement`: who takes care of the child, what the child wants, what was agreed.

use super::{
    field::{Field, Kind, LIST, codes, field},
    lists::{CARE_KIND, RELATIONSHIP},
};

const CAREGIVER: &[Field] = &[
    field("person", Kind::Person, "If a family member: which.", "").one_of("who"),
    field("name", Kind::Name, "Or the name.", r#"{"latin": {"given": "Duty worker"}}"#).one_of("who"),
    field("phone", Kind::Phone, "The number.", r#"{"number": "+85510000009"}"#),
    field("relationship", Kind::Enum(RELATIONSHIP), "Who this is to the child.", r#""unrelated""#),
];

const HISTORY: &[Field] = &[
    field("kind", Kind::Enum(CARE_KIND), "Which care.", r#""parents""#).required(),
    field("from", Kind::Date, "From when.", r#""2013""#),
    field("to", Kind::Date, "To when.", r#""2025-11""#),
    field("reason", Kind::Text(120), "Why it ended.", r#""left for work""#),
];

const FAMILY_CHECK: &[Field] = &[
    field(
        "result",
        Kind::Enum(codes!["not_done", "suitable", "with_support", "not_suitable"]),
        "Whether the family can take the child.",
        r#""not_done""#,
    )
    .required(),
    field("date", Kind::Date, "When it was checked.", ""),
];

const GOAL: &[Field] = &[
    field("goal", Kind::Text(120), "What is to be reached.", r#""family found and checked""#).required(),
    field("due", Kind::DueDate, "By when.", r#""2026-08-31""#),
    field("state", Kind::Enum(codes!["open", "met", "dropped"]), "How it stands.", r#""open""#).required(),
];

const FOLLOW_UP: &[Field] = &[
    field("due", Kind::DueDate, "When it is due.", r#""2026-06-11""#).required(),
    field("done", Kind::Date, "When it was done.", ""),
    field("way", Kind::Enum(codes!["visit", "phone", "office"]), "How.", r#""office""#),
    field("note", Kind::Text(400), "What came of it.", ""),
];

pub const FIELDS: &[Field] = &[
    field("kind", Kind::Enum(CARE_KIND), "Who takes care now.", r#""transit_centre""#).required(),
    field("since", Kind::Date, "Since when.", r#""2026-05-27""#),
    field("agency", Kind::Text(80), "Which agency.", r#""CMO""#),
    field(
        "caregiver",
        Kind::Record(CAREGIVER),
        "The person who takes care.",
        r#"{"name": {"latin": {"given": "Duty worker"}}, "phone": {"number": "+85510000009", "owner": "worker", "safe_to_call": "yes"}, "relationship": "unrelated"}"#,
    ),
    field(
        "history",
        Kind::List(&Kind::Record(HISTORY), 15),
        "Care before.",
        r#"[{"kind": "parents", "from": "2013", "to": "2025-11", "reason": "left for work"}]"#,
    ),
    field(
        "child_wishes",
        Kind::Text(600),
        "What the child wants, in the child's own words; required from six years on.",
        r#""I want to see my mother, but not go back to the boat.""#,
    ),
    field("daily_needs", Kind::Text(300), "Food, faith, sleep, fears.", r#""sleeps with a light on""#),
    field(
        "limits",
        Kind::List(
            &Kind::Enum(codes!["siblings_together", "female_staff", "no_visits_without_worker", "far_from_border",]),
            LIST,
        ),
        "What any placement must respect.",
        r#"["no_visits_without_worker"]"#,
    ),
    field("family_check", Kind::Record(FAMILY_CHECK), "The check of the family.", r#"{"result": "not_done"}"#),
    field(
        "goals",
        Kind::List(&Kind::Record(GOAL), LIST),
        "The plan.",
        r#"[{"goal": "family found and checked", "due": "2026-08-31", "state": "open"}]"#,
    ),
    field(
        "follow_ups",
        Kind::List(&Kind::Record(FOLLOW_UP), 40),
        "Visits and calls, due and done.",
        r#"[{"due": "2026-06-11", "way": "office"}]"#,
    ),
];
