//! The vault's rows for a backup, and what was erased, for a list beside it.

use std::{collections::BTreeSet, io, sync::atomic::Ordering};

use keys::{Digest, Secret, Timestamp};

use super::{Owner, Table, Vault, VaultError, data_key::shard_prefix, erase::Proof, record::RECORDS};
use crate::store::{self, Range, Write};

pub use crate::store::CopyError;

/// Names an owner by a key, so that nobody else can tell whom.
pub type Naming = dyn Fn(&Secret<32>, &[u8]) -> Digest + Send + Sync;

/// Takes a row, or that it is gone.
pub type Rows<'a> = dyn FnMut(&[u8], Option<&[u8]>) -> io::Result<()> + Send + 'a;

/// Wrapped keys that are looked through at once.
const PAGE: usize = 512;

impl Vault {
    /// Gives all rows but those of the tables `without` to `out`, as they lie in the store: ciphertext and wrapped keys.
    /// All are as of the moment at which `at_rest` is called; until it ends nothing is written, and no erasure key
    /// changes from the beginning to the end. Of several rows with one key the last counts; `None`: it is gone.
    ///
    /// Blocks: not on a thread that serves others.
    ///
    /// # Errors
    /// [`CopyError`].
    pub async fn copy(
        &self,
        without: &[Table],
        out: &mut Rows<'_>,
        at_rest: &mut (dyn FnMut() -> io::Result<()> + Send),
    ) -> Result<(), CopyError> {
        let _no_erasure = self.inner.erasing.lock().await;
        let left_out = |key: &[u8]| {
            let table = key.split_first().filter(|(first, _)| **first == RECORDS).and_then(|(_, rest)| rest.first());
            table.is_some_and(|table| without.iter().any(|other| other.number() == *table))
        };
        let mut pick = |write: Write| {
            if left_out(&write.key) { Ok(()) } else { out(&write.key, write.value.as_deref()) }
        };
        store::copy(&*self.inner.store, &mut pick, at_rest).await
    }

    /// How many owners were erased since the vault was opened: tells whether a list of them is still whole.
    #[must_use]
    pub fn erasures(&self) -> u64 {
        self.inner.erasures.load(Ordering::Relaxed)
    }

    /// The names of all owners that were erased at `since` or later.
    ///
    /// # Errors
    /// [`VaultError`].
    pub async fn erased_since(&self, since: Timestamp, name: &Naming) -> Result<BTreeSet<Digest>, VaultError> {
        let key = self.inner.keys.tombstone_key();
        let mut names = BTreeSet::new();
        self.read_each::<Proof>(|row| {
            if row.value.at >= since {
                names.insert(name(&key, &row.key));
            }
        })
        .await?;
        Ok(names)
    }

    /// The owners that have a key here and are named so: what a restored backup brought back.
    ///
    /// # Errors
    /// [`VaultError`].
    pub async fn owners_named(&self, names: &BTreeSet<Digest>, name: &Naming) -> Result<Vec<Owner>, VaultError> {
        let key = self.inner.keys.tombstone_key();
        let mut owners = Vec::new();
        for shard in 0..=u8::MAX {
            let mut after = None;
            loop {
                let range = Range { prefix: shard_prefix(shard), after, limit: PAGE, ..Range::default() };
                let rows = self.inner.store.scan(range).await?;
                let Some(last) = rows.last() else { break };
                after = Some(last.key.clone());
                let found = rows.iter().filter_map(|row| Owner::of_key_row(&row.key));
                owners.extend(found.filter(|owner| names.contains(&name(&key, &owner.bytes()))));
            }
        }
        Ok(owners)
    }

    /// Proves a list of what was erased by the key that made it.
    #[must_use]
    pub fn with_tombstone_key<T>(&self, act: impl FnOnce(&Secret<32>) -> T) -> T {
        act(&self.inner.keys.tombstone_key())
    }
}
