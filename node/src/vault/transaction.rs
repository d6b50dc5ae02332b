//! Transactions: what one use case writes, checked and made durable as one.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::Arc,
};

use keys::{Secret, label, label::Label};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{
    CommitError, Owner, Record, Stamp, Table, Vault, VaultError,
    data_key::{DataKey, Wrapped, epoch_row, epoch_value},
    erase::{MARKS, Mark, PROOFS},
    record,
};
use crate::{
    audit::Event,
    store::{self, Batch, Expected, Need},
};

/// How often a commit is tried again because keys were wrapped anew meanwhile.
const ATTEMPTS: usize = 8;
/// Commitment to a detail of an audit entry.
const DETAIL: Label = Label::new("spean/audit/detail");

/// A personal detail of an audit entry, under its owner's key, found by its commitment.
#[derive(Serialize, Deserialize)]
struct Detail {
    salt: [u8; 32],
    text: String,
}

impl Record for Detail {
    const TABLE: Table = Table::own(203);
    const VERSION: u8 = 1;
}

/// Changes that take effect together, or not at all. Nothing happens before [`commit`](Self::commit).
pub struct Transaction {
    vault: Vault,
    created: Vec<Created>,
    puts: Vec<Put>,
    deletes: Vec<Vec<u8>>,
    expected: Vec<(Vec<u8>, Expected)>,
    events: Vec<Event>,
    need: Need,
    /// The first fault of a `put`; reported by `commit`.
    fault: Option<VaultError>,
    scratch: record::Scratch,
}

struct Created {
    owner: Owner,
    key: DataKey,
    /// Its name was drawn at random here, so nothing of that name was ever erased.
    unheard_of: bool,
}

struct Put {
    owner: Owner,
    row_key: Vec<u8>,
    version: u8,
    plain: Zeroizing<Vec<u8>>,
}

/// What a failed check of the batch means.
enum Meaning {
    /// The caller's own expectation.
    Expectation,
    /// The shard's keys are being wrapped anew: try again.
    Epoch,
    /// The owner of a record was erased.
    KeyGone,
    /// The owner of a new key was erased, or is being erased.
    Erased,
}

impl Transaction {
    pub(super) fn new(vault: Vault) -> Self {
        Self {
            vault,
            created: Vec::new(),
            puts: Vec::new(),
            deletes: Vec::new(),
            expected: Vec::new(),
            events: Vec::new(),
            need: Need::Duty,
            fault: None,
            scratch: record::Scratch::default(),
        }
    }

    /// Gives `owner` a fresh data key. If it has one already, the commit is a conflict; if it was erased, it fails.
    pub fn create_key(&mut self, owner: &Owner) {
        self.create(owner, false);
    }

    /// As [`create_key`](Self::create_key), for an owner whose name this node drew at random just now: what was erased
    /// is not looked through for it.
    pub fn create_key_of_new(&mut self, owner: &Owner) {
        self.create(owner, true);
    }

    fn create(&mut self, owner: &Owner, unheard_of: bool) {
        let key = DataKey::random(&mut self.vault.inner.world.entropy());
        self.created.push(Created { owner: *owner, key, unheard_of });
    }

    /// Writes `record` under `key` of `owner`, which must have a key or get one here.
    pub fn put<T: Record>(&mut self, owner: &Owner, key: &[u8], record: &T) {
        match self.scratch.plain(record) {
            Ok(plain) => self.puts.push(Put {
                owner: *owner,
                row_key: record::row_key(T::TABLE, owner, key),
                version: T::VERSION,
                plain,
            }),
            Err(error) => self.fault = self.fault.take().or(Some(error)),
        }
    }

    /// Removes the record under `key` of `owner`, if it is there. Its bytes stay in the store's old segments until
    /// they are overwritten: to erase, erase the owner.
    pub fn delete<T: Record>(&mut self, owner: &Owner, key: &[u8]) {
        self.deletes.push(record::row_key(T::TABLE, owner, key));
    }

    /// Asks that the record is still the writing that was read; else the commit is a conflict.
    pub fn expect(&mut self, stamp: &Stamp) {
        self.expected.push((stamp.row_key.clone(), Expected::Beginning(stamp.beginning.clone())));
    }

    /// Asks that there is no record under `key` of `owner`; else the commit is a conflict.
    pub fn expect_absent<T: Record>(&mut self, owner: &Owner, key: &[u8]) {
        self.expected.push((record::row_key(T::TABLE, owner, key), Expected::Absent));
    }

    /// Adds an audit entry, durable with the act itself or not at all.
    pub fn audit(&mut self, event: Event) {
        self.events.push(event);
    }

    /// As [`audit`](Self::audit), with a personal detail that lies under `owner`'s key and is erased with it; the
    /// entry carries a salted commitment.
    pub fn audit_with_detail(&mut self, event: Event, owner: &Owner, text: &str) {
        let salt = keys::random_bytes(&mut self.vault.inner.world.entropy());
        let commitment = label::mac(&salt, DETAIL, text.as_bytes());
        self.put(owner, commitment.as_bytes(), &Detail { salt, text: text.to_owned() });
        self.events.push(event.detail(commitment));
    }

    /// Notes that `owner` must be erased, in the same commit as what made it so. [`Vault::erase`] or, after a crash,
    /// [`Vault::resume_erasures`] carries it out.
    pub fn mark_for_erasure(&mut self, owner: &Owner) {
        let at = self.vault.inner.world.now();
        self.put(&Owner::Ledger, &owner.bytes(), &Mark { at });
    }

    /// Marks this as new work (an offer, a case), which is refused below the free-space mark.
    pub fn new_work(&mut self) {
        self.need = Need::NewWork;
    }

    /// Marks this as something that can wait for room, so that the reserve lasts for what can't: withdrawals, erasures.
    pub fn can_wait(&mut self) {
        if self.need == Need::Duty {
            self.need = Need::CanWait;
        }
    }

    /// Returns when everything is on disk, and all that could be read before too.
    ///
    /// # Errors
    /// [`CommitError`].
    pub async fn commit(self) -> Result<(), CommitError> {
        self.commit_all(None).await.map(drop)
    }

    /// As [`commit`](Self::commit), with the stamp of the record that it wrote under `key` of `owner`: whoever goes on with
    /// that record need not read it. `None` if it wrote none.
    ///
    /// # Errors
    /// [`CommitError`].
    pub async fn commit_stamped<T: Record>(self, owner: &Owner, key: &[u8]) -> Result<Option<Stamp>, CommitError> {
        self.commit_all(Some(record::row_key(T::TABLE, owner, key))).await
    }

    async fn commit_all(mut self, stamped: Option<Vec<u8>>) -> Result<Option<Stamp>, CommitError> {
        if let Some(fault) = self.fault.take() {
            return Err(fault.into());
        }
        for _ in 0..ATTEMPTS {
            let (batch, meanings) = self.batch().await?;
            let stamp = stamped.as_ref().and_then(|row_key| Stamp::in_batch(&batch, row_key));
            match self.vault.inner.store.commit(batch).await {
                Ok(()) => return Ok(stamp),
                Err(store::CommitError::Full) => return Err(CommitError::DiskFull),
                Err(store::CommitError::Conflict { check }) => match meanings.get(check) {
                    Some(Meaning::Epoch) => self.look_at_epochs().await?,
                    Some(Meaning::KeyGone) => return Err(VaultError::NoKey.into()),
                    Some(Meaning::Erased) => return Err(VaultError::Erased.into()),
                    Some(Meaning::Expectation) | None => return Err(CommitError::Conflict),
                },
                Err(error) => return Err(VaultError::from(error).into()),
            }
        }
        Err(CommitError::Conflict)
    }

    async fn batch(&self) -> Result<(Batch, Vec<Meaning>), VaultError> {
        let mut checks = Vec::new();
        // Of each new key: its row, its epoch, and that it was not erased.
        let conditions = self.expected.len() + 4 * self.created.len() + 2;
        let mut batch =
            Batch::sized(conditions, self.created.len() + self.puts.len() + self.deletes.len()).need(self.need);
        for (row, expected) in &self.expected {
            batch = batch.check(row, expected.clone());
            checks.push(Meaning::Expectation);
        }
        let (mut batch, mut keys) = self.add_created(batch, &mut checks).await?;
        for put in &self.puts {
            if let Entry::Vacant(slot) = keys.entry(put.owner) {
                let (stable, key) = self.vault.wrapped_key(&put.owner).await?.ok_or(VaultError::NoKey)?;
                if let (Some(row), Some(stable)) = (put.owner.key_row(), stable) {
                    batch = batch.check(&row, Expected::Beginning(stable));
                    checks.push(Meaning::KeyGone);
                }
                slot.insert(key);
            }
            if let Some(key) = keys.get(&put.owner) {
                batch = batch.put(&put.row_key, self.encode(put, key)?);
            }
        }
        batch = self.deletes.iter().fold(batch, |batch, row| batch.delete(row));
        let chain = self.vault.inner.audit.chain();
        batch = self.events.iter().fold(batch, |batch, event| batch.chain(Arc::clone(chain) as _, chain.item(event)));
        Ok((batch, checks))
    }

    /// The epochs that the new keys are wrapped in were not the present ones.
    async fn look_at_epochs(&self) -> Result<(), VaultError> {
        for shard in self.created.iter().filter_map(|created| created.owner.shard()) {
            self.vault.epoch(shard).await?;
        }
        Ok(())
    }

    fn encode(&self, put: &Put, key: &Secret<32>) -> Result<Vec<u8>, VaultError> {
        let inner = &self.vault.inner;
        record::encode(key, &inner.agency, &put.row_key, put.version, &put.plain, &mut inner.world.entropy())
    }

    /// New keys, wrapped in the present epoch of their shards, which must still be the present one at the commit.
    async fn add_created(
        &self,
        mut batch: Batch,
        checks: &mut Vec<Meaning>,
    ) -> Result<(Batch, HashMap<Owner, Secret<32>>), VaultError> {
        let inner = &self.vault.inner;
        let (mut keys, mut epochs) = (HashMap::new(), HashMap::new());
        for Created { owner, key, unheard_of } in &self.created {
            let shard = owner.shard().ok_or(VaultError::NoKey)?;
            let (epoch, erasure_key) = match epochs.entry(shard) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(unknown) => {
                    let (epoch, key) = self.vault.wrapping_key(shard).await?;
                    batch = batch.check(&epoch_row(shard), Expected::Value(epoch_value(epoch)));
                    checks.push(Meaning::Epoch);
                    unknown.insert((epoch, key))
                }
            };
            let entropy = &mut inner.world.entropy();
            let wrapped = Wrapped::new(owner, key, erasure_key, *epoch, &inner.agency, entropy)
                .ok_or(VaultError::Unwritable { table: 0 })?;
            batch = batch.check(wrapped.row(), Expected::Absent).put(wrapped.row(), wrapped.value());
            checks.push(Meaning::Expectation);
            if !unheard_of {
                for table in [MARKS, PROOFS] {
                    batch = batch.check(&record::row_key(table, &Owner::Ledger, &owner.bytes()), Expected::Absent);
                    checks.push(Meaning::Erased);
                }
            }
            keys.insert(*owner, key.secret.duplicate());
        }
        Ok((batch, keys))
    }
}

impl Vault {
    /// The detail of an audit entry, by the commitment that stands in it; `None` once `owner` was erased, or if the
    /// detail does not fit the commitment.
    ///
    /// # Errors
    /// [`VaultError`].
    pub async fn audit_detail(&self, owner: &Owner, commitment: &keys::Digest) -> Result<Option<String>, VaultError> {
        let found = self.read::<Detail>(owner, commitment.as_bytes()).await?;
        Ok(found
            .map(|(detail, _)| detail)
            .filter(|detail| label::mac(&detail.salt, DETAIL, detail.text.as_bytes()).same_as(commitment))
            .map(|detail| detail.text))
    }
}
