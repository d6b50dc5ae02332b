//! The keys that an unlocked keyring gives.

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    sync::{Mutex, PoisonError},
};

use keys::{
    keyring::{Keyring, SHARDS},
    label::digest_of,
};

const LEDGER_KEY: &str = "ledger key";
/// Where the two slots of the erasure keys lie in the file, and how long each is (`docs/protocol.md` 3.13).
const ERASURE_SLOTS: usize = 2 * 4_096;
const SLOT_BYTES: usize = 32_768;

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
    /// All that a keyring file gives to who knows the passphrase: what is derived from the master key, the seeds, and
    /// each shard's erasure keys, in force and begun, of *both* slots, also of one that the program would not look at.
    ///
    /// # Panics
    /// If it does not open.
    #[must_use]
    pub fn of_keyring(path: &Path, passphrase: &str) -> Self {
        // Unlocking takes its time on purpose, and tests look at the same keyring again and again.
        static OPENED: Mutex<BTreeMap<[u8; 32], Bunch>> = Mutex::new(BTreeMap::new());
        let file = fs::read(path).expect("a keyring");
        let name = digest_of(&file).0;
        if let Some(bunch) = OPENED.lock().unwrap_or_else(PoisonError::into_inner).get(&name) {
            return bunch.clone();
        }
        let mut bunch = Self::default();
        let folder = tempfile::tempdir().expect("a folder");
        for blank in [None, Some(0), Some(1)] {
            let mut file = file.clone();
            if let Some(slot) = blank {
                file[ERASURE_SLOTS + slot * SLOT_BYTES..][..SLOT_BYTES].fill(0);
            }
            let copy = folder.path().join("keyring");
            fs::write(&copy, file).expect("written");
            match Keyring::unlock(&copy, passphrase.as_bytes()) {
                Ok(keyring) => bunch.add_all(&keyring),
                // The other slot is half written.
                Err(error) => assert!(blank.is_some(), "the keyring opens: {error}"),
            }
        }
        OPENED.lock().unwrap_or_else(PoisonError::into_inner).insert(name, bunch.clone());
        bunch
    }

    fn add_all(&mut self, keyring: &Keyring) {
        for shard in (0..SHARDS).filter_map(|shard| u8::try_from(shard).ok()) {
            let epoch = keyring.epoch(shard);
            for epoch in [Some(epoch), keyring.pending_epoch(shard)].into_iter().flatten() {
                let key = keyring.erasure_key(shard, epoch).expect("each shard has a key");
                self.add(format!("erasure key {shard}/{epoch}"), *key.expose());
            }
        }
        self.add(LEDGER_KEY.into(), *keyring.ledger_key().expose());
        self.add("tombstone key".into(), *keyring.tombstone_key().expose());
        self.add("signing seed".into(), *keyring.signing_key().seed().expose());
        if let Some(root) = keyring.root_key() {
            self.add("root seed".into(), *root.seed().expose());
        }
        for intake in keyring.intake_keys() {
            self.add("intake seed".into(), *intake.seed().expose());
        }
    }

    /// The key that erasure leaves alone.
    pub(super) fn ledger(&self) -> Option<[u8; 32]> {
        self.0.iter().find(|key| key.name == LEDGER_KEY).map(|key| key.bytes)
    }

    /// Adds a key that is not there yet.
    pub fn add(&mut self, name: String, bytes: [u8; 32]) {
        if !self.0.iter().any(|key| key.bytes == bytes) {
            self.0.push(Key { name, bytes });
        }
    }

    /// Adds all of another.
    pub fn join(&mut self, other: &Self) {
        other.0.iter().for_each(|key| self.add(key.name.clone(), key.bytes));
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
