use jiff::civil::date;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::*;
use crate::category::{
    COMMON,
    field::{Field, Kind, Named},
};

fn minimal() -> Json {
    json!({"identity": {
        "name": {"latin": {"family": "Tonle", "given": "Sokha"}}, "sex": "male", "birth": "2013", "languages": ["km"]
    }})
}

/// The faults of `change`d minimal case, as `path: problem`.
fn faults(change: impl FnOnce(&mut Json)) -> Vec<String> {
    let mut json = minimal();
    change(&mut json);
    let error = CaseRecord::from_json(&json).expect_err("has a fault");
    error.to_string().lines().map(str::to_owned).collect()
}

#[test]
fn the_template_is_a_valid_case_and_comes_back_the_same() {
    let template = case_template();
    let record = CaseRecord::entered(&template, date(2026, 6, 1)).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(record.categories().count(), Category::ALL.len());
    let again = CaseRecord::from_json(&record.to_json()).unwrap_or_else(|e| panic!("{e}"));
    assert!(again == record);
    let bytes = record.to_bytes().unwrap();
    assert!(CaseRecord::from_bytes(&bytes).unwrap() == record);
    assert!(CaseRecord::from_kept_bytes(&bytes).unwrap() == record);
}

#[test]
fn every_field_has_help_and_every_example_in_the_table_is_valid_json() {
    fn check(field: &Field) {
        assert!(!field.help.is_empty(), "{}", field.name);
        assert!(field.example.is_empty() || serde_json::from_str::<Json>(field.example).is_ok(), "{}", field.name);
        if let Kind::Record(table) | Kind::List(&Kind::Record(table), _) = field.kind {
            table.iter().for_each(check);
        }
    }
    for category in Category::ALL {
        category.fields().iter().chain(COMMON).for_each(check);
    }
}

#[test]
fn named_fields_are_those_of_the_specification() {
    let mut named = Vec::new();
    for category in Category::ALL {
        for field in category.fields().iter().filter(|field| field.named == Named::Field) {
            named.push(format!("{category}.{}", field.name));
        }
    }
    let expected = [
        "protection.history",
        "legal.offender",
        "health.exposure_at",
        "health.pregnant",
        "health.hiv",
        "mental_health.diagnosis",
        "mental_health.substance_use",
    ];
    assert_eq!(named, expected);
}

#[test]
fn all_faults_are_listed_each_with_its_path_and_what_is_allowed_and_never_the_data() {
    let found = faults(|json| {
        json["identity"]["sex"] = "Sokha".into();
        json["identity"]["birth"] = "2556".into();
        json["identity"]["Sokha Tonle"] = 1.into();
        json["family"] = json!({"members": [{"name": {"km": {}}, "relationship": "mother", "may_contact": "perhaps"}]});
        json["health"] = json!({"measures": [{"date": "2026-05-28", "weight_kg": 3000, "muac_mm": 1.5}]});
    });
    let expected = [
        "identity.(not a field's name): no such field here",
        "identity.sex: must be one of female, male, other, unknown",
        "identity.birth: the year looks like the Buddhist era",
        "family.members[0].name: must be a name such as",
        "family.members[0].may_contact: must be one of yes, no, ask_child_first",
        "health.measures[0].weight_kg: must be a number from 0.4 to 150",
        "health.measures[0].muac_mm: must be a whole number from 60 to 350",
    ];
    for line in expected {
        assert!(found.iter().any(|fault| fault.starts_with(line)), "{line} not in {found:#?}");
    }
    assert!(found.iter().all(|fault| !fault.contains("Sokha") && !fault.contains("perhaps")), "{found:?}");
}

#[test]
fn required_fields_and_groups_are_asked_for() {
    let found = faults(|json| json["identity"] = json!({"name_unknown": false}));
    assert!(found.iter().any(|f| f.starts_with("identity: needs at least one of name, name_unknown")), "{found:?}");
    assert!(found.iter().any(|f| f.starts_with("identity: needs at least one of birth, age_estimate")), "{found:?}");
    assert!(found.iter().any(|f| f.starts_with("identity.sex: is missing")), "{found:?}");
    assert!(faults(|json| *json = json!({})).iter().any(|f| f.starts_with("identity: is missing")));
}

#[test]
fn absent_empty_and_unknown_are_three_answers() {
    let mut json = minimal();
    json["identity"]["other_names"] = json!([]);
    json["identity"]["birth_place"] = "unknown".into();
    let record = CaseRecord::from_json(&json).unwrap();
    let identity = record.category(Category::Identity).unwrap();
    assert!(!identity.contains_key("numbers"));
    assert!(identity["other_names"] == Value::List(Vec::new()));
    assert!(identity["birth_place"] == Value::Unknown);
    assert!(CaseRecord::from_bytes(&record.to_bytes().unwrap()).unwrap() == record);
    assert!(!faults(|json| json["identity"]["numbers"] = Json::Null).is_empty());
}

#[test]
fn texts_are_normalised_bounded_and_free_of_control_characters() {
    let mut json = minimal();
    json["identity"]["birth_heard"] = "e\u{301}te".into();
    let record = CaseRecord::from_json(&json).unwrap();
    assert!(record.category(Category::Identity).unwrap()["birth_heard"] == Value::Text("\u{e9}te".into()));
    for text in ["a\nb".to_owned(), "a\u{202e}b".to_owned(), "ក".repeat(61)] {
        assert_eq!(faults(|json| json["identity"]["birth_heard"] = text.into()).len(), 1);
    }
}

#[test]
fn references_to_family_members_must_lead_somewhere() {
    let found = faults(|json| json["legal"] = json!({"guardian": {"person": 0}}));
    assert!(found[0].starts_with("legal.guardian.person: names a family member who is not"), "{found:?}");
}

#[test]
fn status_verified_needs_two_of_three() {
    let tracing = |by: Json| {
        json!({"separation": "unknown", "wants_tracing": "yes", "wants_return": "yes", "status": "verified",
               "verified": by})
    };
    let found = faults(|json| json["tracing"] = tracing(json!({"by_child": "yes", "by_family": "no"})));
    assert!(found[0].starts_with("tracing.verified"), "{found:?}");
    let mut json = minimal();
    json["tracing"] = tracing(json!({"by_child": "yes", "by_authority": "yes"}));
    assert!(CaseRecord::from_json(&json).is_ok());
}

#[test]
fn a_case_entered_today_knows_no_tomorrow_and_asks_for_the_childs_wishes() {
    let today = date(2026, 6, 1);
    let mut json = minimal();
    json["identity"]["recorded_on"] = "2026-06-03".into();
    json["care_arrangement"] = json!({"kind": "kin", "goals": [{"goal": "school", "due": "2027", "state": "open"}]});
    let error = CaseRecord::entered(&json, today).expect_err("lies in the future").to_string();
    assert_eq!(error, "identity.recorded_on: lies in the future");
    json["identity"]["recorded_on"] = "2026-06-02".into();
    let error = CaseRecord::entered(&json, today).expect_err("no wishes").to_string();
    assert!(error.starts_with("care_arrangement.child_wishes: is missing"), "{error}");
}

#[test]
fn a_case_that_is_too_large_is_refused_by_its_largest_category() {
    let found = faults(|json| {
        let extra: Vec<_> =
            (0..20).map(|_| json!({"key": "k", "label": "ក".repeat(60), "text": "ក".repeat(300)})).collect();
        for category in Category::ALL.iter().filter(|c| **c != Category::Identity) {
            let mut fields = case_template()[category.code()].clone();
            fields["extra"] = extra.clone().into();
            json[category.code()] = fields;
        }
        json["family"] = case_template()["family"].clone();
        json["care_arrangement"]["follow_ups"] =
            (0..40).map(|_| json!({"due": "2026", "note": "ក".repeat(400)})).collect();
    });
    assert!(found[0].starts_with("care_arrangement: this category is the largest"), "{found:?}");
}

#[test]
fn the_wire_form_takes_nothing_that_people_may_write() {
    let record = CaseRecord::from_json(&minimal()).unwrap();
    let mut tree = record.tree(Form::Wire);
    assert!(CaseRecord::from_bytes(&keys::cbor::encode_body(&tree).unwrap()).is_ok());
    tree["identity"]["version"] = 2.into();
    assert!(CaseRecord::from_bytes(&keys::cbor::encode_body(&tree).unwrap()).is_err());
    let remark = json!({"_remark": 1, "identity": record.tree(Form::Wire)["identity"]});
    assert!(CaseRecord::from_bytes(&keys::cbor::encode_body(&remark).unwrap()).is_err());
}

/// Any JSON, with the table's own names often enough to get deep.
pub(crate) fn any_json() -> impl Strategy<Value = Json> {
    const NAMES: &[&str] =
        &["identity", "family", "health", "members", "name", "km", "birth", "_x", "phones", "code", "version"];
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<f64>().prop_map(Json::from),
        ".{0,20}".prop_map(Json::from),
        Just("unknown".into()),
    ];
    leaf.prop_recursive(6, 64, 6, move |inner| {
        let name = prop_oneof![proptest::sample::select(NAMES).prop_map(str::to_owned), ".{0,4}"];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Json::from),
            prop::collection::hash_map(name, inner, 0..6).prop_map(|map| Json::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn arbitrary_json_never_panics(json in any_json()) {
        let _ = CaseRecord::from_json(&json);
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes: Vec<u8>) {
        let _ = CaseRecord::from_bytes(&bytes);
        let _ = CaseRecord::from_kept_bytes(&bytes);
    }

    #[test]
    fn a_field_replaced_by_anything_never_panics_and_never_shows_the_data(
        json in any_json(), category in proptest::sample::select(Category::ALL), n: prop::sample::Index,
    ) {
        let mut case = case_template();
        let field = n.get(category.fields());
        case[category.code()][field.name] = json;
        if let Ok(record) = CaseRecord::from_json(&case) {
            let bytes = record.to_bytes().unwrap();
            prop_assert!(CaseRecord::from_bytes(&bytes).unwrap() == record);
            prop_assert!(CaseRecord::from_kept_bytes(&bytes).unwrap() == record);
            prop_assert_eq!(bytes, keys::cbor::encode_body(&record.tree(Form::Wire)).unwrap(), "as the tree says");
        }
    }
}
