//! What the program can't decide itself: the time and chance. Passed in, so that tests may hold both still.
//!
//! The shipped program makes one [`World::system`]; there is no option that changes its clock or seed.

mod steady;

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};

use keys::{Entropy, Timestamp};
use ring::rand::{SecureRandom, SystemRandom};

use self::steady::Steady;
pub use self::steady::{Doubt, Uptime};

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Now, in whole seconds.
    fn now(&self) -> Timestamp;
}

/// The clock and the source of randomness of one node. Clones share both.
#[derive(Clone)]
pub struct World {
    clock: Arc<Steady>,
    entropy: Arc<Mutex<dyn Entropy + Send>>,
}

impl World {
    /// The machine's clock, watched, and the operating system's randomness.
    #[must_use]
    pub fn system() -> Self {
        Self::watched(Arc::new(SystemClock), Arc::new(SystemUptime), SystemEntropy(SystemRandom::new()))
    }

    /// A world of one's own, for tests and transcripts: its clock is believed, however it jumps.
    pub fn new(clock: Arc<dyn Clock>, entropy: impl Entropy + Send + 'static) -> Self {
        Self::with(Steady::new(clock, None), entropy)
    }

    /// A world whose wall clock is measured against an uptime.
    pub fn watched(clock: Arc<dyn Clock>, uptime: Arc<dyn Uptime>, entropy: impl Entropy + Send + 'static) -> Self {
        Self::with(Steady::new(clock, Some(uptime)), entropy)
    }

    fn with(clock: Steady, entropy: impl Entropy + Send + 'static) -> Self {
        Self { clock: Arc::new(clock), entropy: Arc::new(Mutex::new(entropy)) }
    }

    /// The time, as far as it can be believed: it never runs ahead by more than a day without somebody's word for it,
    /// and while the wall clock is in doubt it goes on at the machine's own pace.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// What is wrong with the wall clock, if anything. Nothing may be ended or destroyed for its time then.
    #[must_use]
    pub fn clock_doubt(&self) -> Option<Doubt> {
        self.clock.doubt()
    }

    /// Seconds since some moment, sleep of the machine included: for measuring how long something took. Nobody can set
    /// it; a world without an uptime goes by its clock.
    #[must_use]
    pub fn running(&self) -> u64 {
        self.clock.running()
    }

    /// What the wall clock shows, believed or not.
    #[must_use]
    pub fn wall_clock(&self) -> Timestamp {
        self.clock.wall()
    }

    /// The last time that was believed before the program started, from what it wrote then.
    pub fn resume_from(&self, time: Timestamp) {
        self.clock.resume(time);
    }

    /// Somebody who knows says that the wall clock is right.
    pub fn confirm_clock(&self) {
        self.clock.confirm();
    }

    /// The source of randomness, for a function that asks for `&mut dyn Entropy`.
    #[must_use]
    pub fn entropy(&self) -> WorldEntropy {
        WorldEntropy(Arc::clone(&self.entropy))
    }
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World").field("now", &self.now()).finish_non_exhaustive()
    }
}

/// A share of a world's randomness.
pub struct WorldEntropy(Arc<Mutex<dyn Entropy + Send>>);

impl Entropy for WorldEntropy {
    fn fill(&mut self, destination: &mut [u8]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill(destination);
    }
}

struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        // A clock before 1970 counts as 1970: everything that compares times then says that the clock is wrong.
        Timestamp(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()))
    }
}

struct SystemUptime;

impl Uptime for SystemUptime {
    fn seconds(&self) -> u64 {
        // Counts while the machine sleeps, too: a weekend with the lid closed is no jump.
        u64::try_from(rustix::time::clock_gettime(rustix::time::ClockId::Boottime).tv_sec).unwrap_or(0)
    }
}

struct SystemEntropy(SystemRandom);

impl Entropy for SystemEntropy {
    fn fill(&mut self, destination: &mut [u8]) {
        if self.0.fill(destination).is_err() {
            // Without randomness every key made from here on would be known: stop before one is.
            tracing::error!("the operating system gives no random bytes");
            std::process::abort();
        }
    }
}

#[cfg(test)]
pub(crate) mod testing {
    //! A world that stands still.

    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    /// A clock that a test moves.
    #[derive(Default)]
    pub(crate) struct ManualClock(pub(crate) AtomicU64);

    impl Clock for ManualClock {
        fn now(&self) -> Timestamp {
            Timestamp(self.0.load(Ordering::Relaxed))
        }
    }

    impl Uptime for ManualClock {
        fn seconds(&self) -> u64 {
            self.0.load(Ordering::Relaxed)
        }
    }

    /// Bytes that repeat from run to run; never the same twice in one.
    pub(crate) struct SeededEntropy {
        seed: u64,
        drawn: u64,
    }

    impl SeededEntropy {
        pub(crate) fn new(seed: u64) -> Self {
            Self { seed, drawn: 0 }
        }
    }

    impl Entropy for SeededEntropy {
        fn fill(&mut self, destination: &mut [u8]) {
            for part in destination.chunks_mut(32) {
                self.drawn += 1;
                let input = [self.seed.to_be_bytes(), self.drawn.to_be_bytes()].concat();
                part.copy_from_slice(&keys::label::digest_of(&input).0[..part.len()]);
            }
        }
    }

    /// A world at 2026-11-24T00:00:00Z with randomness from `seed`.
    pub(crate) fn still(seed: u64) -> World {
        World::new(Arc::new(ManualClock(AtomicU64::new(1_795_478_400))), SeededEntropy::new(seed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_systems_randomness_never_repeats_and_its_clock_is_past_2025() {
        let world = World::system();
        let bytes = || keys::random_bytes::<32>(&mut world.entropy());
        assert_ne!(bytes(), bytes());
        assert!(world.now() > Timestamp(1_735_689_600));
    }
}
