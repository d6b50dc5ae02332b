//! Padding, so that lengths tell little: powers of two from 4 to 64 KiB, Padmé (PURB) above.

use zeroize::Zeroizing;

use crate::limits::{MAX_INNER, MIN_PADDED, POWER_OF_TWO_UP_TO};

/// Why padding can't be made or is not as it must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PaddingError {
    /// The content is longer than allowed, or the stated length does not fit.
    #[error("the length under the padding does not fit")]
    Length,
    /// Not the one length that the content must be padded to.
    #[error("not padded to the length that this content has")]
    Size,
    /// A byte of the padding is not zero.
    #[error("the padding is not zero")]
    NotZero,
}

/// The length to which `length` bytes are padded.
#[must_use]
pub fn padded_length(length: usize) -> usize {
    if length <= MIN_PADDED {
        return MIN_PADDED;
    }
    if length <= POWER_OF_TWO_UP_TO {
        return length.next_power_of_two();
    }
    // Padmé: as many low bits are zero as leaves the exponent's own length of significant bits.
    let exponent = length.ilog2();
    let significant = exponent.ilog2() + 1;
    let mask = (1_usize << (exponent - significant)) - 1;
    length.saturating_add(mask) & !mask
}

/// `u32 n | content | 0*`.
///
/// # Errors
/// [`PaddingError::Length`] if the content is longer than [`MAX_INNER`].
pub fn pad(content: &[u8]) -> Result<Zeroizing<Vec<u8>>, PaddingError> {
    if content.len() > MAX_INNER {
        return Err(PaddingError::Length);
    }
    let length = u32::try_from(content.len()).map_err(|_| PaddingError::Length)?;
    let padded = padded_length(content.len() + 4);
    let mut out = Zeroizing::new(Vec::with_capacity(padded));
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(content);
    out.resize(padded, 0);
    Ok(out)
}

/// The content under the padding. Only the one right length with zeros is accepted, so that nothing can be
/// hidden there and one packet has one plaintext.
///
/// # Errors
/// [`PaddingError`].
pub fn unpad(plain: &[u8]) -> Result<&[u8], PaddingError> {
    let (length, rest) = plain.split_first_chunk::<4>().ok_or(PaddingError::Length)?;
    let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| PaddingError::Length)?;
    let (content, padding) = rest.split_at_checked(length).ok_or(PaddingError::Length)?;
    if padded_length(length.saturating_add(4)) != plain.len() {
        return Err(PaddingError::Size);
    }
    // The plaintext is authenticated: who sees how long this takes has sealed it.
    if padding.iter().all(|byte| *byte == 0) { Ok(content) } else { Err(PaddingError::NotZero) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lengths_are_powers_of_two_up_to_64_kib_and_padme_above() {
        let table = [
            (0, 4_096),
            (4_096, 4_096),
            (4_097, 8_192),
            (9_000, 16_384),
            (65_536, 65_536),
            (65_537, 67_584),
            (70_000, 71_680),
            (100_000, 100_352),
            (262_144, 262_144),
            (262_145, 270_336),
        ];
        for (length, padded) in table {
            assert_eq!(padded_length(length), padded, "{length}");
        }
    }

    #[test]
    fn each_fault_of_a_padding_has_its_name() {
        let good = pad(b"abc").expect("short");
        assert_eq!(unpad(&good), Ok(&b"abc"[..]));
        let mut dirty = good.clone();
        if let Some(last) = dirty.last_mut() {
            *last = 1;
        }
        assert_eq!(unpad(&dirty), Err(PaddingError::NotZero));
        assert_eq!(unpad(&good[..4_095]), Err(PaddingError::Size));
        let mut longer = good.to_vec();
        longer.resize(8_192, 0);
        assert_eq!(unpad(&longer), Err(PaddingError::Size));
        assert_eq!(unpad(&[0xff; 4_096]), Err(PaddingError::Length));
        assert_eq!(unpad(&[]), Err(PaddingError::Length));
        assert_eq!(pad(&vec![0; MAX_INNER + 1]).err(), Some(PaddingError::Length));
    }

    proptest! {
        #[test]
        fn padding_round_trips_and_costs_at_most_an_eighth_above_64_kib(length in 0_usize..MAX_INNER) {
            let content = vec![7; length];
            let padded = pad(&content).expect("within the limit");
            prop_assert_eq!(unpad(&padded), Ok(content.as_slice()));
            if length > POWER_OF_TWO_UP_TO {
                prop_assert!(padded.len() - length <= length / 8);
            }
        }

        #[test]
        fn arbitrary_bytes_never_panic(bytes: Vec<u8>) {
            let _ = unpad(&bytes);
        }
    }
}
