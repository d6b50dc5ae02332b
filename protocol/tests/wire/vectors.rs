//! The frozen vectors in `protocol/vectors`: other implementations are written against them, so changed bytes are
//! a changed protocol. `SPEAN_WRITE_VECTORS=1 cargo test -p protocol --test wire frozen` writes them anew.

use std::{collections::BTreeSet, fs, path::PathBuf};

use data_encoding::{BASE64, HEXLOWER};
use keys::{AgencyId, Digest, PublicRecord, Secret, VerifiedAgency, label, sealing::SealingKey};
use protocol::{
    ack::{self, AckReply},
    envelope::{self, Introduced, padded_length},
    exchange::{Exchange, ExchangeId, Verdict},
    open::{Me, OpeningKey, SealedEnvelope},
    packet::{Inner, PACKET},
};
use serde_json::Value;

use crate::made;

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors").join(name)
}

fn read(name: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(file(name)).expect("is there")).expect("JSON")
}

fn text<'a>(vector: &'a Value, name: &str) -> &'a str {
    vector[name].as_str().unwrap_or_else(|| panic!("no text {name} in {vector}"))
}

fn hex(vector: &Value, name: &str) -> Vec<u8> {
    HEXLOWER.decode(text(vector, name).as_bytes()).expect("hexadecimal")
}

fn secret(vector: &Value, name: &str) -> Secret<32> {
    Secret::from_slice(&hex(vector, name)).expect("32 bytes")
}

fn agency(vector: &Value, name: &str) -> VerifiedAgency {
    PublicRecord::from_bytes(&hex(vector, name)).and_then(|record| record.verify(made::network())).expect("verifies")
}

fn list(vector: &Value) -> &Vec<Value> {
    vector.as_array().expect("a list")
}

#[test]
fn the_frozen_vectors_are_what_this_code_makes() {
    let all = [("exchange.json", made::transcript()), ("bad.json", made::bad()), ("padding.json", made::padding())];
    for (name, made) in all {
        if std::env::var_os("SPEAN_WRITE_VECTORS").is_some() {
            let pretty = serde_json::to_string_pretty(&made).expect("JSON");
            fs::write(file(name), pretty + "\n").expect("writes");
        }
        assert!(read(name) == made, "{name} differs from what is made");
    }
}

#[test]
fn lengths_are_padded_as_the_table_says() {
    for vector in list(&read("padding.json")) {
        let number = |name: &str| usize::try_from(vector[name].as_u64().expect("a number")).expect("small");
        assert_eq!(padded_length(number("length")), number("padded"));
    }
}

/// A packet of the transcript, checked from its bytes alone.
struct Reader {
    record: VerifiedAgency,
    me: Me,
    keys: Vec<OpeningKey>,
}

#[test]
fn each_packet_of_the_transcript_opens_and_its_answer_is_read() {
    let transcript = read("exchange.json");
    let exchange: ExchangeId = text(&transcript, "exchange").parse().expect("an id");
    assert_eq!(exchange.reference(), text(&transcript, "reference"));
    let mut sides: Vec<Reader> = list(&transcript["agencies"])
        .iter()
        .map(|side| {
            let record = agency(side, "record");
            let key = SealingKey::from_seed(secret(side, "sealing_seed"));
            let me = Me { network: made::network(), agency: record.id() };
            Reader { record, me, keys: vec![OpeningKey { key: key.into(), introduced: None }] }
        })
        .collect();
    for packet in list(&transcript["packets"]) {
        let from = usize::try_from(packet["from"].as_u64().expect("a side")).expect("small");
        check_packet(packet, &sides, from, exchange);
        if packet["reply_key_seed"].is_string() {
            let by = text(packet, "packet_hash").parse().expect("a hash");
            let introduced = Introduced { exchange, sender: sides[1 - from].record.id(), by };
            let key = SealingKey::from_seed(secret(packet, "reply_key_seed"));
            sides[from].keys.push(OpeningKey { key: key.into(), introduced: Some(introduced) });
        }
    }
}

fn check_packet(packet: &Value, sides: &[Reader], from: usize, exchange: ExchangeId) {
    let (sender, reader) = (&sides[from], &sides[1 - from]);
    let bytes = BASE64.decode(text(packet, "envelope").as_bytes()).expect("base64");
    assert_eq!(envelope::digest(&bytes).to_string(), text(packet, "envelope_digest"));
    let opened = SealedEnvelope::parse(&bytes).and_then(|sealed| sealed.open(&reader.keys, &reader.me));
    let opened = opened.expect("opens");
    assert_eq!(opened.exported().expose().as_slice(), hex(packet, "exported"));
    let verified = opened.verify(&sender.record, &reader.me).expect("verifies");
    assert_eq!(verified.inner().bytes(), hex(packet, "inner"));
    assert_eq!(label::hash(PACKET, &hex(packet, "header")).to_string(), text(packet, "packet_hash"));
    assert_eq!(verified.header().kind().map(protocol::packet::PacketKind::code), packet["kind"].as_str());
    let reply = ack::open(&hex(&packet["ack"], "sealed"), &secret(packet, "exported")).expect("opens");
    let AckReply::Answered(unverified) = reply else { panic!("not held") };
    let ack = unverified.verify(&reader.record, sender.me.agency, made::network(), exchange).expect("verifies");
    assert_eq!(ack.items[0].packet, verified.position());
}

/// What the reader of `bad.json` says to an envelope.
fn outcome(bytes: &[u8], keys: &[OpeningKey], me: &Me, sender: &VerifiedAgency) -> String {
    let opened = match SealedEnvelope::parse(bytes).and_then(|sealed| sealed.open(keys, me)) {
        Ok(opened) => opened,
        Err(fault) => return fault.code().into(),
    };
    let packet = match opened.verify(sender, me) {
        Ok(packet) => packet,
        Err(fault) => return fault.error.code().into(),
    };
    match Exchange::from_offer(packet.parties(), &packet.step(), made::NOW) {
        Ok((_, Verdict::Refused { code, .. })) | Err(Verdict::Rejected { code }) => format!("refused/{}", code.code()),
        Ok((_, Verdict::Applied { .. })) => "applied".into(),
        Ok((_, other)) | Err(other) => panic!("{other:?}"),
    }
}

#[test]
fn each_bad_envelope_is_refused_for_the_reason_that_stands_beside_it() {
    let vectors = read("bad.json");
    let reader = &vectors["reader"];
    let sender = agency(&vectors, "sender");
    let revoked = agency(&vectors, "sender_after_revocation");
    let me = Me { network: made::network(), agency: text(reader, "agency").parse::<AgencyId>().expect("an agency") };
    let introduced = Introduced {
        exchange: text(reader, "exchange_key_exchange").parse().expect("an id"),
        sender: sender.id(),
        by: text(reader, "exchange_key_introduced").parse::<Digest>().expect("a hash"),
    };
    let key = |name, introduced| OpeningKey { key: SealingKey::from_seed(secret(reader, name)).into(), introduced };
    let keys = [key("sealing_seed", None), key("exchange_key_seed", Some(introduced))];
    let decode = |vector: &Value, name| BASE64.decode(text(vector, name).as_bytes()).expect("base64");
    assert_eq!(outcome(&decode(&vectors, "good"), &keys, &me, &sender), "applied");
    let mut reasons = BTreeSet::new();
    for vector in list(&vectors["bad"]) {
        let reason = text(vector, "reason");
        let record = if reason == "open/revoked-signing-key" { &revoked } else { &sender };
        assert_eq!(outcome(&decode(vector, "envelope"), &keys, &me, record), reason, "{}", text(vector, "name"));
        reasons.insert(reason.to_owned());
    }
    assert!(list(&vectors["bad"]).len() >= 50 && reasons.len() >= 30, "{reasons:?}");
}

#[test]
fn sealing_the_same_packet_again_keeps_its_hash_and_changes_the_envelope() {
    let transcript = read("exchange.json");
    let offer = &list(&transcript["packets"])[0];
    let inner = Inner::from_bytes(&hex(offer, "inner")).expect("a packet");
    let other = made::agency("ផ្ទះសុវត្ថិភាព", "shelter", 3);
    let again = envelope::seal(&inner, None, other.sealing.public(), &mut made::Seeded::new(9)).expect("seals");
    assert_ne!(again.digest.to_string(), text(offer, "envelope_digest"));
    let keys = [OpeningKey { key: SealingKey::from_seed(other.sealing.seed().duplicate()).into(), introduced: None }];
    let me = Me { network: made::network(), agency: inner.header().recipient };
    let opened = SealedEnvelope::parse(&again.bytes).and_then(|sealed| sealed.open(&keys, &me)).expect("opens");
    let sender = agency(&transcript["agencies"][0], "record");
    let verified = opened.verify(&sender, &me).expect("verifies");
    assert_eq!(verified.packet_hash().to_string(), text(offer, "packet_hash"));
}
