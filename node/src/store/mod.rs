//! The store: an ordered key-value store with atomic, guarded, durable batches (`docs/architecture.md`).
//!
//! Owns durability and nothing else. It sees bytes: it knows no key material, no agency, no record type.
//! [`SledStore`] is the embedded default; [`MemoryStore`] forgets everything and serves tests. One
//! conformance suite runs against each implementation.

mod batch;
#[cfg(test)]
mod conformance;
mod copy;
mod error;
mod lock;
mod memory;
mod sled;

use std::{future::Future, pin::Pin, sync::Arc};

pub use self::{
    batch::{
        Batch, Chained, Check, Direction, Entry, Expected, MAX_BATCH, MAX_BATCH_BYTES, MAX_KEY, MAX_VALUE, Need, Range,
        Write,
    },
    copy::{CopyError, Watch, copy},
    error::{CommitError, OpenError, ReadError},
    lock::{FolderLock, LockError},
    memory::MemoryStore,
    sled::{SledStore, SpaceLimits},
};

pub(crate) use self::sled::is_slot;

/// A boxed future: the contract stays usable behind `dyn`.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A store behind which the implementation is hidden.
pub type AnyStore = Arc<dyn Store>;

/// The contract. Each promise has a test in the conformance suite:
/// * **durable**: when [`commit`](Store::commit) returns `Ok`, the batch survives a power cut; so does all that the
///   caller could read before it called, even if the batch is empty;
/// * **atomic**: after a crash, or if the future was dropped, a batch is there as a whole or not at all;
/// * **guarded**: it is applied only if every check holds, else [`CommitError::Conflict`] and nothing changed;
/// * **chained**: what a [`Sequencer`] adds to a batch follows the order in which batches are applied.
///
/// A commit that failed left nothing that a later one of this process sees. Not promised: that nothing of it is there
/// if the process ends before the store could be opened again.
///
/// A read may show what is not yet on disk: answer a person or a peer only after a `commit`.
pub trait Store: Send + Sync + 'static {
    /// The value under `key`, from the latest applied batch.
    fn get<'a>(&'a self, key: &'a [u8]) -> Pending<'a, Result<Option<Vec<u8>>, ReadError>>;

    /// At most `range.limit` entries under `range.prefix`, in key order or against it, from just after `range.after`.
    fn scan(&self, range: Range) -> Pending<'_, Result<Vec<Entry>, ReadError>>;

    /// Applies `batch` (at most [`MAX_BATCH`] writes, [`MAX_BATCH_BYTES`] in all). Concurrent calls share a sync.
    fn commit(&self, batch: Batch) -> Pending<'_, Result<(), CommitError>>;

    /// Whether there is room for new work, and whether the store needs a person's attention.
    fn health(&self) -> Health;

    /// Notes what changes while the store is copied ([`copy()`]); none: it can't be.
    fn watch(&self) -> Option<&Watch> {
        None
    }
}

/// What the store sees of its disk.
#[expect(clippy::struct_excessive_bools, reason = "observations that do not depend on each other")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// Bytes that may still be written to the file system.
    pub free_bytes: u64,
    /// Below the free-space mark: [`Need::NewWork`] is refused.
    pub low_space: bool,
    /// The reserve for erasures and withdrawals is in use: free disk space now.
    pub reserve_in_use: bool,
    /// Much of the reserve is used up: only [`Need::Duty`] is taken.
    pub duties_only: bool,
    /// The last write failed and the store could not be reopened yet: reads may go on, nothing is written.
    pub failed: bool,
    /// A write has hung for minutes: nothing is written any more until the process is started again.
    pub stopped: bool,
    /// Something stands on disk that a power cut could damage: restart the node and look at its log.
    pub damaged: bool,
}

/// What a batch sees while it is applied: everything that was applied before it.
pub trait View {
    /// The value under `key`.
    ///
    /// # Errors
    /// [`ReadError`], and then the batch fails.
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, ReadError>;
}

/// Turns an item into writes at the moment its batch is applied, so that numbers in a chain follow the order of
/// commits without a lock held by the callers (`docs/protocol.md` 3.14).
///
/// Called by the committer after the batch's checks passed. It must keep no state about its own position: it
/// reads that from the view, which shows what earlier batches wrote and nothing of a group that failed.
pub trait Sequencer: Send + Sync {
    /// The writes for `item`.
    ///
    /// # Errors
    /// [`CommitError`], and then the batch fails and nothing of it is written.
    fn link(&self, view: &dyn View, item: &[u8]) -> Result<Vec<Write>, CommitError>;
}
