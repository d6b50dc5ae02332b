//! economic: what the family lives on, what the child works.

use super::field::{Field, Kind, LIST, codes, field};

const DEBT: &[Field] = &[
    field(
        "amount",
        Kind::Enum(codes!["none", "under_500", "500_2000", "over_2000", "unknown"]),
        "How much, in US dollars.",
        r#""500_2000""#,
    )
    .required(),
    field(
        "lender",
        Kind::Enum(codes!["bank", "microfinance", "broker", "family", "other"]),
        "To whom.",
        r#""microfinance""#,
    ),
];

const CHILD_WORK: &[Field] = &[
    field(
        "kind",
        Kind::Enum(codes![
            "none",
            "family",
            "street",
            "farm",
            "construction",
            "fishing",
            "domestic",
            "entertainment",
            "other",
        ]),
        "Which work.",
        r#""fishing""#,
    )
    .required(),
    field("hours_week", Kind::Int { min: 0, max: 112 }, "Hours in a week.", "60"),
    field("hazardous", Kind::YesNo, "Whether it is dangerous.", r#""yes""#),
];

pub const FIELDS: &[Field] = &[
    field(
        "income_usd_month",
        Kind::Enum(codes!["0_50", "51_100", "101_200", "201_400", "over_400", "unknown"]),
        "The family's income in US dollars a month.",
        r#""51_100""#,
    ),
    field("regular", Kind::YesNo, "Whether it comes regularly.", r#""no""#),
    field(
        "equity_card",
        Kind::Enum(codes!["level_1", "level_2", "at_risk", "none", "unknown"]),
        "The family's equity card (IDPoor).",
        r#""level_2""#,
    ),
    field("debt", Kind::Record(DEBT), "Debts.", r#"{"amount": "500_2000", "lender": "microfinance"}"#),
    field(
        "child_work",
        Kind::Record(CHILD_WORK),
        "The child's own work.",
        r#"{"kind": "fishing", "hours_week": 60, "hazardous": "yes"}"#,
    ),
    field(
        "needs",
        Kind::List(&Kind::Enum(codes!["food", "rent", "transport", "tools", "debt_advice", "other"]), LIST),
        "What the family needs.",
        r#"["debt_advice"]"#,
    ),
    field("note", Kind::Text(300), "Anything else.", r#""""#),
];
