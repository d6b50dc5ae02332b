//! A keyring that can be copied, for tests that stop, restart and attack.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use keys::{
    AgencyId, Digest, Entropy, Secret,
    sealing::{Kid, SealingKey, SealingPublic},
};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{ErasureMethod, KeysAtRest, KeysAtRestError, Record, Table, Vault, VaultError};
use crate::{
    store::{AnyStore, MemoryStore},
    world::testing::still,
};

type ErasureKeys = BTreeMap<(u8, u32), [u8; 32]>;

/// Erasure keys by shard and epoch. Clones share the "file"; [`copy`](Self::copy) is what a thief or a backup has.
#[derive(Clone, Default)]
pub(crate) struct MemoryKeys {
    file: Arc<Mutex<ErasureKeys>>,
    /// Seeds of the intake keys, the newest last.
    intakes: Arc<Mutex<Vec<[u8; 32]>>>,
    /// How often a finished change is not confirmed by reading back.
    pub(super) unconfirmed: Arc<AtomicUsize>,
}

impl MemoryKeys {
    pub(crate) fn new() -> Self {
        let keys = Self::default();
        for shard in 0..=u8::MAX {
            let key = keys::random_bytes(&mut still(u64::from(shard)).entropy());
            keys.file.lock().unwrap().insert((shard, 1), key);
        }
        keys.intakes.lock().unwrap().push([0x33; 32]);
        keys
    }

    pub(super) fn copy(&self) -> Self {
        let intakes = self.intakes.lock().unwrap().clone();
        Self {
            file: Arc::new(Mutex::new(self.file.lock().unwrap().clone())),
            intakes: Arc::new(Mutex::new(intakes)),
            ..Self::default()
        }
    }

    fn intake_keys(&self) -> Vec<SealingKey> {
        let seeds = self.intakes.lock().unwrap();
        seeds.iter().map(|seed| SealingKey::from_seed(Secret::new(Box::new(*seed)))).collect()
    }
}

impl KeysAtRest for MemoryKeys {
    fn ledger_key(&self) -> Secret<32> {
        Secret::new(Box::new([0x11; 32]))
    }

    fn tombstone_key(&self) -> Secret<32> {
        Secret::new(Box::new([0x22; 32]))
    }

    fn epoch(&self, shard: u8) -> u32 {
        let file = self.file.lock().unwrap();
        file.range((shard, 0)..=(shard, u32::MAX)).next().unwrap().0.1
    }

    fn erasure_key(&self, shard: u8, epoch: u32) -> Option<Secret<32>> {
        self.file.lock().unwrap().get(&(shard, epoch)).map(|key| Secret::new(Box::new(*key)))
    }

    fn intake_public(&self) -> SealingPublic {
        self.intake_keys().last().unwrap().public().clone()
    }

    fn open_intake(&self, kid: Kid, enc: &[u8], info: &[u8], aad: &[u8], ct: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let keys = self.intake_keys();
        let key = keys.iter().find(|key| key.kid() == kid)?;
        Some(key.open(enc, info, aad, ct).ok()?.plain)
    }

    fn begin_erasure(&self, shard: u8, entropy: &mut dyn Entropy) -> Result<u32, KeysAtRestError> {
        let next = self.epoch(shard) + 1;
        self.intakes.lock().unwrap().push(keys::random_bytes(entropy));
        self.file.lock().unwrap().entry((shard, next)).or_insert_with(|| keys::random_bytes(entropy));
        Ok(next)
    }

    fn finish_erasure(&self, shard: u8, _: &mut dyn Entropy) -> Result<(), KeysAtRestError> {
        let mut file = self.file.lock().unwrap();
        let newest = file.range((shard, 0)..=(shard, u32::MAX)).next_back().unwrap().0.1;
        file.retain(|(s, epoch), _| *s != shard || *epoch == newest);
        let mut intakes = self.intakes.lock().unwrap();
        let retired = intakes.len() - 1;
        intakes.drain(..retired);
        match self.unconfirmed.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)) {
            Ok(_) => Err(KeysAtRestError("not read back".into())),
            Err(_) => Ok(()),
        }
    }

    fn reload(&self) -> Result<(), KeysAtRestError> {
        Ok(())
    }

    fn method(&self) -> ErasureMethod {
        ErasureMethod::InPlace
    }
}

/// A case as a service might store it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Child {
    pub(super) name: String,
}

impl Record for Child {
    const TABLE: Table = Table::new(7);
    const VERSION: u8 = 2;
}

/// Invented; a name in Khmer script, so that searching for it in files means something.
pub(super) fn child(number: u32) -> Child {
    Child { name: format!("សុខា ទី{number}") }
}

pub(super) async fn open(store: impl Into<AnyStore>, keys: &MemoryKeys, seed: u64) -> Result<Vault, VaultError> {
    Vault::open(store.into(), Arc::new(keys.clone()), AgencyId::new(Digest([9; 32])), still(seed)).await
}

pub(super) async fn in_memory() -> (Vault, MemoryStore, MemoryKeys) {
    let (store, keys) = (MemoryStore::new(), MemoryKeys::new());
    let vault = open(Arc::new(store.clone()) as AnyStore, &keys, 1).await.unwrap();
    (vault, store, keys)
}
