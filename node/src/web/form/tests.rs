//! What a form shows can be sent back without a change, and what was typed wrong is named.

use protocol::{category::Category, fixture};
use serde_json::Value;

use super::{Form, Typed, fill, marks, place, read, settle, table};
use crate::{
    view::Fault,
    web::words::{Lang, Words},
};

fn cases() -> impl Iterator<Item = (&'static str, Value)> {
    fixture::names().map(|name| (name, fixture::case_json(name).unwrap()))
}

#[test]
fn a_category_that_is_saved_unchanged_is_the_same() {
    for lang in Lang::ALL {
        let w = Words::new(lang);
        for (name, file) in cases() {
            let record = protocol::record::CaseRecord::from_json(&file).unwrap().to_json();
            for category in Category::ALL {
                let Some(there) = record.get(category.code()) else { continue };
                let table = table(*category);
                let typed = fill(w, &table, there.as_object().unwrap(), "");
                assert_eq!(&Value::Object(read(&table, &typed, "", Some(there))), there, "{name} {category}");
            }
        }
    }
}

#[test]
fn every_box_that_is_filled_is_on_the_page() {
    let w = Words::new(Lang::En);
    for (name, record) in cases() {
        for category in Category::ALL {
            let Some(there) = record.get(category.code()) else { continue };
            let typed = fill(w, &table(*category), there.as_object().unwrap(), "");
            let form = Form {
                w,
                typed: &typed,
                marks: &[],
                members: vec!["x".into()],
                there: Some(there),
                asks_more: false,
                path: "/c".into(),
            };
            let frame = crate::web::page::Frame::bare(w, String::new(), String::new(), "/");
            let html: String =
                form.controls(&table(*category), "").iter().map(|control| control.html(&frame)).collect();
            for key in typed.keys().filter(|key| !in_an_entry(key, there)) {
                assert!(html.contains(&format!("name=\"{key}\"")), "{name} {category}: {key}");
            }
        }
    }
}

/// Entries that are there have pages of their own.
fn in_an_entry(key: &str, there: &Value) -> bool {
    let (list, rest) = key.split_once('.').unwrap_or((key, ""));
    there[list].is_array() && rest.split('.').next().is_some_and(|part| part.parse::<usize>().is_ok())
        || key == "extra.none"
}

#[test]
fn a_place_is_found_by_its_name_in_either_script_and_what_the_list_lacks_stays_text() {
    assert_eq!(place::code_of("banteay  meanchey"), Some("01"));
    assert_eq!(place::code_of("ប៉ោយប៉ែត"), Some("0110"));
    for lang in Lang::ALL {
        for place in protocol::place::all() {
            assert_eq!(place::code_of(&place::chain(lang, place.code)), Some(place.code));
        }
    }
    let typed = |pairs: &[(&str, &str)]| -> Typed {
        pairs.iter().map(|(name, text)| (format!("current_place.{name}"), (*text).to_owned())).collect()
    };
    let table = table(Category::ContactLocation);
    let place = |pairs: &[(&str, &str)]| read(&table, &typed(pairs), "", None)["current_place"].to_string();
    assert_eq!(
        place(&[("name", "Poipet"), ("detail", "blue gate")]),
        r#"{"code":"0110","country":"kh","detail":"blue gate"}"#
    );
    assert_eq!(place(&[("name", "Phum Thmei"), ("country", "kh")]), r#"{"country":"kh","detail":"Phum Thmei"}"#);
    assert_eq!(place(&[("name", "Rayong"), ("country", "th")]), r#"{"country":"th","detail":"Rayong"}"#);
    assert!(read(&table, &typed(&[("country", "kh")]), "", None).is_empty(), "a country alone is no place");
}

#[test]
fn dates_are_as_precise_as_they_were_typed_in_either_digits() {
    let table = table(Category::Identity);
    let birth = |y: &str, m: &str, d: &str| {
        let parts = [("birth.y", y), ("birth.m", m), ("birth.d", d)];
        let typed = parts.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        read(&table, &typed, "", None).get("birth").and_then(Value::as_str).map(str::to_owned)
    };
    assert_eq!(birth("2015", "", ""), Some("2015".into()));
    assert_eq!(birth("២០១៥", "៣", ""), Some("2015-03".into()));
    assert_eq!(birth("2015", "3", "9"), Some("2015-03-09".into()));
    assert_eq!(birth("", "3", "9"), Some("-03-09".into()), "passed on, to be refused");
    assert_eq!(birth(" ", "", ""), None);
}

#[test]
fn a_fault_stands_at_its_box_or_at_the_nearest_around_it() {
    let w = Words::new(Lang::En);
    let fault = |path: &str, what: &str| Fault { path: path.into(), what: what.into() };
    let faults = [
        fault("identity", "needs at least one of birth, age_estimate"),
        fault("identity.sex", "is missing: one of female, male"),
        fault("identity.numbers[0].number", "is missing: text"),
        fault("identity.other_names[1]", "is too long: allowed is text"),
        fault("identity.age_estimate.years", "must be a whole number from 0 to 25"),
        fault("care_arrangement.child_wishes", "is missing: from six years on"),
    ];
    let mut marks = marks(w, Category::Identity, &faults);
    let typed = Typed::new();
    let form =
        Form { w, typed: &typed, marks: &[], members: Vec::new(), there: None, asks_more: false, path: String::new() };
    settle(&mut marks, &form.controls(&table(Category::Identity), ""));
    let ids: Vec<&str> = marks.iter().map(|mark| mark.id.as_str()).collect();
    assert_eq!(ids, ["birth", "sex", "numbers", "other_names", "age_estimate.years", ""]);
    assert_eq!(marks[1].text, "Sex: fill this in.");
    assert!(marks[5].text.starts_with("Care arrangement: "), "{}", marks[5].text);
}
