//! Pair 1: the unlock slots, each wrapping the master key; the agency's own seeds; the slots' names.
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
    slots::{self, LABELS, Labels, SlotKind, UNLOCK_SLOTS},
};
use crate::{
    Digest, Entropy, Secret,
    label::{self, Label},
    random_bytes,
};

const UNLOCK: Label = Label::new("spean/unlock");
const SLOT: usize = 128;
const AUTHENTICATED: usize = 96;
const BEFORE_WRAP: usize = 48;
/// Clear part of the pair.
const CLEAR: usize = UNLOCK_SLOTS * SLOT;
/// Sealed part, as it was first: signing seed, whether the root is here, root seed.
const SEALED_BEFORE: usize = 32 + 1 + 32;
/// Sealed part, as it was then: after those, whether there is a second signing seed, and it.
const SEALED_UNNAMED: usize = SEALED_BEFORE + 1 + 32;
/// Sealed part: after those, the names of the slots and when they were added.
const SEALED: usize = SEALED_UNNAMED + LABELS;
/// All that it may be.
const LENGTHS: [usize; 3] = [SEALED, SEALED_UNNAMED, SEALED_BEFORE];

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
    fn encode(&self, second: Option<&Secret<32>>, labels: &Labels) -> Zeroizing<Vec<u8>> {
        let mut out = Zeroizing::new(Vec::with_capacity(SEALED));
        out.extend_from_slice(self.op_seed.expose());
        push_optional(&mut out, self.root_seed.as_ref());
        push_optional(&mut out, second);
        slots::encode(labels, &mut out);
        out
    }

    /// The seeds, the second signing seed, the names of the slots; a keyring from before there were these ends after the
    /// root, or after the second seed.
    fn decode(bytes: &[u8]) -> Option<(Self, Option<Secret<32>>, Labels)> {
        let (op, rest) = bytes.split_at_checked(32)?;
        let (root_seed, rest) = split_optional(rest)?;
        let (second, rest) = if rest.is_empty() { (None, rest) } else { split_optional(rest)? };
        let labels = if rest.is_empty() { Labels::default() } else { slots::decode(rest)? };
        Some((Self { op_seed: Secret::from_slice(op)?, root_seed }, second, labels))
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
    /// What the slots are called.
    pub(super) labels: Labels,
    pub(super) place: Place,
}

impl Unlocked {
    pub(super) fn content(&self) -> Content {
        Content { clear: self.slots.clone(), sealed: self.secrets.encode(self.second.as_ref(), &self.labels) }
    }

    /// A copy to change; the original stays in force until the change is on disk.
    pub(super) fn duplicate(&self) -> Self {
        Self {
            mk: self.mk.duplicate(),
            secrets: self.secrets.duplicate(),
            second: self.second.as_ref().map(Secret::duplicate),
            slots: self.slots.clone(),
            labels: self.labels.clone(),
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
    let mut slots = wrap(mk, (SlotKind::Passphrase, passphrase), params, entropy)?;
    slots.resize(CLEAR, 0);
    Ok(slots)
}

/// The unlock slots with the passphrase `new` in the place of `old`; the others are as they were.
pub(super) fn with_passphrase(
    unlocked: &Unlocked,
    old: &[u8],
    new: &[u8],
    params: KdfParams,
    entropy: &mut dyn Entropy,
) -> Result<Vec<u8>, KeyringError> {
    let mut slots = unlocked.slots.clone();
    for slot in slots.chunks_mut(SLOT).filter(|slot| slot.first() == Some(&SlotKind::Passphrase.byte())) {
        if unwrap(slot, old)?.is_some() {
            slot.copy_from_slice(&wrap(&unlocked.mk, (SlotKind::Passphrase, new), params, entropy)?);
            return Ok(slots);
        }
    }
    Err(KeyringError::WrongPassphrase)
}

/// Of each slot, kind and cost; none of an empty one.
pub(super) fn kinds(slots: &[u8]) -> impl Iterator<Item = Option<(SlotKind, KdfParams)>> {
    slots.chunks(SLOT).map(|slot| {
        let (cost, _) = parse_params(slot).ok()??;
        Some((SlotKind::of_byte(*slot.first()?)?, cost))
    })
}

/// Whether one of the slots takes this secret.
pub(super) fn takes(slots: &[u8], secret: &[u8]) -> Result<bool, KeyringError> {
    for slot in slots.chunks(SLOT) {
        if unwrap(slot, secret)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Puts a secret into the first empty slot; which one that was.
pub(super) fn fill(
    unlocked: &mut Unlocked,
    (kind, secret): (SlotKind, &[u8]),
    params: KdfParams,
    entropy: &mut dyn Entropy,
) -> Result<usize, KeyringError> {
    let wrapped = wrap(&unlocked.mk, (kind, secret), params, entropy)?;
    let empty = unlocked.slots.chunks_mut(SLOT).enumerate().find(|(_, slot)| slot.first() == Some(&0));
    let (index, slot) = empty.ok_or(KeyringError::SlotsFull)?;
    slot.copy_from_slice(&wrapped);
    Ok(index)
}

/// Empties a slot.
pub(super) fn clear(unlocked: &mut Unlocked, index: usize) {
    if let Some(slot) = unlocked.slots.chunks_mut(SLOT).nth(index) {
        slot.fill(0);
    }
}

/// Wraps the slot that takes `secret` anew if a try of it is cheaper than `least`. Whether it did.
pub(super) fn raise(
    unlocked: &mut Unlocked,
    secret: &[u8],
    least: KdfParams,
    entropy: &mut dyn Entropy,
) -> Result<bool, KeyringError> {
    let Unlocked { mk, slots, .. } = unlocked;
    for slot in slots.chunks_mut(SLOT) {
        let Some((kind, cost)) = kinds(slot).next().flatten() else { continue };
        if cost.is_cheaper_than(least) && unwrap(slot, secret)?.is_some() {
            slot.copy_from_slice(&wrap(mk, (kind, secret), least, entropy)?);
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether both copies hold just these unlock slots, read back from the file.
pub(super) fn both_take(pages: &dyn Pages, unlocked: &Unlocked) -> Result<bool, KeyringError> {
    let raws = slot::read_pair(pages, Pair::Unlock)?;
    Ok(raws.len() == 2 && raws.iter().all(|raw| raw.clear(CLEAR) == unlocked.slots))
}

fn wrap(
    mk: &Secret<32>,
    (kind, passphrase): (SlotKind, &[u8]),
    params: KdfParams,
    entropy: &mut dyn Entropy,
) -> Result<Vec<u8>, KeyringError> {
    if passphrase.is_empty() {
        return Err(KeyringError::EmptyPassphrase);
    }
    let salt = random_bytes::<32>(entropy);
    let stretched = params.stretch(passphrase, &salt)?;
    let mut out = vec![kind.byte(), 0, 0, 0];
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

/// Parameters and salt of a slot of a kind that is known; an empty one has none.
fn parse_params(slot: &[u8]) -> Result<Option<(KdfParams, [u8; 32])>, KeyringError> {
    let number = |at: usize| slot.get(at..at + 4).map(|b| b.iter().fold(0u32, |n, b| (n << 8) | u32::from(*b)));
    let salt = slot.get(16..BEFORE_WRAP).and_then(|salt| salt.try_into().ok());
    match (slot.first(), number(4), number(8), number(12), salt) {
        (Some(&kind), Some(memory), Some(passes), Some(lanes), Some(salt))
            if slot.len() == SLOT && SlotKind::of_byte(kind).is_some() =>
        {
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
    let mk = master_key(&slots, passphrase)?;
    let (plain, place) = slot::newest(&raws, Pair::Unlock, &mk, (CLEAR, &LENGTHS))?;
    let (secrets, second, labels) = KeyringSecrets::decode(&plain).ok_or(KeyringError::Damaged(Pair::Unlock.name()))?;
    Ok(Unlocked { mk, secrets, second, slots, labels, place })
}

/// The master key, by the first of these unlock slots that takes the passphrase.
pub(super) fn master_key(slots: &[u8], passphrase: &[u8]) -> Result<Secret<32>, KeyringError> {
    for slot in slots.chunks(SLOT) {
        if let Some(mk) = unwrap(slot, passphrase)? {
            return Ok(mk);
        }
    }
    Err(KeyringError::WrongPassphrase)
}

/// Whether both slots hold just these secrets, read back from the file.
pub(super) fn both_hold(pages: &dyn Pages, unlocked: &Unlocked) -> Result<bool, KeyringError> {
    let expected = unlocked.content().sealed;
    let raws = slot::read_pair(pages, Pair::Unlock)?;
    // As written now, or never written since there can be names, or a second signing key.
    let lengths = if unlocked.second.is_none() { &LENGTHS[..] } else { &LENGTHS[..2] };
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
        slot[0] = SlotKind::Passphrase.byte();
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
