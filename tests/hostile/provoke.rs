//! Refusals that no mutant of one packet brings about: what must have happened before.

use keys::{
    AgencyId, Digest, SigningKey,
    log::{EntryBody, Incarnation},
    publish,
};
use protocol::{ack::AckResult, exchange::Refusal, limits::MAX_CHAIN, packet::PacketKind};

use crate::{
    actors::{Actor, Chance, NOW},
    count::{Counts, named},
    home::staff,
    puppet::{Sound, answer},
    run::Stage,
    scene::Scene,
};

/// All of them.
pub fn all(stage: &mut Stage) -> Counts {
    let mut counts = Counts::default();
    let (peer, scene) = (&stage.peer, &mut stage.scenes[0]);
    for provoke in [behind, stopped, over_quota, too_long, unknown, suspended] {
        scene.put_back();
        provoke(scene, peer, &mut counts);
    }
    scene.put_back();
    counts
}

fn sound_of(scene: &Scene, kind: PacketKind) -> Sound {
    scene.sound.iter().flatten().find(|sound| sound.kind == kind).expect("is there").clone()
}

/// What the node says to a packet over the link of `from`, counted.
fn told(scene: &Scene, sound: &Sound, peer: &Actor, from: AgencyId, counts: &mut Counts) -> Result<AckResult, String> {
    let letter = sound.seal.seal(&sound.parts.signed(&peer.op), &mut Chance::new(sound.parts.header.seq));
    let said = answer(&scene.home, from, &letter, sound.parts.header.exchange);
    match said {
        Ok(AckResult::Refused(Some(why))) => counts.add(named(why), sound.kind),
        Err(code) => counts.add(code, sound.kind),
        Ok(_) => {}
    }
    said.map_err(str::to_owned)
}

#[expect(clippy::unnecessary_wraps, reason = "compared with what the node says")]
const fn refused(why: Refusal) -> Result<AckResult, String> {
    Ok(AckResult::Refused(Some(why)))
}

/// The first packet came from before a restore of which the node learns then, and comes again from after it.
fn behind(scene: &mut Scene, peer: &Actor, counts: &mut Counts) {
    let offer = sound_of(scene, PacketKind::Offer);
    assert_eq!(told(scene, &offer, peer, peer.id(), counts), Ok(AckResult::Applied));
    let root = SigningKey::from_seed(peer.founding.root_seed.duplicate()).expect("a key");
    let restored = EntryBody::Incarnation(Incarnation { n: 3, reason: "restored".into() });
    let record = publish::append(&peer.record, &[&root], NOW, &restored).expect("appends").record().to_bytes();
    let (by, whose) = (node::service::Actor::Node, peer.id());
    let learns = scene.home.service.peer_record_fetched(&by, &whose, &record);
    scene.home.runtime.block_on(learns).expect("learns");
    let mut anew = offer;
    anew.parts.header.common.incarnation = 3;
    assert_eq!(told(scene, &anew, peer, peer.id(), counts), refused(Refusal::Behind));
}

/// Two packets with one number, and one more after them.
fn stopped(scene: &mut Scene, peer: &Actor, counts: &mut Counts) {
    let note = sound_of(scene, PacketKind::Note);
    assert_eq!(told(scene, &note, peer, peer.id(), counts), Ok(AckResult::Applied));
    let mut other = note.clone();
    other.parts.header.created = other.parts.header.created.minus(1);
    assert_eq!(told(scene, &other, peer, peer.id(), counts), refused(Refusal::Forked));
    let mut next = note.clone();
    next.parts.header.seq += 1;
    next.parts.header.prev = Some(note.parts.hash());
    assert_eq!(told(scene, &next, peer, peer.id(), counts), refused(Refusal::Stopped));
}

/// There is room for no offer at all.
fn over_quota(scene: &mut Scene, peer: &Actor, counts: &mut Counts) {
    scene.home.put_back(&scene.before, 0);
    let offer = sound_of(scene, PacketKind::Offer);
    assert_eq!(told(scene, &offer, peer, peer.id(), counts), refused(Refusal::Quota));
}

/// A chain as long as may be.
fn too_long(scene: &mut Scene, peer: &Actor, counts: &mut Counts) {
    let mut note = sound_of(scene, PacketKind::Note);
    while note.parts.header.seq <= MAX_CHAIN {
        let mut odd = note.clone();
        odd.parts.header.purpose = "sale".into();
        assert_eq!(told(scene, &odd, peer, peer.id(), counts), refused(Refusal::Purpose));
        note.parts.header.seq += 1;
        note.parts.header.prev = Some(odd.parts.hash());
    }
    assert_eq!(told(scene, &note, peer, peer.id(), counts), refused(Refusal::TooLong));
}

/// Over the link of somebody whom the node does not know.
fn unknown(scene: &mut Scene, peer: &Actor, counts: &mut Counts) {
    let nobody = AgencyId::new(Digest([0xee; 32]));
    let offer = sound_of(scene, PacketKind::Offer);
    assert_eq!(told(scene, &offer, peer, nobody, counts), Err("open/unknown-peer".into()));
}

/// A peer that people suspended.
fn suspended(scene: &mut Scene, peer: &Actor, counts: &mut Counts) {
    let (by, whom) = (staff(), peer.id().to_string());
    scene.home.runtime.block_on(scene.home.service.peer_suspend(&by, &whom)).expect("suspends");
    let offer = sound_of(scene, PacketKind::Offer);
    assert_eq!(told(scene, &offer, peer, peer.id(), counts), refused(Refusal::Suspended));
}
