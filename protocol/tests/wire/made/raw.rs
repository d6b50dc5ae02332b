//! Packets as no honest node makes them: every part by hand.

use keys::{
    Common, Digest, Head, SigningKey, cbor,
    label::{self, Label},
    sealing::{self, SealingPublic},
};
use minicbor::Encoder;
use protocol::{
    envelope::{Binding, Introduced, Outer, pad},
    exchange::{ExchangeId, Position},
    packet::{Header, PACKET},
};

use super::{Agency, NOW, Seeded, network};

pub(crate) const NONCE: [u8; 32] = [7; 32];
pub(crate) const K_COMMIT: [u8; 32] = [8; 32];

/// An offer of `from` to `to`, all of it good.
pub(crate) fn header(from: &Agency, to: &Agency, body: &[u8]) -> Header {
    Header {
        common: Common {
            v: 1,
            network: network(),
            agency: from.id(),
            key: from.op.public().id(),
            incarnation: 1,
            ts: NOW,
        },
        suite: 1,
        class: 0,
        packet_type: 1,
        sender_head: from.verified.head(),
        recipient: to.id(),
        recipient_head: Some(Head { ..to.verified.head() }),
        exchange: ExchangeId::of(from.id(), to.id(), &NONCE),
        seq: 1,
        prev: None,
        seen: None,
        created: NOW,
        expires: Some(NOW.plus(86_400)),
        reply_key: Some(keys::sealing::SealingKey::generate(&mut Seeded::new(50)).public().clone()),
        body_commit: commitment("spean/body/offer", body),
        attachments: Vec::new(),
        consent_ref: None,
        purpose: "health_treatment".into(),
        exchange_kind: "referral".into(),
        onward: "none".into(),
        provenance: Vec::new(),
        crit: Vec::new(),
    }
}

pub(crate) fn commitment(name: &'static str, body: &[u8]) -> Digest {
    label::mac(&K_COMMIT, Label::new(name), body)
}

/// The body of an offer.
pub(crate) fn offer_body(nonce: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes);
    let written = encoder.map(2).and_then(|e| e.str("nonce")?.bytes(nonce)?.str("triage")?.bytes(b"\xa0"));
    written.expect("a vector takes all");
    bytes
}

/// Inner, from header bytes that are signed as they are.
pub(crate) fn inner(header: &[u8], body: &[u8], key: &SigningKey) -> Vec<u8> {
    inner_parts(header, &key.sign(PACKET, header).0, &K_COMMIT, body)
}

pub(crate) fn inner_parts(header: &[u8], signature: &[u8], k_commit: &[u8], body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes);
    let written = encoder
        .map(4)
        .and_then(|e| e.u8(0)?.bytes(header)?.u8(1)?.bytes(signature)?.u8(2)?.bytes(k_commit)?.u8(3)?.bytes(body));
    written.expect("a vector takes all");
    bytes
}

/// Inner with this header and body, honestly signed.
pub(crate) fn signed(header: &Header, body: &[u8], key: &SigningKey) -> Vec<u8> {
    inner(&cbor::encode(header), body, key)
}

/// The binding of class 0 to `to`.
pub(crate) fn class_0(to: &Agency) -> Binding {
    Binding { network: network(), recipient: to.id(), introduced: None }
}

/// The binding of a key that `to` gave to `from` in an exchange.
pub(crate) fn class_1(from: &Agency, to: &Agency, exchange: ExchangeId) -> Binding {
    let introduced = Introduced { exchange, sender: from.id(), by: Digest([6; 32]) };
    Binding { introduced: Some(introduced), ..class_0(to) }
}

/// Seals a plaintext as it is.
pub(crate) fn seal_plain(plain: &[u8], binding: &Binding, key: &SealingPublic) -> Vec<u8> {
    let aad = Outer { suite: 1, kid: key.kid() }.to_bytes();
    let info = binding.info(key.kid());
    let sealed = sealing::seal(key, &info, &aad, plain, &mut Seeded::new(60)).expect("seals");
    [aad.as_slice(), &sealed.enc, &sealed.ct].concat()
}

/// Seals Inner bytes with good padding.
pub(crate) fn seal(inner: &[u8], binding: &Binding, key: &SealingPublic) -> Vec<u8> {
    seal_plain(&pad(inner).expect("short"), binding, key)
}

pub(crate) const NOWHERE: Position = Position { incarnation: 1, seq: 1, hash: Digest([5; 32]) };
