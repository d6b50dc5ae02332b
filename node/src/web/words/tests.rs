//! Both languages are whole, and say the same things.

use std::collections::{BTreeMap, BTreeSet};

use fluent_syntax::{
    ast::{Entry, Expression, InlineExpression, Pattern, PatternElement},
    parser::parse,
};
use jiff::tz::TimeZone;
use keys::Timestamp;
use protocol::{
    category::{
        Category,
        field::{Field, Kind},
    },
    code,
};

use super::{Lang, Moment, Words, bundle, codes};

/// Each text's key, with the values that it takes.
fn texts(files: &[&str]) -> BTreeMap<String, BTreeSet<String>> {
    let mut found = BTreeMap::new();
    for file in files {
        let resource = parse(*file).unwrap_or_else(|(_, errors)| panic!("{errors:?}"));
        for entry in resource.body {
            let Entry::Message(message) = entry else { continue };
            let mut values = BTreeSet::new();
            variables(message.value.as_ref().unwrap(), &mut values);
            assert!(found.insert(message.id.name.to_owned(), values).is_none(), "{} twice", message.id.name);
        }
    }
    found
}

fn variables(pattern: &Pattern<&str>, found: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        let PatternElement::Placeable { expression } = element else { continue };
        let mut inline = |expression: &InlineExpression<&str>| {
            if let InlineExpression::VariableReference { id } = expression {
                found.insert(id.name.to_owned());
            }
        };
        match expression {
            Expression::Inline(expression) => inline(expression),
            Expression::Select { selector, variants } => {
                inline(selector);
                variants.iter().for_each(|variant| variables(&variant.value, found));
            }
        }
    }
}

#[test]
fn both_languages_have_the_same_texts_with_the_same_values() {
    let (en, km) = (texts(bundle::EN), texts(bundle::KM));
    assert!(en.len() > 300, "{}", en.len());
    for (key, values) in &en {
        assert_eq!(Some(values), km.get(key), "`{key}`");
    }
    assert_eq!(en.len(), km.len(), "{:?}", km.keys().filter(|key| !en.contains_key(*key)).collect::<Vec<_>>());
}

#[test]
fn every_text_that_the_screens_name_is_there() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let en = texts(bundle::EN);
    let mut named = 0;
    let screens =
        ["", "/case_edit", "/consent", "/people", "/peers", "/refer"].map(|folder| format!("src/web/screens{folder}"));
    for folder in ["templates", "src/web", "src/web/set_up"].map(str::to_owned).into_iter().chain(screens) {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            for call in [".t(\"", ".t1(\"", ".t2(\"", ".with(\"", ".counted(\"", ".frame(\""] {
                for (at, _) in text.match_indices(call) {
                    let key = text[at + call.len()..].split('"').next().unwrap();
                    assert!(en.contains_key(key), "{}: `{key}`", path.display());
                    named += 1;
                }
            }
        }
    }
    assert!(named > 100, "{named}");
}

#[test]
fn every_code_that_people_meet_has_words_in_both_languages() {
    macro_rules! all {
        ($($list:literal: $kind:ident),*) => {
            vec![$(($list, code::$kind::ALL.iter().map(|code| code.code()).collect::<Vec<_>>())),*]
        };
    }
    let mut lists = all![
        "service": Service, "service": ServiceType, "urgency": Urgency, "sex": TriageSex, "child": TriageSex,
        "language": Language, "arrival": Arrival, "support": Support, "decline": DeclineReason,
        "withdraw": WithdrawReason, "return": ReturnReason, "progress": ProgressStatus, "outcome": Outcome,
        "purpose": Purpose, "kind": AgencyKind, "given_by": GivenBy, "onward": Onward, "assent": Assent,
        "consent-form": ConsentForm, "explained": Explained, "say": Explained, "keep": KeepReason,
        "basis": ConsentBasis
    ];
    let categories: Vec<_> = Category::ALL.iter().map(|category| category.code()).collect();
    lists.extend([("category", categories.clone()), ("holds", categories)]);
    lists.push(("event", protocol::packet::PacketKind::ALL.iter().map(|kind| kind.code()).collect()));
    let roles = || crate::service::people::Role::ALL.iter().map(|role| role.code()).collect();
    lists.extend([("role", roles()), ("may", roles()), ("stopped", crate::service::STOPPED.to_vec())]);
    lists.push(("way", vec!["telephone", "in_person", "scan"]));
    let keys = || vec!["root", "next_root", "signing", "sealing", "transport"];
    lists.extend([("key", keys()), ("key-what", keys())]);
    lists.push(("key-state", vec!["made", "in_use", "by_itself", "ended"]));
    let stages = vec!["active", "ending", "published", "retiring", "expired", "revoked", "destroyed"];
    lists.push(("key-stage", stages));
    let mut fields = BTreeSet::new();
    let mut values = BTreeSet::from(["yes", "no", "unknown"]);
    for field in Category::ALL.iter().flat_map(|category| category.fields()).chain(protocol::category::COMMON) {
        of_field(field, &mut fields, &mut values);
    }
    assert!(fields.len() > 150 && values.len() > 200, "{} {}", fields.len(), values.len());
    lists.extend([("field", fields.into_iter().collect()), ("value", values.into_iter().collect())]);
    for (list, codes) in lists {
        for code in codes {
            for lang in Lang::ALL {
                assert!(bundle::has(lang, &codes::key(list, code)), "{list} {code} in {}", lang.tag());
            }
        }
    }
}

/// The names of a field and of what is in it, and the codes that may stand there.
fn of_field(field: &Field, fields: &mut BTreeSet<&'static str>, values: &mut BTreeSet<&'static str>) {
    fields.insert(field.name);
    let mut kind = field.kind;
    while let Kind::List(inner, _) = kind {
        kind = *inner;
    }
    match kind {
        Kind::Enum(codes) if field.name != "languages" => values.extend(codes.iter().map(|code| code.code)),
        Kind::Record(inner) => inner.iter().for_each(|field| of_field(field, fields, values)),
        _ => {}
    }
}

#[test]
fn days_are_said_in_words_and_what_is_left_in_two_units() {
    let cambodia = TimeZone::fixed(jiff::tz::offset(7));
    let now = Timestamp(1_795_503_600); // 24 November 2026, 14:00 in Cambodia
    let moment = Moment::of(now, cambodia);
    let (en, km) = (Words::new(Lang::En), Words::new(Lang::Km));
    assert_eq!(moment.moment(en, now.plus(7_200)), "today, 16:00");
    assert_eq!(moment.moment(km, now.plus(7_200)), "ថ្ងៃនេះ ម៉ោង ១៦:០០");
    assert_eq!(moment.day(en, now), "24 November 2026");
    assert_eq!(moment.day(km, now), "២៤ វិច្ឆិកា ២០២៦");
    assert_eq!(moment.near_day(en, now.plus(Timestamp::DAY)), "tomorrow");
    assert_eq!(moment.near_day(en, Timestamp(now.0 - Timestamp::DAY)), "yesterday");
    assert_eq!(moment.left(en, now.plus(15_600)).as_deref(), Some("4 hours 20 minutes"));
    assert_eq!(moment.left(km, now.plus(15_600)).as_deref(), Some("៤ ម៉ោង ២០ នាទី"));
    assert_eq!(moment.left(en, now.plus(60)).as_deref(), Some("1 minute"));
    assert_eq!(moment.left(en, Timestamp(now.0 - 1)), None);
    assert_eq!(moment.day(en, Timestamp(u64::MAX)), "at no time");
    assert_eq!(en.recorded_day("2026-05"), "May 2026");
    assert_eq!(km.recorded_day("2018"), "២០១៨");
}

#[test]
fn the_browser_s_first_language_of_ours_is_taken() {
    assert_eq!(Lang::wanted_by("en-GB,en;q=0.9,km;q=0.8"), Lang::En);
    assert_eq!(Lang::wanted_by("th, km-KH;q=0.9, en;q=0.1"), Lang::Km);
    assert_eq!(Lang::wanted_by(""), Lang::Km);
    assert_eq!(Lang::wanted_by("fr"), Lang::Km);
}
