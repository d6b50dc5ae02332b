//! What is asked of a consent, and the consent that the answers make. Nothing is ticked beforehand: silence is no.

use protocol::{
    category::{Category, field::Kind},
    code::{AgencyKind, Assent, ConsentForm, Explained, GivenBy, KeepReason, Language, Onward, Purpose},
    consent::NamedField,
};
use serde_json::{Map, Value, json};

use super::named_field;
use crate::{
    view::{Fault, PeerView},
    web::{
        form::{self, Control, Form, Typed, said, ticked},
        page::Mark,
        words::Words,
    },
};

/// Persons or agencies who are not to be told, on the page; the command line takes more.
const UNTOLD: usize = 2;
/// The places of the first page, in the consent's own words: the others are on the second.
const FIRST: [&str; 7] = ["keep_uninformed", "to", "categories", "fields", "purposes", "onward", "until"];

/// The texts and choices of a consent.
const TEXTS: [&str; 11] = [
    "onward",
    "given_by",
    "giver",
    "form",
    "witness",
    "language",
    "interpreter",
    "assent",
    "reason",
    "why_nobody",
    "child_told",
];

/// Whether two persons decide, since nobody can agree.
pub(super) fn is_decided(typed: &Typed) -> bool {
    let given_by = said(typed, "given_by");
    let by_two = |one: &&GivenBy| matches!(one, GivenBy::BestInterest | GivenBy::LawOrDanger);
    GivenBy::ALL.iter().filter(by_two).any(|one| given_by.as_deref() == Some(one.code()))
}

/// The boxes of the first page: what was agreed to.
pub(super) fn agreed(form: &Form<'_>, peers: &[PeerView]) -> Vec<Control> {
    let w = form.w;
    let line = |list: &str, code: &str| (code.to_owned(), w.line(&w.code(list, code)));
    let verified =
        peers.iter().filter(|peer| peer.trust == "verified").map(|peer| (peer.id.clone(), peer.name.clone()));
    let kinds = AgencyKind::ALL
        .iter()
        .filter(|kind| **kind != AgencyKind::Coordination)
        .map(|kind| (format!("any:{}", kind.code()), w.t1("consent-any", "kind", w.code("kind", kind.code()))));
    let held = |one: &Category| {
        let words = w.t2(
            "category-with",
            ("name", w.line(&w.code("category", one.code()))),
            ("holds", w.code("holds", one.code())),
        );
        (one.code().to_owned(), words)
    };
    // Counts are no reason to send a child's record.
    let purposes = Purpose::ALL.iter().filter(|one| **one != Purpose::Statistics);
    let onward = [Onward::No, Onward::SamePurpose].map(|one| line("onward", one.code()));
    let until = form.kind("until", &Kind::DueDate, "until");
    vec![
        untold(form),
        form.several("to", "consent-to", verified.chain(kinds).collect()).needed(),
        form.several("categories", "consent-what", Category::ALL.iter().map(held).collect()).needed(),
        form.several("fields", "consent-fields", NamedField::all().iter().map(|one| named(w, *one)).collect())
            .hint(w.t("consent-fields-hint")),
        form.several("purposes", "consent-for", purposes.map(|one| line("purpose", one.code())).collect()).needed(),
        form.one_of("onward", "consent-onward", onward.into()),
        until.hint(w.t("consent-until-hint")),
    ]
}

fn named(w: Words, field: NamedField) -> (String, String) {
    let name = field.to_string();
    let words = named_field(w, &name);
    (name, words)
}

/// Who must not be told: it wins over all below, so it is asked first.
fn untold(form: &Form<'_>) -> Control {
    let w = form.w;
    let reasons =
        || KeepReason::ALL.iter().map(|one| (one.code().to_owned(), w.line(&w.code("keep", one.code())))).collect();
    let boxes = (0..UNTOLD).flat_map(|n| {
        let id = |part: &str| format!("keep_uninformed.{n}.{part}");
        [form.text(&id("who"), "consent-untold-who", 80), form.one_of(&id("reason"), "consent-untold-why", reasons())]
    });
    form.group("keep_uninformed", "consent-untold", boxes.collect()).hint(w.t("consent-untold-hint"))
}

/// The boxes of the second page: who agreed, and how.
pub(super) fn given(form: &Form<'_>) -> Vec<Control> {
    let w = form.w;
    let line = |list: &str, code: &str| (code.to_owned(), w.line(&w.code(list, code)));
    let givers = GivenBy::ALL.iter().map(|one| line("given_by", one.code())).collect();
    let told = ["yes", "no", "adds_danger"].map(|code| line("told", code));
    let assents = Assent::ALL.iter().map(|one| line("assent", one.code())).collect();
    let forms = ConsentForm::ALL.iter().map(|one| line("consent-form", one.code())).collect();
    let languages = Language::ALL.iter().map(|one| line("language", one.code())).collect();
    let explained = Explained::ALL.iter().map(|one| line("explained", one.code())).collect();
    vec![
        form.one_of("given_by", "consent-by", givers).needed().hint(w.t("consent-by-hint")),
        form.text("giver", "consent-giver", 60).hint(w.t("consent-stays")),
        form.one_of("assent", "consent-assent", assents).hint(w.t("consent-assent-hint")),
        form.one_of("form", "consent-form", forms).hint(w.t("consent-form-hint")),
        form.text("witness", "consent-witness", 60).hint(w.t("consent-witness-hint")),
        form.one_of("language", "consent-language", languages),
        form.text("interpreter", "consent-interpreter", 60).hint(w.t("consent-stays")),
        form.several("explained", "consent-explained", explained).hint(w.t("consent-explained-hint")),
        form.text("reason", "consent-reason", 400).hint(w.t("consent-decided-hint")),
        form.text("why_nobody", "consent-why-nobody", 400).hint(w.t("consent-decided-hint")),
        form.one_of("child_told", "consent-told", told.into()).hint(w.t("consent-told-hint")),
    ]
}

/// The consent as it was typed, for the service to judge.
pub(super) fn consent(typed: &Typed) -> Value {
    let mut consent = Map::new();
    for list in ["to", "categories", "fields", "purposes", "explained"] {
        consent.insert(list.into(), json!(ticked(typed, list)));
    }
    for text in TEXTS {
        if let Some(said) = said(typed, text) {
            consent.insert(text.into(), said.into());
        }
    }
    if let Some(until) = form::value(&Kind::DueDate, typed, "until", None) {
        consent.insert("until".into(), until);
    }
    let untold: Vec<Value> = (0..UNTOLD).filter_map(|n| uninformed(typed, n)).collect();
    if !untold.is_empty() {
        consent.insert("keep_uninformed".into(), untold.into());
    }
    consent.into()
}

/// A reason without a person is passed on too: it must not be lost that somebody was meant.
fn uninformed(typed: &Typed, n: usize) -> Option<Value> {
    let part = |part: &str| said(typed, &format!("keep_uninformed.{n}.{part}"));
    let (who, reason) = (part("who"), part("reason"));
    if who.is_none() && reason.is_none() {
        return None;
    }
    let mut entry = Map::new();
    entry.extend(who.map(|who| ("who".to_owned(), who.into())));
    entry.extend(reason.map(|reason| ("reason".to_owned(), reason.into())));
    Some(entry.into())
}

/// What is missing on the first page, before anybody is asked who agreed.
pub(super) fn missing(w: Words, typed: &Typed) -> Vec<Mark> {
    let empty = ["to", "categories", "purposes"].into_iter().filter(|list| ticked(typed, list).is_empty());
    empty.map(|list| Mark { id: list.to_owned(), text: w.t(wrong(list)).into_owned() }).collect()
}

/// What the service found, each at its box; and whether any of it lies on the first page.
pub(super) fn marks(w: Words, faults: &[Fault]) -> (Vec<Mark>, bool) {
    let place = |fault: &Fault| fault.path.replace('[', ".").replace(']', "");
    let mark = |id: String| Mark { text: w.t(wrong(id.split('.').next().unwrap_or_default())).into_owned(), id };
    let mut found: Vec<Mark> = Vec::new();
    for one in faults.iter().map(place).map(mark) {
        if !found.iter().any(|other| other.text == one.text) {
            found.push(one);
        }
    }
    let first = found.iter().any(|mark| FIRST.iter().any(|name| mark.id.split('.').next() == Some(name)));
    (found, first)
}

fn wrong(place: &str) -> &'static str {
    match place {
        "to" => "consent-wrong-to",
        "categories" => "consent-wrong-categories",
        "fields" => "consent-wrong-fields",
        "purposes" => "consent-wrong-purposes",
        "until" => "consent-wrong-until",
        "keep_uninformed" => "consent-wrong-untold",
        "given_by" => "consent-wrong-by",
        "assent" => "consent-wrong-assent",
        "form" => "consent-wrong-form",
        "witness" => "consent-wrong-witness",
        "language" => "consent-wrong-language",
        "explained" => "consent-wrong-explained",
        "reason" => "consent-wrong-reason",
        "why_nobody" => "consent-wrong-why-nobody",
        "child_told" => "consent-wrong-told",
        _ => "consent-wrong-other",
    }
}
