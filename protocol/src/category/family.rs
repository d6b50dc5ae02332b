//! family: who belongs to the child, and who may be contacted.

use super::{
    field::{Field, Kind, codes, field},
    lists::{RELATIONSHIP, SEX},
};

const MEMBER: &[Field] = &[
    field("name", Kind::Name, "The person's name.", r#"{"latin": {"given": "Mealea"}}"#).required(),
    field("relationship", Kind::Enum(RELATIONSHIP), "Who the person is to the child.", r#""mother""#).required(),
    field("sex", Kind::Enum(SEX), "The person's sex.", r#""female""#),
    field("birth", Kind::Date, "The person's birth, as precisely as known.", r#""1988""#),
    field("age", Kind::Age, "Or the estimated age; of adults leave it out.", ""),
    field("alive", Kind::YesNo, "Whether the person is alive.", r#""yes""#),
    field("place", Kind::Place, "Where the person lives.", r#"{"country": "kh", "code": "14"}"#),
    field("phones", Kind::List(&Kind::Phone, 4), "The person's numbers.", "[]"),
    field("is_caregiver", Kind::YesNo, "Whether the person takes care of the child.", r#""yes""#),
    field("lives_with_child", Kind::YesNo, "Whether they live together.", r#""no""#),
    field("occupation", Kind::Text(60), "What the person does for a living.", r#""rice farmer""#),
    field(
        "may_contact",
        Kind::Enum(codes!["yes", "no", "ask_child_first"]),
        "Whether we may speak with this person.",
        r#""yes""#,
    )
    .required(),
    field("note", Kind::Text(200), "Anything else.", r#""waits for news""#),
];

const SIBLINGS: &[Field] = &[
    field("group", Kind::Text(20), "The same word in the case of each sibling.", r#""A""#).required(),
    field("keep_together", Kind::YesNo, "Whether they must stay together.", r#""yes""#).required(),
];

pub const FIELDS: &[Field] = &[
    field(
        "members",
        Kind::List(&Kind::Record(MEMBER), 20),
        "The people who matter; other fields refer to them by their number, counted from 0.",
        r#"[{"name": {"km": {"family": "មេឃ", "given": "មាលា"}, "latin": {"family": "Mekh", "given": "Mealea"}}, "relationship": "mother", "sex": "female", "birth": "1988", "alive": "yes", "place": {"country": "kh", "code": "14"}, "phones": [], "is_caregiver": "yes", "lives_with_child": "no", "occupation": "rice farmer", "may_contact": "yes", "note": "waits for news"}]"#,
    ),
    field(
        "parents",
        Kind::Enum(codes!["both_alive", "mother_dead", "father_dead", "both_dead", "unknown"]),
        "Whether the parents live.",
        r#""both_alive""#,
    ),
    field(
        "family_type",
        Kind::Enum(codes![
            "both_parents",
            "mother_only",
            "father_only",
            "kin",
            "foster",
            "adopted",
            "child_headed",
            "none",
            "other",
        ]),
        "How the child lived before.",
        r#""mother_only""#,
    ),
    field("siblings", Kind::Record(SIBLINGS), "Brothers and sisters who are here too.", ""),
    field(
        "caregiver_ability",
        Kind::Enum(codes!["able", "with_support", "not_able", "unknown"]),
        "Whether the caregiver can take care of the child.",
        r#""with_support""#,
    ),
];
