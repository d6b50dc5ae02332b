//! When to try again: 1 s, 2 s, 4 s … 15 min, each with jitter (`docs/protocol.md` 3.16).

use std::time::{Duration, Instant};

use backon::{BackoffBuilder as _, ExponentialBackoff, ExponentialBuilder};

/// The first and the longest wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BackOff {
    /// After the first failure, before jitter.
    pub first: Duration,
    /// The waits double up to this.
    pub longest: Duration,
}

impl Default for BackOff {
    fn default() -> Self {
        Self { first: Duration::from_secs(1), longest: Duration::from_mins(15) }
    }
}

/// How often in a row something failed, and when it may be tried again. Lives in memory: after a restart all is tried.
#[derive(Debug)]
pub(super) struct Waits {
    steps: ExponentialBackoff,
    longest: Duration,
    failures: u32,
    until: Instant,
}

impl Waits {
    pub(super) fn new(settings: BackOff, now: Instant) -> Self {
        let steps = ExponentialBuilder::default()
            .with_min_delay(settings.first)
            .with_max_delay(settings.longest)
            .with_factor(2.0)
            .without_max_times()
            .with_jitter()
            .build();
        Self { steps, longest: settings.longest, failures: 0, until: now }
    }

    /// One more failure. `asked`: the peer's own wish, which may only lengthen the wait.
    pub(super) fn failed(&mut self, now: Instant, asked: Option<Duration>) -> u32 {
        // Jitter is added on top of the limit; the steps never end.
        let step = self.steps.next().unwrap_or(self.longest).min(self.longest * 2);
        self.until = now + step.max(asked.unwrap_or_default());
        self.failures = self.failures.saturating_add(1);
        self.failures
    }

    pub(super) const fn until(&self) -> Instant {
        self.until
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_and_jitter_only_lengthens_them() {
        let now = Instant::now();
        let mut waits = Waits::new(BackOff::default(), now);
        let mut expected = 1;
        for failures in 1..=20 {
            assert_eq!(waits.failed(now, None), failures);
            let wait = waits.until() - now;
            let base = Duration::from_secs(expected);
            assert!(wait >= base && wait <= base * 2, "{failures}: {wait:?}");
            expected = (expected * 2).min(900);
        }
    }

    #[test]
    fn a_peer_may_ask_for_more_time_but_not_for_less() {
        let now = Instant::now();
        let mut waits = Waits::new(BackOff::default(), now);
        waits.failed(now, Some(Duration::from_mins(1)));
        assert_eq!(waits.until() - now, Duration::from_mins(1));
        waits.failed(now, Some(Duration::ZERO));
        assert!(waits.until() - now >= Duration::from_secs(2));
    }
}
