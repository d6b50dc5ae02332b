//! The root key in the keyring, while it stays on the node.

use super::{Keyring, KeyringError, signing, unlock};
use crate::{Entropy, Secret, SigningKey};

impl Keyring {
    /// The root key, while it stays on the node.
    #[must_use]
    pub const fn root_key(&self) -> Option<&SigningKey> {
        self.root.as_ref()
    }

    /// Puts the key of this seed into the place of the root. When this returns `Ok`, both copies were overwritten, synced
    /// and read back: the root before exists nowhere in the file. Called again, it makes sure of the same.
    ///
    /// # Errors
    /// [`KeyringError`]: the root before may still be there, call again.
    pub fn replace_root(&mut self, seed: Secret<32>, entropy: &mut dyn Entropy) -> Result<(), KeyringError> {
        let key = signing::parse(&seed)?;
        if self.root.as_ref().is_none_or(|root| root.public() != key.public()) {
            let mut changed = self.unlocked.duplicate();
            changed.secrets.root_seed = Some(seed);
            self.write_unlocked(changed, entropy)?;
            self.root = Some(key);
        }
        self.root_settled()
    }

    /// Takes the root out. When this returns `Ok`, it is in neither copy. Called again, it makes sure of the same.
    ///
    /// # Errors
    /// [`KeyringError`]: it may still be there, call again.
    pub fn remove_root(&mut self, entropy: &mut dyn Entropy) -> Result<(), KeyringError> {
        if self.root.is_some() {
            let mut changed = self.unlocked.duplicate();
            changed.secrets.root_seed = None;
            self.write_unlocked(changed, entropy)?;
            self.root = None;
        }
        self.root_settled()
    }

    /// Both copies say the same of it.
    fn root_settled(&mut self) -> Result<(), KeyringError> {
        self.unlocked.place.settle(&*self.pages)?;
        if unlock::both_hold(&*self.pages, &self.unlocked)? {
            Ok(())
        } else {
            self.unlocked.place.stale = true;
            Err(KeyringError::ReadBack)
        }
    }
}
