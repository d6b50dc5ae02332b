//! What the protocol makes of one offer and its receipt: encoded and signed, sealed, opened and verified, by the very
//! functions that the nodes call.

use std::sync::Arc;

use keys::{
    Common, Digest, NetworkId, PROTOCOL_VERSION, Policy, Secret, SigningKey, Timestamp, VerifiedAgency,
    founding::{Founding, FoundingRequest, found},
    log::Recovery,
    sealing::SealingKey,
};
use node::world::World;
use protocol::{
    ExchangeId,
    ack::{self, Ack, AckItem, AckReply, AckResult},
    code::Purpose,
    envelope,
    open::{Me, OpeningKey, SealedEnvelope},
    packet::{self, Body, Embedded, Inner, OfferBody, PacketDraft},
};

use super::{Part, cpu_us, rehearsal::Rehearsed};

/// One side.
struct Side {
    agency: VerifiedAgency,
    signing: SigningKey,
    sealing: SealingKey,
}

impl Side {
    fn found(name: &str, now: Timestamp) -> Self {
        let policy = Policy {
            suites: vec![1],
            min_version: 1,
            kind: "shelter".into(),
            services: vec!["shelter.emergency".into()],
            categories: vec![("identity".into(), 1)],
            max_packet: 1 << 20,
        };
        let request = FoundingRequest {
            network: network(),
            name: name.into(),
            country: "KH".into(),
            recovery: Recovery::default(),
            policy,
            transport_pins: vec![Digest([9; 32])],
            addresses: vec!["https://agency.example:8443".into()],
        };
        let Founding { record, op_seed, sealing, .. } =
            found(request, now, &mut World::system().entropy()).expect("an agency");
        let agency = record.verify(network()).expect("a sound record");
        Self { agency, signing: SigningKey::from_seed(op_seed).expect("a key"), sealing }
    }

    fn common(&self, now: Timestamp) -> Common {
        Common {
            v: PROTOCOL_VERSION,
            network: network(),
            agency: self.agency.id(),
            key: self.signing.public().id(),
            incarnation: self.agency.incarnation(),
            ts: now,
        }
    }
}

fn network() -> NetworkId {
    NetworkId::from_name("spean")
}

/// An offer with a triage summary as long as the rehearsed one.
fn draft(from: &Side, to: &Side, triage: &[u8], now: Timestamp) -> PacketDraft {
    let nonce = [7; 32];
    PacketDraft {
        network: network(),
        sender: from.agency.id(),
        incarnation: from.agency.incarnation(),
        sender_head: from.agency.head(),
        recipient: to.agency.id(),
        recipient_head: Some(to.agency.head()),
        exchange: ExchangeId::of(from.agency.id(), to.agency.id(), &nonce),
        next: None,
        now,
        expires: Some(now.plus(Timestamp::DAY)),
        reply_key: Some(SealingKey::generate(&mut World::system().entropy()).public().clone()),
        purpose: Purpose::Care,
        body: Body::Offer(OfferBody { nonce: Embedded(nonce.to_vec()), triage: Embedded(triage.to_vec()) }),
    }
}

fn receipt(from: &Side, to: &Side, inner: &Inner, now: Timestamp) -> Ack {
    Ack {
        common: from.common(now),
        peer: to.agency.id(),
        exchange: inner.header().exchange,
        items: vec![AckItem { packet: inner.header().position(inner.packet_hash()), result: AckResult::Applied }],
        log_head: from.agency.head(),
        last: None,
    }
}

pub fn parts(offer: &Rehearsed) -> Vec<Part> {
    let now = World::system().now();
    let (from, to) = (Side::found("CMO", now), Side::found("DT", now));
    let draft = draft(&from, &to, &offer.triage, now);
    let entropy = || World::system().entropy();
    let inner = packet::build(draft.clone(), &from.signing, &mut entropy()).expect("a packet");
    let build = cpu_us(|| {
        let (draft, signing, mut entropy) = (&draft, &from.signing, entropy());
        move || drop(packet::build(draft.clone(), signing, &mut entropy).expect("a packet"))
    });
    let coins = Secret::random(&mut entropy());
    let sealed = envelope::seal_repeatably(&inner, None, to.sealing.public(), &coins).expect("an envelope");
    assert_eq!(sealed.bytes.len(), offer.envelope, "not as long as what the node sends");
    let seal =
        cpu_us(|| || drop(envelope::seal_repeatably(&inner, None, to.sealing.public(), &coins).expect("an envelope")));
    let key = Arc::new(SealingKey::from_seed(to.sealing.seed().duplicate()));
    let me = Me { network: network(), agency: to.agency.id() };
    let open = cpu_us(|| {
        || {
            let key = OpeningKey { key: Arc::clone(&key), introduced: None };
            let opened = SealedEnvelope::parse(&sealed.bytes).and_then(|sealed| sealed.open(&[key], &me));
            drop(opened.expect("it opens").verify(&from.agency, &me).expect("it is sound"));
        }
    });
    let ack = receipt(&to, &from, &inner, now);
    let sign = cpu_us(|| {
        let (ack, exported, mut entropy) = (&ack, &sealed.exported, entropy());
        let signing = &to.signing;
        move || drop(ack::seal(ack.clone(), signing, exported, &mut entropy).expect("a receipt"))
    });
    let answer = ack::seal(ack, &to.signing, &sealed.exported, &mut entropy()).expect("a receipt");
    let read = cpu_us(|| {
        || {
            let AckReply::Answered(reply) = ack::open(&answer.0, &sealed.exported).expect("it opens") else { return };
            drop(reply.verify(&to.agency, from.agency.id(), network(), inner.header().exchange).expect("it fits"));
        }
    });
    vec![
        Part { what: "encode and sign the packet", times: 1.0, us: build },
        Part { what: "seal it (HPKE, X-Wing)", times: 1.0, us: seal },
        Part { what: "open, decode and verify it", times: 1.0, us: open },
        Part { what: "sign and seal the receipt", times: 1.0, us: sign },
        Part { what: "open and verify the receipt", times: 1.0, us: read },
    ]
}
