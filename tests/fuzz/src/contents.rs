//! What packets and cases say: consent statements, releases, triage, records, and the JSON that people write.

use std::sync::LazyLock;

use jiff::civil::{Date, date};
use keys::{Digest, cbor};
use protocol::{
    code::{Purpose, Urgency},
    consent::{CONSENT, Consent, ConsentStatement, Release, SignedConsent},
    fixture,
    offer::{Triage, TriageDraft, leak_guard, small_cells},
    record::CaseRecord,
};
use serde_json::Value;

use crate::{
    actors::{CMO, DT, NOW, endorsed, exchange, network},
    seeds,
};

/// The day of the invented children.
pub const TODAY: Date = date(2026, 6, 1);

/// A child that consents are read against.
pub static CHILD: LazyLock<CaseRecord> = LazyLock::new(|| {
    let json = fixture::case_json("f02").expect("a fixture");
    CaseRecord::entered(&json, TODAY).expect("a case")
});

/// A statement that covers what a release of the fixture holds.
static COVERS: LazyLock<ConsentStatement> = LazyLock::new(|| {
    let payload = seeds::consent_statements().remove(0);
    statement(&payload).expect("the seed holds")
});

fn statement(payload: &[u8]) -> Option<ConsentStatement> {
    let signed = SignedConsent::from_bytes(&endorsed(payload, CONSENT, &CMO.op)).ok()?;
    signed.verify(&CMO.record, network(), Digest(*exchange().as_bytes()), DT.id(), NOW).ok()
}

/// A consent statement, signed by the agency whose it is.
pub fn consent_statement(data: &[u8]) {
    let signed = endorsed(data, CONSENT, &CMO.op);
    if let Ok(parsed) = SignedConsent::from_bytes(&signed) {
        assert_eq!(parsed.to_bytes(), signed, "a second encoding of a statement was read");
        if let Some(statement) = statement(data) {
            let _ = (statement.categories(), statement.named_fields(), statement.purposes());
        }
    }
}

/// A release, and whether its consent covers it.
pub fn release(data: &[u8]) {
    let Ok(release) = Release::from_bytes(data) else { return };
    assert_eq!(release.to_bytes().as_deref(), Ok(data), "a second encoding of a release was read");
    let _ = (release.to_json(), release.named_fields(), release.handling().len());
    if release.check_covered_by(&COVERS).is_ok() {
        assert!(release.categories().all(|category| COVERS.categories().contains(&category)));
    }
}

/// A triage summary as it came.
pub fn triage(data: &[u8]) {
    let Ok(triage) = Triage::from_bytes(data) else { return };
    assert_eq!(triage.to_bytes().as_deref(), Ok(data), "a second encoding of a triage was read");
    let _ = (triage.services(), triage.languages(), triage.would_follow(), triage.support(), triage.arrival());
    let _ = (triage.age_band(), triage.sex(), triage.urgency(), triage.basis(), triage.group_size());
    let _ = (small_cells::warnings(&triage, Some("01"), 1), leak_guard::check(triage.text(), &CHILD));
    let _ = Triage::from_json(&triage.to_json());
}

/// A stored record.
pub fn case_bytes(data: &[u8]) {
    if let Ok(record) = CaseRecord::from_bytes(data) {
        assert_eq!(record.to_bytes().as_deref(), Ok(data), "a second encoding of a record was read");
        assert_eq!(CaseRecord::from_json(&record.to_json()).as_ref(), Ok(&record), "it is not what it shows");
        look_at(&record);
    }
}

/// A record as a person writes it.
pub fn case_json(data: &[u8]) {
    let Ok(json) = serde_json::from_slice::<Value>(data) else { return };
    let _ = CaseRecord::entered(&json, TODAY);
    if let Ok(record) = CaseRecord::from_json(&json) {
        let bytes = record.to_bytes().expect("every record can be encoded");
        assert_eq!(CaseRecord::from_bytes(&bytes).as_ref(), Ok(&record), "what was stored reads back otherwise");
        look_at(&record);
    }
}

/// All that is read of a record to show, find and offer it.
fn look_at(record: &CaseRecord) {
    let _ = (record.display_name(), record.other_names().count(), record.person_names().len(), record.sex());
    let _ = (record.birth(), record.age_on(TODAY), record.languages(), record.dates(), record.numbers().len());
    let _ = (record.province_code(), record.places().len(), record.phones().len(), record.has_disability());
    let basis = protocol::code::ConsentBasis::BestInterest;
    let draft = TriageDraft::of_case(record, TODAY, Purpose::Shelter, Urgency::High, basis);
    let _ = Triage::build(&draft, record);
    let _ = leak_guard::check("The boy has a sister in ប៉ោយប៉ែត, telephone 012 345 678.", record);
}

/// A consent as a person writes it, and a triage in the same form.
pub fn consent_json(data: &[u8]) {
    let Ok(json) = serde_json::from_slice::<Value>(data) else { return };
    if let Ok(consent) = Consent::from_json(&json, &CHILD, TODAY) {
        let bytes = consent.to_bytes().expect("every consent can be encoded");
        assert!(cbor::decode_body::<Consent>(&bytes) == Ok(consent), "what was stored reads back otherwise");
    }
    if let Ok(triage) = Triage::from_json(&json) {
        let bytes = triage.to_bytes().expect("every triage can be encoded");
        assert!(Triage::from_bytes(&bytes).as_ref() == Ok(&triage), "what was sent reads back otherwise");
    }
}
