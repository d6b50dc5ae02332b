//! What the vault needs of the keyring.

use keys::{
    Entropy, Secret,
    keyring::ErasureMethod,
    sealing::{Kid, SealingPublic},
};
use zeroize::Zeroizing;

/// The keyring failed to change. The message holds no secret.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct KeysAtRestError(pub String);

/// The unlocked keyring as the vault sees it: keys that lie outside the store, so that erasing them reaches every
/// copy of what they wrap (`docs/protocol.md` 3.13).
pub trait KeysAtRest: Send + Sync {
    /// Encrypts what erasure leaves alone.
    fn ledger_key(&self) -> Secret<32>;
    /// Hashes the ids of erased and audited things.
    fn tombstone_key(&self) -> Secret<32>;
    /// The epoch of `shard` in force.
    fn epoch(&self, shard: u8) -> u32;
    /// The erasure key of `shard` in `epoch`, in force or begun; `None` if it is unknown or destroyed.
    fn erasure_key(&self, shard: u8, epoch: u32) -> Option<Secret<32>>;
    /// The public half of the newest intake key, to which a locked node seals what arrives.
    fn intake_public(&self) -> SealingPublic;
    /// Opens what was sealed to the intake key of this name; `None` if it is gone, or something was changed.
    fn open_intake(&self, kid: Kid, enc: &[u8], info: &[u8], aad: &[u8], ct: &[u8]) -> Option<Zeroizing<Vec<u8>>>;
    /// Makes the key of the next epoch (the present number plus one) beside the present one, durably, and gives its
    /// number; if that was already done and not finished, gives the number again.
    ///
    /// # Errors
    /// [`KeysAtRestError`]; nothing changed then.
    fn begin_erasure(&self, shard: u8, entropy: &mut dyn Entropy) -> Result<u32, KeysAtRestError>;
    /// Destroys all keys of `shard` but the newest, durably and read back. Without a change pending it makes sure
    /// of the same.
    ///
    /// # Errors
    /// [`KeysAtRestError`]; call it again.
    fn finish_erasure(&self, shard: u8, entropy: &mut dyn Entropy) -> Result<(), KeysAtRestError>;
    /// Reads the keyring again, for another process may have changed it.
    ///
    /// # Errors
    /// [`KeysAtRestError`].
    fn reload(&self) -> Result<(), KeysAtRestError>;
    /// What the file system allows to be promised.
    fn method(&self) -> ErasureMethod;
}
