//! Points in time on the wire.

use serde::{Deserialize, Serialize};

/// Whole seconds since 1970-01-01T00:00:00 UTC, leap seconds not counted.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    minicbor::Encode,
    minicbor::Decode,
)]
#[serde(transparent)]
#[cbor(transparent)]
pub struct Timestamp(pub u64);

impl Timestamp {
    /// One day in seconds.
    pub const DAY: u64 = 86_400;
    /// One hour in seconds.
    pub const HOUR: u64 = 3_600;

    /// The time `seconds` later; stops at the end of what can be expressed.
    #[must_use]
    pub const fn plus(self, seconds: u64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// The time `seconds` earlier, not before 1970.
    #[must_use]
    pub const fn minus(self, seconds: u64) -> Self {
        Self(self.0.saturating_sub(seconds))
    }
}
