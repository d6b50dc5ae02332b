//! Every act of both sides and every order of arrival, up to a small depth: no chance, all of them.

use super::simulator::{World, index};
use crate::{
    exchange::{Mark, Role},
    packet::PacketKind,
};

/// How many acts beyond the offer.
const ACTS: usize = 6;

/// Explores all acts, and before each act every number of new packets that arrived at either side in order.
/// Order within a side is fixed by the chain (what comes early is held), so this covers all orders of arrival.
fn explore(world: &World, acts: usize, leaves: &mut usize) {
    let mut end = world.clone();
    end.settle();
    end.check_converged();
    *leaves += 1;
    if acts == 0 {
        return;
    }
    for to_recipient in 0..=undelivered(world, Role::Origin) {
        for to_origin in 0..=undelivered(world, Role::Recipient) {
            let mut here = world.clone();
            advance(&mut here, Role::Origin, to_recipient);
            advance(&mut here, Role::Recipient, to_origin);
            for role in [Role::Origin, Role::Recipient] {
                for kind in PacketKind::ALL {
                    let mut next = here.clone();
                    if kind != PacketKind::Rekey && next.act(role, kind, Mark::None) {
                        explore(&next, acts - 1, leaves);
                    }
                }
            }
        }
    }
}

fn placed(world: &World, from: Role) -> usize {
    world.nodes[index(from.other())].exchange.as_ref().map_or(0, |exchange| exchange.peer_links().len())
}

fn undelivered(world: &World, from: Role) -> usize {
    world.nodes[index(from)].outbox.len() - placed(world, from)
}

fn advance(world: &mut World, from: Role, count: usize) {
    for _ in 0..count {
        let next = placed(world, from);
        world.deliver(from, next, false);
    }
}

#[test]
fn every_interleaving_of_a_few_acts_converges() {
    let mut leaves = 0;
    explore(&World::offered(), ACTS, &mut leaves);
    assert!(leaves > 1_000, "explored {leaves}");
}
