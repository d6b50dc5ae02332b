//! One slot: clear part, sealed part, generation, checksum.
//!
//! ```text
//! "SPNK" | u8 format = 1 | u8 pair | u16 0 | u64 generation | clear | salt[32] | sealed + tag[16] | 0* | SHA-256[32]
//! ```
//! Sealed: AES-256-GCM under `HKDF(MK, salt, PAE("spean/keyring", first 16 bytes))`, nonce 0, because each write
//! draws a fresh salt; header and clear part are its associated data, so the tag authenticates the whole slot. The
//! checksum needs no key: it tells a half-written slot from a wrong passphrase.

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use zeroize::Zeroizing;

use super::{
    KeyringError,
    layout::{Pair, Side},
    pages::Pages,
};
use crate::{
    Entropy, Secret,
    label::{self, Label},
    random_bytes,
};

const KEYRING: Label = Label::new("spean/keyring");
const MAGIC: &[u8; 4] = b"SPNK";
const FORMAT: u8 = 1;
const HEADER: usize = 16;
const SALT: usize = 32;
const TAG: usize = 16;
const CHECKSUM: usize = 32;

/// A slot whose checksum fits; not authenticated yet.
pub(super) struct RawSlot {
    pub(super) side: Side,
    pub(super) generation: u64,
    bytes: Vec<u8>,
}

/// What one look at a slot gives.
enum Look {
    /// Its checksum fits.
    Whole(RawSlot),
    /// Its checksum fits, but the format is newer.
    Newer(u8),
    /// Never written.
    Blank,
    /// Half written or damaged.
    Torn,
}

/// The whole slots of a pair, the highest generation first.
pub(super) fn read_pair(pages: &dyn Pages, pair: Pair) -> Result<Vec<RawSlot>, KeyringError> {
    let mut whole = Vec::new();
    let mut blank = 0;
    for side in Side::BOTH {
        match look(pages, pair, side)? {
            Look::Whole(slot) => whole.push(slot),
            // Going on with the older slot would undo what the newer program did.
            Look::Newer(format) => return Err(KeyringError::NewerFormat(format)),
            Look::Blank => blank += 1,
            Look::Torn => {}
        }
    }
    if whole.is_empty() {
        return Err(if blank == 2 { KeyringError::HalfWritten } else { KeyringError::Damaged(pair.name()) });
    }
    whole.sort_by_key(|slot| std::cmp::Reverse(slot.generation));
    Ok(whole)
}

fn look(pages: &dyn Pages, pair: Pair, side: Side) -> Result<Look, KeyringError> {
    let mut bytes = vec![0; pair.slot_bytes()];
    pages.read(pair.offset(side), &mut bytes)?;
    if bytes.iter().all(|byte| *byte == 0) {
        return Ok(Look::Blank);
    }
    let (content, checksum) = bytes.split_at(bytes.len() - CHECKSUM);
    if !content.starts_with(MAGIC) || label::digest_of(content).0 != checksum {
        return Ok(Look::Torn);
    }
    // The length is the pair's, so these are there.
    let (format, number) = (content[4], content[5]);
    if format != FORMAT {
        return Ok(Look::Newer(format));
    }
    if number != pair.number() {
        return Ok(Look::Torn);
    }
    let generation = content[8..HEADER].iter().fold(0, |sum, byte| (sum << 8) | u64::from(*byte));
    Ok(Look::Whole(RawSlot { side, generation, bytes }))
}

/// The newest of a pair's whole slots that opens, what it says, and its place. `lengths` are those that the sealed part
/// may have.
pub(super) fn newest(
    raws: &[RawSlot],
    pair: Pair,
    mk: &Secret<32>,
    (clear, lengths): (usize, &[usize]),
) -> Result<(Zeroizing<Vec<u8>>, Place), KeyringError> {
    let open = |raw: &RawSlot| lengths.iter().find_map(|length| raw.open(mk, clear, *length));
    let opened = raws.iter().find_map(|raw| Some((raw, open(raw)?)));
    let (newest, plain) = opened.ok_or(KeyringError::Damaged(pair.name()))?;
    // The other slot may be torn, older, or (after a completed write) the same bytes.
    let same = raws.len() == 2 && raws.iter().all(|raw| raw.bytes == newest.bytes);
    let place = Place { pair, newest: newest.side, generation: newest.generation, stale: !same };
    Ok((plain, place))
}

impl RawSlot {
    /// The clear part, of `length` bytes.
    pub(super) fn clear(&self, length: usize) -> &[u8] {
        self.bytes.get(HEADER..HEADER + length).unwrap_or_default()
    }

    /// The sealed part, of `length` bytes, after a clear part of `clear` bytes; `None` if it isn't authentic.
    pub(super) fn open(&self, mk: &Secret<32>, clear: usize, length: usize) -> Option<Zeroizing<Vec<u8>>> {
        let (aad, rest) = self.bytes.split_at_checked(HEADER + clear)?;
        let (salt, rest) = rest.split_at_checked(SALT)?;
        let mut sealed = Zeroizing::new(rest.get(..length + TAG)?.to_vec());
        let key = record_key(mk, salt, aad.get(..HEADER)?)?;
        let nonce = Nonce::assume_unique_for_key([0; 12]);
        key.open_in_place(nonce, Aad::from(label::pae(KEYRING, aad)), &mut sealed).ok()?;
        sealed.truncate(length);
        Some(sealed)
    }
}

fn record_key(mk: &Secret<32>, salt: &[u8], header: &[u8]) -> Option<LessSafeKey> {
    let key = label::derive(mk.expose(), salt, KEYRING, header);
    Some(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key.expose()).ok()?))
}

/// Writes one slot and syncs it.
pub(super) fn write(
    pages: &dyn Pages,
    place: (Pair, Side),
    generation: u64,
    mk: &Secret<32>,
    content: &Content,
    entropy: &mut dyn Entropy,
) -> Result<(), KeyringError> {
    let (pair, side) = place;
    let mut slot = Vec::with_capacity(pair.slot_bytes());
    slot.extend_from_slice(MAGIC);
    slot.extend_from_slice(&[FORMAT, pair.number(), 0, 0]);
    slot.extend_from_slice(&generation.to_be_bytes());
    slot.extend_from_slice(&content.clear);
    let salt = random_bytes::<SALT>(entropy);
    let key = slot.get(..HEADER).and_then(|header| record_key(mk, &salt, header));
    let key = key.ok_or(KeyringError::Damaged(pair.name()))?;
    let mut sealed = Zeroizing::new(content.sealed.to_vec());
    let aad = Aad::from(label::pae(KEYRING, &slot));
    let tag = key.seal_in_place_separate_tag(Nonce::assume_unique_for_key([0; 12]), aad, &mut sealed);
    let tag = tag.map_err(|_| KeyringError::Damaged(pair.name()))?;
    slot.extend_from_slice(&salt);
    slot.extend_from_slice(&sealed);
    slot.extend_from_slice(tag.as_ref());
    debug_assert!(slot.len() + CHECKSUM <= pair.slot_bytes());
    slot.resize(pair.slot_bytes() - CHECKSUM, 0);
    slot.extend_from_slice(&label::digest_of(&slot).0);
    pages.write_synced(pair.offset(side), &slot)?;
    Ok(())
}

/// What a slot is to hold.
pub(super) struct Content {
    pub(super) clear: Vec<u8>,
    pub(super) sealed: Zeroizing<Vec<u8>>,
}

/// A pair as it lies on disk: which slot is the newest, and whether the other one says the same.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) pair: Pair,
    pub(super) newest: Side,
    pub(super) generation: u64,
    /// Whether the older slot still holds something else, maybe a key that must go.
    pub(super) stale: bool,
}

impl Place {
    /// Before anything was written.
    pub(super) const fn blank(pair: Pair) -> Self {
        Self { pair, newest: Side::B, generation: 0, stale: true }
    }

    /// Writes `content` into the idle slot, which thereby becomes the newest.
    pub(super) fn advance(
        &mut self,
        pages: &dyn Pages,
        mk: &Secret<32>,
        content: &Content,
        entropy: &mut dyn Entropy,
    ) -> Result<(), KeyringError> {
        let (side, generation) = (self.newest.other(), self.generation.saturating_add(1));
        write(pages, (self.pair, side), generation, mk, content, entropy)?;
        *self = Self { newest: side, generation, stale: true, ..*self };
        Ok(())
    }

    /// Copies the newest slot over the older one, byte for byte: then nothing older is left in the pair.
    pub(super) fn settle(&mut self, pages: &dyn Pages) -> Result<(), KeyringError> {
        if self.stale {
            match look(pages, self.pair, self.newest)? {
                Look::Whole(slot) => pages.write_synced(self.pair.offset(self.newest.other()), &slot.bytes)?,
                Look::Newer(format) => return Err(KeyringError::NewerFormat(format)),
                Look::Blank | Look::Torn => return Err(KeyringError::ReadBack),
            }
            self.stale = false;
        }
        Ok(())
    }
}
