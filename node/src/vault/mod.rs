//! The vault: typed records, each encrypted under the data key of its owner, so that destroying one key erases
//! all that an owner has (`docs/protocol.md` 3.13).
//!
//! Owns data keys, the layout of records in the store, transactions and erasure. Knows nothing of what a record
//! says: tables and types are declared by the services. Everything personal goes through here.

mod blob;
mod copy;
mod data_key;
mod erase;
mod error;
mod intake;
mod keyring;
mod keys_at_rest;
mod owner;
mod record;
mod scan;
mod transaction;

use std::{
    fmt,
    sync::{Arc, atomic::AtomicU64},
};

pub use keys::keyring::ErasureMethod;
use keys::{AgencyId, Secret};
use tokio::sync::Mutex;

pub(crate) use self::record::parses;
pub use self::{
    blob::Blob,
    copy::{CopyError, Naming},
    erase::ErasureProof,
    error::{CommitError, EraseError, VaultError},
    intake::{Arrival, Intake, IntakeLimits, NotKept, pins_in},
    keyring::SharedKeyring,
    keys_at_rest::{KeysAtRest, KeysAtRestError},
    owner::Owner,
    record::{Record, Stamp, Table},
    scan::Row,
    transaction::Transaction,
};
/// Which way a scan goes.
pub use crate::store::Direction;
use crate::{
    audit::{Audit, Event},
    store::{AnyStore, Batch, Expected, Health},
    world::World,
};

/// The vault of one agency. Clones share it.
#[derive(Clone)]
pub struct Vault {
    inner: Arc<Inner>,
}

struct Inner {
    store: AnyStore,
    keys: Arc<dyn KeysAtRest>,
    agency: AgencyId,
    world: World,
    audit: Audit,
    epochs: data_key::SeenEpochs,
    /// One erasure run at a time; whoever waits finds their owners erased by the run before.
    erasing: Mutex<()>,
    /// Owners erased since the vault was opened.
    erasures: AtomicU64,
}

impl Vault {
    /// Opens the vault in `store`, or makes it, and checks that store and keyring belong to the same day.
    ///
    /// Call [`resume_erasures`](Self::resume_erasures) next.
    ///
    /// # Errors
    /// [`VaultError::OutOfStep`] if one of them was put back to an older state; [`VaultError::Store`].
    pub async fn open(
        store: AnyStore,
        keys: Arc<dyn KeysAtRest>,
        agency: AgencyId,
        world: World,
    ) -> Result<Self, VaultError> {
        let audit = Audit::new(Arc::clone(&store), keys.ledger_key(), keys.tombstone_key(), agency, world.clone());
        let epochs = data_key::SeenEpochs::none();
        let (erasing, erasures) = (Mutex::new(()), AtomicU64::new(0));
        let vault = Self { inner: Arc::new(Inner { store, keys, agency, world, audit, epochs, erasing, erasures }) };
        vault.check_epochs().await?;
        Ok(vault)
    }

    /// The audit log that lies in the same store.
    #[must_use]
    pub fn audit(&self) -> &Audit {
        &self.inner.audit
    }

    /// The clock and randomness it works with.
    #[must_use]
    pub fn world(&self) -> &World {
        &self.inner.world
    }

    /// What the store says of its disk.
    #[must_use]
    pub fn health(&self) -> Health {
        self.inner.store.health()
    }

    /// A transaction with nothing in it. Committing it so waits until all that was read is on disk.
    #[must_use]
    pub fn begin(&self) -> Transaction {
        Transaction::new(self.clone())
    }

    /// Writes one audit entry by itself: for refused acts, and for reading. Returns when it is on disk.
    ///
    /// # Errors
    /// [`CommitError`]; the act must then be refused too.
    pub async fn record(&self, event: Event) -> Result<(), CommitError> {
        let mut tx = self.begin();
        tx.audit(event);
        tx.commit().await
    }

    /// Returns when all that was read so far is on disk: before an answer that repeats what was found.
    ///
    /// # Errors
    /// [`CommitError`].
    pub async fn settle(&self) -> Result<(), CommitError> {
        self.begin().commit().await
    }

    /// The record under `key` of `owner`, and the stamp by which a transaction can ask that it is still the same.
    ///
    /// `None` if there is none, also after the owner was erased.
    ///
    /// # Errors
    /// [`VaultError`].
    pub async fn read<T: Record>(&self, owner: &Owner, key: &[u8]) -> Result<Option<(T, Stamp)>, VaultError> {
        let row_key = record::row_key(T::TABLE, owner, key);
        let Some(value) = self.inner.store.get(&row_key).await? else { return Ok(None) };
        let Some(data_key) = self.data_key(owner).await? else { return Ok(None) };
        record::decode(&data_key, &self.inner.agency, row_key, &value).map(Some)
    }

    /// Whether `owner` has a key: false before [`Transaction::create_key`] and after an erasure.
    ///
    /// # Errors
    /// [`VaultError`].
    pub async fn has_key(&self, owner: &Owner) -> Result<bool, VaultError> {
        Ok(match owner.key_row() {
            Some(row) => self.inner.store.get(&row).await?.is_some(),
            None => true,
        })
    }

    /// The key under which `owner`'s records lie; `None` if there is none (any more).
    async fn data_key(&self, owner: &Owner) -> Result<Option<Secret<32>>, VaultError> {
        Ok(self.wrapped_key(owner).await?.map(|(_, key)| key))
    }

    /// On a new store: writes down with which epoch each shard begins. Else: compares.
    async fn check_epochs(&self) -> Result<(), VaultError> {
        let store = &self.inner.store;
        if store.get(&data_key::epoch_row(0)).await?.is_none() {
            let mut batch = Batch::new().check(&data_key::epoch_row(0), Expected::Absent);
            for shard in 0..=u8::MAX {
                batch = batch.put(&data_key::epoch_row(shard), data_key::epoch_value(self.inner.keys.epoch(shard)));
            }
            store.commit(batch).await.map_err(VaultError::from)?;
        }
        for shard in 0..=u8::MAX {
            let epoch = self.epoch(shard).await?;
            if self.inner.keys.erasure_key(shard, epoch).is_none() {
                return Err(VaultError::OutOfStep { shard, epoch });
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault").field("agency", &self.inner.agency).finish_non_exhaustive()
    }
}

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
