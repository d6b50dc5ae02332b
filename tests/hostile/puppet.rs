//! A peer that the test plays: its side of one exchange, by the same state machine that a node runs.

use std::sync::Arc;

use keys::{AgencyId, Common, NetworkId, VerifiedAgency, sealing::SealingKey};
use node::service::{Inbound, Outgoing};
use protocol::{
    ack::{self, AckReply, AckResult},
    code::Purpose,
    envelope::Introduced,
    exchange::{Exchange, ExchangeId, Parties, Role, SealTo as To, State},
    open::{Me, OpeningKey, SealedEnvelope},
    packet::{Body, Embedded, Inner, OfferBody, PacketDraft, PacketKind, build},
};

use crate::{
    actors::{Actor, Chance, NOW, network},
    home::Home,
    letter::{Letter, Parts, SealTo},
};

/// A sound packet that the node would take, and where it stands.
#[derive(Clone)]
pub struct Sound {
    /// What it does.
    pub kind: PacketKind,
    /// Which end of the exchange the node is.
    pub node_is: Role,
    /// Where its sender stands; nowhere yet before an offer.
    pub state: Option<State>,
    /// In parts, unsigned.
    pub parts: Parts,
    /// How it is sealed.
    pub seal: SealTo,
}

/// One side of one exchange.
pub struct Puppet<'a> {
    pub actor: &'a Actor,
    pub node: Arc<VerifiedAgency>,
    pub id: ExchangeId,
    role: Role,
    machine: Option<Exchange>,
    keys: Vec<OpeningKey>,
    heard: Vec<u64>,
    chance: Chance,
}

impl<'a> Puppet<'a> {
    /// That will offer something to the node; the nonce is drawn from `seed`.
    pub fn origin(actor: &'a Actor, home: &Home, seed: u64) -> (Self, [u8; 32]) {
        let mut chance = Chance::new(seed);
        let nonce = keys::random_bytes(&mut chance);
        let id = ExchangeId::of(actor.id(), home.me().id(), &nonce);
        (Self::new(actor, home, id, Role::Origin, chance), nonce)
    }

    /// That the node has offered something.
    pub fn recipient(actor: &'a Actor, home: &Home, id: ExchangeId) -> Self {
        let mut puppet = Self::new(actor, home, id, Role::Recipient, Chance::new(u64::from(id.as_bytes()[0])));
        puppet.hear(home);
        puppet
    }

    fn new(actor: &'a Actor, home: &Home, id: ExchangeId, role: Role, chance: Chance) -> Self {
        let key = Arc::new(SealingKey::from_seed(actor.founding.sealing.seed().duplicate()));
        let keys = vec![OpeningKey { key, introduced: None }];
        Self { actor, node: home.me(), id, role, machine: None, keys, heard: Vec::new(), chance }
    }

    fn parties(&self) -> Parties {
        let (ours, theirs) = (self.actor.id(), self.node.id());
        let (origin, recipient) = if self.role == Role::Origin { (ours, theirs) } else { (theirs, ours) };
        Parties { id: self.id, origin, recipient, role: self.role }
    }

    /// The common fields of what it signs.
    pub fn common(&self) -> Common {
        let key = self.actor.op.public().id();
        Common { v: 1, network: network(), agency: self.actor.id(), key, incarnation: 2, ts: NOW }
    }

    /// The next packet, and the key that it brings.
    fn next(&mut self, body: Body) -> (Inner, SealTo, Option<SealingKey>) {
        let next = self.machine.as_ref().map(|machine| machine.next(body.kind()).expect("legal here"));
        let offer = next.is_none();
        let fresh = next.as_ref().is_none_or(|next| next.fresh_key).then(|| SealingKey::generate(&mut self.chance));
        let seal = self.seal_to(next.as_ref().map(|next| &next.seal_to));
        let draft = PacketDraft {
            network: NetworkId::from_name("spean"),
            sender: self.actor.id(),
            incarnation: 2,
            sender_head: self.actor.record.head(),
            recipient: self.node.id(),
            recipient_head: Some(self.node.head()),
            exchange: self.id,
            next,
            now: NOW,
            expires: offer.then(|| NOW.plus(86_400)),
            reply_key: fresh.as_ref().map(|key| key.public().clone()),
            purpose: Purpose::Care,
            body,
        };
        (build(draft, &self.actor.op, &mut self.chance).expect("a sound packet"), seal, fresh)
    }

    fn seal_to(&self, to: Option<&To>) -> SealTo {
        let recipient = self.node.id();
        match to {
            None | Some(To::SealingKey) => {
                let key = self.node.newest_sealing_key(NOW).expect("a published key").clone();
                SealTo { key: Arc::new(key), recipient, introduced: None }
            }
            Some(To::ExchangeKey(peer)) => {
                let introduced = Introduced { exchange: self.id, sender: self.actor.id(), by: peer.introduced };
                let key = Arc::new(peer.key.public().expect("a key"));
                SealTo { key, recipient, introduced: Some(introduced) }
            }
        }
    }

    /// What it would say next, without saying it.
    pub fn would_say(&mut self, body: Body) -> Sound {
        let kind = body.kind();
        let (inner, seal, _) = self.next(body);
        let state = self.machine.as_ref().map(Exchange::state);
        Sound { kind, node_is: self.role.other(), state, parts: parts(&inner), seal }
    }

    /// Says something that the node takes.
    pub fn say(&mut self, home: &Home, body: Body) {
        let (inner, seal, fresh) = self.next(body);
        match &mut self.machine {
            Some(machine) => drop(machine.sent(&inner.step(), NOW).expect("legal here")),
            None => self.machine = Some(Exchange::offered(self.parties(), &inner.step(), NOW).expect("an offer").0),
        }
        if let Some(key) = fresh {
            let introduced = Introduced { exchange: self.id, sender: self.node.id(), by: inner.packet_hash() };
            self.keys.push(OpeningKey { key: Arc::new(key), introduced: Some(introduced) });
        }
        let letter = seal.seal(inner.bytes(), &mut self.chance);
        let answer = answer(home, self.actor.id(), &letter, self.id);
        assert_eq!(answer, Ok(AckResult::Applied), "a sound {} is taken", inner.header().packet_type);
    }

    /// Offers something that identifies nobody.
    pub fn offer(&mut self, home: &Home, nonce: [u8; 32], triage: &[u8]) {
        self.say(home, offer(nonce, triage));
    }

    /// Takes in all that the node has said and that was not heard yet.
    pub fn hear(&mut self, home: &Home) {
        let me = Me { network: network(), agency: self.actor.id() };
        for (id, seq, _) in home.service.outbox_due() {
            if id != self.id || self.heard.contains(&seq) {
                continue;
            }
            self.heard.push(seq);
            let sealed = home.runtime.block_on(home.service.outbox_seal(id, seq)).expect("seals");
            let Outgoing::Ready { envelope, .. } = sealed else { panic!("not ready") };
            let opened = SealedEnvelope::parse(&envelope).and_then(|sealed| sealed.open(&self.keys, &me));
            let packet = opened.expect("sealed to us").verify(&self.node, &me).expect("by the node");
            if let Some(machine) = &mut self.machine {
                drop(machine.receive(&packet.step(), NOW));
            } else {
                let opened = Exchange::from_offer(self.parties(), &packet.step(), NOW);
                self.machine = Some(opened.expect("an offer").0);
            }
        }
    }

    /// Hashes of what the node has sent.
    pub fn their_packets(&self) -> Vec<keys::Digest> {
        self.machine.iter().flat_map(Exchange::peer_links).map(|link| link.hash).collect()
    }
}

/// The body of an offer.
pub fn offer(nonce: [u8; 32], triage: &[u8]) -> Body {
    Body::Offer(OfferBody { nonce: Embedded(nonce.to_vec()), triage: Embedded(triage.to_vec()) })
}

fn parts(inner: &Inner) -> Parts {
    Parts { header: inner.header().clone(), k_commit: *inner.k_commit().expose(), body: inner.body_bytes().to_vec() }
}

/// What the node says to a letter: the result in its acknowledgement, or the code of the refusal that nobody sees.
///
/// # Panics
/// If the node failed instead of answering.
pub fn answer(home: &Home, from: AgencyId, letter: &Letter, exchange: ExchangeId) -> Result<AckResult, &'static str> {
    match home.receive(from, &letter.bytes) {
        Inbound::Ack(bytes) => {
            let AckReply::Answered(reply) = ack::open(&bytes, &letter.exported).expect("a sealed answer") else {
                panic!("held by a locked node")
            };
            let ack = reply.verify(&home.me(), from, network(), exchange).expect("signed by the node");
            Ok(ack.items.first().expect("one item").result)
        }
        Inbound::Refused(code) => Err(code),
        Inbound::NoRoom | Inbound::OverQuota(_) => panic!("the node did not take it"),
    }
}
