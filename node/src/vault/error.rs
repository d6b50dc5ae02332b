//! What can go wrong in the vault. Tables are named by number; keys, owners and content never appear.

use super::KeysAtRestError;
use crate::store;

/// Why the vault could not read or prepare a record.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The store gave an error.
    #[error(transparent)]
    Store(#[from] store::ReadError),
    /// A limit of the store is exceeded; nothing was written.
    #[error("a record of table {table} is too large: {limit}")]
    TooLarge {
        /// The record's table, 0 if unknown.
        table: u8,
        /// Which limit.
        limit: &'static str,
    },
    /// The store did not confirm a change.
    #[error("{0}")]
    NotConfirmed(String),
    /// A record is not what was written, or was moved.
    #[error("a record of table {table} is damaged: restore a backup")]
    Damaged {
        /// The record's table.
        table: u8,
    },
    /// Written by a newer program.
    #[error("a record of table {table} has format {format}, version {version}: use the newer program")]
    Newer {
        /// The record's table.
        table: u8,
        /// Its format.
        format: u8,
        /// Its version.
        version: u8,
    },
    /// The type can't be encoded: a fault of the program.
    #[error("a record of table {table} cannot be encoded")]
    Unwritable {
        /// The record's table.
        table: u8,
    },
    /// A record was to be written for an owner without a key: none was made, or it was erased.
    #[error("its owner has no key: it was erased")]
    NoKey,
    /// A key was to be made for an owner that was erased.
    #[error("its owner was erased, and stays so")]
    Erased,
    /// Store and keyring are not of the same day.
    #[error(
        "store and keyring do not belong together (shard {shard}, epoch {epoch}): one of them was put back to an \
         older state; put both back from one backup"
    )]
    OutOfStep {
        /// Which erasure key.
        shard: u8,
        /// Which epoch the store names.
        epoch: u32,
    },
    /// The keyring file gave an error.
    #[error(transparent)]
    Keys(#[from] KeysAtRestError),
}

/// Only for the vault's own small batches: a conflict in them is met by their makers.
impl From<store::CommitError> for VaultError {
    fn from(error: store::CommitError) -> Self {
        match error {
            store::CommitError::TooLarge(limit) => Self::TooLarge { table: 0, limit },
            error => Self::NotConfirmed(error.to_string()),
        }
    }
}

/// Why a transaction was not acknowledged.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// An expectation did not hold; nothing changed. Read again, decide again.
    #[error("the record was changed by someone else: read it again")]
    Conflict,
    /// No room on disk; nothing changed.
    #[error("the disk is full: make room, the node goes on by itself")]
    DiskFull,
    /// Anything else. Only after [`VaultError::NotConfirmed`] may something have changed: read before a retry.
    #[error(transparent)]
    Store(#[from] VaultError),
}

/// Why an erasure is not complete. It is noted durably once begun, and goes on at the next call or start.
#[derive(Debug, thiserror::Error)]
pub enum EraseError {
    /// The ledger and the agency's own secrets can't be erased.
    #[error("only cases and exchanges can be erased")]
    NotErasable,
    /// Keys that should have been wrapped anew do not open, so the old ones were kept.
    #[error("the keys of shard {shard} could not be verified; nothing was destroyed")]
    Unverified {
        /// Which erasure key.
        shard: u8,
    },
    /// A step failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// A step could not be written.
    #[error(transparent)]
    Commit(#[from] CommitError),
    /// Stopped between two steps, by a test.
    #[cfg(test)]
    #[error("stopped")]
    Stopped,
}

impl From<KeysAtRestError> for EraseError {
    fn from(error: KeysAtRestError) -> Self {
        Self::Vault(error.into())
    }
}

impl From<store::ReadError> for EraseError {
    fn from(error: store::ReadError) -> Self {
        Self::Vault(error.into())
    }
}
