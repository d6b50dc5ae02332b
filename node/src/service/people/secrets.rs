//! Secrets of people that pass through this program: they wipe themselves, and nothing prints them.

use std::{fmt, str::FromStr};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use keys::{Digest, Entropy, Secret, label, label::Label};
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

/// What is kept of a session's token.
const SESSION: Label = Label::new("spean/node/session");
/// What is kept of an invitation's token.
const INVITATION: Label = Label::new("spean/node/invitation");
/// What is kept of the token of a browser that waits for a passkey.
const CEREMONY: Label = Label::new("spean/node/passkey");
/// What is kept of an access token.
const ACCESS: Label = Label::new("spean/node/token");

/// Not a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no token: it has 43 characters")]
pub struct TokenError;

/// Opens a session: 256 random bits, as 43 characters of base64url. Whoever has it is the person.
pub struct SessionToken(Secret<32>);

/// Lets one person enrol, once: 256 random bits, as 43 characters of base64url.
pub struct InviteToken(Secret<32>);

/// Opens the interface for programs: 256 random bits, as 43 characters of base64url.
pub struct AccessToken(Secret<32>);

/// Binds the answer of a device to the browser that asked it: 256 random bits, as 43 characters of base64url.
pub struct CeremonyToken(Secret<32>);

macro_rules! token {
    ($name:ident, $label:ident) => {
        impl $name {
            pub(in crate::service) fn random(entropy: &mut dyn Entropy) -> Self {
                Self(Secret::random(entropy))
            }

            /// The only thing of it that is kept. A hash without salt or stretching is enough for 256 random bits.
            pub(in crate::service) fn hash(&self) -> Digest {
                label::hash($label, self.0.expose())
            }

            /// The text that its holder gets, and that opens. Every call is a place to look at in review.
            #[must_use]
            pub fn expose(&self) -> Zeroizing<String> {
                Zeroizing::new(URL_SAFE_NO_PAD.encode(self.0.expose()))
            }
        }

        impl FromStr for $name {
            type Err = TokenError;

            fn from_str(text: &str) -> Result<Self, TokenError> {
                if text.len() != 43 {
                    return Err(TokenError);
                }
                let bytes = URL_SAFE_NO_PAD.decode(text).map(Zeroizing::new).map_err(|_| TokenError)?;
                Secret::from_slice(&bytes).map(Self).ok_or(TokenError)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(hidden)"))
            }
        }
    };
}

token!(SessionToken, SESSION);
token!(InviteToken, INVITATION);
token!(AccessToken, ACCESS);
token!(CeremonyToken, CEREMONY);

/// A passphrase as a person typed it.
pub struct Passphrase(Zeroizing<String>);

/// The fewest characters of a new passphrase.
const LEAST: usize = 12;
/// The most characters of any: what is longer was not typed.
const MOST: usize = 256;
/// A new one has so many different characters at least.
const DIFFERENT: usize = 5;

impl Passphrase {
    /// Takes what was typed.
    #[must_use]
    pub fn new(typed: impl Into<Zeroizing<String>>) -> Self {
        Self(typed.into())
    }

    /// What is wrong with it as a new one, if anything.
    pub(super) fn fault(&self) -> Option<&'static str> {
        let normal = self.normal();
        let mut different: Vec<char> = normal.chars().take(MOST + 1).collect();
        let length = different.len();
        different.sort_unstable();
        different.dedup();
        match length {
            ..LEAST => Some("at least 12 characters: four or five words that do not belong together are good"),
            LEAST..=MOST if different.len() < DIFFERENT => {
                Some("the same few characters over and over are guessed first")
            }
            LEAST..=MOST => None,
            _ => Some("at most 256 characters"),
        }
    }

    /// Whether it can be anybody's: what is longer is not even stretched.
    pub(super) fn too_long(&self) -> bool {
        self.0.len() > 4 * MOST
    }

    /// The same bytes from each keyboard (NFKC): Khmer and accented letters can be typed in several ways.
    pub(super) fn normal(&self) -> Zeroizing<String> {
        // Room for all of it at once: growing would leave pieces behind in memory.
        let mut normal = Zeroizing::new(String::with_capacity(self.0.len() * 18));
        normal.extend(self.0.nfkc());
        normal
    }
}

impl From<String> for Passphrase {
    fn from(typed: String) -> Self {
        Self(Zeroizing::new(typed))
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::testing::SeededEntropy;

    #[test]
    fn tokens_come_back_from_their_text_and_are_never_printed() {
        let token = SessionToken::random(&mut SeededEntropy::new(1));
        let text = token.expose();
        assert_eq!(text.len(), 43);
        assert_eq!(text.parse::<SessionToken>().unwrap().hash(), token.hash());
        assert_eq!(format!("{token:?}"), "SessionToken(hidden)");
        assert_ne!(text.parse::<InviteToken>().unwrap().hash(), token.hash(), "one is not good for the other");
        for wrong in ["", "x", &text[1..], &format!("{}=", &text[1..]), &"é".repeat(43)] {
            assert!(wrong.parse::<SessionToken>().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_passphrase_is_long_and_varied_and_one_however_it_is_typed() {
        let fault = |typed: &str| Passphrase::from(typed.to_owned()).fault();
        assert_eq!(fault("three rivers meet here"), None);
        assert_eq!(fault("ទន្លេបីជួបគ្នានៅទីនេះ"), None);
        assert!(
            fault("short").is_some() && fault("aaaaaaaaaaaaaaaa").is_some() && fault(&"long ".repeat(60)).is_some()
        );
        let normal = |typed: &str| Passphrase::from(typed.to_owned()).normal().to_string();
        assert_eq!(normal("cafe\u{301}"), normal("caf\u{e9}"));
        assert_eq!(format!("{:?}", Passphrase::from("three rivers".to_owned())), "Passphrase(hidden)");
    }
}
