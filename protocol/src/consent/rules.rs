//! Who must agree at which age, in which form. Where the age is a range, the younger row's form holds, and the
//! older row's right to refuse.

use jiff::civil::Date;

use super::Draft;
use crate::{
    code::{AgencyKind, Assent, ConsentForm, Explained, GivenBy, Onward, Purpose},
    record::{AgeRange, Parser},
};

use super::recipient::Grantee;

/// From this age the child's assent is asked for, and a refusal stops the release.
const ASSENT_FROM: u8 = 6;
/// From this age the young person's own consent is needed, and enough.
const OWN_FROM: u8 = 15;
/// From this age only the own consent counts.
const ADULT_FROM: u8 = 18;

/// Checks `draft` for a child of this age; notes every fault.
pub(super) fn check(draft: &Draft, age: AgeRange, today: Date, parser: &mut Parser) {
    match draft.given_by {
        GivenBy::Child => own(draft, age, parser),
        GivenBy::Caregiver => caregiver(draft, age, parser),
        GivenBy::BestInterest => best_interest(draft, age, today, parser),
        GivenBy::LawOrDanger => law_or_danger(draft, parser),
    }
    content(draft, parser);
    period(draft, today, parser);
}

fn own(draft: &Draft, age: AgeRange, parser: &mut Parser) {
    if age.least < OWN_FROM {
        parser.fault_at(
            "given_by",
            "the child may be younger than 15: the caregiver's consent is needed, or a best-interest decision",
        );
    }
    if !matches!(draft.assent, None | Some(Assent::Given)) {
        parser.fault_at("assent", "does not fit a consent given by the child: leave it out, or write given");
    }
    if !matches!(draft.form, Some(ConsentForm::Written | ConsentForm::Thumbprint)) {
        parser.fault_at("form", "a young person's own consent is written, or a thumbprint on the paper");
    }
    given(draft, parser);
}

fn caregiver(draft: &Draft, age: AgeRange, parser: &mut Parser) {
    if age.least >= OWN_FROM {
        parser.fault_at("given_by", "from 15 years on the young person's own consent is needed: write child");
    }
    if draft.form.is_none() {
        parser.fault_at("form", "is missing: written, thumbprint, spoken or voice_recording");
    }
    assent(draft, age, parser);
    given(draft, parser);
}

fn best_interest(draft: &Draft, age: AgeRange, today: Date, parser: &mut Parser) {
    let cannot = draft.assent == Some(Assent::NotAble);
    if age.least >= ADULT_FROM || (age.least >= OWN_FROM && !cannot) {
        parser.fault_at(
            "given_by",
            "from 15 years on the young person decides: a best-interest decision is for those who are not able to",
        );
    }
    assent(draft, age, parser);
    approval(draft, parser);
    if draft.review_on.is_some_and(|day| day < today) {
        parser.fault_at("review_on", "lies in the past");
    }
}

/// Not a consent: the least, once, for one agency.
fn law_or_danger(draft: &Draft, parser: &mut Parser) {
    approval(draft, parser);
    if !(draft.to.len() == 1 && draft.to.iter().all(|to| matches!(to, Grantee::Agency(_)))) {
        parser.fault_at("to", "law_or_danger is for one release to one agency: name it");
    }
    if draft.onward != Onward::No {
        parser.fault_at("onward", "law_or_danger allows no onward referral");
    }
    if draft.child_told.is_none() {
        parser.fault_at("child_told", "is missing: the child is told unless that adds danger: yes, no or adds_danger");
    }
}

/// The child's assent, where somebody else decides.
fn assent(draft: &Draft, age: AgeRange, parser: &mut Parser) {
    match draft.assent {
        None => parser.fault_at("assent", "is missing: given, refused, too_young or not_able"),
        Some(Assent::Refused) if age.most >= ASSENT_FROM => {
            parser.fault_at("assent", "the child refuses, and from 6 years on that stops the release");
        }
        Some(Assent::TooYoung) if age.least >= ASSENT_FROM => {
            parser.fault_at("assent", "from 6 years on the child is asked: given, refused or not_able");
        }
        Some(_) => {}
    }
}

/// What every consent of a person needs.
fn given(draft: &Draft, parser: &mut Parser) {
    let missing: Vec<_> = Explained::ALL.iter().filter(|part| !draft.explained.contains(part)).collect();
    if !missing.is_empty() {
        let list = missing.iter().map(|part| part.code()).collect::<Vec<_>>().join(", ");
        parser.fault_at("explained", format!("all must be explained; missing: {list}"));
    }
    if draft.language.is_none() {
        parser.fault_at("language", "is missing: in which language was it explained?");
    }
    if draft.form.is_some_and(ConsentForm::needs_witness) && blank(draft.witness.as_deref()) {
        parser.fault_at("witness", "is missing: a thumbprint or spoken consent needs somebody who saw it given");
    }
}

/// Two persons stand for a decision that is not the child's or caregiver's.
fn approval(draft: &Draft, parser: &mut Parser) {
    if blank(draft.reason.as_deref()) {
        parser.fault_at("reason", "is missing: why is this done, and why could nobody consent?");
    }
    if blank(draft.worker.as_deref()) {
        parser.fault_at("worker", "is missing: who decided?");
    }
    match (&draft.worker, &draft.supervisor) {
        (_, None) => parser.fault_at("supervisor", "is missing: a supervisor must approve"),
        (Some(worker), Some(supervisor)) if same_person(worker, supervisor) => {
            parser.fault_at("supervisor", "must be another person than the worker");
        }
        (_, Some(supervisor)) if blank(Some(supervisor)) => {
            parser.fault_at("supervisor", "is missing: a supervisor must approve");
        }
        _ => {}
    }
}

fn content(draft: &Draft, parser: &mut Parser) {
    for (name, empty) in [
        ("to", draft.to.is_empty()),
        ("categories", draft.categories.is_empty()),
        ("purposes", draft.purposes.is_empty()),
    ] {
        if empty {
            parser.fault_at(name, "is empty: silence is no, so nothing could be shared");
        }
    }
    if draft.to.contains(&Grantee::Any(AgencyKind::Coordination)) {
        parser.fault_at("to", "a coordination body gets counts only, never a case");
    }
    for field in draft.named.iter().filter(|field| !draft.categories.contains(&field.category())) {
        parser.fault_at("fields", format!("{field} is named, but its category {} is not granted", field.category()));
    }
    if (draft.onward == Onward::Named) == draft.onward_to.is_empty() {
        parser.fault_at("onward_to", "goes with onward named: name at least one agency there, and none otherwise");
    }
}

fn period(draft: &Draft, today: Date, parser: &mut Parser) {
    let longest = jiff::Span::new().months(Purpose::MAX_MONTHS);
    if draft.until < draft.from || draft.until < today {
        parser.fault_at("until", "lies in the past, or before the first day");
    } else if draft.from.checked_add(longest).is_ok_and(|last| draft.until > last) {
        parser.fault_at("until", "is more than 12 months ahead: no consent lasts longer");
    }
}

fn blank(text: Option<&str>) -> bool {
    text.is_none_or(|text| text.trim().is_empty())
}

fn same_person(a: &str, b: &str) -> bool {
    a.trim().to_lowercase() == b.trim().to_lowercase()
}
