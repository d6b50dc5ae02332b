//! How one value of the contract lies in sled: short ones as they are, long ones in pieces.
//!
//! A leaf of sled holds up to 16 values and must stay far below a quarter of a segment (2 MiB), or it becomes a
//! blob. A long value's first piece stands under its key and names the others by a stamp that no two writes share:
//! a reader who sees a value being replaced misses a piece and looks again, and never mixes two values.

use super::super::{MAX_VALUE, ReadError};

/// Bytes of a value in one sled entry.
pub(super) const PIECE: usize = 8_000;
/// Namespace of the contract's keys.
const VALUES: u8 = 0;
/// Namespace of further pieces.
const PIECES: u8 = 1;

const WHOLE: u8 = 0;
const FIRST_OF_SEVERAL: u8 = 1;
const HEAD: usize = 1 + 8 + 4;

/// The sled key of the contract's `key`.
pub(super) fn slot_key(key: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(key.len() + 1);
    out.push(VALUES);
    out.extend_from_slice(key);
    out
}

/// The contract's key of a sled key from [`slot_key`].
pub(super) fn key_of(slot_key: &[u8]) -> &[u8] {
    slot_key.get(1..).unwrap_or_default()
}

/// The end of the contract's namespace: the first key that is none of it.
pub(super) const fn end_of_values() -> [u8; 1] {
    [PIECES]
}

fn piece_key(stamp: u64, index: usize) -> Vec<u8> {
    let mut out = vec![PIECES];
    out.extend_from_slice(&stamp.to_be_bytes());
    // A value has at most `MAX_VALUE / PIECE` = 140 pieces.
    out.extend_from_slice(&u16::try_from(index).unwrap_or(u16::MAX).to_be_bytes());
    out
}

/// What stands under the value's own key, and its further pieces.
pub(super) struct Split {
    pub(super) slot: Vec<u8>,
    pub(super) pieces: Vec<(Vec<u8>, Vec<u8>)>,
}

/// Splits `value`; `stamp` must be new at each call that needs one.
pub(super) fn split<E>(value: &[u8], stamp: impl FnOnce() -> Result<u64, E>) -> Result<Split, E> {
    if value.len() <= PIECE {
        let mut slot = Vec::with_capacity(value.len() + 1);
        slot.push(WHOLE);
        slot.extend_from_slice(value);
        return Ok(Split { slot, pieces: Vec::new() });
    }
    let stamp = stamp()?;
    let (first, rest) = value.split_at(PIECE);
    let mut slot = Vec::with_capacity(HEAD + PIECE);
    slot.push(FIRST_OF_SEVERAL);
    slot.extend_from_slice(&stamp.to_be_bytes());
    slot.extend_from_slice(&u32::try_from(value.len()).unwrap_or(u32::MAX).to_be_bytes());
    slot.extend_from_slice(first);
    let pieces = rest.chunks(PIECE).enumerate().map(|(i, piece)| (piece_key(stamp, i), piece.to_vec())).collect();
    Ok(Split { slot, pieces })
}

/// A slot as read.
pub(super) enum Slot<'a> {
    Whole(&'a [u8]),
    Several { stamp: u64, length: usize, first: &'a [u8] },
}

impl<'a> Slot<'a> {
    pub(super) fn parse(slot: &'a [u8]) -> Result<Self, ReadError> {
        match slot.split_first() {
            Some((&WHOLE, value)) => Ok(Self::Whole(value)),
            Some((&FIRST_OF_SEVERAL, _)) => Self::parse_several(slot).ok_or(ReadError::Damaged),
            _ => Err(ReadError::Damaged),
        }
    }

    fn parse_several(slot: &'a [u8]) -> Option<Self> {
        let stamp = u64::from_be_bytes(slot.get(1..9)?.try_into().ok()?);
        let length = u32::from_be_bytes(slot.get(9..HEAD)?.try_into().ok()?);
        let first = slot.get(HEAD..).filter(|first| first.len() == PIECE)?;
        // No longer value was ever written; a damaged length must not make the node read a thousand times as much.
        let length = usize::try_from(length).ok().filter(|length| (PIECE..=MAX_VALUE).contains(length))?;
        Some(Self::Several { stamp, length, first })
    }

    /// Keys of the further pieces.
    pub(super) fn piece_keys(&self) -> Vec<Vec<u8>> {
        match self {
            Self::Whole(_) => Vec::new(),
            Self::Several { stamp, length, .. } => {
                (0..length.saturating_sub(PIECE).div_ceil(PIECE)).map(|i| piece_key(*stamp, i)).collect()
            }
        }
    }

    /// The value, or `None` if a piece is missing.
    pub(super) fn assemble<E>(
        &self,
        mut piece: impl FnMut(&[u8]) -> Result<Option<Vec<u8>>, E>,
    ) -> Result<Option<Vec<u8>>, E> {
        let (length, first) = match self {
            Self::Whole(value) => return Ok(Some(value.to_vec())),
            Self::Several { length, first, .. } => (*length, first),
        };
        let mut value = first.to_vec();
        for key in self.piece_keys() {
            match piece(&key)? {
                Some(bytes) => value.extend_from_slice(&bytes),
                None => return Ok(None),
            }
        }
        Ok((value.len() == length).then_some(value))
    }
}

/// Whether a value can be put together from `slot` if each further piece is `piece`; for the fuzz targets.
pub(crate) fn is_slot(slot: &[u8], piece: &[u8]) -> bool {
    let assemble = |slot: Slot<'_>| slot.assemble(|_| Ok::<_, ReadError>(Some(piece.to_vec())));
    Slot::parse(slot).and_then(assemble).is_ok_and(|value| value.is_some())
}

#[cfg(test)]
mod tests {
    use std::{collections::HashMap, convert::Infallible};

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_split_assembles_to_the_same_value(length in 0usize..4 * PIECE) {
            let value: Vec<u8> = (0..length).map(|i| u8::try_from(i % 251).unwrap_or(0)).collect();
            let split = split(&value, || Ok::<_, Infallible>(7)).unwrap();
            prop_assert!(split.slot.len() <= HEAD + PIECE);
            let pieces: HashMap<_, _> = split.pieces.into_iter().collect();
            let slot = Slot::parse(&split.slot).unwrap();
            prop_assert_eq!(slot.piece_keys().len(), pieces.len());
            let back = slot.assemble(|key| Ok::<_, Infallible>(pieces.get(key).cloned())).unwrap();
            prop_assert_eq!(back, Some(value));
        }

        #[test]
        fn a_length_that_no_value_has_is_damage(length in any::<u32>()) {
            let slot = [&[FIRST_OF_SEVERAL][..], &[7; 8], &length.to_be_bytes(), &[0; PIECE]].concat();
            let fits = usize::try_from(length).is_ok_and(|length| (PIECE..=MAX_VALUE).contains(&length));
            prop_assert_eq!(Slot::parse(&slot).is_ok(), fits);
        }

        #[test]
        fn any_bytes_in_a_slot_give_a_value_or_an_error(bytes: Vec<u8>) {
            if let Ok(slot) = Slot::parse(&bytes) {
                let _value = slot.assemble(|_| Ok::<_, Infallible>(None)).unwrap();
            }
        }
    }
}
