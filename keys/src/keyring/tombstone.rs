//! Pair 3: the tombstone key and counters that only grow.
//!
//! Its own random key: derived from the master key it could be derived again.

use zeroize::Zeroizing;

use super::{
    KeyringError,
    layout::Pair,
    pages::Pages,
    slot::{self, Content, Place},
};
use crate::{Entropy, Secret};

/// Counters in a keyring.
pub const COUNTERS: usize = 8;
const SEALED: usize = 32 + 8 * COUNTERS;

/// All of pair 3, opened.
pub(super) struct Tombstone {
    pub(super) key: Secret<32>,
    pub(super) counters: [u64; COUNTERS],
}

impl Tombstone {
    pub(super) fn generate(entropy: &mut dyn Entropy) -> Self {
        Self { key: Secret::random(entropy), counters: [0; COUNTERS] }
    }

    pub(super) fn content(&self) -> Content {
        let mut sealed = Zeroizing::new(Vec::with_capacity(SEALED));
        sealed.extend_from_slice(self.key.expose());
        for counter in self.counters {
            sealed.extend_from_slice(&counter.to_be_bytes());
        }
        Content { clear: Vec::new(), sealed }
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let (key, rest) = bytes.split_at_checked(32)?;
        let mut counters = [0; COUNTERS];
        for (counter, chunk) in counters.iter_mut().zip(rest.chunks(8)) {
            *counter = u64::from_be_bytes(chunk.try_into().ok()?);
        }
        Some(Self { key: Secret::from_slice(key)?, counters })
    }
}

/// Opens the pair.
pub(super) fn open(pages: &dyn Pages, mk: &Secret<32>) -> Result<(Tombstone, Place), KeyringError> {
    let raws = slot::read_pair(pages, Pair::Tombstone)?;
    let (plain, place) = slot::newest(&raws, Pair::Tombstone, mk, (0, &[SEALED]))?;
    let tombstone = Tombstone::decode(&plain).ok_or(KeyringError::Damaged(Pair::Tombstone.name()))?;
    Ok((tombstone, place))
}
