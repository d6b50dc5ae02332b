//! What cases, consents and packets say at first.

use std::collections::BTreeSet;

use keys::Digest;
use protocol::{
    code::{AgencyKind, ConsentBasis, Explained, Purpose, Urgency},
    consent::{Consent, ConsentStatement, Recipient, Scope, StatementRequest},
    fixture,
    offer::{Triage, TriageDraft},
    record::CaseRecord,
};
use serde_json::{Value, json};

use super::{common, payload};
use crate::{
    actors::{CMO, DT, NOW, PURPOSE, Seeded, exchange},
    contents::{CHILD, TODAY},
};

fn consent() -> Value {
    json!({
        "to": [DT.id().to_string()], "categories": ["identity", "health", "family"], "purposes": [PURPOSE.code()],
        "until": "2026-11-30", "given_by": "caregiver", "assent": "given", "form": "thumbprint", "witness": "Chan Thy",
        "language": "km", "explained": Explained::ALL,
    })
}

fn parsed() -> Consent {
    Consent::from_json(&consent(), &CHILD, TODAY).expect("a consent")
}

pub fn consent_statements() -> Vec<Vec<u8>> {
    let request =
        StatementRequest { common: common(&CMO), exchange: Digest(*exchange().as_bytes()), recipient: DT.id() };
    let (signed, _) = ConsentStatement::build(&parsed(), request, &CMO.op, &mut Seeded::new(6)).expect("builds");
    vec![payload(&signed.to_bytes())]
}

pub fn releases() -> Vec<Vec<u8>> {
    let recipient = Recipient { id: DT.id(), kind: AgencyKind::Shelter };
    let consent = parsed();
    let all: BTreeSet<_> = consent.categories().clone();
    let each = all.iter().map(|category| BTreeSet::from([*category])).chain([all.clone()]);
    let cut = each.filter_map(|asked| Scope::apply(&CHILD, &consent, &recipient, PURPOSE, &asked, NOW).ok());
    cut.filter_map(|release| release.to_bytes().ok()).collect()
}

fn children() -> impl Iterator<Item = (Value, CaseRecord)> {
    let json = fixture::names().filter_map(fixture::case_json);
    json.map(|json| (json.clone(), CaseRecord::entered(&json, TODAY).expect("a fixture is a case")))
}

fn triage_of(record: &CaseRecord) -> Triage {
    let mut draft = TriageDraft::of_case(record, TODAY, Purpose::Shelter, Urgency::High, ConsentBasis::BestInterest);
    draft.services = vec!["shelter.transitional".parse().expect("a service")];
    draft.text = "Needs a bed tonight.".into();
    Triage::build_unguarded(&draft).expect("a triage")
}

pub fn triages() -> Vec<Vec<u8>> {
    children().map(|(_, record)| triage_of(&record).to_bytes().expect("encodes")).collect()
}

pub fn case_bytes() -> Vec<Vec<u8>> {
    children().map(|(_, record)| record.to_bytes().expect("encodes")).collect()
}

pub fn case_json() -> Vec<Vec<u8>> {
    children().map(|(json, _)| json.to_string().into_bytes()).collect()
}

pub fn consent_json() -> Vec<Vec<u8>> {
    let mut kept = consent();
    kept["keep_uninformed"] = json!([{ "who": "village chief", "reason": "fear_of_harm" }]);
    let best_interest = json!({
        "to": ["any:shelter"], "categories": ["identity"], "fields": ["health.hiv"], "purposes": ["shelter"],
        "given_by": "best_interest", "assent": "given", "why_nobody": "No caregiver could be found yet.",
        "reason": "The child travels alone and needs a safe place; every step was talked over with the child.",
        "worker": "Sorn Maly", "supervisor": "Heng Visal",
    });
    let triages = children().map(|(_, record)| triage_of(&record).to_json());
    [consent(), kept, best_interest].into_iter().chain(triages).map(|json| json.to_string().into_bytes()).collect()
}
