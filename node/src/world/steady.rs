//! The wall clock, watched: it may be a day behind, a year ahead, in 1970, or jump (`docs/protocol.md` 3.10).
//!
//! Owns the judgement whether the wall clock can be believed. Knows nothing of what hangs on it. Time goes on from the
//! last moment that was believed, at the pace of the machine's uptime, for as long as the wall clock contradicts it:
//! nothing expires early because the clock ran ahead, and no grant lives longer because it went back.

use std::sync::{Arc, Mutex, PoisonError};

use keys::Timestamp;

use super::Clock;

/// Seconds that a wall clock may be set back without doubt: what time servers correct.
const BACK: u64 = 5 * 60;
/// Seconds that it may jump ahead while the program runs; sleep of the machine is no jump.
const AHEAD_RUNNING: u64 = Timestamp::DAY;
/// Seconds that it may have gone on while the program did not run: the offline window, about.
const AHEAD_STOPPED: u64 = 40 * Timestamp::DAY;

/// Tells how long the machine has been up, in whole seconds, sleep included. Nobody can set it.
pub trait Uptime: Send + Sync {
    /// Seconds since some moment before the program's start.
    fn seconds(&self) -> u64;
}

/// What is wrong with the wall clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// It shows less than what was believed before, by so many seconds.
    Behind(u64),
    /// It shows more than can have passed, by so many seconds.
    Ahead(u64),
}

#[derive(Clone, Copy)]
struct Believed {
    time: Timestamp,
    /// Uptime at that moment.
    at: u64,
    /// How far the wall clock may be ahead of it and still be believed.
    ahead: u64,
}

/// A wall clock that is watched. Without an uptime it is believed, whatever it shows.
pub(super) struct Steady {
    wall: Arc<dyn Clock>,
    uptime: Option<Arc<dyn Uptime>>,
    believed: Mutex<Option<Believed>>,
}

impl Steady {
    pub(super) fn new(wall: Arc<dyn Clock>, uptime: Option<Arc<dyn Uptime>>) -> Self {
        Self { wall, uptime, believed: Mutex::new(None) }
    }

    /// The wall clock while it is believed, else the time that goes on from the last believed moment.
    pub(super) fn now(&self) -> Timestamp {
        self.judge().0
    }

    pub(super) fn doubt(&self) -> Option<Doubt> {
        self.judge().1
    }

    /// The uptime, or the wall clock where there is none.
    pub(super) fn running(&self) -> u64 {
        self.uptime.as_ref().map_or_else(|| self.wall.now().0, |uptime| uptime.seconds())
    }

    /// What the wall clock shows, believed or not.
    pub(super) fn wall(&self) -> Timestamp {
        self.wall.now()
    }

    /// `time` was believed when the program last ran; the wall clock is measured against it.
    pub(super) fn resume(&self, time: Timestamp) {
        // A node that is locked and unlocked again knows better than what it wrote last.
        if self.believed.lock().unwrap_or_else(PoisonError::into_inner).is_none() {
            self.believe(time, AHEAD_STOPPED);
        }
    }

    /// Somebody who knows says that the wall clock is right.
    pub(super) fn confirm(&self) {
        self.believe(self.wall.now(), AHEAD_RUNNING);
    }

    fn believe(&self, time: Timestamp, ahead: u64) {
        let Some(uptime) = &self.uptime else { return };
        let believed = Believed { time, at: uptime.seconds(), ahead };
        *self.believed.lock().unwrap_or_else(PoisonError::into_inner) = Some(believed);
    }

    fn judge(&self) -> (Timestamp, Option<Doubt>) {
        let wall = self.wall.now();
        let Some(uptime) = &self.uptime else { return (wall, None) };
        let at = uptime.seconds();
        let mut believed = self.believed.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(last) = *believed else { return (wall, None) };
        let expected = last.time.plus(at.saturating_sub(last.at));
        if wall.plus(BACK) < expected {
            return (expected, Some(Doubt::Behind(expected.0 - wall.0)));
        }
        if wall > expected.plus(last.ahead) {
            return (expected, Some(Doubt::Ahead(wall.0 - expected.0)));
        }
        // Seconds that a time server takes back are waited for, so that time never runs backwards.
        let time = wall.max(last.time);
        *believed = Some(Believed { time, at, ahead: AHEAD_RUNNING });
        (time, None)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

    use proptest::prelude::*;

    use super::*;
    use crate::world::testing::ManualClock;

    const START: u64 = 1_795_478_400;
    const DAY: u64 = Timestamp::DAY;

    struct Machine {
        wall: Arc<ManualClock>,
        up: Arc<ManualClock>,
        clock: Steady,
    }

    impl Machine {
        fn at(wall: u64) -> Self {
            let (wall, up) = (Arc::new(ManualClock(AtomicU64::new(wall))), Arc::new(ManualClock::default()));
            let clock = Steady::new(Arc::clone(&wall) as _, Some(Arc::clone(&up) as _));
            Self { wall, up, clock }
        }

        fn pass(&self, seconds: u64) {
            self.wall.0.fetch_add(seconds, Relaxed);
            self.up.0.fetch_add(seconds, Relaxed);
        }

        fn set(&self, wall: u64) {
            self.wall.0.store(wall, Relaxed);
        }
    }

    #[test]
    fn before_anything_is_known_the_wall_clock_is_believed() {
        let machine = Machine::at(START);
        assert_eq!((machine.clock.now(), machine.clock.doubt()), (Timestamp(START), None));
    }

    #[test]
    fn a_jump_while_running_is_doubted_and_time_goes_on_at_its_pace() {
        for (wrong, doubt) in [
            (START - DAY, Doubt::Behind(DAY + 60)),
            (START + 365 * DAY, Doubt::Ahead(365 * DAY - 60)),
            (0, Doubt::Behind(START + 60)),
        ] {
            let machine = Machine::at(START);
            machine.clock.resume(Timestamp(START - DAY));
            assert_eq!(machine.clock.now(), Timestamp(START));
            machine.pass(60);
            machine.set(wrong);
            assert_eq!((machine.clock.now(), machine.clock.doubt()), (Timestamp(START + 60), Some(doubt)));
            machine.pass(3_600);
            assert_eq!(machine.clock.now(), Timestamp(START + 3_660));
            machine.set(START + 3_660);
            assert_eq!((machine.clock.now(), machine.clock.doubt()), (Timestamp(START + 3_660), None));
        }
    }

    #[test]
    fn at_a_start_weeks_may_have_passed_but_not_a_year_and_never_less_than_nothing() {
        for (gone, believed) in [(0, true), (30 * DAY, true), (365 * DAY, false)] {
            let machine = Machine::at(START + gone);
            machine.clock.resume(Timestamp(START));
            assert_eq!(machine.clock.doubt().is_none(), believed, "{gone}");
        }
        let machine = Machine::at(0);
        machine.clock.resume(Timestamp(START));
        assert_eq!(machine.clock.now(), Timestamp(START));
        assert_eq!(machine.clock.doubt(), Some(Doubt::Behind(START)));
    }

    #[test]
    fn who_knows_better_ends_the_doubt() {
        let machine = Machine::at(START);
        machine.clock.resume(Timestamp(START + 90 * DAY));
        assert!(machine.clock.doubt().is_some());
        machine.clock.confirm();
        assert_eq!((machine.clock.now(), machine.clock.doubt()), (Timestamp(START), None));
    }

    proptest! {
        #[test]
        fn time_never_runs_backwards_and_never_ahead_of_what_can_have_passed(
            steps in prop::collection::vec((0u64..7_200, prop::option::of(0u64..2 * START)), 1..60)
        ) {
            let machine = Machine::at(START);
            machine.clock.resume(Timestamp(START));
            let (mut before, mut jumps) = (machine.clock.now(), 0);
            for (passed, set) in steps {
                machine.pass(passed);
                if let Some(wall) = set {
                    machine.set(wall);
                    jumps += 1;
                }
                let now = machine.clock.now();
                prop_assert!(now >= before);
                // A wall clock may be up to a day ahead each time it is set, and is then believed.
                prop_assert!(now.0 <= before.0 + passed + DAY * u64::from(jumps > 0));
                before = now;
            }
        }
    }
}
