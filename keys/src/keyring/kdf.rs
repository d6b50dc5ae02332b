//! From a passphrase to keys: Argon2id (RFC 9106).

use std::time::Duration;

use argon2::{Algorithm, Argon2, Params, Version};
use zeroize::Zeroizing;

use super::KeyringError;
use crate::Secret;

/// How costly one try of a passphrase is. Stored in the unlock slot; bounded before use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KdfParams {
    pub(super) memory_kib: u32,
    pub(super) passes: u32,
    pub(super) lanes: u32,
}

impl KdfParams {
    /// 256 MiB, three passes, four lanes: where memory allows.
    pub const STANDARD: Self = Self { memory_kib: 256 * 1024, passes: 3, lanes: 4 };
    /// 64 MiB, three passes, four lanes (RFC 9106, second choice): the least for a node in use. In a debug build, which is
    /// for tests alone, next to nothing: half of their time would go by in it. A release build that unlocks a keyring of
    /// such a build raises it.
    pub const LEAST: Self =
        Self { memory_kib: if cfg!(debug_assertions) { 64 } else { 64 * 1024 }, passes: 3, lanes: 4 };
    /// The most memory that an unlock slot may ask for: 1 GiB.
    pub const MAX_MEMORY_KIB: u32 = 1024 * 1024;
    /// The most passes.
    pub const MAX_PASSES: u32 = 64;
    /// The most lanes.
    pub const MAX_LANES: u32 = 16;
    /// One try should take this long, at least.
    pub const TARGET: Duration = Duration::from_millis(500);

    /// Parameters of one's own; below [`KdfParams::LEAST`] for tests and demonstrations only.
    ///
    /// # Errors
    /// [`KeyringError::Params`] if one is out of bounds.
    pub const fn new(memory_kib: u32, passes: u32, lanes: u32) -> Result<Self, KeyringError> {
        if lanes == 0 || lanes > Self::MAX_LANES {
            return Err(KeyringError::Params("1 to 16 lanes"));
        }
        if passes == 0 || passes > Self::MAX_PASSES {
            return Err(KeyringError::Params("1 to 64 passes"));
        }
        if memory_kib < 8 * lanes || memory_kib > Self::MAX_MEMORY_KIB {
            return Err(KeyringError::Params("8 KiB for each lane, to 1 GiB in all"));
        }
        Ok(Self { memory_kib, passes, lanes })
    }

    /// Whether less memory, or as much with fewer passes, is what a try takes.
    #[must_use]
    pub const fn is_cheaper_than(self, other: Self) -> bool {
        self.memory_kib < other.memory_kib || (self.memory_kib == other.memory_kib && self.passes < other.passes)
    }

    /// Memory of a try, in KiB.
    #[must_use]
    pub const fn memory_kib(self) -> u32 {
        self.memory_kib
    }

    /// Parameters under which one try takes [`KdfParams::TARGET`] or longer on this machine.
    ///
    /// `memory_kib` is what may be used for it; `time` runs what it is given and says how long that took (this
    /// crate reads no clock). In a debug build, [`KdfParams::LEAST`].
    pub fn calibrate(memory_kib: u32, time: &mut dyn FnMut(&mut dyn FnMut()) -> Duration) -> Self {
        if cfg!(all(debug_assertions, not(test))) {
            return Self::LEAST;
        }
        let mut params = if memory_kib >= Self::STANDARD.memory_kib { Self::STANDARD } else { Self::LEAST };
        while params.passes < Self::MAX_PASSES {
            let took = time(&mut || {
                // Only the time counts; `new` bounds what argon2 could refuse.
                let _ = params.stretch(b"calibration", &[0; 32]);
            });
            if took >= Self::TARGET {
                break;
            }
            params.passes += 1;
        }
        params
    }

    /// 64 bytes: 32 to wrap the master key, 32 to authenticate the slot.
    pub(super) fn stretch(self, passphrase: &[u8], salt: &[u8; 32]) -> Result<Stretched, KeyringError> {
        let checked = Self::new(self.memory_kib, self.passes, self.lanes)?;
        let params = Params::new(checked.memory_kib, checked.passes, checked.lanes, Some(64))
            .map_err(|_| KeyringError::Params("refused by Argon2"))?;
        let mut out = Zeroizing::new([0; 64]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase, salt, out.as_mut_slice())
            .map_err(|_| KeyringError::Params("refused by Argon2"))?;
        let (wrap, mac) = out.split_at(32);
        match (Secret::from_slice(wrap), Secret::from_slice(mac)) {
            (Some(wrap), Some(mac)) => Ok(Stretched { wrap, mac }),
            _ => Err(KeyringError::Params("refused by Argon2")),
        }
    }
}

/// What a passphrase becomes.
pub(super) struct Stretched {
    pub(super) wrap: Secret<32>,
    pub(super) mac: Secret<32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_parameter_is_bounded() {
        assert!(KdfParams::new(8, 1, 1).is_ok());
        assert!(KdfParams::new(KdfParams::MAX_MEMORY_KIB, KdfParams::MAX_PASSES, KdfParams::MAX_LANES).is_ok());
        for (memory, passes, lanes) in [
            (KdfParams::MAX_MEMORY_KIB + 1, 1, 1),
            (7, 1, 1),
            (u32::MAX, u32::MAX, u32::MAX),
            (8, 0, 1),
            (8, KdfParams::MAX_PASSES + 1, 1),
            (8, 1, 0),
            (1024, 1, KdfParams::MAX_LANES + 1),
        ] {
            assert!(matches!(KdfParams::new(memory, passes, lanes), Err(KeyringError::Params(_))));
        }
    }

    #[test]
    fn calibration_adds_passes_until_a_try_is_slow_enough() {
        let mut tries = 0;
        let params = KdfParams::calibrate(0, &mut |_| {
            tries += 1;
            KdfParams::TARGET * tries / 3
        });
        assert_eq!(params, KdfParams { passes: KdfParams::LEAST.passes + 2, ..KdfParams::LEAST });
    }
}
