//! tracing: how the child was separated, and the search for the family.

use super::{
    field::{Field, Kind, LIST, codes, field},
    lists::{SEPARATION_REASON, WISH},
};

const LEG: &[Field] = &[
    field("place", Kind::Place, "Where.", r#"{"country": "th", "detail": "Rayong, fishing port"}"#).required(),
    field("from", Kind::Date, "From when.", r#""2025-11""#),
    field("to", Kind::Date, "To when.", r#""2026-05""#),
    field("with", Kind::Text(60), "With whom.", r#""a neighbour""#),
    field("how", Kind::Text(60), "How the child got there.", r#""by pick-up at night""#),
];

const ACTION: &[Field] = &[
    field("date", Kind::Date, "When.", r#""2026-05-30""#).required(),
    field(
        "kind",
        Kind::Enum(codes!["visit", "phone", "photo", "announcement", "partner"]),
        "What was done.",
        r#""partner""#,
    )
    .required(),
    field("place", Kind::Place, "Where.", r#"{"country": "kh", "code": "14"}"#),
    field("result", Kind::Enum(codes!["pending", "success", "failed"]), "What came of it.", r#""pending""#),
    field("note", Kind::Text(300), "More about it.", r#""social office of the province asked""#),
];

const VERIFIED: &[Field] = &[
    field("by_child", Kind::YesNo, "The child recognised the family.", r#""unknown""#),
    field("by_family", Kind::YesNo, "The family recognised the child.", r#""unknown""#),
    field("by_authority", Kind::YesNo, "An authority confirmed it.", r#""unknown""#),
    field("date", Kind::Date, "When.", ""),
];

pub const FIELDS: &[Field] = &[
    field(
        "separation",
        Kind::Enum(codes!["unaccompanied", "separated", "with_parent", "unknown"]),
        "Alone, with relatives only (separated), or with a parent.",
        r#""unaccompanied""#,
    )
    .required(),
    field("separated_on", Kind::Date, "When the child was separated.", r#""2025-11""#),
    field("separated_at", Kind::Place, "Where.", r#"{"country": "kh", "code": "14"}"#),
    field("reason", Kind::List(&Kind::Enum(SEPARATION_REASON), 3), "Why, up to three.", r#"["sent_to_work"]"#),
    field(
        "story",
        Kind::Text(1_000),
        "What happened, as the child tells it.",
        r#""He went with a neighbour to work on a boat and was sent back alone.""#,
    ),
    field(
        "journey",
        Kind::List(&Kind::Record(LEG), LIST),
        "The places on the way, first to last.",
        r#"[{"place": {"country": "th", "detail": "Rayong, fishing port"}, "from": "2025-11", "to": "2026-05", "with": "a neighbour", "how": "by pick-up at night"}]"#,
    ),
    field(
        "memories",
        Kind::Text(600),
        "Names at home, the market, the pagoda, the school.",
        r#""A pagoda on a hill, a brick kiln, a river with a ferry.""#,
    ),
    field("marks", Kind::Text(200), "Visible marks only.", r#""scar on the left hand""#),
    field("wants_tracing", Kind::Enum(WISH), "Whether the child wants the family searched for.", r#""yes""#).required(),
    field("wants_return", Kind::Enum(WISH), "Whether the child wants to go back.", r#""undecided""#).required(),
    field(
        "status",
        Kind::Enum(codes!["open", "in_progress", "found", "verified", "reunified", "stopped"]),
        "How far the search is.",
        r#""in_progress""#,
    )
    .required(),
    field(
        "actions",
        Kind::List(&Kind::Record(ACTION), 50),
        "What was done to find the family.",
        r#"[{"date": "2026-05-30", "kind": "partner", "place": {"country": "kh", "code": "14"}, "result": "pending", "note": "social office of the province asked"}]"#,
    ),
    field(
        "verified",
        Kind::Record(VERIFIED),
        "Who confirmed it: two of three are needed before the status is verified.",
        r#"{"by_child": "unknown", "by_family": "unknown", "by_authority": "unknown"}"#,
    ),
];
