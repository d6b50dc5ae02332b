//! What people type and what the node's own machine holds at first.

use ciborium::Value as Cbor;
use keys::{
    Card, Common, Digest, FIRST_INCARNATION, Fingerprint, Head, PROTOCOL_VERSION, card::QrPayload, cbor, label,
    label::Label,
};
use node::{
    audit::{Entry, Outcome, write_export},
    config,
};
use protocol::{
    audit_export::AuditExport,
    envelope::to_armour,
    exchange::{Exchange, Parties, Role},
    packet::Inner,
};
use serde::Serialize;
use serde_json::json;

use super::{envelopes, headers, inners};
use crate::actors::{CMO, DT, NOW, exchange};

pub fn texts() -> Vec<Vec<u8>> {
    let id = CMO.id();
    let of_agency = [id.to_string(), Fingerprint::of(id).to_string(), QrPayload::of(&CMO.record).to_string()];
    let others = [
        exchange().to_string(),
        "3fa9c1d2e4b5a6978899aabbccddeeff".into(),
        "1780272000-3fa9c1d2e4b5a6978899aabbccddeeff".into(),
        "any:health".into(),
        "health.hiv".into(),
        "shelter.transitional".into(),
        "KH-1".into(),
        "2026-06".into(),
        "០១២ ៣៤៥ ៦៧៨".into(),
        "សុខា".into(),
        "ស្រីមុំ ចាន់".into(),
        "Sokha Chan".into(),
        "https://dt.example:8443".into(),
        "spnkit1qqqsyqcyq5rqwzqfpg9scrgwpugpzysnzs23v9ccrydpk8qarc0jqsjrfxy".into(),
        "not-covered".into(),
    ];
    of_agency.into_iter().chain(others).map(String::into_bytes).collect()
}

pub fn armour() -> Vec<Vec<u8>> {
    let card = Card::new(CMO.record.record().clone()).to_text();
    let quoted = card.lines().map(|line| format!("> {line}\r\n")).collect::<Vec<_>>().concat();
    let envelope = envelopes().first().map(|bytes| to_armour(bytes)).unwrap_or_default();
    [card, quoted, envelope].into_iter().map(String::into_bytes).collect()
}

pub fn configs() -> Vec<Vec<u8>> {
    let settings = config::EXAMPLE.lines().map(|line| line.trim_start_matches("# ")).collect::<Vec<_>>().join("\n");
    vec![config::EXAMPLE.as_bytes().to_vec(), settings.into_bytes()]
}

pub fn requests() -> Vec<Vec<u8>> {
    let bodies = [
        json!({ "case": "3fa9", "to": "DT", "services": ["shelter.transitional"], "urgency": "high",
                "summary": "needs a bed", "purpose": "shelter", "categories": ["identity"], "group": 2 }),
        json!({ "reason": "no_capacity", "text": "full" }),
        json!({ "text": "thank you" }),
        json!({ "status": "expected", "date": "2026-06-02" }),
        json!({ "outcome": "provided" }),
        json!({ "term": "សុខា" }),
        json!({ "card": "text" }),
        json!({ "fingerprint": "8391 9078", "how": "telephone" }),
        json!({}),
        json!({ "identity": { "names": [["a", 1.5, null, true, -3]] } }),
    ];
    (0..).zip(bodies).map(|(number, body)| [&[number], body.to_string().as_bytes()].concat()).collect()
}

fn map(entries: &[(&str, Cbor)]) -> Vec<u8> {
    let entries = entries.iter().map(|(name, value)| (Cbor::from(*name), value.clone())).collect();
    let mut bytes = Vec::new();
    ciborium::into_writer(&Cbor::Map(entries), &mut bytes).expect("a vector takes all");
    bytes
}

fn value(of: &impl Serialize) -> Cbor {
    Cbor::serialized(of).expect("a value")
}

/// With the number of their table before them.
pub fn rows() -> Vec<Vec<u8>> {
    let now = || value(&NOW);
    let bytes = |length: usize| Cbor::Bytes(vec![7; length]);
    let none = || Cbor::Null;
    let list = |items: &[&str]| Cbor::Array(items.iter().map(|item| Cbor::from(*item)).collect());
    let offer = headers().first().and_then(|header| cbor::decode::<protocol::packet::Header>(header).ok());
    let inner = inners().first().and_then(|inner| Inner::from_bytes(inner).ok());
    let parties = Parties { id: exchange(), origin: CMO.id(), recipient: DT.id(), role: Role::Recipient };
    let machine =
        inner.and_then(|inner| Exchange::from_offer(parties, &inner.step(), NOW).ok()).map(|(machine, _)| machine);
    let mut all = vec![
        (1, map(&[("version", 1.into()), ("created", now()), ("updated", now()), ("record", bytes(9))])),
        (
            2,
            map(&[
                ("name_km", none()),
                ("name_latin", "Sok".into()),
                ("other_names", list(&["a"])),
                ("sex", "f".into()),
                ("age", "9".into()),
                ("age_band", "6_11".into()),
                ("area", "01".into()),
                ("created", now()),
                ("updated", now()),
                ("consents", list(&[])),
            ]),
        ),
        (
            4,
            map(&[
                ("record", bytes(9)),
                ("trust", "verified".into()),
                ("since", now()),
                ("by", "Dara".into()),
                ("how", none()),
            ]),
        ),
        (6, map(&[("services", list(&["health.checkup"])), ("urgency", "high".into())])),
        (7, map(&[("header", bytes(9)), ("signature", bytes(64))])),
        (9, map(&[("inner", bytes(9))])),
        (10, map(&[("peer", value(&DT.id())), ("parting", false.into()), ("kind", "offer".into())])),
        (12, map(&[("seed", Cbor::Array(vec![7.into(); 32]))])),
        (14, map(&[("answer", bytes(9)), ("exchange", value(&exchange())), ("at", now())])),
        (17, map(&[("receipt", bytes(9))])),
        (18, map(&[("since", now())])),
    ];
    if let (Some(machine), Some(_)) = (machine, offer) {
        let row = [
            ("exchange", value(&machine)),
            ("case", none()),
            ("consent", none()),
            ("offered", now()),
            ("answer_by", now()),
            ("lapses", now()),
            ("since", now()),
            ("expected", none()),
            ("purpose", "care".into()),
            ("end_code", none()),
            ("alarms", list(&["equivocation"])),
            ("release_blocked", none()),
            ("erasing", false.into()),
            ("erased", none()),
            ("parted", false.into()),
        ];
        all.push((5, map(&row)));
    }
    all.into_iter().map(|(table, row)| [&[table], row.as_slice()].concat()).collect()
}

pub fn slots() -> Vec<Vec<u8>> {
    let several = |length: u32| {
        let head = [&[1][..], &7_u64.to_be_bytes(), &length.to_be_bytes()].concat();
        [head, vec![9; 8_000], vec![8; 100]].concat()
    };
    vec![[&[0][..], b"a short value"].concat(), several(8_100), several(16_000), several(1 << 20), several(u32::MAX)]
}

fn entry() -> Entry {
    Entry {
        writer: 0,
        seq: 7,
        prev: Digest([1; 32]),
        at: NOW,
        actor: "uid:1000".into(),
        by: Some("Dara".into()),
        approved_by: None,
        action: "case.open".into(),
        object: Some(Digest([2; 32])),
        purpose: None,
        outcome: Outcome::Done,
        detail: None,
    }
}

pub fn audit() -> Vec<Vec<u8>> {
    let entry = entry();
    let refused = Entry { outcome: Outcome::Refused("case/not-found".into()), ..entry.clone() };
    [entry, refused].iter().filter_map(|entry| cbor::encode_body(entry).ok()).collect()
}

/// An entry's hash, and its line.
fn line(entry: &Entry) -> (Digest, String) {
    let hash = label::hash(Label::new("spean/audit/entry"), &cbor::encode_body(entry).expect("an entry"));
    let entry = serde_json::to_string(entry).expect("texts and numbers");
    (hash, format!("{{\"hash\":\"{hash}\",\"entry\":{entry}}}\n"))
}

/// `lines` behind a first line that CMO signed: entry 7, and no other.
pub fn signed_export(lines: &str) -> String {
    let (hash, _) = line(&entry());
    let common = Common {
        v: PROTOCOL_VERSION,
        network: CMO.record.network(),
        agency: CMO.id(),
        key: CMO.op.public().id(),
        incarnation: FIRST_INCARNATION,
        ts: NOW,
    };
    let (before, last) = (Head { seq: 6, hash: Digest([1; 32]) }, Head { seq: 7, hash });
    let export = AuditExport { common, since: NOW, until: NOW.plus(1), before, last, newest: last };
    write_export(&CMO.record, "spean", &export.sign(&CMO.op), lines)
}

pub fn audit_exports() -> Vec<Vec<u8>> {
    let (_, line) = line(&entry());
    [line.clone(), line.repeat(2), signed_export(&line)].into_iter().map(String::into_bytes).collect()
}
