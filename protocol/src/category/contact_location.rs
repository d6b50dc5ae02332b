//! `contact_location`: where the child sleeps tonight, and how to reach them safely.

use super::field::{Field, Kind, codes, field};

const SAFE_CONTACT: &[Field] = &[
    field("person", Kind::Person, "Who may be called, if a family member.", "").one_of("who"),
    field("who", Kind::Text(60), "Who may be called, if nobody of the family.", r#""worker of the transit centre""#)
        .one_of("who"),
    field("phone", Kind::Phone, "Under which number.", r#"{"number": "+85510000009", "owner": "worker"}"#),
    field("when", Kind::Text(60), "At which times it is safe.", r#""weekdays until 5 p.m.""#),
    field("say_only", Kind::Text(100), "What the caller may say.", r#""say that the school calls""#),
];

const AUTHORITY: &[Field] = &[
    field(
        "kind",
        Kind::Enum(codes!["village_chief", "commune_chief", "ccwc", "social_office"]),
        "Which authority.",
        r#""commune_chief""#,
    )
    .required(),
    field("name", Kind::Text(60), "Their name.", r#""commune office""#),
    field("phone", Kind::Phone, "Their number.", r#"{"number": "+85510000008", "owner": "authority"}"#),
];

const MOVE: &[Field] = &[
    field("place", Kind::Place, "Where to.", r#"{"country": "kh", "code": "14"}"#).required(),
    field("date", Kind::DueDate, "When.", r#""2026-07""#),
];

pub const FIELDS: &[Field] = &[
    field(
        "current_place",
        Kind::Place,
        "Where the child sleeps tonight.",
        r#"{"country": "kh", "code": "011002", "detail": "transit centre"}"#,
    )
    .required(),
    field(
        "place_kind",
        Kind::Enum(codes![
            "family_home",
            "relative",
            "shelter",
            "transit_centre",
            "hospital",
            "detention",
            "street",
            "workplace",
            "other",
        ]),
        "What kind of place that is.",
        r#""transit_centre""#,
    ),
    field("since", Kind::Date, "Since when the child is there.", r#""2026-05-27""#),
    field("home_place", Kind::Place, "Where home is.", r#"{"country": "kh", "code": "14"}"#),
    field("directions", Kind::Text(200), "How to find it.", r#""behind the market, blue gate""#),
    field(
        "phones",
        Kind::List(&Kind::Phone, 4),
        "Numbers; say for each whether it is safe to call.",
        r#"[{"number": "+85510000004", "owner": "family", "safe_to_call": "unknown"}]"#,
    ),
    field(
        "safe_contact",
        Kind::Record(SAFE_CONTACT),
        "The one person through whom contact is safe, and what may be said.",
        r#"{"who": "worker of the transit centre", "phone": {"number": "+85510000009", "owner": "worker", "safe_to_call": "yes"}, "when": "weekdays until 5 p.m.", "say_only": "say that the school calls"}"#,
    ),
    field(
        "authorities",
        Kind::List(&Kind::Record(AUTHORITY), 4),
        "Local authorities who know the family.",
        r#"[{"kind": "commune_chief", "name": "commune office", "phone": {"number": "+85510000008", "owner": "authority", "safe_to_call": "yes"}}]"#,
    ),
    field(
        "planned_move",
        Kind::Record(MOVE),
        "Where the child will go next, and when.",
        r#"{"place": {"country": "kh", "code": "14"}, "date": "2026-07"}"#,
    ),
];
