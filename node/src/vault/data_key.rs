//! Data keys: one random key per owner, wrapped in the store under the erasure key of its shard.
//!
//! Store key: `0x01 || shard || owner`. Value: `format || key id || epoch || salt || ciphertext || tag`. The key id
//! stays when the key is wrapped anew; it is how a transaction notices that an owner was erased meanwhile.

use std::sync::atomic::{AtomicU32, Ordering};

use keys::{AgencyId, Entropy, Secret, random_bytes};

use super::{KeysAtRest, Owner, Vault, VaultError, owner::KEY_ROWS};
use crate::cipher;

/// Store keys of the shards' epochs: this, the shard.
const EPOCH_ROWS: u8 = 0x02;
/// First byte of every wrapped key.
const FORMAT: u8 = 1;
const KEY_ID: usize = 16;
/// Format and key id.
pub(super) const STABLE: usize = 1 + KEY_ID;
const HEAD: usize = STABLE + 4;
/// How often a reader looks again when a key is being wrapped anew under its eyes.
const ATTEMPTS: usize = 8;

pub(super) fn epoch_row(shard: u8) -> Vec<u8> {
    vec![EPOCH_ROWS, shard]
}

pub(super) fn epoch_value(epoch: u32) -> Vec<u8> {
    [&[FORMAT][..], &epoch.to_be_bytes()].concat()
}

pub(super) fn shard_prefix(shard: u8) -> Vec<u8> {
    vec![KEY_ROWS, shard]
}

/// A wrapped key as it lies in the store.
pub(super) struct Wrapped {
    row: Vec<u8>,
    value: Vec<u8>,
    epoch: u32,
}

impl Wrapped {
    /// Wraps `key` for `owner`.
    pub(super) fn new(
        owner: &Owner,
        key: &DataKey,
        erasure_key: &Secret<32>,
        epoch: u32,
        agency: &AgencyId,
        entropy: &mut dyn Entropy,
    ) -> Option<Self> {
        let row = owner.key_row()?;
        let head = [&[FORMAT][..], &key.id, &epoch.to_be_bytes()].concat();
        let place = place(&row, &head, agency);
        let value = cipher::seal_behind(&head, erasure_key, &place, key.secret.expose(), entropy)?;
        Some(Self { row, value, epoch })
    }

    /// Takes a row of the store.
    pub(super) fn parse(row: Vec<u8>, value: Vec<u8>) -> Option<Self> {
        let epoch = u32::from_be_bytes(value.get(STABLE..HEAD)?.try_into().ok()?);
        (value.first() == Some(&FORMAT)).then_some(Self { row, value, epoch })
    }

    pub(super) fn open(&self, erasure_key: &Secret<32>, agency: &AgencyId) -> Option<DataKey> {
        let (head, sealed) = self.value.split_at_checked(HEAD)?;
        let plain = cipher::open(erasure_key, &place(&self.row, head, agency), sealed)?;
        let id = head.get(1..STABLE)?.try_into().ok()?;
        Some(DataKey { id, secret: Secret::from_slice(&plain)? })
    }

    pub(super) fn row(&self) -> &[u8] {
        &self.row
    }

    pub(super) fn value(&self) -> &[u8] {
        &self.value
    }

    pub(super) fn epoch(&self) -> u32 {
        self.epoch
    }

    /// What does not change when the key is wrapped anew.
    pub(super) fn stable(&self) -> Vec<u8> {
        self.value.iter().copied().take(STABLE).collect()
    }
}

/// The row names shard and owner, the head the epoch.
fn place(row: &[u8], head: &[u8], agency: &AgencyId) -> Vec<u8> {
    [row, head, agency.as_bytes()].concat()
}

/// An owner's key, never kept longer than for one read or commit.
pub(super) struct DataKey {
    id: [u8; KEY_ID],
    pub(super) secret: Secret<32>,
}

impl DataKey {
    pub(super) fn random(entropy: &mut dyn Entropy) -> Self {
        Self { id: random_bytes(entropy), secret: Secret::random(entropy) }
    }
}

impl Vault {
    /// The stable part of `owner`'s wrapped key, and the key. For the ledger the first is `None`.
    pub(super) async fn wrapped_key(&self, owner: &Owner) -> Result<Option<(Option<Vec<u8>>, Secret<32>)>, VaultError> {
        let Some(row) = owner.key_row() else {
            return Ok(Some((None, self.inner.keys.ledger_key())));
        };
        let shard = owner.shard().unwrap_or_default();
        let mut unknown = 0;
        for _ in 0..ATTEMPTS {
            let Some(value) = self.inner.store.get(&row).await? else { return Ok(None) };
            let wrapped = Wrapped::parse(row.clone(), value).ok_or(VaultError::Damaged { table: 0 })?;
            unknown = wrapped.epoch();
            let Some(erasure_key) = erasure_key(&*self.inner.keys, shard, wrapped.epoch())? else { continue };
            let key = wrapped.open(&erasure_key, &self.inner.agency).ok_or(VaultError::Damaged { table: 0 })?;
            return Ok(Some((Some(wrapped.stable()), key.secret)));
        }
        Err(VaultError::OutOfStep { shard, epoch: unknown })
    }

    /// An epoch of `shard` to wrap keys in, and its key: that which was seen last. Whether it is still the present one, the
    /// commit must check.
    pub(super) async fn wrapping_key(&self, shard: u8) -> Result<(u32, Secret<32>), VaultError> {
        let inner = &self.inner;
        let seen = inner.epochs.seen(shard);
        if let Some(key) = inner.keys.erasure_key(shard, seen) {
            return Ok((seen, key));
        }
        let epoch = self.epoch(shard).await?;
        let key = erasure_key(&*inner.keys, shard, epoch)?.ok_or(VaultError::OutOfStep { shard, epoch })?;
        Ok((epoch, key))
    }

    /// The epoch in which keys of `shard` are wrapped now, by the store.
    pub(super) async fn epoch(&self, shard: u8) -> Result<u32, VaultError> {
        let value = self.inner.store.get(&epoch_row(shard)).await?;
        let number = value.as_deref().and_then(|v| v.strip_prefix(&[FORMAT])).and_then(|n| n.try_into().ok());
        let epoch = number.map(u32::from_be_bytes).ok_or(VaultError::Damaged { table: 0 })?;
        self.inner.epochs.saw(shard, epoch);
        Ok(epoch)
    }
}

/// The epoch of each shard as it was seen last, so that not each new key reads it. An erasure may have ended one since.
pub(super) struct SeenEpochs(Box<[AtomicU32]>);

impl SeenEpochs {
    pub(super) fn none() -> Self {
        Self((0..=u8::MAX).map(|_| AtomicU32::default()).collect())
    }

    fn seen(&self, shard: u8) -> u32 {
        self.0.get(usize::from(shard)).map_or(0, |epoch| epoch.load(Ordering::Relaxed))
    }

    fn saw(&self, shard: u8, epoch: u32) {
        if let Some(seen) = self.0.get(usize::from(shard)) {
            seen.store(epoch, Ordering::Relaxed);
        }
    }
}

/// The erasure key, after a second look at the keyring file if it is unknown.
pub(super) fn erasure_key(keys: &dyn KeysAtRest, shard: u8, epoch: u32) -> Result<Option<Secret<32>>, VaultError> {
    if let Some(key) = keys.erasure_key(shard, epoch) {
        return Ok(Some(key));
    }
    keys.reload()?;
    Ok(keys.erasure_key(shard, epoch))
}
