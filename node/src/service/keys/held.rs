//! The signing keys in the keyring, as the service needs them.

use std::io;

use keys::{Entropy, KeyId, KeyringError, Secret, SigningKey, VerifyingKey, keyring::UnlockSlot};

use crate::vault::SharedKeyring;

/// Where this agency's own signing keys lie. What changes is on disk when a function returns; each can be called again.
pub trait SigningKeys: Send + Sync {
    /// The one that is in use.
    fn active(&self) -> Option<SigningKey>;
    /// The one beside it: to come, or to go.
    fn second(&self) -> Option<SigningKey>;
    /// The root, while it lies here.
    fn root(&self) -> Option<SigningKey>;
    /// The unlock slots of the keyring that they lie in, if it has such.
    fn slots(&self) -> Vec<UnlockSlot> {
        Vec::new()
    }
    /// Makes a second one, unless there is one.
    ///
    /// # Errors
    /// [`KeyringError`]; nothing changed then.
    fn add(&self, entropy: &mut dyn Entropy) -> Result<VerifyingKey, KeyringError>;
    /// Puts the second one into use, and the one in use beside it.
    ///
    /// # Errors
    /// [`KeyringError`]; nothing changed then.
    fn activate(&self, key: KeyId, entropy: &mut dyn Entropy) -> Result<(), KeyringError>;
    /// Destroys the second one, if it is this.
    ///
    /// # Errors
    /// [`KeyringError`]; it may still be there then.
    fn destroy(&self, key: KeyId, entropy: &mut dyn Entropy) -> Result<(), KeyringError>;
    /// Puts the key of this seed into the place of the root, which is destroyed.
    ///
    /// # Errors
    /// [`KeyringError`]; the root before may still be there then.
    fn replace_root(&self, seed: Secret<32>, entropy: &mut dyn Entropy) -> Result<(), KeyringError>;
    /// What opens a backup with a passphrase; none where they lie in no file.
    fn unlock_slots(&self) -> Option<Vec<u8>> {
        None
    }
    /// The key of the backup with this new salt; `context` is what stands before what it encrypts.
    fn backup_key(&self, _salt: &[u8; 32], _context: &[u8]) -> Option<Secret<32>> {
        None
    }
    /// Does something while the file does not change.
    ///
    /// # Errors
    /// What is done says.
    fn while_still(&self, act: &mut dyn FnMut() -> io::Result<()>) -> io::Result<()> {
        act()
    }
}

fn copy(key: &SigningKey) -> Option<SigningKey> {
    SigningKey::from_seed(key.seed().duplicate())
}

impl SigningKeys for SharedKeyring {
    fn active(&self) -> Option<SigningKey> {
        copy(self.read().signing_key())
    }

    fn second(&self) -> Option<SigningKey> {
        self.read().second_signing_key().and_then(copy)
    }

    fn root(&self) -> Option<SigningKey> {
        self.read().root_key().and_then(copy)
    }

    fn slots(&self) -> Vec<UnlockSlot> {
        self.read().slots()
    }

    fn add(&self, entropy: &mut dyn Entropy) -> Result<VerifyingKey, KeyringError> {
        self.write().add_signing_key(entropy)
    }

    fn activate(&self, key: KeyId, entropy: &mut dyn Entropy) -> Result<(), KeyringError> {
        self.write().activate_signing_key(key, entropy)
    }

    fn destroy(&self, key: KeyId, entropy: &mut dyn Entropy) -> Result<(), KeyringError> {
        self.write().destroy_signing_key(key, entropy)
    }

    fn replace_root(&self, seed: Secret<32>, entropy: &mut dyn Entropy) -> Result<(), KeyringError> {
        self.write().replace_root(seed, entropy)
    }

    fn unlock_slots(&self) -> Option<Vec<u8>> {
        Some(self.read().unlock_slots().to_vec())
    }

    fn backup_key(&self, salt: &[u8; 32], context: &[u8]) -> Option<Secret<32>> {
        Some(self.read().backup_key(salt, context))
    }

    fn while_still(&self, act: &mut dyn FnMut() -> io::Result<()>) -> io::Result<()> {
        let _unchanged = self.read();
        act()
    }
}
