//! Every target over its seeds and over seeds with a byte changed, without the driver: that the targets themselves
//! are right, in any test run.

#![allow(clippy::panic)]

use std::collections::BTreeSet;

use fuzz::TARGETS;

#[test]
fn every_target_has_seeds_of_its_own_and_takes_them() {
    let names: BTreeSet<&str> = TARGETS.iter().map(|target| target.name).collect();
    assert_eq!(names.len(), TARGETS.len(), "two targets share a name");
    for target in TARGETS {
        let seeds = (target.seeds)();
        assert!(!seeds.is_empty(), "{} begins with nothing", target.name);
        for seed in &seeds {
            (target.run)(seed);
        }
    }
}

#[test]
fn every_target_takes_seeds_that_are_cut_short_or_changed() {
    for target in TARGETS {
        for seed in (target.seeds)().iter().take(4) {
            let places = [0, 1, seed.len() / 3, seed.len() / 2, seed.len().saturating_sub(1)];
            for place in places.into_iter().filter(|place| *place < seed.len()) {
                (target.run)(&seed[..place]);
                let mut changed = seed.clone();
                changed[place] ^= 0x41;
                (target.run)(&changed);
            }
        }
    }
}
