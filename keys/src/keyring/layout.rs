//! Where things lie in the keyring file (`docs/protocol.md` 3.13).
//!
//! Three pairs of slots, each slot page-aligned, no shared header: A1 B1 A2 B2 A3 B3.

/// The page that slots are aligned to, in bytes.
pub(super) const PAGE: usize = 4_096;
/// The largest slot, in bytes.
pub(super) const MAX_SLOT: usize = 8 * PAGE;
/// Length of the file; it never changes.
pub(super) const FILE_BYTES: usize = 2 * (PAGE + MAX_SLOT + PAGE);

/// One of the three pairs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pair {
    /// Unlock slots with the master key, and the agency's own seeds.
    Unlock,
    /// Erasure keys and intake seeds.
    Erasure,
    /// Tombstone key and counters.
    Tombstone,
}

/// One of the two slots of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    A,
    B,
}

impl Side {
    pub(super) const BOTH: [Self; 2] = [Self::A, Self::B];

    pub(super) const fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }
}

impl Pair {
    #[cfg(test)]
    pub(super) const ALL: [Self; 3] = [Self::Unlock, Self::Erasure, Self::Tombstone];

    /// The pair's number in its slots.
    pub(super) const fn number(self) -> u8 {
        match self {
            Self::Unlock => 1,
            Self::Erasure => 2,
            Self::Tombstone => 3,
        }
    }

    /// What it holds, in words for an error.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Unlock => "the passphrase part",
            Self::Erasure => "the erasure keys",
            Self::Tombstone => "the tombstone key",
        }
    }

    pub(super) const fn slot_bytes(self) -> usize {
        match self {
            Self::Unlock | Self::Tombstone => PAGE,
            Self::Erasure => MAX_SLOT,
        }
    }

    pub(super) const fn offset(self, side: Side) -> u64 {
        let start = match self {
            Self::Unlock => 0,
            Self::Erasure => 2 * PAGE,
            Self::Tombstone => 2 * (PAGE + MAX_SLOT),
        };
        let within = match side {
            Side::A => 0,
            Side::B => self.slot_bytes(),
        };
        (start + within) as u64
    }
}
