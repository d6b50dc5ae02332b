//! A real peer turned hostile: packets that were sound, mutated by the hundred thousand.
//!
//! * [`scene`]: a node in each state in which a packet can come, and the sound packet that would come next
//! * [`tests::outer`], [`inner`], [`fields`] with [`bodies`]: the three sorts of mutation
//! * [`model`]: what of it a node may take
//! * [`slices`], [`provoke`]: what the node must make of it
//! * [`run`], [`count`]: how many, with which chance, and what became of them
//!
//! `SPEAN_MUTANTS` says how many of each sort; with it, `tests/run` lets the crates under test be optimised.

// A test stops at the first thing it did not expect.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic)]

mod actors;
mod bodies;
mod count;
mod fields;
mod home;
mod inner;
mod letter;
mod model;
mod provoke;
mod puppet;
mod run;
mod scene;
mod slices;

use actors::Chance;
use count::{Counts, all_codes};
use protocol::ack::AckResult;
use run::{Plan, Stage, resident};

/// What the whole test may need more than one stage does, in bytes.
const MEMORY: usize = 128 << 20;
/// Mutants of each sort where nothing else is asked for.
const USUAL: usize = 1_000;

#[test]
fn each_sound_packet_is_taken_in_its_state() {
    let mut stage = Stage::set();
    for scene in &mut stage.scenes {
        scene.put_back();
        for sound in scene.sound.iter().flatten() {
            let letter = sound.seal.seal(&sound.parts.signed(&stage.peer.op), &mut Chance::new(1));
            let said = puppet::answer(&scene.home, stage.peer.id(), &letter, sound.parts.header.exchange);
            assert_eq!(said, Ok(AckResult::Applied), "{:?}", sound.kind);
        }
    }
}

#[test]
fn no_mutated_packet_is_taken_and_every_refusal_occurs() {
    let plan = Plan::read(USUAL);
    let mut stage = Stage::set();
    let before = resident();
    let mut all = Counts::default();
    all.join(&run::run(plan, "outer bytes changed", slices::of_outer));
    all.join(&run::run(plan, "inner bytes changed, sealed", slices::of_inner));
    let fields = run::run(plan, "fields changed, signed, sealed", slices::of_fields);
    all.join(&fields);
    let after = resident();
    all.join(&provoke::all(&mut stage));
    println!("\nresident: {} KiB before, {} KiB after", before >> 10, after >> 10);
    assert!(after < before + MEMORY, "memory grew by {} KiB", (after - before) >> 10);
    let occurred = all.codes();
    let never: Vec<String> = all_codes().into_iter().filter(|code| !occurred.contains(code)).collect();
    assert!(never.is_empty(), "never occurred: {never:?}");
}
