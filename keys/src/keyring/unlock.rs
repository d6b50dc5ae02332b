//! Pair 1: the unlock slots, each wrapping the master key, and the agency's own seeds.
//!
//! An unlock slot, as in LUKS, is 128 bytes:
//! ```text
//! u8 kind | 0 0 0 | u32 memory KiB | u32 passes | u32 lanes | salt[32] | wrapped MK[32] + tag[16] | HMAC[32]
//! ```
//! Argon2id gives 64 bytes: 32 wrap the master key, 32 authenticate the slot with its parameters.

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use zeroize::Zeroizing;

use super::{
    KdfParams, KeyringError,
    layout::Pair,
    pages::Pages,
    slot::{self, Content, Place},
};
use crate::{
    Digest, Entropy, Secret,
    label::{self, Label},
    random_bytes,
};

const UNLOCK: Label = Label::new("spean/unlock");
/// Unlock slots in a keyring.
pub(super) const UNLOCK_SLOTS: usize = 8;
const SLOT: usize = 128;
const AUTHENTICATED: usize = 96;
const BEFORE_WRAP: usize = 48;
/// Clear part of the pair.
const CLEAR: usize = UNLOCK_SLOTS * SLOT;
/// Sealed part: signing seed, whether the root is here, root seed.
const SEALED: usize = 32 + 1 + 32;

/// How an unlock slot is opened; 0 is an empty slot, others (TPM, recovery) will get numbers of their own.
const KIND_PASSPHRASE: u8 = 1;

/// The seeds of an agency's own signing keys.
#[derive(Debug)]
pub struct KeyringSecrets {
    /// Seed of the signing key.
    pub op_seed: Secret<32>,
    /// Seed of the root key, while it stays on the node.
    pub root_seed: Option<Secret<32>>,
}

impl KeyringSecrets {
    fn encode(&self) -> Zeroizing<Vec<u8>> {
        let mut out = Zeroizing::new(Vec::with_capacity(SEALED));
        out.extend_from_slice(self.op_seed.expose());
        out.push(u8::from(self.root_seed.is_some()));
        out.extend_from_slice(self.root_seed.as_ref().map_or(&[0; 32][..], |seed| &seed.expose()[..]));
        out
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let (op, rest) = bytes.split_at_checked(32)?;
        let (has_root, root) = rest.split_first()?;
        let root_seed = if *has_root == 1 { Some(Secret::from_slice(root)?) } else { None };
        Some(Self { op_seed: Secret::from_slice(op)?, root_seed })
    }
}

/// What the pair holds, opened.
pub(super) struct Unlocked {
    pub(super) mk: Secret<32>,
    pub(super) secrets: KeyringSecrets,
    pub(super) slots: Vec<u8>,
    pub(super) place: Place,
}

impl Unlocked {
    pub(super) fn content(&self) -> Content {
        Content { clear: self.slots.clone(), sealed: self.secrets.encode() }
    }
}

/// A fresh set of unlock slots with one passphrase.
pub(super) fn first_slots(
    mk: &Secret<32>,
    passphrase: &[u8],
    params: KdfParams,
    entropy: &mut dyn Entropy,
) -> Result<Vec<u8>, KeyringError> {
    let mut slots = wrap(mk, passphrase, params, entropy)?;
    slots.resize(CLEAR, 0);
    Ok(slots)
}

fn wrap(
    mk: &Secret<32>,
    passphrase: &[u8],
    params: KdfParams,
    entropy: &mut dyn Entropy,
) -> Result<Vec<u8>, KeyringError> {
    if passphrase.is_empty() {
        return Err(KeyringError::EmptyPassphrase);
    }
    let salt = random_bytes::<32>(entropy);
    let stretched = params.stretch(passphrase, &salt)?;
    let mut out = vec![KIND_PASSPHRASE, 0, 0, 0];
    for number in [params.memory_kib, params.passes, params.lanes] {
        out.extend_from_slice(&number.to_be_bytes());
    }
    out.extend_from_slice(&salt);
    let mut wrapped = Zeroizing::new(mk.expose().to_vec());
    let key = wrapping_key(&stretched.wrap).ok_or(KeyringError::Params("refused"))?;
    let nonce = Nonce::assume_unique_for_key([0; 12]); // the key is new with each salt
    let tag = key.seal_in_place_separate_tag(nonce, Aad::from(label::pae(UNLOCK, &out)), &mut wrapped);
    let tag = tag.map_err(|_| KeyringError::Params("refused"))?;
    out.extend_from_slice(&wrapped);
    out.extend_from_slice(tag.as_ref());
    out.extend_from_slice(&label::mac(stretched.mac.expose(), UNLOCK, &out).0);
    Ok(out)
}

fn wrapping_key(key: &Secret<32>) -> Option<LessSafeKey> {
    Some(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key.expose()).ok()?))
}

/// The master key, if this unlock slot takes the passphrase.
fn unwrap(slot: &[u8], passphrase: &[u8]) -> Result<Option<Secret<32>>, KeyringError> {
    let Some((params, salt)) = parse_params(slot)? else { return Ok(None) };
    let stretched = params.stretch(passphrase, &salt)?;
    let (authenticated, mac) = slot.split_at(AUTHENTICATED);
    let mac = Digest(mac.try_into().unwrap_or_default());
    if !label::mac(stretched.mac.expose(), UNLOCK, authenticated).same_as(&mac) {
        return Ok(None);
    }
    let (before, wrapped) = authenticated.split_at(BEFORE_WRAP);
    let mut wrapped = Zeroizing::new(wrapped.to_vec());
    let nonce = Nonce::assume_unique_for_key([0; 12]);
    let opened = wrapping_key(&stretched.wrap)
        .and_then(|key| key.open_in_place(nonce, Aad::from(label::pae(UNLOCK, before)), &mut wrapped).ok().map(|_| ()));
    Ok(opened.and_then(|()| Secret::from_slice(wrapped.get(..32)?)))
}

/// Parameters and salt of a slot of a kind that takes a passphrase.
fn parse_params(slot: &[u8]) -> Result<Option<(KdfParams, [u8; 32])>, KeyringError> {
    let number = |at: usize| slot.get(at..at + 4).map(|b| b.iter().fold(0u32, |n, b| (n << 8) | u32::from(*b)));
    let salt = slot.get(16..BEFORE_WRAP).and_then(|salt| salt.try_into().ok());
    match (slot.first(), number(4), number(8), number(12), salt) {
        (Some(&KIND_PASSPHRASE), Some(memory), Some(passes), Some(lanes), Some(salt)) if slot.len() == SLOT => {
            Ok(Some((KdfParams::new(memory, passes, lanes)?, salt)))
        }
        _ => Ok(None),
    }
}

/// Opens the pair with a passphrase.
pub(super) fn open(pages: &dyn Pages, passphrase: &[u8]) -> Result<Unlocked, KeyringError> {
    let raws = slot::read_pair(pages, Pair::Unlock)?;
    // The newest only: an older one would take a passphrase that was changed.
    let newest = raws.first().ok_or(KeyringError::Damaged(Pair::Unlock.name()))?;
    let slots = newest.clear(CLEAR).to_vec();
    let mut mk = None;
    for slot in slots.chunks(SLOT) {
        mk = unwrap(slot, passphrase)?;
        if mk.is_some() {
            break;
        }
    }
    let mk = mk.ok_or(KeyringError::WrongPassphrase)?;
    let (plain, place) = slot::newest(&raws, Pair::Unlock, &mk, (CLEAR, SEALED))?;
    let secrets = KeyringSecrets::decode(&plain).ok_or(KeyringError::Damaged(Pair::Unlock.name()))?;
    Ok(Unlocked { mk, secrets, slots, place })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn parameters_out_of_bounds_are_refused_before_use() {
        let mut slot = vec![0; SLOT];
        slot[0] = KIND_PASSPHRASE;
        slot[4..8].fill(0xff);
        slot[11] = 1;
        slot[15] = 1;
        assert!(matches!(unwrap(&slot, b"x"), Err(KeyringError::Params(_))));
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(slot: Vec<u8>) {
            let _ = parse_params(&slot);
            let _ = KeyringSecrets::decode(&slot);
        }
    }
}
