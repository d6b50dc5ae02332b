//! health: what a health worker must know.

use super::field::{Field, Kind, LIST, codes, field};

const CONDITION: &[Field] = &[
    field("name", Kind::Text(80), "The illness, as known.", r#""asthma""#).required(),
    field("since", Kind::Date, "Since when.", r#""2024""#),
    field("treated", Kind::YesNo, "Whether it is treated.", r#""no""#),
];

const ALLERGY: &[Field] = &[
    field("substance", Kind::Text(60), "To what.", r#""penicillin""#).required(),
    field("reaction", Kind::Text(80), "What happens.", r#""rash""#),
];

const MEDICINE: &[Field] = &[
    field("name", Kind::Text(60), "Which medicine.", r#""salbutamol""#).required(),
    field("dose", Kind::Text(60), "How much and when.", r#""two puffs when needed""#),
    field("until", Kind::DueDate, "Until when.", r#""2026-07""#),
];

const VACCINE: &[Field] = &[
    field(
        "vaccine",
        Kind::Enum(codes!["bcg", "hepb", "opv", "ipv", "penta", "pcv", "mr", "je", "hpv", "tt", "other"]),
        "Which vaccine.",
        r#""tt""#,
    )
    .required(),
    field("date", Kind::Date, "When it was given.", r#""2026-05-29""#),
];

const MEASURE: &[Field] = &[
    field("date", Kind::Date, "When it was measured.", r#""2026-05-28""#).required(),
    field("weight_kg", Kind::Tenths { min: 4, max: 1_500 }, "Weight in kilograms.", "36.5"),
    field("height_cm", Kind::Tenths { min: 250, max: 2_200 }, "Height in centimetres.", "148"),
    field("muac_mm", Kind::Int { min: 60, max: 350 }, "Upper arm circumference in millimetres.", ""),
];

const PREGNANCY: &[Field] = &[
    field("status", Kind::YesNo, "Whether pregnant.", r#""no""#).required(),
    field("due", Kind::DueDate, "When the birth is expected.", ""),
];

const VISIT: &[Field] = &[
    field("date", Kind::Date, "When.", r#""2026-05-29""#).required(),
    field("facility", Kind::Text(80), "Where.", r#""health centre""#),
    field("reason", Kind::Text(120), "Why.", r#""fever and cough""#),
    field("result", Kind::Text(300), "What came of it.", r#""chest is clear; come back if the fever returns""#),
];

pub const FIELDS: &[Field] = &[
    field(
        "urgent",
        Kind::List(
            &Kind::Enum(codes![
                "injury",
                "bleeding",
                "fever",
                "breathing",
                "fits",
                "dehydration",
                "labour",
                "poisoning",
                "other",
            ]),
            LIST,
        ),
        "What can't wait; [] when asked and none.",
        r#"["fever"]"#,
    ),
    field(
        "exposure_at",
        Kind::Hour,
        "Day and hour of possible sexual violence: 72 and 120 hours of emergency care count from it.",
        "",
    )
    .named(),
    field(
        "conditions",
        Kind::List(&Kind::Record(CONDITION), 15),
        "Illnesses that last.",
        r#"[{"name": "asthma", "since": "2024", "treated": "no"}]"#,
    ),
    field("allergies", Kind::List(&Kind::Record(ALLERGY), LIST), "Allergies; [] when asked and none.", "[]"),
    field(
        "medicines",
        Kind::List(&Kind::Record(MEDICINE), 15),
        "Medicines that the child takes.",
        r#"[{"name": "salbutamol", "dose": "two puffs when needed", "until": "2026-07"}]"#,
    ),
    field(
        "vaccines",
        Kind::List(&Kind::Record(VACCINE), 30),
        "Vaccines given.",
        r#"[{"vaccine": "tt", "date": "2026-05-29"}]"#,
    ),
    field("card_seen", Kind::YesNo, "Whether the vaccination card was seen.", r#""no""#),
    field(
        "measures",
        Kind::List(&Kind::Record(MEASURE), 30),
        "Weight, height, upper arm.",
        r#"[{"date": "2026-05-28", "weight_kg": 36.5, "height_cm": 148}]"#,
    ),
    field("pregnant", Kind::Record(PREGNANCY), "Pregnancy.", "").named(),
    field(
        "hiv",
        Kind::Enum(codes!["negative", "positive", "exposed", "not_tested"]),
        "HIV, only from a test or a paper.",
        "",
    )
    .named(),
    field(
        "visits",
        Kind::List(&Kind::Record(VISIT), 30),
        "Visits to health facilities.",
        r#"[{"date": "2026-05-29", "facility": "health centre", "reason": "fever and cough", "result": "chest is clear; come back if the fever returns"}]"#,
    ),
];
