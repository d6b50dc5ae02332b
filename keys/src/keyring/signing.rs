//! The agency's signing keys in the keyring: the active one, and at most one beside it.
//!
//! The second is one that is to come (generated, then published) or, after [`Keyring::activate_signing_key`], the one
//! before it, which signs no more and is to go. Each change is one write of the pair: a power cut leaves the keys before
//! it or after.

use super::{Keyring, KeyringError, Pair, unlock};
use crate::{Entropy, KeyId, Secret, SigningKey, VerifyingKey};

/// The key of a seed of the keyring.
pub(super) fn parse(seed: &Secret<32>) -> Result<SigningKey, KeyringError> {
    SigningKey::from_seed(seed.duplicate()).ok_or(KeyringError::Damaged(Pair::Unlock.name()))
}

impl Keyring {
    /// The signing key that is in use.
    #[must_use]
    pub const fn signing_key(&self) -> &SigningKey {
        &self.signing
    }

    /// The signing key beside it: one to come, or one that is to go.
    #[must_use]
    pub const fn second_signing_key(&self) -> Option<&SigningKey> {
        self.second.as_ref()
    }

    /// All signing keys whose private half lies here.
    #[must_use]
    pub fn held_signing(&self) -> Vec<KeyId> {
        [Some(&self.signing), self.second.as_ref()].into_iter().flatten().map(|key| key.public().id()).collect()
    }

    /// Makes a signing key beside the active one; if there is one already, it is that one. When this returns, it is on
    /// disk: it may be shown to others.
    ///
    /// # Errors
    /// [`KeyringError`]; then there is no new key.
    pub fn add_signing_key(&mut self, entropy: &mut dyn Entropy) -> Result<VerifyingKey, KeyringError> {
        if let Some(second) = &self.second {
            return Ok(second.public());
        }
        let seed = Secret::random(entropy);
        let key = parse(&seed)?;
        let mut changed = self.unlocked.duplicate();
        changed.second = Some(seed);
        self.write_unlocked(changed, entropy)?;
        let public = key.public();
        self.second = Some(key);
        Ok(public)
    }

    /// The second signing key becomes the active one, and the active one the second. Nothing changes if `key` is
    /// active already.
    ///
    /// # Errors
    /// [`KeyringError::NoSuchKey`] if `key` is not here; else [`KeyringError`], and the keys are as before.
    pub fn activate_signing_key(&mut self, key: KeyId, entropy: &mut dyn Entropy) -> Result<(), KeyringError> {
        if self.signing.public().id() == key {
            return Ok(());
        }
        if self.second.as_ref().is_none_or(|second| second.public().id() != key) {
            return Err(KeyringError::NoSuchKey);
        }
        let mut changed = self.unlocked.duplicate();
        let seed = changed.second.take().ok_or(KeyringError::NoSuchKey)?;
        changed.second = Some(std::mem::replace(&mut changed.secrets.op_seed, seed));
        self.write_unlocked(changed, entropy)?;
        if let Some(second) = &mut self.second {
            std::mem::swap(&mut self.signing, second);
        }
        Ok(())
    }

    /// Destroys the second signing key if it is `key`. When this returns `Ok`, both slots were overwritten, synced and
    /// read back: it exists nowhere in the file. Called again, it makes sure of the same.
    ///
    /// # Errors
    /// [`KeyringError::InUse`] for the active key; else [`KeyringError`]: the key may still be there, call again.
    pub fn destroy_signing_key(&mut self, key: KeyId, entropy: &mut dyn Entropy) -> Result<(), KeyringError> {
        if self.signing.public().id() == key {
            return Err(KeyringError::InUse);
        }
        if self.second.as_ref().is_some_and(|second| second.public().id() == key) {
            let mut changed = self.unlocked.duplicate();
            changed.second = None;
            self.write_unlocked(changed, entropy)?;
            self.second = None;
        }
        self.unlocked.place.settle(&*self.pages)?;
        if unlock::both_hold(&*self.pages, &self.unlocked)? {
            Ok(())
        } else {
            self.unlocked.place.stale = true;
            Err(KeyringError::ReadBack)
        }
    }

    /// On disk first; then in force.
    pub(super) fn write_unlocked(
        &mut self,
        mut changed: unlock::Unlocked,
        entropy: &mut dyn Entropy,
    ) -> Result<(), KeyringError> {
        let content = changed.content();
        changed.place.advance(&*self.pages, &changed.mk, &content, entropy)?;
        self.unlocked = changed;
        Ok(())
    }
}
