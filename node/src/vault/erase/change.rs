//! The change of one shard's erasure key: steps 2 to 5.
//!
//! The epoch record is raised before the first key is wrapped anew, not with the last: a commit that makes a new
//! key checks the record, so from then on none can be made under the old epoch, and one pass finds all there are.

use std::{collections::HashSet, sync::Arc};

use super::{
    super::{
        EraseError, Owner, Vault, VaultError,
        data_key::{Wrapped, epoch_row, epoch_value, erasure_key, shard_prefix},
    },
    Hook, Step,
};
use crate::store::{self, Batch, Expected, Range};

/// Keys that are wrapped anew in one batch.
const PAGE: usize = 200;

impl Vault {
    /// Destroys the data keys of the `doomed`, all of `shard`.
    pub(super) async fn destroy_keys(&self, shard: u8, doomed: &[Owner], hook: Hook<'_>) -> Result<(), EraseError> {
        self.finish_pending_change(shard, hook).await?;
        let mut have_keys = HashSet::new();
        for owner in doomed {
            if self.has_key(owner).await? {
                have_keys.insert(*owner);
            }
        }
        if have_keys.is_empty() {
            // A run before this one dropped them; whether it got as far as the keyring file is not known here.
            return self.finish_in_keyring(shard).await;
        }
        self.change(shard, &have_keys, hook).await
    }

    /// Finishes changes that a stop interrupted, also where no mark is left.
    pub(super) async fn finish_pending_changes(&self, hook: Hook<'_>) -> Result<(), EraseError> {
        for shard in 0..=u8::MAX {
            self.finish_pending_change(shard, hook).await?;
        }
        Ok(())
    }

    /// An interrupted change is finished as if nobody were doomed: some keys may be wrapped anew already, those of
    /// the doomed among them if they were marked since. A change of their own follows.
    async fn finish_pending_change(&self, shard: u8, hook: Hook<'_>) -> Result<(), EraseError> {
        let epoch = self.epoch(shard).await?;
        let keys = &self.inner.keys;
        let other = |epoch| keys.erasure_key(shard, epoch).is_some();
        let pending = epoch.checked_add(1).is_some_and(other) || epoch.checked_sub(1).is_some_and(other);
        if pending { self.change(shard, &HashSet::new(), hook).await } else { Ok(()) }
    }

    async fn change(&self, shard: u8, doomed: &HashSet<Owner>, hook: Hook<'_>) -> Result<(), EraseError> {
        let epoch = self.begin_change(shard).await?;
        hook(Step::KeyringHasBoth)?;
        self.raise_epoch(shard, epoch).await?;
        hook(Step::EpochRaised)?;
        self.rewrap(shard, epoch, doomed, hook).await?;
        hook(Step::KeysDropped)?;
        self.verify(shard, epoch, doomed).await?;
        hook(Step::Verified)?;
        self.finish_in_keyring(shard).await?;
        hook(Step::KeyringHasOne)
    }

    /// Step 5.
    async fn finish_in_keyring(&self, shard: u8) -> Result<(), EraseError> {
        self.reseal_arrivals().await?;
        let keys = Arc::clone(&self.inner.keys);
        let mut entropy = self.inner.world.entropy();
        Ok(blocking(move || keys.finish_erasure(shard, &mut entropy)).await??)
    }

    /// Step 2. A change that was begun is gone on with.
    async fn begin_change(&self, shard: u8) -> Result<u32, EraseError> {
        let stored = self.epoch(shard).await?;
        let keys = Arc::clone(&self.inner.keys);
        if stored.checked_sub(1).is_some_and(|before| keys.erasure_key(shard, before).is_some()) {
            return Ok(stored);
        }
        let mut entropy = self.inner.world.entropy();
        Ok(blocking(move || keys.begin_erasure(shard, &mut entropy)).await??)
    }

    async fn raise_epoch(&self, shard: u8, epoch: u32) -> Result<(), EraseError> {
        let row = epoch_row(shard);
        let batch = Batch::new().put(&row, epoch_value(epoch));
        Ok(self.inner.store.commit(batch).await.map_err(VaultError::from)?)
    }

    /// Step 3: survivors under the new epoch, in bounded batches; then the doomed keys out of the store.
    async fn rewrap(&self, shard: u8, epoch: u32, doomed: &HashSet<Owner>, hook: Hook<'_>) -> Result<(), EraseError> {
        let mut after = None;
        loop {
            let page = self.keys_of(shard, after.clone()).await?;
            let Some(last) = page.last() else { break };
            let next = last.row().to_vec();
            let survivors: Vec<_> = page
                .iter()
                .filter(|key| key.epoch() != epoch && !owner_of(key).is_some_and(|owner| doomed.contains(&owner)))
                .collect();
            match self.rewrap_page(shard, epoch, &survivors).await? {
                // Somebody removed one of them meanwhile: look again.
                Rewrap::Again => {}
                Rewrap::Done => {
                    after = Some(next);
                    hook(Step::SomeRewrapped)?;
                }
            }
        }
        for owners in doomed.iter().collect::<Vec<_>>().chunks(PAGE) {
            let rows = owners.iter().filter_map(|owner| owner.key_row());
            let batch = rows.fold(Batch::new(), |batch, row| batch.delete(&row));
            self.inner.store.commit(batch).await.map_err(VaultError::from)?;
        }
        Ok(())
    }

    async fn rewrap_page(&self, shard: u8, epoch: u32, keys: &[&Wrapped]) -> Result<Rewrap, EraseError> {
        let inner = &self.inner;
        let new = erasure_key(&*inner.keys, shard, epoch)?.ok_or(VaultError::OutOfStep { shard, epoch })?;
        let mut batch = Batch::new();
        for key in keys {
            let unreadable = VaultError::OutOfStep { shard, epoch: key.epoch() };
            let old = erasure_key(&*inner.keys, shard, key.epoch())?.ok_or(unreadable)?;
            let data_key = key.open(&old, &inner.agency).ok_or(EraseError::Unverified { shard })?;
            let owner = owner_of(key).ok_or(EraseError::Unverified { shard })?;
            let entropy = &mut inner.world.entropy();
            let wrapped = Wrapped::new(&owner, &data_key, &new, epoch, &inner.agency, entropy)
                .ok_or(EraseError::Unverified { shard })?;
            batch = batch.check(key.row(), Expected::Value(key.value().to_vec())).put(wrapped.row(), wrapped.value());
        }
        match inner.store.commit(batch).await {
            Ok(()) => Ok(Rewrap::Done),
            Err(store::CommitError::Conflict { .. }) => Ok(Rewrap::Again),
            Err(error) => Err(VaultError::from(error).into()),
        }
    }

    /// Step 4: before the old key goes, each surviving one opens under the new, and no doomed one is left.
    async fn verify(&self, shard: u8, epoch: u32, doomed: &HashSet<Owner>) -> Result<(), EraseError> {
        let inner = &self.inner;
        let new = erasure_key(&*inner.keys, shard, epoch)?.ok_or(VaultError::OutOfStep { shard, epoch })?;
        let mut after = None;
        loop {
            let page = self.keys_of(shard, after).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.row().to_vec());
            let survives = |key: &Wrapped| {
                key.epoch() == epoch
                    && key.open(&new, &inner.agency).is_some()
                    && owner_of(key).is_some_and(|owner| !doomed.contains(&owner))
            };
            if !page.iter().all(survives) {
                return Err(EraseError::Unverified { shard });
            }
        }
    }

    async fn keys_of(&self, shard: u8, after: Option<Vec<u8>>) -> Result<Vec<Wrapped>, EraseError> {
        let range = Range { prefix: shard_prefix(shard), after, limit: PAGE, ..Range::default() };
        let rows = self.inner.store.scan(range).await?;
        let wrapped = rows.into_iter().map(|row| Wrapped::parse(row.key, row.value));
        wrapped.collect::<Option<_>>().ok_or(EraseError::Unverified { shard })
    }
}

enum Rewrap {
    Done,
    Again,
}

fn owner_of(key: &Wrapped) -> Option<Owner> {
    Owner::of_key_row(key.row())
}

/// The keyring syncs its file, which may take long: not on a thread that serves others.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, EraseError> {
    let stopped = |_| VaultError::NotConfirmed("the erasure was stopped; it goes on at the next start".into());
    Ok(tokio::task::spawn_blocking(work).await.map_err(stopped)?)
}
