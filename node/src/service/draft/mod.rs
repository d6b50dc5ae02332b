//! What people have half written about a child: kept for seven days, encrypted with the child's case or the exchange and
//! erased with it, and shown to nobody but who wrote it.
//!
//! It is kept when they ask for it, at each step of a long form, and when what they sent comes after their session ended
//! by time: they sign in again, and it is there. It stands in no address and no log.
//!
//! * [`rows`]: what is kept, and for which form
//! * [`keep`]: keeping, opening, dropping

mod keep;
mod rows;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, sync::RwLock};

use keys::Timestamp;

pub(in crate::service) use self::rows::TypedRow;
pub use self::rows::Writing;
use self::rows::{DraftId, Place};
use super::people::PersonId;
use crate::vault::{Row, Vault, VaultError};

/// Seconds for which one is kept after it was kept last.
const KEPT: u64 = 7 * Timestamp::DAY;
/// Drafts of one person; for one more, the oldest goes.
const MOST: usize = 20;
/// Bytes of one, names of boxes and what stands in them.
const MOST_BYTES: usize = 48 << 10;

/// The form that a page is about; ids as in its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DraftOf<'a> {
    /// A referral of a case to an agency.
    Refer {
        /// The case.
        case: &'a str,
        /// The agency.
        peer: &'a str,
    },
    /// A consent for a case.
    Consent {
        /// The case.
        case: &'a str,
    },
    /// A text in an exchange.
    Write {
        /// The exchange.
        exchange: &'a str,
        /// Which.
        what: Writing,
    },
}

/// What was typed, by box.
pub type DraftText = BTreeMap<String, String>;

/// Drafts, as memory holds them: nothing of what they say.
pub(super) struct Drafts {
    kept: RwLock<BTreeMap<DraftId, Kept>>,
    /// Held while one is written.
    changing: tokio::sync::Mutex<()>,
}

#[derive(Clone)]
struct Kept {
    by: PersonId,
    place: Place,
    at: Timestamp,
}

impl Kept {
    fn ends(&self) -> Timestamp {
        self.at.plus(KEPT)
    }
}

impl Drafts {
    /// All that the vault knows.
    pub(super) async fn read(vault: &Vault) -> Result<Self, VaultError> {
        let mut kept = BTreeMap::new();
        let note = |Row { key, value: row, .. }: Row<TypedRow>| {
            if let Some(id) = DraftId::of_key(&key) {
                kept.insert(id, Kept { by: PersonId::new(row.by), place: row.place, at: row.at });
            }
        };
        vault.read_each(note).await?;
        Ok(Self { kept: RwLock::new(kept), changing: tokio::sync::Mutex::default() })
    }
}
