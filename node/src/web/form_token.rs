//! The value that only the pages of one session hold: no other site can send their forms.
//!
//! It is made from the session's token by a hash, so it opens nothing and is kept nowhere. No two pages hold the same
//! text of it: each has it under a pad of its own, with the pad in front. So a page may travel compressed with its forms:
//! its length tells nothing of the value, however often somebody has it sent with a guess beside it (BREACH).

use data_encoding::BASE64URL_NOPAD;
use keys::label::{self, Label};
use subtle::ConstantTimeEq as _;

/// What a session's forms carry.
const FORM: Label = Label::new("spean/node/web-form");
/// Bytes of the value, and of a pad.
pub(super) const SIZE: usize = 24;

/// The value of one session.
pub(super) struct FormToken([u8; SIZE]);

impl FormToken {
    /// Of the session with this token.
    pub(super) fn of(session: &str) -> Self {
        let hash = label::hash(FORM, session.as_bytes()).0;
        Self(std::array::from_fn(|at| hash[at]))
    }

    /// What the forms of one page carry. `pad`: random, and of no other page.
    pub(super) fn under(&self, pad: &[u8; SIZE]) -> String {
        let hidden = under(&self.0, pad);
        BASE64URL_NOPAD.encode(&[*pad, hidden].concat())
    }

    /// What the forms of pages carry that never travel compressed: those of the set-up.
    pub(super) fn bare(&self) -> String {
        self.under(&[0; SIZE])
    }

    /// Whether a form carried it, from whichever page.
    pub(super) fn is(&self, text: &str) -> bool {
        let Ok(bytes) = BASE64URL_NOPAD.decode(text.as_bytes()) else { return false };
        let Some((pad, hidden)) = bytes.split_first_chunk::<SIZE>() else { return false };
        let Ok(hidden) = <&[u8; SIZE]>::try_from(hidden) else { return false };
        self.0.ct_eq(&under(hidden, pad)).into()
    }
}

fn under(value: &[u8; SIZE], pad: &[u8; SIZE]) -> [u8; SIZE] {
    std::array::from_fn(|at| value[at] ^ pad[at])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn each_pad_makes_another_text_and_only_the_sessions_own_are_taken(pads: [[u8; SIZE]; 2], bit in 0..2 * SIZE * 8) {
            let (own, other) = (FormToken::of("a"), FormToken::of("b"));
            let texts = pads.map(|pad| own.under(&pad));
            prop_assert_eq!(texts[0] == texts[1], pads[0] == pads[1]);
            for text in &texts {
                prop_assert!(own.is(text) && !other.is(text));
            }
            let mut bytes = BASE64URL_NOPAD.decode(texts[0].as_bytes()).unwrap();
            bytes[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(!own.is(&BASE64URL_NOPAD.encode(&bytes)));
        }

        #[test]
        fn no_text_of_another_shape_is_taken(text in ".{0,80}") {
            prop_assert!(!FormToken::of("a").is(&text));
        }
    }

    #[test]
    fn the_value_itself_and_what_is_too_short_or_long_are_not_taken() {
        let token = FormToken::of("a");
        let whole = BASE64URL_NOPAD.decode(token.under(&[7; SIZE]).as_bytes()).unwrap();
        for bytes in [&token.0[..], &[], &whole[..SIZE], &whole[1..], &[&whole[..], &[0]].concat()] {
            assert!(!token.is(&BASE64URL_NOPAD.encode(bytes)));
        }
    }

    #[test]
    fn the_value_stands_nowhere_in_what_a_page_holds() {
        let token = FormToken::of("a");
        let bytes = BASE64URL_NOPAD.decode(token.under(&[0xa5; SIZE]).as_bytes()).unwrap();
        assert!(!bytes.windows(4).any(|part| token.0.windows(4).any(|own| own == part)));
    }
}
