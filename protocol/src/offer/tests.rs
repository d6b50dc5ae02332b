use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::{
    code::{AgeBand, ConsentBasis, Purpose, Service, Urgency},
    fixture,
    record::CaseRecord,
};

fn record(name: &str) -> CaseRecord {
    CaseRecord::from_json(&fixture::case_json(name).unwrap()).unwrap()
}

fn leak(name: &str, text: &str) -> Option<LeakKind> {
    leak_guard::check(text, &record(name)).err().map(|leak| leak.kind)
}

fn draft(name: &str) -> TriageDraft {
    let today = date(2026, 6, 1);
    let mut draft = TriageDraft::of_case(&record(name), today, Purpose::Shelter, Urgency::High, ConsentBasis::Consent);
    draft.services = vec![Service::SafeHouse];
    draft
}

#[test]
fn names_in_both_scripts_are_found_and_everyday_words_are_not() {
    for text in
        ["Sokha needs a bed", "ask Tonle", "he is tonle sokha", "សុខា ត្រូវការគ្រែ", "ទន្លេ\u{200b}សុខា", "call Sorkha"]
    {
        assert_eq!(leak("f04", text), Some(LeakKind::Name), "{text}");
    }
    for text in [
        "boy with fever, needs a quiet bed",
        "គាត់មានបញ្ហាសុខភាព",
        "A Boy Of Thirteen",
        "Male, 13 years. Male staff if possible",
    ] {
        assert_eq!(leak("f04", text), None, "{text}");
    }
}

#[test]
fn what_the_guard_found_is_shown_to_whoever_wrote_it() {
    let shown = |text: &'static str| -> Vec<&'static str> {
        leak_guard::pieces(text, &record("f04")).into_iter().map(|piece| &text[piece]).collect()
    };
    assert_eq!(shown("Sokha needs a bed;\r\nask for Sokha"), ["Sokha", "Sokha"]);
    assert_eq!(shown("he is tonle sokha, of course"), ["tonle sokha"]);
    assert_eq!(shown("សុខា ត្រូវការគ្រែ"), ["សុខា"]);
    assert_eq!(shown("ក្មេងឈ្មោះសុខាត្រូវការគ្រែ"), ["សុខា"]);
    assert_eq!(shown("ring 012 345 678 tonight"), ["012 345 678"]);
    assert_eq!(shown("boy with fever, needs a quiet bed"), [""; 0]);
}

#[test]
fn everyday_words_that_share_a_names_key_do_not_block() {
    assert_eq!(leak("f02", "There is a need; Tour the ward"), None);
    assert_eq!(leak("f02", "bring Darah today"), Some(LeakKind::Name));
}

/// What the guard finds in a text about a child of this name, with the telephone +855 10 000 004.
fn leak_of([family, given]: [&str; 2], text: &str) -> Option<LeakKind> {
    let mut case = fixture::case_json("f04").unwrap();
    case["identity"]["name"] = serde_json::json!({"km": {"family": family, "given": given}});
    leak_guard::check(text, &CaseRecord::from_json(&case).unwrap()).err().map(|leak| leak.kind)
}

#[test]
fn names_that_are_words_do_not_block_inside_other_words() {
    for (name, text) in [
        (["ជា", "សុខ"], "គាត់មានបញ្ហាសុខភាព"),
        (["សុខ", "ជា"], "គាត់ជាក្មេងប្រុស សុខភាពល្អ"),
        (["លី", "ស្រី"], "ក្មេងស្រីអាយុដប់ឆ្នាំ"),
        (["លី", "ចាន់"], "មកពីអូរចាន់"),
        (["លី", "មាស"], "មកពីភ្នំមាស"),
        (["ចាន់", "លី"], "ត្រូវការគ្រែស្ងាត់ លីត្រ"),
    ] {
        assert_eq!(leak_of(name, text), None, "{name:?}: {text}");
    }
}

#[test]
fn names_that_are_words_block_after_a_word_for_a_person_and_side_by_side() {
    for (name, text) in [
        (["ជា", "សុខ"], "ឈ្មោះសុខ"),
        (["ជា", "សុខ"], "ឈ្មោះ ជា"),
        (["ជា", "សុខ"], "បង\u{200b}សុខ ត្រូវការគ្រែ"),
        (["លី", "ស្រី"], "នាង ស្រី"),
        (["លី", "ចាន់"], "ពូ ចាន់"),
        (["លី", "មាស"], "ឈ្មោះ\u{200b} មាស"),
        (["ជា", "សុខ"], "ជា សុខ"),
        (["ជា", "សុខ"], "សុខ\u{200b}ជា"),
        (["លី", "មាស"], "លី\u{200d}មាស មកពីភ្នំ"),
        (["ទន្លេ", "សុខា"], "ស\u{200b}ុខ\u{2060}ា"),
        (["លី", "ស៊ីណា"], "សុីណា"),
    ] {
        assert_eq!(leak_of(name, text), Some(LeakKind::Name), "{name:?}: {text}");
    }
}

#[test]
fn what_nobody_sees_hides_neither_a_name_nor_a_number() {
    assert_eq!(leak("f04", "call So\u{200b}kha"), Some(LeakKind::Name));
    assert_eq!(leak("f04", "call\u{200b}Sokha"), Some(LeakKind::Name));
    assert_eq!(leak("f04", "Ton\u{ad}le needs a bed"), Some(LeakKind::Name));
    for text in ["๐๑๐ ๐๐๐ ๐๐๔", "០១០\u{200b}០០០\u{200d}០០៤", "010–000–004", "0 000 004", "(010) 000\u{feff}.004"]
    {
        assert_eq!(leak("f04", text), Some(LeakKind::Telephone), "{text}");
    }
    assert_eq!(leak("f03", "born 2/11/20\u{200b}10"), Some(LeakKind::Date));
}

#[test]
fn telephones_papers_dates_and_places_are_found() {
    assert_eq!(leak("f04", "call 010 000 004"), Some(LeakKind::Telephone));
    assert_eq!(leak("f04", "call ០១០ ០០០ ០០៤"), Some(LeakKind::Telephone));
    assert_eq!(leak("f04", "12345678"), Some(LeakKind::Telephone));
    assert_eq!(leak("f04", "paper 144/2569"), Some(LeakKind::Number));
    assert_eq!(leak("f03", "born 2/11/2010"), Some(LeakKind::Date));
    assert_eq!(leak("f03", "born 2 November 2010"), Some(LeakKind::Date));
    assert_eq!(leak("f03", "from Poipet"), Some(LeakKind::Place));
    assert_eq!(leak("f03", "ok\nblue house behind the second pagoda"), Some(LeakKind::Place));
    assert_eq!(leak_guard::check("ok\nfrom Poipet", &record("f03")).unwrap_err().line, 2);
}

#[test]
fn a_summary_says_the_type_of_a_sensitive_service_and_comes_back_the_same() {
    let triage = Triage::build(&draft("f03"), &record("f03")).unwrap();
    assert_eq!(triage.to_json()["services"], serde_json::json!(["shelter"]));
    assert_eq!((triage.age_band(), triage.area()), (AgeBand::From15, Area::Province("01")));
    assert!(Triage::from_bytes(&triage.to_bytes().unwrap()).unwrap() == triage);
    let mut json = triage.to_json();
    json["kind"] = "transfer".into();
    json["services"] = serde_json::json!(["shelter.safe_house"]);
    json["area"] = "0110".into();
    assert_eq!(Triage::from_json(&json).unwrap_err().faults().len(), 3);
}

#[test]
fn a_text_that_names_the_child_builds_no_summary() {
    let mut draft = draft("f04");
    draft.text = "Sokha needs a bed".into();
    let error = Triage::build(&draft, &record("f04")).unwrap_err();
    assert!(error.to_string().starts_with("text, line 1:") && !error.to_string().contains("Sokha"));
    assert!(Triage::build_unguarded(&draft).is_ok());
}

#[test]
fn few_alike_and_rare_things_elsewhere_are_warned_of() {
    let triage = Triage::build(&draft("f04"), &record("f04")).unwrap();
    assert_eq!(small_cells::warnings(&triage, Some("01"), 5), []);
    assert_eq!(small_cells::warnings(&triage, Some("01"), 4), [SmallCell::FewAlike]);
    let baby = Triage::build(&draft("f01"), &record("f01")).unwrap();
    assert_eq!(small_cells::warnings(&baby, Some("02"), 9), [SmallCell::RareElsewhere]);
}

proptest! {
    #[test]
    fn arbitrary_input_never_panics(bytes: Vec<u8>, text: String, json in crate::record::any_json()) {
        let _ = Triage::from_bytes(&bytes);
        let _ = Triage::from_json(&json);
        let found = leak_guard::check(&text, &record("f03"));
        let pieces = leak_guard::pieces(&text, &record("f03"));
        prop_assert_eq!(found.is_err(), !pieces.is_empty());
        prop_assert!(pieces.iter().all(|piece| text.get(piece.clone()).is_some()));
    }
}
