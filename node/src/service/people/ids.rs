//! What names a person and a session: random ids, and the name that is typed to sign in.

use std::{fmt, str::FromStr};

use data_encoding::HEXLOWER;
use keys::{Entropy, random_bytes};
use serde::{Deserialize, Serialize};

/// A person of this agency: 16 random bytes, as 32 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonId([u8; 16]);

impl PersonId {
    /// A new one.
    pub(in crate::service) fn random(entropy: &mut dyn Entropy) -> Self {
        Self(random_bytes(entropy))
    }

    pub(in crate::service) const fn new(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// The beginning, enough to tell the people of one agency apart in a log.
    #[must_use]
    pub fn short(&self) -> String {
        HEXLOWER.encode(self.0.get(..4).unwrap_or_default())
    }
}

impl fmt::Display for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PersonId({})", self.short())
    }
}

/// A team of this agency: 16 random bytes, as 32 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TeamId([u8; 16]);

impl TeamId {
    pub(super) fn random(entropy: &mut dyn Entropy) -> Self {
        Self(random_bytes(entropy))
    }

    pub(in crate::service) const fn new(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Display for TeamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for TeamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TeamId({})", HEXLOWER.encode(self.0.get(..4).unwrap_or_default()))
    }
}

/// A session, for lists: 8 random bytes, as 16 hexadecimal digits. It opens nothing; the token does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId([u8; 8]);

impl SessionId {
    #[cfg(test)]
    pub(crate) const fn new(bytes: [u8; 8]) -> Self {
        Self(bytes)
    }

    pub(super) fn random(entropy: &mut dyn Entropy) -> Self {
        Self(random_bytes(entropy))
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

/// The name that a person signs in with: 2 to 32 of `a`–`z`, `0`–`9`, `.`, `-`, `_`, beginning with a letter. These
/// are on every keyboard; the person's own name, in any script, stands beside it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SignInName(String);

/// Not a sign-in name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("2 to 32 of the letters a to z, digits, `.`, `-` and `_`, beginning with a letter")]
pub struct SignInNameError;

impl SignInName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for SignInName {
    type Err = SignInNameError;

    /// Capitals, and spaces around it, do not matter.
    fn from_str(text: &str) -> Result<Self, SignInNameError> {
        let text = text.trim().to_ascii_lowercase();
        let fits = (2..=32).contains(&text.len())
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | '_'));
        if fits { Ok(Self(text)) } else { Err(SignInNameError) }
    }
}

impl TryFrom<String> for SignInName {
    type Error = SignInNameError;

    fn try_from(text: String) -> Result<Self, SignInNameError> {
        text.parse()
    }
}

impl From<SignInName> for String {
    fn from(name: SignInName) -> Self {
        name.0
    }
}

impl fmt::Debug for SignInName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignInName(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_name_is_one_whatever_its_capitals_and_never_a_path_or_a_persons_own_name() {
        assert_eq!(" Dara.Sok ".parse::<SignInName>().unwrap().as_str(), "dara.sok");
        for wrong in ["", "d", "7dara", "dara sok", "សុខ", "../x", &"d".repeat(33)] {
            assert!(wrong.parse::<SignInName>().is_err(), "{wrong:?}");
        }
    }
}
