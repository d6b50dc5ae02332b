//! The keys that an unlocked keyring gives.

use std::{collections::HashMap, path::Path};

use keys::keyring::{Keyring, SHARDS};

/// A key, and what it is called.
#[derive(Clone)]
pub struct Key {
    /// Such as `erasure key 17/2`: shard and epoch.
    pub name: String,
    /// Its bytes.
    pub bytes: [u8; 32],
}

/// Keys without repetition.
#[derive(Clone, Default)]
pub struct Bunch(Vec<Key>);

impl Bunch {
    /// All that the keyring beside a folder's store gives: each shard's erasure keys, in force and begun; what is
    /// derived from the master key; the seeds that lie beside them.
    ///
    /// # Panics
    /// If it does not open.
    #[must_use]
    pub fn of_keyring(path: &Path, passphrase: &str) -> Self {
        let keyring = Keyring::unlock(path, passphrase.as_bytes()).expect("the keyring opens");
        let mut bunch = Self::default();
        for shard in (0..SHARDS).filter_map(|shard| u8::try_from(shard).ok()) {
            for epoch in keyring.epoch(shard)..=keyring.pending_epoch(shard).unwrap_or_default() {
                if let Some(key) = keyring.erasure_key(shard, epoch) {
                    bunch.add(format!("erasure key {shard}/{epoch}"), *key.expose());
                }
            }
            if keyring.pending_epoch(shard).is_none() {
                let epoch = keyring.epoch(shard);
                let key = keyring.erasure_key(shard, epoch).expect("each shard has a key");
                bunch.add(format!("erasure key {shard}/{epoch}"), *key.expose());
            }
        }
        bunch.add("ledger key".into(), *keyring.ledger_key().expose());
        bunch.add("tombstone key".into(), *keyring.tombstone_key().expose());
        bunch.add("signing seed".into(), *keyring.signing_key().seed().expose());
        if let Some(root) = keyring.root_key() {
            bunch.add("root seed".into(), *root.seed().expose());
        }
        for intake in keyring.intake_keys() {
            bunch.add("intake seed".into(), *intake.seed().expose());
        }
        bunch
    }

    /// Adds a key that is not there yet.
    pub fn add(&mut self, name: String, bytes: [u8; 32]) {
        if !self.0.iter().any(|key| key.bytes == bytes) {
            self.0.push(Key { name, bytes });
        }
    }

    /// Adds all of another.
    pub fn join(&mut self, other: &Self) {
        let have: HashMap<[u8; 32], ()> = self.0.iter().map(|key| (key.bytes, ())).collect();
        self.0.extend(other.0.iter().filter(|key| !have.contains_key(&key.bytes)).cloned());
    }

    /// Those that `other` does not have.
    #[must_use]
    pub fn without(&self, other: &Self) -> Self {
        Self(self.0.iter().filter(|key| !other.holds(&key.bytes)).cloned().collect())
    }

    /// Whether it has this key.
    #[must_use]
    pub fn holds(&self, bytes: &[u8; 32]) -> bool {
        self.0.iter().any(|key| key.bytes == *bytes)
    }

    /// All keys.
    #[must_use]
    pub fn keys(&self) -> &[Key] {
        &self.0
    }
}
