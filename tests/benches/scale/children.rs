//! Invented children by number: the ten of `protocol::fixture` over and over, each with a name of its own.

use std::sync::OnceLock;

use protocol::fixture;
use serde_json::{Value, json};

use crate::names::{Dice, Name, name};

/// What every second child is called at home: a search for it finds half of all cases.
pub const PET_NAME: &str = "Oun";

fn templates() -> &'static [Value] {
    static TEMPLATES: OnceLock<Vec<Value>> = OnceLock::new();
    TEMPLATES.get_or_init(|| fixture::names().map(|name| fixture::case_json(name).expect("a case")).collect())
}

/// The name of child `number`.
pub fn name_of(number: usize) -> Name {
    name(&mut Dice::of(number))
}

/// Child `number` as it is entered.
pub fn record(number: usize) -> Value {
    let mut record = templates()[number % templates().len()].clone();
    let name = name_of(number);
    let both = |[family, given]: &[String; 2]| json!({ "family": family, "given": given });
    record["identity"]["name"] = json!({ "km": both(&name.km), "latin": both(&name.latin) });
    let pet = if number.is_multiple_of(2) { vec![PET_NAME] } else { Vec::new() };
    record["identity"]["other_names"] = json!(pet);
    record
}
