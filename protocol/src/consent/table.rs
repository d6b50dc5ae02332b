//! The fields of a consent as it is written down at home.

use crate::{
    category::{
        Category,
        field::{Code, Field, Kind, codes, field},
    },
    code::{Assent, ConsentForm, Explained, GivenBy, KeepReason, Language, Onward, Purpose},
};

const UNINFORMED: &[Field] = &[
    field("who", Kind::Text(80), "A relationship code, a role (village chief, police) or an agency id.", r#""father""#)
        .one_of("who"),
    field("person", Kind::Person, "Or a family member by number.", "").one_of("who"),
    field("categories", Kind::List(&Kind::Enum(Category::CODES), 13), "Of what; without it, of everything.", ""),
    field("reason", Kind::Enum(KeepReason::CODES), "Why; stays at home.", r#""fear_of_harm""#).required(),
];

const TOLD: &[Code] = codes!["yes", "no", "adds_danger"];

/// How many agencies or kinds a consent may name.
const MAX_AGENCIES: usize = 20;

pub(super) const FIELDS: &[Field] = &[
    field(
        "to",
        Kind::List(&Kind::Text(80), MAX_AGENCIES),
        "Agency ids, or any:KIND for all of a kind in this network.",
        r#"["any:health"]"#,
    )
    .required(),
    field(
        "categories",
        Kind::List(&Kind::Enum(Category::CODES), 13),
        "What may be shared. Silence is no.",
        r#"["identity", "health"]"#,
    )
    .required(),
    field("fields", Kind::List(&Kind::Text(60), 20), "§ fields by name, such as health.hiv.", "[]"),
    field("purposes", Kind::List(&Kind::Enum(Purpose::CODES), 7), "For what.", r#"["health_treatment"]"#).required(),
    field("from", Kind::DueDate, "The first day; without it, today.", ""),
    field(
        "until",
        Kind::DueDate,
        "The last day; at most 12 months. Without it, the shortest default of the purposes.",
        "",
    ),
    field("given_by", Kind::Enum(GivenBy::CODES), "Who agreed, or what stands in its place.", r#""caregiver""#)
        .required(),
    field("giver", Kind::Text(60), "The name of who agreed; stays at home.", ""),
    field("assent", Kind::Enum(Assent::CODES), "What the child said.", r#""given""#),
    field("form", Kind::Enum(ConsentForm::CODES), "In which form.", r#""thumbprint""#),
    field("witness", Kind::Text(60), "Who saw it given; stays at home.", r#""Chan Thy""#),
    field("language", Kind::Enum(Language::CODES), "The language it was explained in.", r#""km""#),
    field("interpreter", Kind::Text(60), "Who interpreted; stays at home.", ""),
    field("evidence", Kind::Hash, "SHA-256 of the photo or recording that stays at home.", ""),
    field("explained", Kind::List(&Kind::Enum(Explained::CODES), 11), "What was explained: all of it.", ""),
    field("onward", Kind::Enum(Onward::CODES), "Whether they may refer on; without it, no.", r#""no""#),
    field("onward_to", Kind::List(&Kind::Text(80), MAX_AGENCIES), "If named: the agency ids.", ""),
    field("keep_uninformed", Kind::List(&Kind::Record(UNINFORMED), 10), "Who must not be told.", ""),
    field("reason", Kind::Text(400), "The reason of a best-interest decision, or the law or danger.", ""),
    field("why_nobody", Kind::Text(400), "Why nobody could consent.", ""),
    field("worker", Kind::Text(60), "Who decided.", ""),
    field("supervisor", Kind::Text(60), "Who approved; another person.", ""),
    field("review_on", Kind::DueDate, "When a best-interest decision is looked at again; without it, in 30 days.", ""),
    field("child_told", Kind::Enum(TOLD), "law_or_danger: whether the child was told.", ""),
];
