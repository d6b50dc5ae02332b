//! Changing the passphrase of the keyring.

use super::{KdfParams, Keyring, KeyringError, unlock};
use crate::Entropy;

impl Keyring {
    /// The slot that takes `old` takes `new` from now on, and no other; `params` say how costly a try of it is. Takes as
    /// long as a try of both. When this returns `Ok`, both copies were overwritten, synced and read back: `old` opens
    /// nothing of this file any more. A copy of the file made before still opens with it, to the same keys.
    ///
    /// # Errors
    /// [`KeyringError::WrongPassphrase`], [`KeyringError::EmptyPassphrase`], [`KeyringError::Params`]: nothing changed.
    /// [`KeyringError::Io`], [`KeyringError::ReadBack`]: one of the two opens it; call again with that.
    pub fn change_passphrase(
        &mut self,
        old: &[u8],
        new: &[u8],
        params: KdfParams,
        entropy: &mut dyn Entropy,
    ) -> Result<(), KeyringError> {
        let mut changed = self.unlocked.duplicate();
        changed.slots = unlock::with_passphrase(&self.unlocked, old, new, params, entropy)?;
        self.write_slots(changed, entropy)
    }
}
