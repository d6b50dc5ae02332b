//! The keyring: an agency's secrets at rest, in one file of fixed size (`docs/protocol.md` 3.13).
//!
//! Three pairs of slots, overwritten in place and synced at once: (1) unlock slots, master key, seeds; (2) the 256
//! erasure keys and the intake seeds; (3) tombstone key and counters. Of each pair the highest generation that
//! verifies wins, so a power cut at any moment leaves the state before or after, never between. Knows nothing of
//! what is encrypted under its keys. This is the crate's only input and output; two programs on one file are kept
//! apart by the node's lock, not here.

mod backup;
pub mod durable;
mod erasure;
mod error;
mod kdf;
mod layout;
mod pages;
mod passphrase;
mod root;
mod signing;
mod slot;
mod slots;
#[cfg(test)]
mod tests;
mod tombstone;
mod unlock;

pub use backup::{MAX_SLOTS, backup_key};
pub use erasure::SHARDS;
pub use error::KeyringError;
pub use kdf::KdfParams;
pub use slots::{NewSlot, SlotKind, SlotName, UNLOCK_SLOTS, UnlockSlot};
pub use tombstone::COUNTERS;
pub use unlock::KeyringSecrets;

use std::{fs, io, path::Path};

use erasure::ErasureKeys;
use layout::{FILE_BYTES, Pair};
use pages::Pages;
use slot::{Content, Place};
use tombstone::Tombstone;

use crate::{
    Entropy, Secret, SigningKey,
    label::{self, Label},
    sealing::{SealingKey, SealingPublic},
};

const LEDGER: Label = Label::new("spean/ledger");

/// Whether overwriting the keyring in place destroys what was there (`docs/protocol.md` 3.13, honest limits).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErasureMethod {
    /// The file system overwrites in place (ext4, xfs).
    InPlace,
    /// It may keep the old bytes (btrfs, ZFS, overlay, NFS, tmpfs with swap, unknown ones); receipts say so.
    BestEffort,
}

/// An unlocked keyring. Its keys are wiped from memory when it is dropped.
pub struct Keyring {
    pages: Box<dyn Pages>,
    unlocked: unlock::Unlocked,
    signing: SigningKey,
    second: Option<SigningKey>,
    root: Option<SigningKey>,
    ledger: Secret<32>,
    erasure: ErasureKeys,
    erasure_place: Place,
    tombstone: Tombstone,
    tombstone_place: Place,
}

impl Keyring {
    /// Makes a new keyring file, mode 0600, and unlocks it. All keys but the given seeds are fresh.
    ///
    /// The file appears under its name only when it is complete and on disk.
    ///
    /// # Errors
    /// [`KeyringError`]; nothing is left behind but a file `….new`, which the next try replaces.
    pub fn create(
        path: &Path,
        passphrase: &[u8],
        params: KdfParams,
        secrets: KeyringSecrets,
        entropy: &mut dyn Entropy,
    ) -> Result<Self, KeyringError> {
        if path.try_exists()? {
            return Err(KeyringError::AlreadyThere(path.display().to_string()));
        }
        let mut unfinished = path.as_os_str().to_owned();
        unfinished.push(".new");
        match fs::remove_file(&unfinished) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e.into()),
            _ => {}
        }
        let file = pages::preallocate(Path::new(&unfinished))?;
        let keyring = Self::create_in(Box::new(file), passphrase, params, secrets, entropy)?;
        fs::rename(&unfinished, path)?;
        durable::sync_folder_of(path)?;
        Ok(keyring)
    }

    fn create_in(
        pages: Box<dyn Pages>,
        passphrase: &[u8],
        params: KdfParams,
        secrets: KeyringSecrets,
        entropy: &mut dyn Entropy,
    ) -> Result<Self, KeyringError> {
        let mk = Secret::random(entropy);
        let slots = unlock::first_slots(&mk, passphrase, params, entropy)?;
        let place = Place::blank(Pair::Unlock);
        let labels = slots::Labels::default();
        let mut unlocked = unlock::Unlocked { mk, secrets, second: None, slots, labels, place };
        let erasure = ErasureKeys::generate(entropy);
        let tombstone = Tombstone::generate(entropy);
        let mut erasure_place = Place::blank(Pair::Erasure);
        let mut tombstone_place = Place::blank(Pair::Tombstone);
        write_both(&*pages, &mut tombstone_place, &unlocked.mk, &tombstone.content(), entropy)?;
        write_both(&*pages, &mut erasure_place, &unlocked.mk, &erasure.content(), entropy)?;
        let content = unlocked.content();
        write_both(&*pages, &mut unlocked.place, &unlocked.mk, &content, entropy)?;
        Self::assemble(pages, unlocked, (erasure, erasure_place), (tombstone, tombstone_place))
    }

    /// Unlocks the keyring file with a passphrase. Takes as long as its parameters say.
    ///
    /// A change that a power cut left half done is completed first: after this, no pair holds an older state.
    /// A change of erasure key that was begun is still pending ([`Keyring::pending_epoch`]); resume it.
    ///
    /// # Errors
    /// [`KeyringError`], which says what to do.
    pub fn unlock(path: &Path, passphrase: &[u8]) -> Result<Self, KeyringError> {
        Self::unlock_in(open_file(path)?, passphrase)
    }

    fn unlock_in(pages: Box<dyn Pages>, passphrase: &[u8]) -> Result<Self, KeyringError> {
        check_length(&*pages)?;
        let mut unlocked = unlock::open(&*pages, passphrase)?;
        let (erasure, mut erasure_place) = erasure::open(&*pages, &unlocked.mk)?;
        let (tombstone, mut tombstone_place) = tombstone::open(&*pages, &unlocked.mk)?;
        for place in [&mut unlocked.place, &mut erasure_place, &mut tombstone_place] {
            place.settle(&*pages)?;
        }
        Self::assemble(pages, unlocked, (erasure, erasure_place), (tombstone, tombstone_place))
    }

    fn assemble(
        pages: Box<dyn Pages>,
        unlocked: unlock::Unlocked,
        (erasure, erasure_place): (ErasureKeys, Place),
        (tombstone, tombstone_place): (Tombstone, Place),
    ) -> Result<Self, KeyringError> {
        let signing = signing::parse(&unlocked.secrets.op_seed)?;
        let second = unlocked.second.as_ref().map(signing::parse).transpose()?;
        let root = unlocked.secrets.root_seed.as_ref().map(signing::parse).transpose()?;
        let ledger = label::derive(unlocked.mk.expose(), &[], LEDGER, &[]);
        Ok(Self { pages, unlocked, signing, second, root, ledger, erasure, erasure_place, tombstone, tombstone_place })
    }

    /// The newest intake public key, without unlocking: what a locked node seals arrivals to. Authentic only as far
    /// as the file is; who can write it can only add a layer of his own around envelopes that are sealed already.
    ///
    /// # Errors
    /// [`KeyringError`], but never for a passphrase.
    pub fn intake_public(path: &Path) -> Result<SealingPublic, KeyringError> {
        let pages = open_file(path)?;
        check_length(&*pages)?;
        erasure::intake_public(&*pages)
    }

    /// The key over headers, receipts, custody and audit, which erasure leaves alone.
    #[must_use]
    pub const fn ledger_key(&self) -> &Secret<32> {
        &self.ledger
    }

    /// The key of tombstones and of the audit's object names.
    #[must_use]
    pub const fn tombstone_key(&self) -> &Secret<32> {
        &self.tombstone.key
    }

    /// The epoch of a shard's erasure key in force; it changes with [`Keyring::finish_erasure`]. From 1.
    #[must_use]
    pub fn epoch(&self, shard: u8) -> u32 {
        self.erasure.epoch(shard)
    }

    /// The epoch that a begun change leads to.
    #[must_use]
    pub fn pending_epoch(&self, shard: u8) -> Option<u32> {
        self.erasure.pending(shard)
    }

    /// The erasure key of a shard at an epoch: the one in force, or the pending one. `None` for any other: it is
    /// gone, or (several processes on one store) newer than what was read.
    #[must_use]
    pub fn erasure_key(&self, shard: u8, epoch: u32) -> Option<&Secret<32>> {
        self.erasure.key(shard, epoch)
    }

    /// The newest intake key.
    #[must_use]
    pub fn intake_key(&self) -> &SealingKey {
        // There is always one: `decode` refuses none, `finish` keeps those newer than the ones it drops.
        #[expect(clippy::expect_used, reason = "never empty")]
        self.erasure.intakes().next().expect("a keyring has an intake key")
    }

    /// All intake keys that may still be needed, newest first.
    pub fn intake_keys(&self) -> impl Iterator<Item = &SealingKey> {
        self.erasure.intakes()
    }

    /// Whether overwriting this file in place destroys what was there.
    #[must_use]
    pub fn method(&self) -> ErasureMethod {
        self.pages.method()
    }

    /// Step 2 of an erasure: a new key for the shard (and a new intake key), durable beside the old one. Returns the
    /// new epoch. If a change of this shard is pending already, it is the same one: waiting erasures share it.
    ///
    /// # Errors
    /// [`KeyringError::Io`]; then the new key is not in use, and beginning again is safe.
    pub fn begin_erasure(&mut self, shard: u8, entropy: &mut dyn Entropy) -> Result<u32, KeyringError> {
        let mut changed = self.erasure.duplicate();
        if changed.begin(shard, entropy) {
            self.erasure_place.advance(&*self.pages, &self.unlocked.mk, &changed.content(), entropy)?;
            self.erasure = changed;
        }
        Ok(self.erasure.pending(shard).unwrap_or_default())
    }

    /// Step 5 of an erasure: destroys the old key. Before it, every surviving data key of the shard must be wrapped
    /// under the pending epoch, durably, and whatever waits under an older intake key must be sealed anew. When this
    /// returns `Ok`, both slots were overwritten, synced and read back: the old key exists nowhere in the file.
    ///
    /// With nothing pending it makes sure of the same, so a resumed erasure may call it again.
    ///
    /// # Errors
    /// [`KeyringError`]; then the old key may still be there: call again, and sign no receipt before it succeeds.
    pub fn finish_erasure(&mut self, shard: u8, entropy: &mut dyn Entropy) -> Result<(), KeyringError> {
        let mut changed = self.erasure.duplicate();
        if changed.finish(shard) {
            self.erasure_place.advance(&*self.pages, &self.unlocked.mk, &changed.content(), entropy)?;
            self.erasure = changed;
        }
        self.erasure_place.settle(&*self.pages)?;
        if erasure::both_hold(&*self.pages, &self.unlocked.mk, &self.erasure)? {
            Ok(())
        } else {
            self.erasure_place.stale = true;
            Err(KeyringError::ReadBack)
        }
    }

    /// Counter `n`, below [`COUNTERS`]; 0 at first.
    #[must_use]
    pub fn counter(&self, n: usize) -> u64 {
        self.tombstone.counters.get(n).copied().unwrap_or(0)
    }

    /// Raises counter `n` to `value`, durably; a lower value changes nothing.
    ///
    /// # Errors
    /// [`KeyringError::Io`]; then the counter is as before.
    pub fn raise_counter(&mut self, n: usize, value: u64, entropy: &mut dyn Entropy) -> Result<(), KeyringError> {
        let before = self.counter(n);
        let Some(counter) = self.tombstone.counters.get_mut(n).filter(|counter| **counter < value) else {
            return Ok(());
        };
        *counter = value;
        let content = self.tombstone.content();
        let written = self.tombstone_place.advance(&*self.pages, &self.unlocked.mk, &content, entropy);
        if let (Err(_), Some(counter)) = (&written, self.tombstone.counters.get_mut(n)) {
            *counter = before;
        }
        written
    }
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keyring({:?})", self.signing)
    }
}

fn open_file(path: &Path) -> Result<Box<dyn Pages>, KeyringError> {
    match pages::open(path) {
        Ok(file) => Ok(Box::new(file)),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Err(KeyringError::Missing(path.display().to_string())),
        Err(e) => Err(e.into()),
    }
}

fn check_length(pages: &dyn Pages) -> Result<(), KeyringError> {
    let length = pages.len()?;
    if length == FILE_BYTES as u64 {
        return Ok(());
    }
    let mut start = [0; 4];
    let ours = length >= 4 && pages.read(0, &mut start).is_ok() && (start == *b"SPNK" || start == [0; 4]);
    if length == 0 || (ours && length < FILE_BYTES as u64) {
        Err(KeyringError::HalfWritten)
    } else {
        Err(KeyringError::NotAKeyring)
    }
}

fn write_both(
    pages: &dyn Pages,
    place: &mut Place,
    mk: &Secret<32>,
    content: &Content,
    entropy: &mut dyn Entropy,
) -> Result<(), KeyringError> {
    place.advance(pages, mk, content, entropy)?;
    place.settle(pages)
}
