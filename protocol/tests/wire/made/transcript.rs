//! A whole exchange, with everything in between.

use data_encoding::BASE64;
use keys::{Common, Digest, cbor, random_bytes, sealing::SealingKey};
use protocol::{
    ack::{self, Ack, AckItem, AckResult},
    code::{Outcome, ProgressStatus, Purpose, WithdrawReason},
    envelope::{self, Binding, Introduced},
    exchange::{Exchange, ExchangeId, Parties, Role, SealTo},
    open::{OpeningKey, SealedEnvelope, VerifiedPacket},
    packet::{
        AcceptBody, Body, CompleteBody, Embedded, ErasedBody, Inner, NoteBody, OfferBody, PacketDraft, ProgressBody,
        ReleaseBody, Text, WithdrawBody, build,
    },
    receipt::{KEY_DESTROYED, Method, Receipt, Residual},
};
use serde_json::{Value, json};

use super::{Agency, NOW, Seeded, agency, hex, me, network};

struct Side {
    agency: Agency,
    role: Role,
    exchange: Option<Exchange>,
    seeds: Vec<OpeningKey>,
    /// Where a fresh key comes from and its seed is written down.
    entropy: Seeded,
}

struct Talk {
    id: ExchangeId,
    nonce: [u8; 32],
    sides: [Side; 2],
    packets: Vec<Value>,
}

fn embedded(what: &str) -> Embedded {
    Embedded(cbor::encode_body(&what).expect("a text"))
}

fn note(text: &str) -> Body {
    Body::Note(NoteBody { text: Text::parse(text).expect("short") })
}

/// Offer to receipt: accepted, released, answered, completed, withdrawn, erased.
pub(crate) fn transcript() -> Value {
    let mut talk = Talk::new();
    let nonce = Embedded(talk.nonce.to_vec());
    let id = talk.id;
    talk.say(0, Body::Offer(OfferBody { nonce, triage: embedded("triage") }));
    talk.say(1, Body::Accept(AcceptBody { note: None }));
    talk.say(0, Body::Release(ReleaseBody { consent: embedded("consent"), release: embedded("release") }));
    talk.say(1, Body::Progress(ProgressBody { status: ProgressStatus::Arrived, date: None, text: None }));
    talk.say(0, note("សូមអរគុណ"));
    talk.say(1, Body::Complete(CompleteBody { outcome: Outcome::Provided, text: None }));
    talk.say(0, Body::Withdraw(WithdrawBody { reason: WithdrawReason::ConsentWithdrawn }));
    let receipt = talk.receipt();
    talk.say(1, Body::Erased(ErasedBody { receipt: Embedded(receipt) }));
    let agencies = talk.sides.iter().map(|side| {
        json!({
            "agency": side.agency.id().to_string(),
            "record": hex(side.agency.verified.record().to_bytes()),
            "signing_seed": hex(side.agency.op.seed().expose()),
            "sealing_seed": hex(side.agency.sealing.seed().expose()),
        })
    });
    json!({
        "note": "parts embedded in bodies as bytes are placeholders here, but for the receipt",
        "now": NOW.0,
        "agencies": agencies.collect::<Vec<_>>(),
        "nonce": hex(talk.nonce),
        "exchange": id.to_string(),
        "reference": id.reference(),
        "packets": talk.packets,
    })
}

impl Talk {
    fn new() -> Self {
        let side = |name, kind, seed, role| Side {
            agency: agency(name, kind, seed),
            role,
            exchange: None,
            seeds: Vec::new(),
            entropy: Seeded::new(seed + 100),
        };
        let mut sides =
            [side("CMO ប៉ោយប៉ែត", "reception", 1, Role::Origin), side("មណ្ឌលសុខភាព", "health", 2, Role::Recipient)];
        let nonce = random_bytes(&mut sides[0].entropy);
        let id = ExchangeId::of(sides[0].agency.id(), sides[1].agency.id(), &nonce);
        Self { id, nonce, sides, packets: Vec::new() }
    }

    fn parties(&self, side: usize) -> Parties {
        let [origin, recipient] = &self.sides;
        Parties {
            id: self.id,
            origin: origin.agency.id(),
            recipient: recipient.agency.id(),
            role: self.sides[side].role,
        }
    }

    fn common(&self, side: usize) -> Common {
        Common {
            v: 1,
            network: network(),
            agency: self.sides[side].agency.id(),
            key: self.sides[side].agency.op.public().id(),
            incarnation: 1,
            ts: NOW,
        }
    }

    fn receipt(&self) -> Vec<u8> {
        let links = self.sides[1].exchange.as_ref().expect("offered").peer_links();
        let receipt = Receipt {
            common: self.common(1),
            peer: self.sides[0].agency.id(),
            exchange: self.id,
            packets: links.iter().map(|link| link.hash).collect(),
            items: Vec::new(),
            erased_at: NOW,
            method: Method { code: KEY_DESTROYED.into(), from_epoch: 3, to_epoch: 4 },
            residual: Residual::default(),
            downstream: Vec::new(),
            audit_checkpoint: None,
        };
        receipt.sign(&self.sides[1].agency.op)
    }

    /// `from` says something, the other side hears it and answers; all of it is written down.
    fn say(&mut self, from: usize, body: Body) {
        let (inner, fresh) = self.build(from, body);
        let k_commit = self.sides[from].entropy.drawn();
        let (sealed, binding, kid) = self.seal(from, &inner);
        let hpke_entropy = self.sides[from].entropy.drawn();
        let packet = self.open(from, &sealed.bytes);
        let answer = self.answer(from, &packet);
        let here = self.sides[from].exchange.as_ref().expect("exists");
        self.packets.push(json!({
            "from": from,
            "kind": inner.header().kind().map(protocol::packet::PacketKind::code),
            "class": inner.header().class,
            "reply_key_seed": fresh,
            "header": hex(inner.header_bytes()),
            "signature": hex(inner.signature().0),
            "k_commit": k_commit,
            "body": hex(inner.body_bytes()),
            "inner": hex(inner.bytes()),
            "packet_hash": inner.packet_hash().to_string(),
            "kid": kid,
            "info": hex(binding),
            "hpke_entropy": hpke_entropy,
            "envelope": BASE64.encode(&sealed.bytes),
            "envelope_digest": sealed.digest.to_string(),
            "exported": hex(sealed.exported.expose()),
            "ack": answer,
            "state": here.state().code(),
        }));
    }

    fn build(&mut self, from: usize, body: Body) -> (Inner, Option<String>) {
        let next = self.sides[from].exchange.as_ref().map(|here| here.next(body.kind()).expect("legal"));
        let parties = self.parties(from);
        let is_offer = next.is_none();
        let fresh = next.as_ref().is_none_or(|next| next.fresh_key);
        let recipient = &self.sides[1 - from].agency;
        let (recipient_id, recipient_head) = (recipient.id(), Some(recipient.verified.head()));
        let side = &mut self.sides[from];
        let reply = fresh.then(|| SealingKey::generate(&mut side.entropy));
        let seed = reply.as_ref().map(|key| hex(key.seed().expose()));
        side.entropy.drawn();
        let draft = PacketDraft {
            network: network(),
            sender: side.agency.id(),
            incarnation: 1,
            sender_head: side.agency.verified.head(),
            recipient: recipient_id,
            recipient_head,
            exchange: parties.id,
            next,
            now: NOW,
            expires: is_offer.then(|| NOW.plus(86_400)),
            reply_key: reply.as_ref().map(|key| key.public().clone()),
            purpose: Purpose::HealthTreatment,
            body,
        };
        let inner = build(draft, &side.agency.op, &mut side.entropy).expect("builds");
        if let Some(key) = reply {
            let introduced = Introduced { exchange: parties.id, sender: recipient_id, by: inner.packet_hash() };
            side.seeds.push(OpeningKey { key: key.into(), introduced: Some(introduced) });
        }
        (inner, seed)
    }

    fn seal(&mut self, from: usize, inner: &Inner) -> (envelope::Envelope, Vec<u8>, String) {
        let parties = self.parties(from);
        let kind = inner.header().kind().expect("known");
        let next = self.sides[from].exchange.as_ref().map(|here| here.next(kind).expect("legal").seal_to);
        let (to, introduced): (_, Option<Digest>) = match next {
            Some(SealTo::ExchangeKey(peer)) => (peer.key.public().expect("a key"), Some(peer.introduced)),
            Some(SealTo::SealingKey) | None => (self.sides[1 - from].agency.sealing.public().clone(), None),
        };
        let side = &mut self.sides[from];
        let sealed = envelope::seal(inner, introduced, &to, &mut side.entropy).expect("seals");
        match &mut side.exchange {
            Some(exchange) => drop(exchange.sent(&inner.step(), NOW).expect("legal")),
            None => side.exchange = Some(Exchange::offered(parties, &inner.step(), NOW).expect("an offer").0),
        }
        let info = Binding::for_packet(inner.header(), introduced).expect("fits").info(to.kid());
        (sealed, info, to.kid().to_string())
    }

    fn open(&mut self, from: usize, bytes: &[u8]) -> VerifiedPacket {
        let parties = self.parties(1 - from);
        let [a, b] = &mut self.sides;
        let (sender, reader) = if from == 0 { (a, b) } else { (b, a) };
        let who = me(&reader.agency);
        let sealed = SealedEnvelope::parse(bytes).expect("an envelope");
        let sealing = SealingKey::from_seed(reader.agency.sealing.seed().duplicate());
        reader.seeds.push(OpeningKey { key: sealing.into(), introduced: None });
        let opened = sealed.open(&reader.seeds, &who).expect("opens");
        reader.seeds.pop();
        let packet = opened.verify(&sender.agency.verified, &who).expect("verifies");
        match &mut reader.exchange {
            Some(exchange) => drop(exchange.receive(&packet.step(), NOW)),
            None => reader.exchange = Some(Exchange::from_offer(parties, &packet.step(), NOW).expect("an offer").0),
        }
        packet
    }

    fn answer(&mut self, from: usize, packet: &VerifiedPacket) -> Value {
        let (asker, id, common) = (self.sides[from].agency.id(), self.id, self.common(1 - from));
        let reader = &mut self.sides[1 - from];
        let last = reader.exchange.as_ref().and_then(Exchange::own_head);
        let ack = Ack {
            common,
            peer: asker,
            exchange: id,
            items: vec![AckItem { packet: packet.position(), result: AckResult::Applied }],
            log_head: reader.agency.verified.head(),
            last,
        };
        let payload = hex(cbor::encode(&ack));
        reader.entropy.drawn();
        let sealed = ack::seal(ack, &reader.agency.op, packet.exported(), &mut reader.entropy).expect("seals");
        let salt = reader.entropy.drawn();
        let own = self.sides[from].exchange.as_mut().expect("exists");
        let taken = AckResult::Applied.answer().expect("ends it");
        own.answered(&packet.position(), taken, last.as_ref());
        json!({ "payload": payload, "salt": salt, "sealed": hex(&sealed.0) })
    }
}
