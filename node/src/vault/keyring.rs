//! The unlocked keyring, shared by the parts of one node.

use std::{
    fmt,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};

use keys::{
    Entropy, Secret,
    keyring::{ErasureMethod, Keyring, KeyringError},
    sealing::{Kid, SealingPublic},
};
use zeroize::Zeroizing;

use super::{KeysAtRest, KeysAtRestError};

/// One keyring for all who need its keys. Clones share it; no lock may be held across an `.await`.
#[derive(Clone)]
pub struct SharedKeyring(Arc<RwLock<Keyring>>);

impl SharedKeyring {
    /// Shares `keyring`.
    #[must_use]
    pub fn new(keyring: Keyring) -> Self {
        Self(Arc::new(RwLock::new(keyring)))
    }

    /// For using keys.
    pub fn read(&self) -> RwLockReadGuard<'_, Keyring> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// For changing the keyring file. It syncs: not on a thread that serves others.
    pub fn write(&self) -> RwLockWriteGuard<'_, Keyring> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for SharedKeyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.read().fmt(f)
    }
}

impl KeysAtRest for SharedKeyring {
    fn ledger_key(&self) -> Secret<32> {
        self.read().ledger_key().duplicate()
    }

    fn tombstone_key(&self) -> Secret<32> {
        self.read().tombstone_key().duplicate()
    }

    fn epoch(&self, shard: u8) -> u32 {
        self.read().epoch(shard)
    }

    fn erasure_key(&self, shard: u8, epoch: u32) -> Option<Secret<32>> {
        self.read().erasure_key(shard, epoch).map(Secret::duplicate)
    }

    fn intake_public(&self) -> SealingPublic {
        self.read().intake_key().public().clone()
    }

    fn open_intake(&self, kid: Kid, enc: &[u8], info: &[u8], aad: &[u8], ct: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let keyring = self.read();
        let key = keyring.intake_keys().find(|key| key.kid() == kid)?;
        Some(key.open(enc, info, aad, ct).ok()?.plain)
    }

    fn begin_erasure(&self, shard: u8, entropy: &mut dyn Entropy) -> Result<u32, KeysAtRestError> {
        Ok(self.write().begin_erasure(shard, entropy)?)
    }

    fn finish_erasure(&self, shard: u8, entropy: &mut dyn Entropy) -> Result<(), KeysAtRestError> {
        Ok(self.write().finish_erasure(shard, entropy)?)
    }

    /// This process is the only one that changes the file: it holds the folder's lock.
    fn reload(&self) -> Result<(), KeysAtRestError> {
        Ok(())
    }

    fn method(&self) -> ErasureMethod {
        self.read().method()
    }
}

impl From<KeyringError> for KeysAtRestError {
    fn from(error: KeyringError) -> Self {
        Self(error.to_string())
    }
}
