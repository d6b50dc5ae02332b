//! legal: papers, status, orders, complaints.

use super::{
    field::{Field, Kind, codes, field},
    lists::DOCUMENT,
};

const PAPER: &[Field] = &[
    field("kind", Kind::Enum(DOCUMENT), "Which paper.", r#""th_deport_paper""#).required(),
    field("number", Kind::Text(40), "Its number: letters, digits, ( ) / and -.", r#""144/2569""#),
    field("issued", Kind::Date, "When it was issued.", r#""2026-05-26""#),
    field(
        "held",
        Kind::Enum(codes!["original", "copy", "lost", "withheld"]),
        "Original, copy, lost, or withheld by somebody.",
        r#""copy""#,
    ),
];

const DEPORTATION: &[Field] = &[
    field("date", Kind::Date, "When.", r#""2026-05-27""#),
    field("from", Kind::Place, "From where.", r#"{"country": "th", "detail": "Sa Kaeo"}"#),
    field("authority", Kind::Text(80), "By which authority.", r#""immigration office""#),
    field("reference", Kind::Text(40), "Reference of the paper.", r#""144/2569""#),
];

const DETENTION: &[Field] = &[
    field("place", Kind::Place, "Where.", r#"{"country": "th", "detail": "Sa Kaeo"}"#).required(),
    field("from", Kind::Date, "From when.", r#""2026-05-20""#),
    field("to", Kind::Date, "To when.", r#""2026-05-27""#),
];

const GUARDIAN: &[Field] = &[
    field("person", Kind::Person, "If a family member: which.", "0").one_of("who"),
    field("who", Kind::Text(60), "Or in words.", "").one_of("who"),
    field("kind", Kind::Enum(codes!["parent", "court", "state", "de_facto"]), "By what right.", r#""parent""#),
    field("reference", Kind::Text(40), "Reference of the decision.", ""),
];

const ORDER: &[Field] = &[
    field("kind", Kind::Enum(codes!["placement", "guardianship", "protection", "other"]), "Which.", r#""placement""#)
        .required(),
    field("date", Kind::Date, "When.", r#""2026-05-29""#),
    field("reference", Kind::Text(40), "Its reference.", r#""12/26""#),
];

const LAWYER: &[Field] = &[
    field("name", Kind::Text(60), "Name or office.", r#""legal aid office""#).required(),
    field("phone", Kind::Phone, "Number.", r#"{"number": "+85510000007"}"#),
];

const REPORT: &[Field] = &[
    field("to", Kind::Text(80), "To whom.", r#""child police unit""#).required(),
    field("date", Kind::Date, "When.", r#""2026-05-29""#),
];

pub const FIELDS: &[Field] = &[
    field(
        "documents",
        Kind::List(&Kind::Record(PAPER), 8),
        "The child's papers; [] when asked and none.",
        r#"[{"kind": "th_deport_paper", "number": "144/2569", "issued": "2026-05-26", "held": "copy"}]"#,
    ),
    field("birth_registered", Kind::YesNo, "Whether the birth is registered.", r#""unknown""#),
    field(
        "status",
        Kind::Enum(codes![
            "citizen",
            "undocumented",
            "stateless_risk",
            "foreign_documented",
            "asylum_seeker",
            "unknown",
        ]),
        "The child's status.",
        r#""undocumented""#,
    ),
    field(
        "deportation",
        Kind::Record(DEPORTATION),
        "How the child was sent back.",
        r#"{"date": "2026-05-27", "from": {"country": "th", "detail": "Sa Kaeo"}, "authority": "immigration office", "reference": "144/2569"}"#,
    ),
    field(
        "detention",
        Kind::List(&Kind::Record(DETENTION), 5),
        "Where the child was detained.",
        r#"[{"place": {"country": "th", "detail": "Sa Kaeo"}, "from": "2026-05-20", "to": "2026-05-27"}]"#,
    ),
    field("guardian", Kind::Record(GUARDIAN), "The legal guardian.", r#"{"person": 0, "kind": "parent"}"#),
    field(
        "orders",
        Kind::List(&Kind::Record(ORDER), 5),
        "Decisions about the child.",
        r#"[{"kind": "placement", "date": "2026-05-29", "reference": "12/26"}]"#,
    ),
    field("complaint", Kind::Enum(codes!["none", "considering", "filed", "closed"]), "A complaint.", r#""none""#),
    field("conflict_with_law", Kind::YesNo, "Whether the child is accused of an offence.", r#""no""#),
    field(
        "lawyer",
        Kind::Record(LAWYER),
        "Who helps with the law.",
        r#"{"name": "legal aid office", "phone": {"number": "+85510000007", "owner": "worker", "safe_to_call": "yes"}}"#,
    ),
    field("offender", Kind::Text(200), "The offender, as the child describes them.", "").named(),
    field(
        "report_made",
        Kind::Record(REPORT),
        "A report to an authority.",
        r#"{"to": "child police unit", "date": "2026-05-29"}"#,
    ),
];
