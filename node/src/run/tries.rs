//! Wrong passphrases cost time: each doubles the wait before the next one is looked at.

use std::time::{Duration, Instant};

/// After the first wrong one.
const FIRST: Duration = Duration::from_secs(3);
/// However many were wrong.
const LONGEST: Duration = Duration::from_mins(1);

/// Wrong tries since the node was locked. In memory only: who can restart the node can read its keyring file too,
/// and try at home.
#[derive(Debug, Default)]
pub(super) struct Tries {
    wrong: u32,
    not_before: Option<Instant>,
}

impl Tries {
    /// # Errors
    /// How long the next try must wait.
    pub(super) fn may(&self, now: Instant) -> Result<(), Duration> {
        match self.not_before.map(|then| then.saturating_duration_since(now)) {
            Some(wait) if !wait.is_zero() => Err(wait),
            _ => Ok(()),
        }
    }

    pub(super) fn was_wrong(&mut self, now: Instant) {
        let doubled = FIRST.saturating_mul(1_u32.checked_shl(self.wrong).unwrap_or(u32::MAX));
        self.wrong = self.wrong.saturating_add(1);
        self.not_before = Some(now + doubled.min(LONGEST));
    }

    /// How many were wrong; from now on none was.
    pub(super) fn take(&mut self) -> u32 {
        std::mem::take(self).wrong
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wrong_passphrase_doubles_the_wait_up_to_a_minute() {
        let (mut tries, now) = (Tries::default(), Instant::now());
        assert_eq!(tries.may(now), Ok(()));
        for seconds in [3, 6, 12, 24, 48, 60, 60, 60] {
            tries.was_wrong(now);
            assert_eq!(tries.may(now), Err(Duration::from_secs(seconds)));
            assert_eq!(tries.may(now + Duration::from_secs(seconds)), Ok(()));
        }
        for _ in 0..40 {
            tries.was_wrong(now);
        }
        assert_eq!(tries.may(now), Err(LONGEST));
        assert_eq!((tries.take(), tries.take()), (48, 0));
        assert_eq!(tries.may(now), Ok(()));
    }
}
