//! The key of a backup: who has the keyring open can make one, who has a passphrase of it can open one.
//!
//! A backup begins with a copy of the unlock slots, so that it opens on a computer that has nothing else.

use super::{Keyring, KeyringError, unlock};
use crate::{
    Secret,
    label::{self, Label},
};

const BACKUP: Label = Label::new("spean/backup/key");

/// The longest copy of unlock slots that is looked at, in bytes.
pub const MAX_SLOTS: usize = 4096;

impl Keyring {
    /// The unlock slots, as they lie in the clear part of the file.
    #[must_use]
    pub fn unlock_slots(&self) -> &[u8] {
        &self.unlocked.slots
    }

    /// The key of the backup with this salt, which must be new; `context` is what stands before what it encrypts.
    #[must_use]
    pub fn backup_key(&self, salt: &[u8; 32], context: &[u8]) -> Secret<32> {
        label::derive(self.unlocked.mk.expose(), salt, BACKUP, context)
    }
}

/// The same key, by a passphrase that one of the copied unlock slots takes. Takes as long as its parameters say.
///
/// # Errors
/// [`KeyringError::WrongPassphrase`], [`KeyringError::Params`].
pub fn backup_key(
    slots: &[u8],
    passphrase: &[u8],
    salt: &[u8; 32],
    context: &[u8],
) -> Result<Secret<32>, KeyringError> {
    let mk = unlock::master_key(slots, passphrase)?;
    Ok(label::derive(mk.expose(), salt, BACKUP, context))
}
