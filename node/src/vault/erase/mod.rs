//! Erasure: the seven steps of `docs/protocol.md` 3.13, each of which may be the last before a power cut.
//!
//! 1. A mark and an audit entry are durable.
//! 2. The keyring has the shard's next erasure key beside the present one.
//! 3. The shard's surviving data keys are wrapped anew, the doomed ones dropped.
//! 4. All new wraps open.
//! 5. The keyring forgets the old erasure key: from here on every copy of a doomed key, in whatever old segment or
//!    backup, is under a key that exists nowhere.
//! 6. The rows are deleted.
//! 7. The proof is durable, and only then may a receipt be signed.
//!
//! One run at a time; whoever calls during a run is served by the next, so that erasures that wait share one change
//! of each shard's key.

mod change;

use std::collections::BTreeMap;

use keys::Timestamp;
use serde::{Deserialize, Serialize};

use super::{EraseError, ErasureMethod, Owner, Record, Table, Vault, VaultError, record};
use crate::{
    audit::Event,
    store::{Batch, Direction, Range},
};

/// Owners that must be erased.
pub(super) const MARKS: Table = Table::own(201);
/// Owners that were erased, for ever.
pub(super) const PROOFS: Table = Table::own(202);
/// Rows that are deleted, or owners that are finished, in one batch.
const BATCH: usize = 100;

/// Note that an owner must be erased, under the ledger key by the owner's bytes.
#[derive(Serialize, Deserialize)]
pub(super) struct Mark {
    pub(super) at: Timestamp,
}

impl Record for Mark {
    const TABLE: Table = MARKS;
    const VERSION: u8 = 1;
}

/// Note that an owner was erased.
#[derive(Serialize, Deserialize)]
pub(super) struct Proof {
    in_place: bool,
    shard: u8,
    epoch: u32,
    pub(super) at: Timestamp,
}

impl Record for Proof {
    const TABLE: Table = PROOFS;
    const VERSION: u8 = 1;
}

/// What a receipt may say about an erasure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErasureProof {
    /// How surely the keys are gone.
    pub method: ErasureMethod,
    /// For each shard, the first epoch whose key never wrapped what was erased.
    pub epochs: BTreeMap<u8, u32>,
    /// When the last of it was done.
    pub at: Timestamp,
}

/// A point at which a power cut is simulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Marked,
    KeyringHasBoth,
    EpochRaised,
    SomeRewrapped,
    KeysDropped,
    Verified,
    KeyringHasOne,
    RowsDeleted,
}

/// Called after each step; an error stops the run there.
pub(super) type Hook<'a> = &'a (dyn Fn(Step) -> Result<(), EraseError> + Sync);

/// The program's own: goes on.
const GO_ON: Hook<'static> = &|_| Ok(());

impl Vault {
    /// Destroys the data keys of `owners`, and with them all that they had, and deletes their records. Returns when
    /// it is durable; only then may a receipt be signed. Erasing again gives the same proof.
    ///
    /// If it fails, or the power does, it goes on at the next call or with [`resume_erasures`](Self::resume_erasures).
    ///
    /// # Errors
    /// [`EraseError`].
    pub async fn erase(&self, owners: &[Owner]) -> Result<ErasureProof, EraseError> {
        self.erase_with(owners, GO_ON).await
    }

    /// Carries out what was marked and not finished before the node stopped. How many owners that were.
    ///
    /// # Errors
    /// [`EraseError`].
    pub async fn resume_erasures(&self) -> Result<usize, EraseError> {
        let _one_at_a_time = self.inner.erasing.lock().await;
        self.finish_pending_changes(GO_ON).await?;
        self.run(GO_ON).await
    }

    /// Whether `owner` was erased, ever: its records can't come back.
    ///
    /// # Errors
    /// [`VaultError`].
    pub async fn was_erased(&self, owner: &Owner) -> Result<bool, VaultError> {
        Ok(self.read::<Proof>(&Owner::Ledger, &owner.bytes()).await?.is_some())
    }

    pub(super) async fn erase_with(&self, owners: &[Owner], hook: Hook<'_>) -> Result<ErasureProof, EraseError> {
        if !owners.iter().all(Owner::can_be_erased) {
            return Err(EraseError::NotErasable);
        }
        self.mark(owners).await?;
        hook(Step::Marked)?;
        let _one_at_a_time = self.inner.erasing.lock().await;
        self.run(hook).await?;
        self.proof(owners).await
    }

    /// Step 1, for those that are neither erased nor marked.
    async fn mark(&self, owners: &[Owner]) -> Result<(), EraseError> {
        for owners in owners.chunks(BATCH) {
            let mut tx = self.begin();
            for owner in owners {
                let key = owner.bytes();
                let done = self.read::<Proof>(&Owner::Ledger, &key).await?.is_some();
                if !done && self.read::<Mark>(&Owner::Ledger, &key).await?.is_none() {
                    tx.mark_for_erasure(owner);
                    tx.audit(Event::new("node", "erasure.begin").object(key));
                }
            }
            tx.commit().await?;
        }
        Ok(())
    }

    /// Steps 2 to 7 for all marks there are.
    async fn run(&self, hook: Hook<'_>) -> Result<usize, EraseError> {
        let marked = self.marked().await?;
        let mut by_shard: BTreeMap<u8, Vec<Owner>> = BTreeMap::new();
        for owner in &marked {
            by_shard.entry(owner.shard().unwrap_or_default()).or_default().push(*owner);
        }
        for (shard, doomed) in &by_shard {
            self.destroy_keys(*shard, doomed, hook).await?;
        }
        self.delete_rows(&marked).await?;
        hook(Step::RowsDeleted)?;
        for owners in marked.chunks(BATCH / 2) {
            self.prove(owners).await?;
        }
        Ok(marked.len())
    }

    async fn marked(&self) -> Result<Vec<Owner>, EraseError> {
        let mut owners = Vec::new();
        for row in self.read_all::<Mark>().await? {
            let owner = Owner::split_from(&row.key).map(|(owner, _)| owner);
            owners.push(owner.ok_or(VaultError::Damaged { table: MARKS.number() })?);
        }
        Ok(owners)
    }

    /// Step 6. The rows of the tables in use; keys are gone already, so nobody can add to them.
    async fn delete_rows(&self, owners: &[Owner]) -> Result<(), EraseError> {
        if owners.is_empty() {
            return Ok(());
        }
        for table in self.tables_in_use().await? {
            for owner in owners {
                let prefix = [vec![record::RECORDS, table], owner.bytes()].concat();
                self.delete_all(prefix).await?;
            }
        }
        Ok(())
    }

    async fn delete_all(&self, prefix: Vec<u8>) -> Result<(), EraseError> {
        loop {
            let range = Range { prefix: prefix.clone(), limit: BATCH, ..Range::default() };
            let rows = self.inner.store.scan(range).await?;
            if rows.is_empty() {
                return Ok(());
            }
            let batch = rows.iter().fold(Batch::new(), |batch, row| batch.delete(&row.key));
            self.inner.store.commit(batch).await.map_err(VaultError::from)?;
        }
    }

    /// Skips from table to table; the vault's own stand under the ledger and hold no owner's rows but details.
    async fn tables_in_use(&self) -> Result<Vec<u8>, EraseError> {
        let mut tables = Vec::new();
        let mut after = None;
        loop {
            let range = Range { prefix: vec![record::RECORDS], after, limit: 1, direction: Direction::Forward };
            let Some(table) = self.inner.store.scan(range).await?.first().and_then(|e| e.key.get(1).copied()) else {
                return Ok(tables);
            };
            tables.push(table);
            // No owner's tag is as high, so this is past all rows of the table.
            after = Some(vec![record::RECORDS, table, u8::MAX]);
        }
    }

    /// Step 7.
    async fn prove(&self, owners: &[Owner]) -> Result<(), EraseError> {
        let mut tx = self.begin();
        for owner in owners {
            let key = owner.bytes();
            let shard = owner.shard().unwrap_or_default();
            let proof = Proof {
                in_place: self.inner.keys.method() == ErasureMethod::InPlace,
                shard,
                epoch: self.epoch(shard).await?,
                at: self.inner.world.now(),
            };
            tx.put(&Owner::Ledger, &key, &proof);
            tx.delete::<Mark>(&Owner::Ledger, &key);
            tx.audit(Event::new("node", "erasure.done").object(key));
        }
        tx.commit().await?;
        self.inner.erasures.fetch_add(owners.len() as u64, std::sync::atomic::Ordering::Relaxed);
        Ok(())
    }

    async fn proof(&self, owners: &[Owner]) -> Result<ErasureProof, EraseError> {
        let mut all =
            ErasureProof { method: ErasureMethod::InPlace, epochs: BTreeMap::new(), at: Timestamp::default() };
        for owner in owners {
            let (proof, _) = self
                .read::<Proof>(&Owner::Ledger, &owner.bytes())
                .await?
                .ok_or(VaultError::Damaged { table: PROOFS.number() })?;
            if !proof.in_place {
                all.method = ErasureMethod::BestEffort;
            }
            let epoch = all.epochs.entry(proof.shard).or_default();
            *epoch = proof.epoch.max(*epoch);
            all.at = all.at.max(proof.at);
        }
        Ok(all)
    }
}

#[cfg(test)]
mod cost;
#[cfg(test)]
mod tests;
