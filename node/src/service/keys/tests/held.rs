//! Signing keys in memory, which outlast a restart and can fail.

use std::sync::{Arc, Mutex};

use keys::{Entropy, KeyId, KeyringError, Secret, SigningKey, VerifyingKey, founding::Founding};

use crate::service::SigningKeys;

#[derive(Default)]
struct Held {
    active: [u8; 32],
    second: Option<[u8; 32]>,
    root: [u8; 32],
    /// So many changes go well; then the disk fails.
    fails_after: Option<usize>,
}

/// Clones share the "file".
#[derive(Clone)]
pub(crate) struct MemorySigning(Arc<Mutex<Held>>);

impl MemorySigning {
    pub(crate) fn of(founding: &Founding) -> Self {
        let (active, root) = (*founding.op_seed.expose(), *founding.root_seed.expose());
        Self(Arc::new(Mutex::new(Held { active, root, ..Held::default() })))
    }

    /// From now on only so many changes succeed.
    pub(crate) fn fail_after(&self, changes: Option<usize>) {
        self.0.lock().unwrap().fails_after = changes;
    }

    fn change<T>(&self, act: impl FnOnce(&mut Held) -> T) -> Result<T, KeyringError> {
        let mut held = self.0.lock().unwrap();
        if held.fails_after == Some(0) {
            return Err(KeyringError::Io(std::io::Error::other("the disk fails")));
        }
        held.fails_after = held.fails_after.map(|left| left - 1);
        Ok(act(&mut held))
    }
}

fn key(seed: [u8; 32]) -> SigningKey {
    SigningKey::from_seed(Secret::new(Box::new(seed))).unwrap()
}

impl SigningKeys for MemorySigning {
    fn active(&self) -> Option<SigningKey> {
        Some(key(self.0.lock().unwrap().active))
    }

    fn second(&self) -> Option<SigningKey> {
        self.0.lock().unwrap().second.map(key)
    }

    fn root(&self) -> Option<SigningKey> {
        Some(key(self.0.lock().unwrap().root))
    }

    fn add(&self, entropy: &mut dyn Entropy) -> Result<VerifyingKey, KeyringError> {
        let fresh = keys::random_bytes(entropy);
        self.change(|held| key(*held.second.get_or_insert(fresh)).public())
    }

    fn activate(&self, wanted: KeyId, _: &mut dyn Entropy) -> Result<(), KeyringError> {
        self.change(|held| {
            if key(held.active).public().id() != wanted {
                let second = held.second.replace(held.active).expect("a second key");
                assert_eq!(key(second).public().id(), wanted);
                held.active = second;
            }
        })
    }

    fn destroy(&self, gone: KeyId, _: &mut dyn Entropy) -> Result<(), KeyringError> {
        self.change(|held| held.second = held.second.filter(|second| key(*second).public().id() != gone))
    }

    fn replace_root(&self, seed: Secret<32>, _: &mut dyn Entropy) -> Result<(), KeyringError> {
        self.change(|held| held.root = *seed.expose())
    }
}
