//! protection: what threatens the child.

use super::{
    field::{Field, Kind, LIST, codes, field},
    lists::{CONCERN, RELATIONSHIP},
};

const CONCERN_ITEM: &[Field] = &[
    field("code", Kind::Enum(CONCERN), "Which concern.", r#""child_labour""#).required(),
    field(
        "degree",
        Kind::Enum(codes!["at_risk", "suspected", "experienced"]),
        "At risk, suspected or experienced.",
        r#""experienced""#,
    )
    .required(),
    field("since", Kind::Date, "Since when.", r#""2025-11""#),
    field("note", Kind::Text(300), "More about it.", r#""worked at night on a fishing boat""#),
];

const ENTRY: &[Field] = &[
    field(
        "kind",
        Kind::Enum(codes![
            "deported",
            "voluntary_return",
            "rescued",
            "found_in_street",
            "brought_by_family",
            "referred",
            "self",
        ]),
        "How the child came to you.",
        r#""deported""#,
    )
    .required(),
    field("date", Kind::Date, "When.", r#""2026-05-27""#),
];

const SCREENING: &[Field] = &[
    field(
        "result",
        Kind::Enum(codes!["not_done", "negative", "presumed", "identified"]),
        "Result of the victim screening.",
        r#""presumed""#,
    )
    .required(),
    field("date", Kind::Date, "When.", r#""2026-05-28""#),
];

const THREAT: &[Field] = &[
    field("relationship", Kind::Enum(RELATIONSHIP), "Who, by relationship; no names.", r#""broker""#).one_of("who"),
    field("who", Kind::Text(60), "Or in words; no names.", "").one_of("who"),
    field("near_child", Kind::YesNo, "Whether that person is near.", r#""no""#),
    field("knows_shelter", Kind::YesNo, "Whether that person knows where the child sleeps.", r#""unknown""#),
];

pub const FIELDS: &[Field] = &[
    field(
        "concerns",
        Kind::List(&Kind::Record(CONCERN_ITEM), LIST),
        "What is or may be happening; [] when asked and none.",
        r#"[{"code": "child_labour", "degree": "experienced", "since": "2025-11", "note": "worked at night on a fishing boat"}, {"code": "unaccompanied", "degree": "experienced"}]"#,
    )
    .required(),
    field(
        "risk_level",
        Kind::Enum(codes!["high" = "ខ្ពស់", "medium" = "មធ្យម", "low" = "ទាប", "none"]),
        "How high the risk is.",
        r#""medium""#,
    )
    .required(),
    field(
        "safe_now",
        Kind::Enum(codes!["safe", "tonight_only", "unsafe"]),
        "Whether the child is safe now.",
        r#""safe""#,
    )
    .required(),
    field(
        "entry",
        Kind::Record(ENTRY),
        "How and when the child came.",
        r#"{"kind": "deported", "date": "2026-05-27"}"#,
    ),
    field(
        "trafficking_type",
        Kind::Enum(codes!["labour" = "ការជួញដូរពលកម្ម", "sexual" = "ការជួញដូរផ្លូវភេទ", "begging", "marriage", "other"]),
        "If the child was trafficked: for what.",
        r#""labour""#,
    ),
    field(
        "victim_screening",
        Kind::Record(SCREENING),
        "The screening for trafficking.",
        r#"{"result": "presumed", "date": "2026-05-28"}"#,
    ),
    field(
        "threats",
        Kind::List(&Kind::Record(THREAT), 5),
        "Who threatens the child; no names.",
        r#"[{"relationship": "broker", "near_child": "no", "knows_shelter": "unknown"}]"#,
    ),
    field(
        "safety_plan",
        Kind::Text(800),
        "What was agreed for the child's safety.",
        r#""Leaves the centre only with a worker.""#,
    ),
    field("history", Kind::Text(1_500), "What happened to the child.", r#""Told in his own words on the first day.""#)
        .named(),
];
