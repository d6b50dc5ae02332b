//! What travels between nodes: envelopes, packets, acknowledgements, receipts.

use std::sync::{Arc, LazyLock};

use keys::{
    Secret, Signed, cbor,
    label::{self, Label},
    sealing,
};
use protocol::{
    ack::{self, ACK, AckReply},
    consent::{Release, SignedConsent},
    envelope::{Binding, Outer, pad, unpad},
    exchange::Exchange,
    offer::Triage,
    open::{OpeningKey, SealedEnvelope},
    packet::{Body, Header, Inner, PACKET, PacketKind, commit_label},
    receipt::{RECEIPT, Receipt},
};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};

use crate::actors::{CMO, DT, NOW, Seeded, dt, endorsed, exchange, inner, network};

/// The key of every commitment here.
pub const K_COMMIT: [u8; 32] = [8; 32];
/// The secret that every answer here is sealed under.
pub const EXPORTED: [u8; 32] = [4; 32];

static OPENING: LazyLock<Arc<sealing::SealingKey>> =
    LazyLock::new(|| Arc::new(sealing::SealingKey::from_seed(DT.sealing.seed().duplicate())));

/// Outer bytes, and what decryption says to them: nothing opens that nobody sealed.
pub fn envelope(data: &[u8]) {
    let Ok(sealed) = SealedEnvelope::parse(data) else { return };
    let opened = sealed.open(&[OpeningKey { key: Arc::clone(&OPENING), introduced: None }], &dt());
    let of_us = opened.map(|packet| packet.claimed_sender());
    assert!(of_us.is_err() || of_us == Ok(CMO.id()), "an envelope opened that nobody sealed");
}

/// What decryption gives: padding, then the packet.
pub fn plaintext(data: &[u8]) {
    if let Ok(content) = unpad(data) {
        assert_eq!(pad(content).map(|padded| padded.to_vec()), Ok(data.to_vec()), "a second padding was read");
        packet(content);
    }
    if let Ok(padded) = pad(data) {
        assert_eq!(unpad(&padded), Ok(data), "padding lost something");
    }
}

/// The packet inside: exact bytes, and all that is read of it before anybody is believed.
pub fn packet(data: &[u8]) {
    let Ok(packet) = Inner::from_bytes(data) else { return };
    assert_eq!(packet.bytes(), data, "the bytes that were signed were not kept");
    assert_eq!(cbor::encode(packet.header()), packet.header_bytes(), "a second encoding of a header was read");
    let _ = (packet.step(), packet.packet_hash(), packet.body(), packet.refers_to_consent(b"a statement"));
    assert!(!format!("{packet:?}").is_empty());
}

/// A header that its sender signed and sealed: it opens, proves its sender or is refused, and the exchange takes it or not.
pub fn header(data: &[u8]) {
    let Ok(mut header) = cbor::decode::<Header>(data) else { return };
    assert_eq!(cbor::encode(&header), data, "a second encoding of a header was read");
    let body = body_of(header.kind());
    if let Some(kind) = header.kind() {
        header.body_commit = label::mac(&K_COMMIT, commit_label(kind), &body);
    }
    let bytes = cbor::encode(&header);
    let packet = inner(&bytes, &CMO.op.sign(PACKET, &bytes).0, &K_COMMIT, &body);
    let Ok(plain) = pad(&packet) else { return };
    let to = DT.sealing.public();
    let outer = Outer { suite: sealing::SUITE, kid: to.kid() }.to_bytes();
    let binding = Binding { network: network(), recipient: DT.id(), introduced: None };
    let sealed = sealing::seal(to, &binding.info(to.kid()), &outer, &plain, &mut Seeded::new(5)).expect("seals");
    let bytes = [outer.as_slice(), &sealed.enc, &sealed.ct].concat();
    let key = OpeningKey { key: Arc::clone(&OPENING), introduced: None };
    let opened = SealedEnvelope::parse(&bytes).expect("an envelope").open(&[key], &dt());
    let Ok(opened) = opened else { return };
    if let Ok(verified) = opened.verify(&CMO.record, &dt()) {
        assert_eq!(verified.header().sender(), CMO.id(), "believed to be another's");
        let taken = Exchange::from_offer(verified.parties(), &verified.step(), NOW);
        let _ = (taken.is_ok(), verified.clock_is_wrong(NOW));
    }
}

fn body_of(kind: Option<PacketKind>) -> Vec<u8> {
    let number = kind.map_or(0, PacketKind::number);
    let of_kind = |seed: &&Vec<u8>| seed.first() == Some(&number);
    let seeds = crate::seeds::bodies();
    seeds.iter().find(of_kind).map_or_else(Vec::new, |seed| seed[1..].to_vec())
}

/// A body, of the kind that the first byte says, and what it carries as exact bytes.
pub fn body(data: &[u8]) {
    let Some((number, bytes)) = data.split_first() else { return };
    let Some(kind) = PacketKind::from_number(*number) else { return };
    let Ok(body) = Body::from_bytes(kind, bytes) else { return };
    assert_eq!(body.to_bytes().as_deref(), Ok(bytes), "a second encoding of a body was read");
    assert_eq!(body.kind(), kind);
    let _ = (body.mark(), format!("{body:?}"));
    match &body {
        Body::Offer(offer) => drop(Triage::from_bytes(&offer.triage.0)),
        Body::Release(release) => {
            let _ = (SignedConsent::from_bytes(&release.consent.0), Release::from_bytes(&release.release.0));
        }
        Body::Erased(erased) => drop(Signed::<Receipt>::from_bytes(&erased.receipt.0)),
        Body::Withdraw(_)
        | Body::Accept(_)
        | Body::Decline(_)
        | Body::Note(_)
        | Body::Progress(_)
        | Body::Return(_)
        | Body::Complete(_)
        | Body::Rekey(_) => {}
    }
}

/// What stands in a sealed answer, under the padding and behind the seal; and the sealed bytes themselves.
pub fn ack(data: &[u8]) {
    let exported = Secret::new(Box::new(EXPORTED));
    let _ = ack::open(data, &exported);
    for plain in [padded(data), padded(&[&length(data), data].concat()), padded_signed(data)] {
        if let Ok(AckReply::Answered(reply)) = ack::open(&seal_ack(plain), &exported) {
            let _ = reply.verify(&DT.record, CMO.id(), network(), exchange());
        }
    }
}

fn length(data: &[u8]) -> [u8; 2] {
    u16::try_from(data.len()).unwrap_or(u16::MAX).to_be_bytes()
}

fn padded(data: &[u8]) -> Vec<u8> {
    let mut plain = data.to_vec();
    plain.resize(protocol::limits::PADDED_ACK, 0);
    plain
}

fn padded_signed(data: &[u8]) -> Vec<u8> {
    let signed = endorsed(data, ACK, &DT.op);
    padded(&[&length(&signed), signed.as_slice()].concat())
}

/// As `ack::seal` does with what is no acknowledgement.
fn seal_ack(mut plain: Vec<u8>) -> Vec<u8> {
    let (head, salt) = (b"SPA1\x01", [6; 32]);
    let key = label::derive(&EXPORTED, &salt, Label::new("spean/ack/key"), &[]);
    let key = LessSafeKey::new(UnboundKey::new(&CHACHA20_POLY1305, key.expose()).expect("32 bytes"));
    let nonce = Nonce::assume_unique_for_key([0; 12]);
    key.seal_in_place_append_tag(nonce, Aad::from(head), &mut plain).expect("seals");
    [head.as_slice(), &salt, &plain].concat()
}

/// The receipt of an erasure, signed by who must have signed it.
pub fn receipt(data: &[u8]) {
    if let Ok(receipt) = cbor::decode::<Receipt>(data) {
        assert_eq!(cbor::encode(&receipt), data, "a second encoding of a receipt was read");
        let signed = endorsed(data, RECEIPT, &DT.op);
        let _ = Receipt::verify(&signed, &DT.record, CMO.id(), network(), exchange());
    }
}
