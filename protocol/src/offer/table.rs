//! The fields of a triage summary.

use crate::{
    category::{
        Category,
        field::{Field, Kind, codes, field},
    },
    code::{AgeBand, Arrival, ConsentBasis, Language, Purpose, Support, TriageSex, Urgency},
};

pub(super) const FIELDS: &[Field] = &[
    field("kind", Kind::Enum(codes!["referral"]), "Referral; transfers come in a later version.", "").required(),
    field("purpose", Kind::Enum(Purpose::CODES), "For what.", "").required(),
    field("services", Kind::List(&Kind::Text(40), 3), "1 to 3 services; of sensitive ones the type.", "").required(),
    field("age_band", Kind::Enum(AgeBand::CODES), "Age, coarsely.", "").required(),
    field("sex", Kind::Enum(TriageSex::CODES), "Sex.", "").required(),
    field("languages", Kind::List(&Kind::Enum(Language::CODES), 3), "At most 3 languages.", "").required(),
    field("urgency", Kind::Enum(Urgency::CODES), "How soon.", "").required(),
    field("area", Kind::Text(8), "Province code, abroad or unknown.", "").required(),
    field("would_follow", Kind::List(&Kind::Enum(Category::CODES), 13), "What a yes would bring.", "").required(),
    field("basis", Kind::Enum(ConsentBasis::CODES), "Consent or best-interest decision.", "").required(),
    field("group_size", Kind::Int { min: 1, max: 6 }, "Siblings to be kept together.", "").required(),
    field("arrival", Kind::Enum(Arrival::CODES), "When the child would come.", ""),
    field("support", Kind::List(&Kind::Enum(Support::CODES), 6), "What the child needs to be received.", "").required(),
    field("text", Kind::Text(super::MAX_TEXT), "What else is needed to answer; names nobody.", ""),
];
