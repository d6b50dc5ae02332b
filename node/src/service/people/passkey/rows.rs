//! What is kept of a passkey: no secret of it, for that never leaves the device; and under the person's key all the same.

use std::{fmt, str::FromStr};

use data_encoding::HEXLOWER;
use keys::{Entropy, Timestamp, random_bytes};
use serde::{Deserialize, Serialize};
use webauthn_rs::prelude::Passkey;

use crate::vault::{Record, Table};

/// A passkey, for lists: 8 random bytes, as 16 hexadecimal digits. It opens nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::service) struct PasskeyId([u8; 8]);

impl PasskeyId {
    pub(super) fn random(entropy: &mut dyn Entropy) -> Self {
        Self(random_bytes(entropy))
    }

    pub(in crate::service) const fn as_bytes(&self) -> &[u8; 8] {
        &self.0
    }

    /// Of the key of a row.
    pub(super) fn of_key(key: &[u8]) -> Option<Self> {
        key.try_into().ok().map(Self)
    }
}

impl fmt::Display for PasskeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

/// What a person calls a passkey, to know which device it is in: 1 to 40 characters, no control characters.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PasskeyName(String);

/// Not such a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("1 to 40 characters, such as `my telephone`")]
pub struct PasskeyNameError;

impl PasskeyName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PasskeyName {
    type Err = PasskeyNameError;

    fn from_str(text: &str) -> Result<Self, PasskeyNameError> {
        let text = text.trim();
        let fits = (1..=40).contains(&text.chars().count()) && !text.chars().any(char::is_control);
        if fits { Ok(Self(text.to_owned())) } else { Err(PasskeyNameError) }
    }
}

impl TryFrom<String> for PasskeyName {
    type Error = PasskeyNameError;

    fn try_from(text: String) -> Result<Self, PasskeyNameError> {
        text.parse()
    }
}

impl From<PasskeyName> for String {
    fn from(name: PasskeyName) -> Self {
        name.0
    }
}

/// Hidden: people name devices after themselves.
impl fmt::Debug for PasskeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasskeyName(hidden)")
    }
}

/// A passkey. Key: its id; owner: the person.
#[derive(Clone, Serialize, Deserialize)]
pub(in crate::service) struct PasskeyRow {
    pub(super) name: PasskeyName,
    /// When it was added.
    pub(super) made: Timestamp,
    /// When it last signed the person in.
    pub(in crate::service::people) used: Option<Timestamp>,
    /// When it last counted fewer uses than it had before: there may be a copy of it.
    pub(super) doubted: Option<Timestamp>,
    /// The public key and how often it was used, as `webauthn-rs` writes them in JSON.
    #[serde(with = "serde_bytes")]
    pub(super) key: Vec<u8>,
}

impl Record for PasskeyRow {
    const TABLE: Table = Table::new(50);
    const VERSION: u8 = 1;
}

impl PasskeyRow {
    /// A new one. `None` if it can't be written, which only a fault of the library could bring about.
    pub(super) fn new(name: PasskeyName, made: Timestamp, passkey: &Passkey) -> Option<Self> {
        Some(Self { name, made, used: None, doubted: None, key: serde_json::to_vec(passkey).ok()? })
    }

    pub(super) fn passkey(&self) -> Option<Passkey> {
        serde_json::from_slice(&self.key).ok()
    }

    /// With what was learned from its use. `None` as in [`PasskeyRow::new`].
    pub(super) fn with(&self, passkey: &Passkey) -> Option<Self> {
        Some(Self { key: serde_json::to_vec(passkey).ok()?, ..self.clone() })
    }

    /// Whether nobody used it since.
    pub(super) fn same_key(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_short_and_in_any_script() {
        assert_eq!(" ទូរស័ព្ទរបស់ខ្ញុំ ".parse::<PasskeyName>().unwrap().as_str(), "ទូរស័ព្ទរបស់ខ្ញុំ");
        for wrong in ["", "  ", "a\nb", &"x".repeat(41)] {
            assert!(wrong.parse::<PasskeyName>().is_err(), "{wrong:?}");
        }
        assert_eq!(format!("{:?}", "Dara".parse::<PasskeyName>().unwrap()), "PasskeyName(hidden)");
    }
}
