//! Lost seeds: `Rekey`, and who must agree to it.

use super::simulator::{NOW, World, index, step};
use crate::{
    exchange::{Effect, Mark, Position, Role, Step, Verdict},
    packet::PacketKind,
};

fn accepted() -> World {
    let mut world = World::offered();
    world.deliver(Role::Origin, 0, true);
    assert!(world.act(Role::Recipient, PacketKind::Accept, Mark::None));
    world.deliver(Role::Recipient, 0, true);
    world
}

fn rekey(world: &World, incarnation: u64) -> Step {
    let next = world.nodes[index(Role::Recipient)].exchange().next(PacketKind::Rekey).expect("always");
    assert!(next.fresh_key);
    let made = step(PacketKind::Rekey, &next, 77);
    Step { position: Position { incarnation, ..made.position }, ..made }
}

#[test]
fn a_rekey_after_a_root_signed_restore_is_taken_at_once() {
    let world = accepted();
    let mut here = world.nodes[0].exchange().clone();
    let step = rekey(&world, 2);
    let Verdict::Applied { effects, .. } = here.receive(&step, NOW) else { panic!("applied") };
    assert!(effects.contains(&Effect::ResealUnacknowledged));
    assert_eq!(here.peer_key().map(|key| key.introduced), Some(step.position.hash));
}

#[test]
fn a_rekey_without_a_restore_waits_for_a_person_once_accepted() {
    let world = accepted();
    let mut here = world.nodes[0].exchange().clone();
    let before = here.peer_key().cloned();
    let step = rekey(&world, 1);
    let Verdict::Applied { effects, .. } = here.receive(&step, NOW) else { panic!("applied") };
    assert!(effects.contains(&Effect::AskAboutRekey));
    assert_eq!(here.peer_key(), before.as_ref());
    assert!(here.rekey_waiting().is_some());
    assert!(here.confirm_rekey());
    assert_eq!(here.peer_key().map(|key| key.introduced), Some(step.position.hash));
    assert!(!here.confirm_rekey());
}

#[test]
fn a_rekey_ends_the_older_seeds_of_its_sender() {
    let mut world = accepted();
    assert!(world.act(Role::Recipient, PacketKind::Rekey, Mark::None));
    assert_eq!(world.nodes[1].seeds.len(), 1);
}

#[test]
fn a_newer_key_is_offered_only_after_the_current_one_was_used() {
    let world = accepted();
    // The acceptance was sealed to the origin's first key.
    assert!(world.nodes[0].exchange().next(PacketKind::Release).expect("accepted").fresh_key);
    let mut world = world;
    world.act(Role::Origin, PacketKind::Release, Mark::None);
    assert_eq!(world.nodes[0].seeds.len(), 2);
    assert!(!world.nodes[0].exchange().next(PacketKind::Note).expect("released").fresh_key);
    world.settle();
    world.act(Role::Recipient, PacketKind::Note, Mark::None);
    world.settle();
    assert_eq!(world.nodes[0].seeds.len(), 1, "the note was sealed to the second key");
}
