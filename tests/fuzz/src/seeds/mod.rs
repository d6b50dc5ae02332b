//! Where each target begins: the repository's vectors and fixtures, taken apart, and what the two actors would send.

mod contents;
mod devices;
mod here;

use std::sync::LazyLock;

use data_encoding::{BASE64, HEXLOWER_PERMISSIVE};
use keys::{Common, Digest, Signed, cbor, log::Entry, sealing::SealingKey, statement::Statement};
use protocol::{
    ack::{Ack, AckItem, AckResult},
    cut::CutAnswer,
    envelope::pad,
    exchange::Position,
    packet::Inner,
    receipt::{KEY_DESTROYED, Method, Receipt, Residual},
};
use serde_json::{Value, json};

pub use self::{
    contents::{case_bytes, case_json, consent_json, consent_statements, releases, triages},
    devices::{CREDENTIAL, assertions, attestations},
    here::{armour, audit, audit_exports, configs, requests, rows, signed_export, slots, texts},
};
use crate::actors::{CMO, DT, GUARDIAN, NOW, RECOVERY, Seeded, exchange, network};

const AGENCY: &str = include_str!("../../../../keys/vectors/agency.json");
const HISTORY: &str = include_str!("../../../../keys/vectors/history.json");
const SEALING: &str = include_str!("../../../../keys/vectors/sealing.json");
const EXCHANGE: &str = include_str!("../../../../protocol/vectors/exchange.json");
const BAD: &str = include_str!("../../../../protocol/vectors/bad.json");

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).expect("a vector is JSON")
}

static PACKETS: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let Value::Array(packets) = json_of(EXCHANGE)["packets"].take() else { return Vec::new() };
    packets
});

fn hex(value: &Value) -> Option<Vec<u8>> {
    HEXLOWER_PERMISSIVE.decode(value.as_str()?.as_bytes()).ok()
}

fn base64(value: &Value) -> Option<Vec<u8>> {
    BASE64.decode(value.as_str()?.as_bytes()).ok()
}

fn each(list: &Value, field: &str) -> Vec<Vec<u8>> {
    list.as_array().into_iter().flatten().filter_map(|item| hex(&item[field])).collect()
}

/// The payload under a signature, whatever it is.
fn payload(signed: &[u8]) -> Vec<u8> {
    let mut decoder = minicbor::Decoder::new(signed);
    let read = decoder.map().and_then(|_| decoder.u8()).and_then(|_| decoder.bytes());
    read.expect("a signed payload").to_vec()
}

pub fn cbor() -> Vec<Vec<u8>> {
    let whole = CMO.record.record().log().iter().chain(CMO.record.record().statements()).cloned();
    whole.chain(bodies().into_iter().map(|body| body[1..].to_vec())).collect()
}

pub fn records() -> Vec<Vec<u8>> {
    let vectors = json_of(AGENCY);
    let mut all = each(&vectors["bad"], "record");
    all.extend(hex(&vectors["good"]["record"]));
    all.push(CMO.record.record().to_bytes());
    all
}

pub fn log() -> Vec<Vec<u8>> {
    let good = json_of(AGENCY);
    let hexes = good["good"]["log"].as_array().into_iter().flatten().filter_map(hex);
    let mut all: Vec<Vec<u8>> = hexes.map(|signed| payload(&signed)).collect();
    all.extend(CMO.record.record().log().iter().map(|signed| payload(signed)));
    // The next entry of CMO's log, in each kind.
    let head = CMO.record.head();
    for kind in ["add-op-key", "revoke-key", "rotate-root", "recover", "incarnation", "retire", "of-later"] {
        let common = Common { key: CMO.root.public().id(), ..common(&CMO) };
        let entry =
            Entry { common, seq: head.seq + 1, prev: head.hash, kind: kind.into(), critical: false, body: vec![0xa0] };
        all.push(cbor::encode(&entry));
    }
    all
}

pub fn statements() -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for signed in CMO.record.record().statements() {
        let mut statement = Signed::<Statement>::from_bytes(signed).expect("a statement").claimed().clone();
        all.push(payload(signed));
        statement.serial += 1;
        all.push(cbor::encode(&statement));
    }
    all
}

pub fn forks() -> Vec<Vec<u8>> {
    let vectors = json_of(HISTORY);
    [each(&vectors["forks"], "proof"), each(&vectors["bad_forks"], "proof")].concat()
}

pub fn recoveries() -> Vec<Vec<u8>> {
    let signature = RECOVERY.sign(&GUARDIAN).map(|signature| signature.to_bytes());
    [Some(RECOVERY.to_bytes()), signature.ok()].into_iter().flatten().collect()
}

pub fn cuts() -> Vec<Vec<u8>> {
    let cut = json_of(HISTORY)["cut"].take();
    let mut all: Vec<Vec<u8>> = [&cut["leaf"], &cut["path"]].into_iter().filter_map(hex).collect();
    all.extend([each(&cut["bad"], "leaf"), each(&cut["bad"], "path")].concat());
    let [leaf, path] = [0, 1].map(|at| all.get(at).cloned().unwrap_or_default());
    all.push(CutAnswer::new(leaf, path, headers()).to_bytes());
    all
}

pub fn sealing_keys() -> Vec<Vec<u8>> {
    let mut all = each(&json_of(SEALING), "pk");
    all.push(SealingKey::generate(&mut Seeded::new(9)).public().as_bytes().to_vec());
    all
}

pub fn keyring_patches() -> Vec<Vec<u8>> {
    let patch = |place: u32, bytes: &[u8]| {
        [&place.to_be_bytes()[1..], &[u8::try_from(bytes.len()).unwrap_or(0)], bytes].concat()
    };
    // Format, pair, generation, kind of slot, memory, passes, lanes, the intake key, a wrap.
    [4, 5, 8, 16, 20, 24, 28, 4_104, 8_200, 8_210, 9_000, 40_970, 73_736, 73_760]
        .into_iter()
        .map(|place| patch(place, &[0, 0, 0, 2]))
        .chain([Vec::new()])
        .collect()
}

pub fn envelopes() -> Vec<Vec<u8>> {
    let bad = json_of(BAD);
    let bad = bad["bad"].as_array().into_iter().flatten().filter_map(|vector| base64(&vector["envelope"]));
    PACKETS.iter().filter_map(|packet| base64(&packet["envelope"])).chain(bad.take(16)).collect()
}

pub fn inners() -> Vec<Vec<u8>> {
    PACKETS.iter().filter_map(|packet| hex(&packet["inner"])).collect()
}

pub fn plaintexts() -> Vec<Vec<u8>> {
    inners().iter().filter_map(|inner| pad(inner).ok()).map(|plain| plain.to_vec()).collect()
}

pub fn headers() -> Vec<Vec<u8>> {
    let offer = inners().into_iter().filter_map(|inner| Inner::from_bytes(&inner).ok());
    let ours = offer.map(|packet| {
        let mut header = packet.header().clone();
        header.common = common(&CMO);
        (header.recipient, header.exchange, header.class) = (DT.id(), exchange(), 0);
        header.sender_head = CMO.record.head();
        header.recipient_head = Some(DT.record.head());
        cbor::encode(&header)
    });
    ours.collect()
}

/// With the number of their kind before them.
pub fn bodies() -> Vec<Vec<u8>> {
    let of_vectors = inners().into_iter().filter_map(|inner| {
        let packet = Inner::from_bytes(&inner).ok()?;
        Some([&[packet.header().packet_type], packet.body_bytes()].concat())
    });
    let made = [
        (4, json!({ "reason": "no_capacity", "text": "គ្មានកន្លែង" })),
        (6, json!({ "text": "អរគុណ" })),
        (7, json!({ "status": "expected", "date": "2026-06-02", "text": "by bus" })),
        (8, json!({ "reason": "moved_away" })),
        (10, json!({})),
    ];
    let made =
        made.into_iter().filter_map(|(kind, body)| Some([&[kind], cbor::encode_body(&body).ok()?.as_slice()].concat()));
    of_vectors.chain(made).collect()
}

fn common(of: &crate::actors::Actor) -> Common {
    Common {
        v: 1,
        network: network(),
        agency: of.id(),
        key: of.op.public().id(),
        incarnation: of.record.incarnation(),
        ts: NOW,
    }
}

pub fn acks() -> Vec<Vec<u8>> {
    let packet = Position { incarnation: 1, seq: 1, hash: Digest([5; 32]) };
    [AckResult::Applied, AckResult::Duplicate, AckResult::Held, AckResult::Refused(None)]
        .into_iter()
        .map(|result| {
            let items = vec![AckItem { packet, result }];
            let (peer, log_head) = (CMO.id(), DT.record.head());
            cbor::encode(&Ack { common: common(&DT), peer, exchange: exchange(), items, log_head, last: Some(packet) })
        })
        .collect()
}

pub fn receipts() -> Vec<Vec<u8>> {
    let receipt = Receipt {
        common: common(&DT),
        peer: CMO.id(),
        exchange: exchange(),
        packets: vec![Digest([1; 32]), Digest([2; 32])],
        items: Vec::new(),
        erased_at: NOW,
        method: Method { code: KEY_DESTROYED.into(), from_epoch: 1, to_epoch: 2 },
        residual: Residual { backups_until: Some(NOW.plus(1)), legal_hold: None },
        downstream: Vec::new(),
        audit_checkpoint: None,
    };
    vec![cbor::encode(&receipt)]
}
