use std::collections::BTreeSet;

use jiff::civil::date;
use keys::{AgencyId, Digest, Timestamp};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::*;
use crate::{
    category::Category,
    code::{AgencyKind, Explained, Purpose},
    fixture,
    record::CaseRecord,
};

const TODAY: jiff::civil::Date = date(2026, 6, 1);

fn agency(byte: u8) -> AgencyId {
    AgencyId::new(Digest([byte; 32]))
}

fn record(name: &str) -> CaseRecord {
    CaseRecord::from_json(&fixture::case_json(name).unwrap()).unwrap()
}

fn now() -> Timestamp {
    period::start_of(TODAY).plus(8 * Timestamp::HOUR)
}

/// A caregiver's valid consent to everything.
fn draft() -> Json {
    json!({
        "to": [agency(1).to_string(), "any:health"],
        "categories": Category::ALL,
        "fields": NamedField::all(),
        "purposes": ["care", "health_treatment"],
        "until": "2026-11-30",
        "given_by": "caregiver",
        "assent": "given",
        "form": "thumbprint",
        "witness": "Chan Thy",
        "language": "km",
        "explained": Explained::ALL,
    })
}

fn parse(case: &str, change: impl FnOnce(&mut Json)) -> Result<Consent, ConsentErrors> {
    let mut json = draft();
    change(&mut json);
    Consent::from_json(&json, &record(case), TODAY)
}

fn faults(case: &str, change: impl FnOnce(&mut Json)) -> Vec<String> {
    let error = parse(case, change).expect_err("has a fault");
    error.faults().iter().map(|fault| fault.path.clone()).collect()
}

fn best_interest(json: &mut Json) {
    for name in ["form", "witness", "explained", "language"] {
        json.as_object_mut().unwrap().remove(name);
    }
    json["given_by"] = "best_interest".into();
    json["assent"] = "too_young".into();
    json["reason"] = "nobody of the family is known".into();
    json["worker"] = "Dara".into();
    json["supervisor"] = "Sopheap".into();
}

#[test]
fn each_age_has_its_giver() {
    assert!(parse("f02", |_| {}).is_ok()); // 8 years, aunt's thumbprint
    assert!(parse("f04", |_| {}).is_ok()); // 12 to 14
    assert_eq!(faults("f04", |json| json["given_by"] = "child".into()), ["given_by"]);
    assert_eq!(faults("f03", |_| {}), ["given_by"]); // 15: her own
    let own = |json: &mut Json| {
        json["given_by"] = "child".into();
        json["form"] = "written".into();
    };
    assert!(parse("f03", own).is_ok());
    assert!(parse("f01", best_interest).is_ok());
}

#[test]
fn a_refusal_from_six_years_on_stops_it_and_an_older_childs_assent_is_asked() {
    assert_eq!(faults("f02", |json| json["assent"] = "refused".into()), ["assent"]);
    assert_eq!(faults("f04", |json| json["assent"] = "too_young".into()), ["assent"]);
    assert!(parse("f07", |json| json["assent"] = "too_young".into()).is_ok());
}

#[test]
fn best_interest_needs_two_different_persons() {
    let same = |json: &mut Json| {
        best_interest(json);
        json["supervisor"] = " dara ".into();
    };
    assert_eq!(faults("f01", same), ["supervisor"]);
    let consent = parse("f01", best_interest).unwrap();
    assert_eq!(consent.review_on(), Some(date(2026, 7, 1)));
}

#[test]
fn all_must_be_explained_and_a_thumbprint_needs_a_witness() {
    let found = faults("f04", |json| {
        json["explained"] = json!(["what"]);
        json.as_object_mut().unwrap().remove("witness");
        json["until"] = "2027-06-02".into();
    });
    assert_eq!(found, ["explained", "witness", "until"]);
}

#[test]
fn law_or_danger_is_for_one_agency() {
    let found = faults("f04", |json| {
        best_interest(json);
        json["given_by"] = "law_or_danger".into();
    });
    assert_eq!(found, ["to", "child_told"]);
}

#[test]
fn a_section_field_needs_its_category_and_its_name() {
    assert_eq!(faults("f04", |json| json["categories"] = json!(["identity"])).len(), 8);
    let consent = parse("f03", |json| {
        json["given_by"] = "child".into();
        json["form"] = "written".into();
        json["fields"] = json!(["legal.offender"]);
    })
    .unwrap();
    let recipient = Recipient { id: agency(1), kind: AgencyKind::Legal };
    let all: BTreeSet<Category> = Category::ALL.iter().copied().collect();
    let release = Scope::apply(&record("f03"), &consent, &recipient, Purpose::Care, &all, now()).unwrap();
    assert_eq!(release.named_fields(), BTreeSet::from(["legal.offender".parse().unwrap()]));
    let items = &release.to_json()["documents_media"]["items"];
    assert_eq!(items.as_array().unwrap().len(), 1, "the injury photo stays home");
    assert!(Release::from_bytes(&release.to_bytes().unwrap()).unwrap() == release);
}

#[test]
fn what_is_outside_of_time_purpose_and_recipient_is_not_released() {
    let consent = parse("f04", |_| {}).unwrap();
    let dt = Recipient { id: agency(1), kind: AgencyKind::Shelter };
    let other = Recipient { id: agency(2), kind: AgencyKind::Shelter };
    let health = Recipient { id: agency(2), kind: AgencyKind::Health };
    assert_eq!(consent.covers(&dt, Purpose::Care, now()), Ok(()));
    assert_eq!(consent.covers(&health, Purpose::Care, now()), Ok(()));
    assert_eq!(consent.covers(&other, Purpose::Care, now()), Err(ScopeError::Recipient));
    assert_eq!(consent.covers(&dt, Purpose::Legal, now()), Err(ScopeError::Purpose(Purpose::Legal)));
    assert_eq!(consent.covers(&dt, Purpose::Care, consent.ends().plus(1)), Err(ScopeError::Ended));
    assert_eq!(consent.covers(&dt, Purpose::Care, consent.begins().minus(1)), Err(ScopeError::NotYet));
}

#[test]
fn who_is_to_be_kept_uninformed_travels_or_gets_nothing() {
    let keep = |who: String| {
        move |json: &mut Json| {
            json["keep_uninformed"] = json!([{"who": who, "reason": "fear_of_harm"}]);
        }
    };
    let recipient = Recipient { id: agency(1), kind: AgencyKind::Shelter };
    let denied = parse("f04", keep(agency(1).to_string())).unwrap();
    assert_eq!(denied.covers(&recipient, Purpose::Care, now()), Err(ScopeError::KeptUninformed));
    let consent = parse("f04", keep("village chief".into())).unwrap();
    let asked = BTreeSet::from([Category::Identity]);
    let release = Scope::apply(&record("f04"), &consent, &recipient, Purpose::Care, &asked, now()).unwrap();
    assert_eq!(release.handling()[0].keep_uninformed, "village chief");
    assert_eq!(release.handling()[0].categories, asked);
    assert!(!release.to_json().to_string().contains("fear_of_harm"));
}

proptest! {
    #[test]
    fn nothing_outside_the_consent_is_ever_released(
        case in prop::sample::select(vec!["f02", "f03", "f04", "f05", "f09"]),
        granted in prop::sample::subsequence(Category::ALL, 1..=13),
        requested in prop::sample::subsequence(Category::ALL, 0..=13),
        named in prop::sample::subsequence(NamedField::all(), 0..=8),
        kind in prop::sample::select(AgencyKind::ALL),
        purpose in prop::sample::select(Purpose::ALL),
        id in 0_u8..3,
        days in 0_u64..400,
    ) {
        let named: Vec<_> = named.into_iter().filter(|field| granted.contains(&field.category())).collect();
        let own = case == "f03";
        let consent = parse(case, |json| {
            json["categories"] = json!(granted);
            json["fields"] = json!(named);
            if own { json["given_by"] = "child".into(); }
        }).unwrap();
        let recipient = Recipient { id: agency(id), kind };
        let asked: BTreeSet<_> = requested.iter().copied().collect();
        let time = now().plus(days * Timestamp::DAY);
        if let Ok(release) = Scope::apply(&record(case), &consent, &recipient, purpose, &asked, time) {
            prop_assert!(time <= consent.ends());
            prop_assert!(id == 1 || kind == AgencyKind::Health);
            prop_assert!(consent.purposes().contains(&purpose));
            let tree = release.to_json();
            for (name, fields) in tree.as_object().unwrap() {
                let category: Category = name.parse().unwrap();
                prop_assert!(granted.contains(&category) && requested.contains(&category));
                for field in category.fields().iter().filter(|field| fields.get(field.name).is_some()) {
                    let allowed = named.iter().any(|n| n.to_string() == format!("{category}.{}", field.name));
                    prop_assert!(field.named != crate::category::Named::Field || allowed);
                }
            }
            prop_assert!(!tree.to_string().contains("injury_photo")
                || named.iter().any(|n| n.to_string() == "documents_media.injury_photo"));
        }
    }

    #[test]
    fn arbitrary_bytes_are_no_release_and_no_statement_and_never_panic(bytes: Vec<u8>) {
        let _ = Release::from_bytes(&bytes);
        let _ = SignedConsent::from_bytes(&bytes);
    }

    #[test]
    fn an_arbitrary_consent_never_panics(json in crate::record::any_json()) {
        let _ = Consent::from_json(&json, &record("f04"), TODAY);
    }
}

#[test]
fn what_is_held_back_is_not_released_and_what_is_left_still_reads() {
    let all: BTreeSet<Category> = Category::ALL.iter().copied().collect();
    let consent = parse("f03", |json| {
        json["given_by"] = "child".into();
        json["form"] = "written".into();
    })
    .unwrap();
    let recipient = Recipient { id: agency(1), kind: AgencyKind::Legal };
    let cut = |without: &[&str]| {
        let without = without.iter().map(|name| name.parse::<HeldBack>().unwrap()).collect();
        Scope::apply_without(&record("f03"), &consent, &recipient, Purpose::Care, (&all, &without), now())
    };
    let whole = cut(&[]).unwrap();
    for category in whole.categories() {
        for name in whole.categories[&category].keys() {
            let Some(field) = HeldBack::of(category, name) else { continue };
            let Ok(less) = cut(&[&field.to_string()]) else { panic!("{field}") };
            assert!(!less.categories.get(&category).is_some_and(|fields| fields.contains_key(name)), "{field}");
            assert!(Release::from_bytes(&less.to_bytes().unwrap()).unwrap() == less, "{field}");
        }
    }
    assert!("identity.sex".parse::<HeldBack>().is_err(), "without it nobody can read the rest");
    for wrong in ["", "health", "health.nonsense", "nonsense.sex", "health.sensitivity"] {
        assert!(wrong.parse::<HeldBack>().is_err(), "{wrong}");
    }
}
