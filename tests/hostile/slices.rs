//! One slice of each sort: what is done to a packet, and what the node must make of it.

use std::sync::Arc;

use keys::sealing::SealingKey;
use node::service::Inbound;
use protocol::{
    ack::AckResult,
    exchange::{ExchangeId, Refusal},
    open::{Me, OpeningKey, SealedEnvelope},
    packet::PacketKind,
};

use tests::outer;

use crate::{
    actors::{Actor, Chance, network},
    count::{Counts, named},
    fields::{self, Mutant, Workshop},
    inner,
    letter::Letter,
    model::may_be_taken,
    puppet::{Sound, answer, offer},
    run::{self, Stage},
    scene::{Scene, triage},
};

/// For one mutant that was answered by name, the store may grow by so much: header, answer, audit, longer chain; and
/// for a refused offer the place that it takes.
const GROWTH: usize = 8 << 10;

/// Outer bytes changed: nobody is told why, and nothing is written.
pub fn of_outer(stage: &mut Stage, chance: &mut Chance, count: usize, counts: &mut Counts) {
    let peer = &stage.peer;
    for (scene, count) in stage.scenes.iter_mut().zip([count - count / 2, count / 2]) {
        let sound: Vec<&Sound> = scene.sound.iter().map(|copies| &copies[0]).collect();
        let letters: Vec<Vec<u8>> =
            sound.iter().map(|sound| sound.seal.seal(&sound.parts.signed(&peer.op), chance).bytes).collect();
        for _ in 0..count {
            let which = chance.below(letters.len());
            let (what, bytes) = outer::mutate(&letters[which], &letters, chance);
            counts.add(unseen(scene, peer, &bytes, what, sound[which]), sound[which].kind);
        }
        untouched(scene, peer, chance);
    }
}

/// Inner bytes changed and sealed: nobody is told why, and nothing is written.
pub fn of_inner(stage: &mut Stage, chance: &mut Chance, count: usize, counts: &mut Counts) {
    let peer = &stage.peer;
    for (scene, count) in stage.scenes.iter_mut().zip([count - count / 2, count / 2]) {
        for _ in 0..count {
            let sound = &scene.sound[chance.below(scene.sound.len())][0];
            let other = &chance.of(&scene.sound)[1];
            let (what, letter) = inner::mutate(sound, other, peer, chance);
            counts.add(unseen(scene, peer, &letter.bytes, what, sound), sound.kind);
        }
        untouched(scene, peer, chance);
    }
}

/// The code of a refusal that nobody sees; anything else is a failure.
fn unseen(scene: &Scene, peer: &Actor, bytes: &[u8], what: &str, sound: &Sound) -> &'static str {
    match scene.home.receive(peer.id(), bytes) {
        Inbound::Refused(code) => code,
        other => panic!("{what} of {:?} at {:?}: {other:?}", sound.kind, sound.node_is),
    }
}

/// Nothing was written, and the sound packet is still taken.
fn untouched(scene: &mut Scene, peer: &Actor, chance: &mut Chance) {
    assert_eq!(scene.home.commits(), 0, "something was written");
    assert!(scene.home.contents() == scene.before, "something is stored");
    if chance.once_in(8) {
        let sound = &chance.of(&scene.sound)[0];
        let letter = sound.seal.seal(&sound.parts.signed(&peer.op), chance);
        let said = answer(&scene.home, peer.id(), &letter, sound.parts.header.exchange);
        assert_eq!(said, Ok(AckResult::Applied), "a sound {:?} after all mutants", sound.kind);
        scene.put_back();
    }
}

/// Fields changed, signed and sealed: refused, or held, unless the model allows the value.
pub fn of_fields(stage: &mut Stage, chance: &mut Chance, count: usize, counts: &mut Counts) {
    let Stage { peer, stranger, scenes } = stage;
    for (scene, count) in scenes.iter_mut().zip([count - count / 2, count / 2]) {
        let published = Arc::new(scene.home.sealing().public().clone());
        let fresh = SealingKey::generate(chance);
        scene.put_back();
        let Scene { home, before, sound, extras } = scene;
        let shop = Workshop { peer, stranger, published, fresh, extras };
        let mut bench = Bench { live: sound.clone(), answered: 0 };
        let mut done = 0;
        while done < count {
            let group = chance.below(bench.live.len());
            if bench.live[group].is_empty() {
                bench.check(home, before, sound);
                home.put_back(before, 1 << 20);
                bench = Bench { live: sound.clone(), answered: 0 };
            }
            done += usize::from(bench.one(home, &shop, group, chance, counts));
        }
        bench.check(home, before, sound);
    }
}

/// The sound packets that are not used up.
struct Bench {
    live: Vec<Vec<Sound>>,
    /// Mutants that were told something since the node was put back.
    answered: usize,
}

impl Bench {
    /// One mutant of this group; whether it was one that may not be taken.
    fn one(
        &mut self,
        home: &crate::home::Home,
        shop: &Workshop<'_>,
        group: usize,
        chance: &mut Chance,
        counts: &mut Counts,
    ) -> bool {
        let copies = &mut self.live[group];
        let at = chance.below(copies.len());
        let sound = &mut copies[at];
        if sound.kind == PacketKind::Offer {
            anew(sound, shop.peer, chance);
        }
        let mutant = fields::mutate(sound, shop, chance);
        let commits = home.commits();
        let said = answer(home, shop.peer.id(), &mutant.letter, mutant.parts.header.exchange);
        let allowed = may_be_taken(sound, mutant.change);
        let Mutant { what, change, .. } = &mutant;
        let who = format!("{what} ({change:?}) of {:?} at {:?}", sound.kind, sound.node_is);
        match said {
            Err(code) => {
                assert_eq!(home.commits(), commits, "{who}: something was written");
                counts.add(code, sound.kind);
            }
            Ok(AckResult::Held) => counts.add("held", sound.kind),
            Ok(AckResult::Refused(Some(why))) => {
                counts.add(named(why), sound.kind);
                counts.inside(inside(home, shop.peer, &mutant.letter, why));
                if matches!(why, Refusal::Stopped | Refusal::Forked) {
                    copies.remove(at);
                } else if takes_its_place(&mutant, why) {
                    follow(sound, &mutant);
                }
            }
            Ok(AckResult::Applied) if allowed => {
                counts.add("allowed and taken", sound.kind);
                copies.remove(at);
                return false;
            }
            other => panic!("{who}: {other:?}, seed in the first line"),
        }
        assert!(!allowed, "{who}: {said:?}, though it is allowed");
        self.answered += usize::from(said.is_ok());
        true
    }

    /// No exchange that was only refused something has moved on, and the store did not grow beyond measure.
    fn check(&self, home: &crate::home::Home, before: &crate::home::Contents, sound: &[Vec<Sound>]) {
        let now = run::states(home);
        for live in self.live.iter().flatten().filter(|live| live.kind != PacketKind::Offer) {
            let id = live.parts.header.exchange.to_string();
            let expected = live.state.map(protocol::exchange::State::code);
            assert_eq!(now.get(&id).map(String::as_str), expected, "an exchange moved on");
        }
        let used = sound.iter().map(Vec::len).sum::<usize>() - self.live.iter().map(Vec::len).sum::<usize>();
        let grown = run::grown(home, before);
        let most = (self.answered + used + 1) * GROWTH;
        assert!(grown <= most, "{} mutants were answered, and the store grew by {grown} bytes", self.answered);
    }
}

/// Another exchange each time: a refused offer takes its exchange's first place.
fn anew(sound: &mut Sound, peer: &Actor, chance: &mut Chance) {
    let nonce = keys::random_bytes(chance);
    let node = sound.seal.recipient;
    sound.parts.header.exchange = ExchangeId::of(peer.id(), node, &nonce);
    sound.parts.body = offer(nonce, &triage()).to_bytes().expect("encodes");
    sound.parts.commit(PacketKind::Offer);
}

/// Whether what was refused stands in the chain now, so that the next packet follows it (`docs/protocol.md` 3.8).
fn takes_its_place(mutant: &Mutant, why: Refusal) -> bool {
    let rejected = matches!(
        why,
        Refusal::Chain | Refusal::Seen | Refusal::OldIncarnation | Refusal::Behind | Refusal::UnknownExchange
    );
    let before_its_place = matches!(why, Refusal::Version | Refusal::Suite);
    let offer = mutant.parts.header.kind() == Some(PacketKind::Offer);
    !rejected && !before_its_place && !offer
}

fn follow(sound: &mut Sound, mutant: &Mutant) {
    if sound.kind != PacketKind::Offer {
        sound.parts.header.seq += 1;
        sound.parts.header.prev = Some(mutant.parts.hash());
    }
}

/// What the first checks say to a packet that is refused by name: the node keeps that to itself.
fn inside(home: &crate::home::Home, peer: &Actor, letter: &Letter, why: Refusal) -> Option<&'static str> {
    if !matches!(why, Refusal::Version | Refusal::Suite | Refusal::Body) {
        return None;
    }
    let key = Arc::new(SealingKey::from_seed(home.sealing().seed().duplicate()));
    let me = Me { network: network(), agency: home.me().id() };
    let opened = SealedEnvelope::parse(&letter.bytes).ok()?.open(&[OpeningKey { key, introduced: None }], &me).ok()?;
    opened.verify(&peer.record, &me).err().map(|refused| refused.error.code())
}
