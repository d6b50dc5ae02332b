//! The audit log: an append-only chain of entries about who did what to what, and what was refused
//! (`docs/protocol.md` 3.14).
//!
//! Owns the entry, the chain and its verification. Knows nothing of what the acts mean. Entries hold no personal
//! data of a child: objects are keyed hashes, and personal detail lies beside the chain under its owner's key, so
//! that an erasure leaves the chain whole. Lies under the ledger key.

mod chain;
mod entry;
mod export;
mod verify;

use std::sync::Arc;

use keys::{AgencyId, Digest, Secret, label};

pub use self::{
    chain::Chain,
    entry::{Entry, Event, Numbered, Outcome},
    export::{Exported, Stretch, Unsound, read_export, write_export},
    verify::{Fault, Report},
};
use crate::{
    store::{AnyStore, Direction, Range, ReadError},
    world::World,
};

/// Object of an entry: HMAC of an id under the tombstone key.
const OBJECT: label::Label = label::Label::new("spean/audit/object");

/// Why the log could not be read.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The store.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// An entry does not decrypt: `spean audit verify` says more.
    #[error("entry {seq} of the audit log cannot be read: run `spean audit verify`")]
    Unreadable {
        /// Its number.
        seq: u64,
    },
}

/// Reads the log. Entries are added with [`Chain`] in the same commit as the act itself.
#[derive(Clone)]
pub struct Audit {
    store: AnyStore,
    chain: Arc<Chain>,
}

impl Audit {
    /// The log in `store`. `ledger` encrypts it, `tombstone` makes objects comparable and nothing more.
    #[must_use]
    pub fn new(store: AnyStore, ledger: Secret<32>, tombstone: Secret<32>, agency: AgencyId, world: World) -> Self {
        Self { store, chain: Arc::new(Chain::new(ledger, tombstone, agency, world)) }
    }

    /// What adds entries, as the store's sequencer.
    #[must_use]
    pub fn chain(&self) -> &Arc<Chain> {
        &self.chain
    }

    /// How entries name the thing with this id: to find them, hash the id and compare.
    #[must_use]
    pub fn object(&self, id: &[u8]) -> Digest {
        self.chain.object(id)
    }

    /// At most `limit` entries after number `after` (from the first, if `None`), oldest first.
    ///
    /// # Errors
    /// [`AuditError`].
    pub async fn read(&self, after: Option<u64>, limit: usize) -> Result<Vec<Numbered>, AuditError> {
        self.page(after, limit, Direction::Forward).await
    }

    /// At most `limit` entries before number `before` (from the last, if `None`), newest first.
    ///
    /// # Errors
    /// [`AuditError`].
    pub async fn read_back(&self, before: Option<u64>, limit: usize) -> Result<Vec<Numbered>, AuditError> {
        self.page(before, limit, Direction::Backward).await
    }

    async fn page(&self, from: Option<u64>, limit: usize, direction: Direction) -> Result<Vec<Numbered>, AuditError> {
        let range = Range { prefix: Chain::prefix(), after: from.map(Chain::entry_key), limit, direction };
        let found = self.store.scan(range).await?;
        found
            .iter()
            .map(|row| {
                let seq = chain::seq_of(&row.key).unwrap_or_default();
                self.chain.open_entry(seq, &row.value).ok_or(AuditError::Unreadable { seq })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests;
