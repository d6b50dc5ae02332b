//! Whatever people do and the network does, both sides end in one state.

use proptest::prelude::*;

use super::simulator::World;
use crate::{
    exchange::{Mark, Role},
    packet::PacketKind,
};

#[derive(Clone, Debug)]
enum Move {
    Act(Role, PacketKind, Mark),
    Deliver(Role, usize, bool),
    Owed,
}

fn role() -> impl Strategy<Value = Role> {
    prop_oneof![Just(Role::Origin), Just(Role::Recipient)]
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let kinds = proptest::sample::select(PacketKind::ALL.to_vec())
        .prop_filter("lost seeds have a test of their own", |k| *k != PacketKind::Rekey);
    let marks = prop_oneof![Just(Mark::None), Just(Mark::Lapsed), Just(Mark::DidNotArrive)];
    let one = prop_oneof![
        3 => (role(), kinds, marks).prop_map(|(role, kind, mark)| Move::Act(role, kind, mark)),
        6 => (role(), 0..12_usize, any::<bool>()).prop_map(|(role, number, back)| Move::Deliver(role, number, back)),
        1 => Just(Move::Owed),
    ];
    prop::collection::vec(one, 0..60)
}

fn play(moves: Vec<Move>) -> World {
    let mut world = World::offered();
    for one in moves {
        match one {
            Move::Act(role, kind, mark) => {
                world.act(role, kind, mark);
            }
            Move::Deliver(role, number, back) => world.deliver(role, number, back),
            Move::Owed => {
                if world.nodes[0].owes_release {
                    world.act(Role::Origin, PacketKind::Release, Mark::None);
                    world.nodes[0].owes_release = false;
                }
            }
        }
    }
    world
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, ..ProptestConfig::default() })]

    #[test]
    fn both_sides_converge_whatever_is_lost_repeated_or_reordered(moves in moves()) {
        let mut world = play(moves);
        world.settle();
        world.check_converged();
    }

    #[test]
    fn what_is_stored_comes_back_the_same(moves in moves()) {
        let world = play(moves);
        for node in &world.nodes {
            if let Some(exchange) = &node.exchange {
                let text = serde_json::to_string(exchange).expect("serialises");
                prop_assert_eq!(&serde_json::from_str::<crate::exchange::Exchange>(&text).expect("parses"), exchange);
            }
        }
    }
}
