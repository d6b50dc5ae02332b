//! The digits that people compare by telephone.

use std::{fmt, str::FromStr};

use ring::digest::{Context, SHA256};

use crate::{
    AgencyId,
    label::{self, Label},
};

const FINGERPRINT: Label = Label::new("spean/fingerprint");
/// Rounds of hashing: searching for an agency whose digits agree in part costs this much more per try.
const ROUNDS: u32 = 5_200;
/// Digits without the check digits.
const DIGITS: usize = 40;

/// The fingerprint of an agency: 40 digits in ten groups of four, and two check digits
/// (ISO 7064 MOD 97-10), `docs/protocol.md` 3.4. Digits, because they read alike in all the languages here.
///
/// Each agency has its own; two agencies are compared by comparing both, never by one number of the two.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint([u8; DIGITS]);

impl Fingerprint {
    /// The fingerprint of this agency. Takes about a millisecond.
    #[must_use]
    pub fn of(agency: AgencyId) -> Self {
        let id = agency.as_bytes();
        let mut hash = label::hash(FINGERPRINT, id).0;
        for _ in 0..ROUNDS {
            let mut context = Context::new(&SHA256);
            context.update(&hash);
            context.update(id);
            hash.copy_from_slice(context.finish().as_ref());
        }
        Self(last_digits(&hash))
    }

    /// The check digits: `98 - (100 N mod 97)`.
    fn check(&self) -> u8 {
        let remainder = self.0.iter().fold(0u32, |sum, digit| (sum * 10 + u32::from(*digit)) % 97);
        // 98 minus at most 96.
        u8::try_from(98 - (remainder * 100) % 97).unwrap_or_default()
    }
}

/// The number's last 40 decimal digits, zero-filled.
fn last_digits(number: &[u8; 32]) -> [u8; DIGITS] {
    let mut digits = [0u8; DIGITS];
    for byte in number {
        let mut carry = u32::from(*byte);
        for digit in digits.iter_mut().rev() {
            let value = u32::from(*digit) * 256 + carry;
            *digit = u8::try_from(value % 10).unwrap_or_default();
            carry = value / 10;
        }
    }
    digits
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for group in self.0.chunks(4) {
            group.iter().try_for_each(|digit| write!(f, "{digit}"))?;
            f.write_str(" ")?;
        }
        write!(f, "{:02}", self.check())
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Why a text is no fingerprint. Whose it is, the comparison shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FingerprintError {
    /// A character that is neither digit nor separator.
    #[error("`{0}` is not a digit: a fingerprint is ten groups of four digits and two check digits")]
    NotADigit(char),
    /// Too few or too many digits.
    #[error(
        "a fingerprint has 42 digits with its two check digits, these are {0}: was a group left out or read twice?"
    )]
    Length(usize),
    /// The last two digits do not fit the others.
    #[error("the check digits do not fit: one of the digits was heard or typed wrongly; read it out again")]
    CheckDigits,
}

impl FromStr for Fingerprint {
    type Err = FingerprintError;

    /// Spaces, hyphens and dots between digits do not matter; Khmer and Thai digits count as digits.
    fn from_str(text: &str) -> Result<Self, FingerprintError> {
        let mut all = Vec::with_capacity(DIGITS + 2);
        for character in text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '.' | '\u{200b}')) {
            all.push(digit(character).ok_or(FingerprintError::NotADigit(character))?);
        }
        let (digits, check) = match (all.first_chunk::<DIGITS>(), all.get(DIGITS..)) {
            (Some(digits), Some(&[tens, ones])) => (*digits, tens * 10 + ones),
            _ => return Err(FingerprintError::Length(all.len())),
        };
        let fingerprint = Self(digits);
        if fingerprint.check() == check { Ok(fingerprint) } else { Err(FingerprintError::CheckDigits) }
    }
}

fn digit(character: char) -> Option<u8> {
    let zero = match character {
        '0'..='9' => '0',
        '\u{17e0}'..='\u{17e9}' => '\u{17e0}',
        '\u{0e50}'..='\u{0e59}' => '\u{0e50}',
        _ => return None,
    };
    u8::try_from(u32::from(character) - u32::from(zero)).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Digest;

    fn example() -> Fingerprint {
        Fingerprint::of(AgencyId::new(Digest([7; 32])))
    }

    #[test]
    fn a_number_keeps_its_last_forty_digits() {
        let mut number = [0; 32];
        number[31] = 255;
        number[30] = 1;
        assert_eq!(last_digits(&number)[36..], [0, 5, 1, 1]);
        // 2^256 - 1 ends in these digits.
        let end: String = last_digits(&[255; 32])[20..].iter().map(ToString::to_string).collect();
        assert_eq!(end, "57584007913129639935");
    }

    #[test]
    fn the_text_reads_back_however_it_is_grouped_and_in_khmer_digits() {
        let text = example().to_string();
        assert_eq!(text.len(), 10 * 5 + 2);
        assert_eq!(text.parse(), Ok(example()));
        assert_eq!(text.replace(' ', "").parse(), Ok(example()));
        let khmer: String =
            text.chars().map(|c| c.to_digit(10).and_then(|d| char::from_u32(0x17e0 + d)).unwrap_or(c)).collect();
        assert_eq!(khmer.parse(), Ok(example()));
    }

    #[test]
    fn each_fault_has_its_name() {
        let text = example().to_string();
        assert_eq!(text[5..].parse::<Fingerprint>(), Err(FingerprintError::Length(38)));
        assert_eq!(text.replacen(' ', "x", 1).parse::<Fingerprint>(), Err(FingerprintError::NotADigit('x')));
    }

    proptest! {
        #[test]
        fn any_one_wrong_digit_and_any_swap_of_neighbours_is_noticed(at in 0usize..42, plus in 1u8..10) {
            let digits: Vec<u8> = example().to_string().bytes().filter(u8::is_ascii_digit).collect();
            let mut wrong = digits.clone();
            wrong[at] = (wrong[at] - b'0' + plus) % 10 + b'0';
            let wrong = String::from_utf8(wrong).expect("digits");
            prop_assert_eq!(wrong.parse::<Fingerprint>(), Err(FingerprintError::CheckDigits));
            let mut swapped = digits.clone();
            swapped.swap(at.min(40), at.min(40) + 1);
            if swapped != digits {
                let swapped = String::from_utf8(swapped).expect("digits");
                prop_assert_eq!(swapped.parse::<Fingerprint>(), Err(FingerprintError::CheckDigits));
            }
        }

        #[test]
        fn arbitrary_text_never_panics(text: String) {
            let _ = text.parse::<Fingerprint>();
        }
    }
}
