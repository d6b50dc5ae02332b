//! Two nodes with a network that loses, repeats and reorders, over the pure state machine.

use keys::{AgencyId, Digest, Timestamp, label, sealing::Kid};

use super::super::{
    Answer, Effect, Exchange, ExchangeId, ExchangeKey, Fate, Mark, Next, Parties, Position, Role, SealTo, Step, Verdict,
};
use crate::packet::{Class, PacketKind};

pub(super) const NOW: Timestamp = Timestamp(1_000_000);

/// A packet under way, and what it was sealed to.
#[derive(Clone, Debug)]
pub(super) struct Sent {
    pub step: Step,
    pub answered: bool,
}

/// One side.
#[derive(Clone)]
pub(super) struct Node {
    pub exchange: Option<Exchange>,
    pub outbox: Vec<Sent>,
    /// Seeds that live, as the effects said.
    pub seeds: Vec<Kid>,
    pub owes_release: bool,
    pub owes_receipt: bool,
    pub received_bodies: Vec<PacketKind>,
}

/// Both sides.
#[derive(Clone)]
pub(super) struct World {
    pub nodes: [Node; 2],
    counter: u64,
}

pub(super) const fn index(role: Role) -> usize {
    match role {
        Role::Origin => 0,
        Role::Recipient => 1,
    }
}

pub(super) fn parties(role: Role) -> Parties {
    let (origin, recipient) = (AgencyId::new(Digest([1; 32])), AgencyId::new(Digest([2; 32])));
    Parties { id: ExchangeId::of(origin, recipient, &[3; 32]), origin, recipient, role }
}

fn hash(number: u64) -> Digest {
    label::digest_of(&number.to_be_bytes())
}

fn named_key(number: u64) -> ExchangeKey {
    let mut kid = [0; 16];
    kid[..8].copy_from_slice(&number.to_be_bytes());
    ExchangeKey::named(Kid(kid))
}

/// A packet for its place; `number` makes its hash and its key.
pub(super) fn step(kind: PacketKind, next: &Next, number: u64) -> Step {
    Step {
        position: Position { incarnation: 1, seq: next.seq, hash: hash(number) },
        prev: next.prev,
        seen: next.seen,
        kind: Some(kind),
        class: next.class,
        sealed_to: match &next.seal_to {
            SealTo::SealingKey => None,
            SealTo::ExchangeKey(key) => Some(key.key.kid()),
        },
        introduces: next.fresh_key.then(|| named_key(number)),
        mark: Mark::None,
        expires: (kind == PacketKind::Offer).then_some(Timestamp(2_000_000)),
        objection: None,
    }
}

pub(super) fn offer(number: u64) -> Step {
    let place =
        Next { seq: 1, prev: None, seen: None, class: Class::Sealing, seal_to: SealTo::SealingKey, fresh_key: true };
    step(PacketKind::Offer, &place, number)
}

impl Node {
    const fn new() -> Self {
        Self {
            exchange: None,
            outbox: Vec::new(),
            seeds: Vec::new(),
            owes_release: false,
            owes_receipt: false,
            received_bodies: Vec::new(),
        }
    }

    pub(super) fn exchange(&self) -> &Exchange {
        self.exchange.as_ref().expect("has one")
    }

    fn obey(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::DestroySeed(kid) => {
                    let before = self.seeds.len();
                    self.seeds.retain(|seed| *seed != kid);
                    assert_eq!(self.seeds.len() + 1, before, "a seed is destroyed once");
                }
                Effect::ReleaseNow => self.owes_release = true,
                Effect::SendReceipt => self.owes_receipt = true,
                Effect::DropRelease => self.owes_release = false,
                Effect::EraseShared
                | Effect::RecordDisclosure(_)
                | Effect::RecordReceipt
                | Effect::ShowNews(_)
                | Effect::Alarm(_)
                | Effect::ResealUnacknowledged
                | Effect::AskAboutRekey => {}
            }
        }
    }
}

impl World {
    /// An offer was made and is under way.
    pub(super) fn offered() -> Self {
        let mut world = Self { nodes: [Node::new(), Node::new()], counter: 1 };
        let first = offer(1);
        let (exchange, effects) = Exchange::offered(parties(Role::Origin), &first, NOW).expect("an offer");
        let node = &mut world.nodes[0];
        node.seeds.push(first.introduces.clone().expect("brings a key").kid());
        node.exchange = Some(exchange);
        node.obey(effects);
        node.outbox.push(Sent { step: first, answered: false });
        world
    }

    /// `role` sends a packet of this kind, if it may. Whether it did.
    pub(super) fn act(&mut self, role: Role, kind: PacketKind, mark: Mark) -> bool {
        let node = &mut self.nodes[index(role)];
        let Some(exchange) = &mut node.exchange else { return false };
        let Ok(next) = exchange.next(kind) else { return false };
        self.counter += 1;
        let made = Step { mark, ..step(kind, &next, self.counter) };
        if let Some(key) = &made.introduces {
            node.seeds.push(key.kid());
        }
        let effects = exchange.sent(&made, NOW).expect("next said so");
        if kind == PacketKind::Erased {
            node.owes_receipt = false;
        }
        node.obey(effects);
        node.outbox.push(Sent { step: made, answered: false });
        assert!(node.seeds.len() <= crate::limits::MAX_LIVE_SEEDS, "at most two seeds live");
        true
    }

    /// Delivers the packet `number` of `from`; the answer comes back unless it is lost.
    pub(super) fn deliver(&mut self, from: Role, number: usize, answer_arrives: bool) {
        let Some(sent) = self.nodes[index(from)].outbox.get(number).cloned() else { return };
        let to = &mut self.nodes[index(from.other())];
        let placed = to.exchange.as_ref().map_or(0, |e| e.peer_links().len() as u64);
        if sent.step.position.seq > placed
            && let Some(kid) = sent.step.sealed_to
        {
            assert!(to.seeds.contains(&kid), "{:?} came after its seed was destroyed", sent.step.kind);
        }
        let verdict = match &mut to.exchange {
            Some(exchange) => exchange.receive(&sent.step, NOW),
            None => match Exchange::from_offer(parties(from.other()), &sent.step, NOW) {
                Ok((exchange, verdict)) => {
                    to.exchange = Some(exchange);
                    verdict
                }
                Err(verdict) => verdict,
            },
        };
        let last = to.exchange.as_ref().and_then(Exchange::own_head);
        let answer = match verdict {
            Verdict::Applied { effects, body } => {
                if body == Fate::Keep {
                    to.received_bodies.extend(sent.step.kind);
                }
                to.obey(effects);
                Some(Answer::Taken)
            }
            Verdict::Duplicate { refused } => Some(refused.map_or(Answer::Taken, |code| Answer::Refused(Some(code)))),
            Verdict::Held { .. } => None,
            Verdict::Refused { code, .. } | Verdict::Rejected { code } => {
                panic!("an honest packet was refused: {code:?} {:?}", sent.step)
            }
            Verdict::Equivocation(fork) => panic!("nobody forked: {fork:?}"),
        };
        if let (Some(answer), true) = (answer, answer_arrives) {
            let node = &mut self.nodes[index(from)];
            node.outbox[number].answered = true;
            let exchange = node.exchange.as_mut().expect("it sent something");
            let effects = exchange.answered(&sent.step.position, answer, last.as_ref());
            node.obey(effects);
        }
    }

    /// Both sides do what they owe, and every packet arrives, until nothing is left.
    pub(super) fn settle(&mut self) {
        for _ in 0..8 {
            if self.nodes[0].owes_release {
                self.act(Role::Origin, PacketKind::Release, Mark::None);
                self.nodes[0].owes_release = false;
            }
            if self.nodes[1].owes_receipt {
                self.act(Role::Recipient, PacketKind::Erased, Mark::None);
                self.nodes[1].owes_receipt = false;
            }
            for role in [Role::Origin, Role::Recipient] {
                for number in 0..self.nodes[index(role)].outbox.len() {
                    if !self.nodes[index(role)].outbox[number].answered {
                        self.deliver(role, number, true);
                    }
                }
            }
        }
    }

    /// What must hold once everything has arrived.
    pub(super) fn check_converged(&self) {
        let [origin, recipient] = &self.nodes;
        let (a, b) = (origin.exchange(), recipient.exchange());
        assert_eq!(a.state(), b.state(), "both sides see one state");
        assert_eq!(a.own_links(), b.peer_links(), "the origin's chain is one");
        assert_eq!(b.own_links(), a.peer_links(), "the recipient's chain is one");
        assert_eq!(a.receipt_owed(), b.receipt_owed());
        assert!(!a.receipt_owed(), "what was shared is erased, and the receipt covers it");
        for node in &self.nodes {
            let live: Vec<Kid> = node.exchange().live_seeds().iter().map(|seed| seed.kid).collect();
            assert_eq!(live, node.seeds, "effects and bookkeeping agree on the seeds");
            if node.exchange().state().is_end() {
                assert!(live.is_empty(), "after the end no seed lives");
            }
        }
        let highest =
            a.own_links().iter().chain(b.own_links()).filter_map(|link| super::super::End::of(link.kind?)).max();
        assert_eq!(highest.is_some(), a.state().is_end(), "an end is never lost");
        if let Some(end) = highest {
            let withdrawn = end == super::super::End::Withdrawn;
            assert_eq!(withdrawn, a.state() == super::super::State::Withdrawn);
        }
    }
}
