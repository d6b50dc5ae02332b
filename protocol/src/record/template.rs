//! A filled-in example of a case, every field explained, made of the table of the fields.

use serde_json::{Map, Value as Json};

use super::{FORMAT, FORMAT_NAME};
use crate::category::{
    COMMON, Category,
    field::{Field, Kind, Named, Need},
};

/// The case of an invented child as JSON, valid as it is; `_help` explains each field and is ignored.
#[must_use]
pub fn case_template() -> Json {
    let mut case = Map::new();
    case.insert(FORMAT_NAME.into(), FORMAT.into());
    case.insert("_help".into(), INTRODUCTION.iter().map(|line| Json::from(*line)).collect());
    for category in Category::ALL {
        let fields = || category.fields().iter().chain(COMMON);
        let mut object = Map::new();
        object.insert("_help".into(), Json::Object(fields().map(help_of).collect()));
        for field in fields() {
            if let Ok(example) = serde_json::from_str(field.example) {
                object.insert(field.name.into(), example);
            }
        }
        case.insert(category.code().into(), object.into());
    }
    case.into()
}

const INTRODUCTION: &[&str] = &[
    "An invented child. Replace what is here; leave out what was not asked.",
    "Not asked: leave the field out. Asked, and none: \"\" or []. Asked, not known: \"unknown\".",
    "Names that begin with _ are remarks; the program ignores them.",
    "Only the category identity is needed. A field marked § is shared only when the consent names it.",
];

/// The help of a field, and of those inside it.
fn help_of(field: &'static Field) -> (String, Json) {
    let mut text = field.help.to_owned();
    match field.need {
        Need::Required => text.push_str(" Required."),
        Need::OneOf(group) => text.push_str(&format!(" One of the group `{group}` is required.")),
        Need::Optional => {}
    }
    match field.named {
        Named::Field => text.push_str(" § Shared only when the consent names it."),
        Named::Codes(codes) => text.push_str(&format!(" § Shared only when the consent names {}.", codes.join(", "))),
        Named::No => {}
    }
    text.push_str(&format!(" Allowed: {}.", field.kind.allowed()));
    let inside = match &field.kind {
        Kind::Record(table) | Kind::List(Kind::Record(table), _) => *table,
        _ => return (field.name.into(), text.into()),
    };
    let mut help = Map::from_iter([("_field".to_owned(), Json::from(text))]);
    help.extend(inside.iter().map(help_of));
    (field.name.into(), help.into())
}
