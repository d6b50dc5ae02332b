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
/// Sealed part, as it was first: signing seed, whether the root is here, root seed.
const SEALED_BEFORE: usize = 32 + 1 + 32;
/// Sealed part: after those, whether there is a second signing seed, and it.
const SEALED: usize = SEALED_BEFORE + 1 + 32;

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

fn push_optional(out: &mut Vec<u8>, seed: Option<&Secret<32>>) {
    out.push(u8::from(seed.is_some()));
    out.extend_from_slice(seed.map_or(&[0; 32][..], |seed| &seed.expose()[..]));
}

/// A flag and a seed, and what follows.
fn split_optional(bytes: &[u8]) -> Option<(Option<Secret<32>>, &[u8])> {
    let (there, rest) = bytes.split_first()?;
    let (seed, rest) = rest.split_at_checked(32)?;
    Some((if *there == 1 { Some(Secret::from_slice(seed)?) } else { None }, rest))
}

impl KeyringSecrets {
    fn encode(&self, second: Option<&Secret<32>>) -> Zeroizing<Vec<u8>> {
        let mut out = Zeroizing::new(Vec::with_capacity(SEALED));
        out.extend_from_slice(self.op_seed.expose());
        push_optional(&mut out, self.root_seed.as_ref());
        push_optional(&mut out, second);
        out
    }

    /// The seeds, and the second signing seed; a keyring from before there was one ends after the root.
    fn decode(bytes: &[u8]) -> Option<(Self, Option<Secret<32>>)> {
        let (op, rest) = bytes.split_at_checked(32)?;
        let (root_seed, rest) = split_optional(rest)?;
        let second = if rest.is_empty() { None } else { split_optional(rest)?.0 };
        Some((Self { op_seed: Secret::from_slice(op)?, root_seed }, second))
    }

    fn duplicate(&self) -> Self {
        let root_seed = self.root_seed.as_ref().map(Secret::duplicate);
        Self { op_seed: self.op_seed.duplicate(), root_seed }
    }
}

/// What the pair holds, opened.
pub(super) struct Unlocked {
    pub(super) mk: Secret<32>,
    pub(super) secrets: KeyringSecrets,
    /// A second signing key: one that is to come, or one that was and is to go.
    pub(super) second: Option<Secret<32>>,
    pub(super) slots: Vec<u8>,
    pub(super) place: Place,
}

impl Unlocked {
    pub(super) fn content(&self) -> Content {
        Content { clear: self.slots.clone(), sealed: self.secrets.encode(self.second.as_ref()) }
    }

    /// A copy to change; the original stays in force until the change is on disk.
    pub(super) fn duplicate(&self) -> Self {
        Self {
            mk: self.mk.duplicate(),
            secrets: self.secrets.duplicate(),
            second: self.second.as_ref().map(Secret::duplicate),
            slots: self.slots.clone(),
            place: self.place,
        }
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

/// The unlock slots with `new` in the place of `old`; the others are as they were.
pub(super) fn with_passphrase(
    unlocked: &Unlocked,
    old: &[u8],
    new: &[u8],
    params: KdfParams,
    entropy: &mut dyn Entropy,
) -> Result<Vec<u8>, KeyringError> {
    let mut slots = unlocked.slots.clone();
    for slot in slots.chunks_mut(SLOT) {
        if unwrap(slot, old)?.is_some() {
            slot.copy_from_slice(&wrap(&unlocked.mk, new, params, entropy)?);
            return Ok(slots);
        }
    }
    Err(KeyringError::WrongPassphrase)
}

/// Whether both copies hold just these unlock slots, read back from the file.
pub(super) fn both_take(pages: &dyn Pages, unlocked: &Unlocked) -> Result<bool, KeyringError> {
    let raws = slot::read_pair(pages, Pair::Unlock)?;
    Ok(raws.len() == 2 && raws.iter().all(|raw| raw.clear(CLEAR) == unlocked.slots))
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
    let (plain, place) = slot::newest(&raws, Pair::Unlock, &mk, (CLEAR, &[SEALED, SEALED_BEFORE]))?;
    let (secrets, second) = KeyringSecrets::decode(&plain).ok_or(KeyringError::Damaged(Pair::Unlock.name()))?;
    Ok(Unlocked { mk, secrets, second, slots, place })
}

/// Whether both slots hold just these secrets, read back from the file.
pub(super) fn both_hold(pages: &dyn Pages, unlocked: &Unlocked) -> Result<bool, KeyringError> {
    let expected = unlocked.content().sealed;
    let raws = slot::read_pair(pages, Pair::Unlock)?;
    // As written now, or never written since there can be a second signing key.
    let lengths = if unlocked.second.is_none() { &[SEALED, SEALED_BEFORE][..] } else { &[SEALED][..] };
    let holds = |raw: &slot::RawSlot| {
        let plain = |length: &usize| raw.open(&unlocked.mk, CLEAR, *length);
        lengths.iter().find_map(plain).is_some_and(|plain| expected.starts_with(&plain))
    };
    Ok(raws.len() == 2 && raws.iter().all(holds))
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
