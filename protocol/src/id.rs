//! Names of things that are not agencies: cases and consents at home, exchanges on the wire.
//!
//! Home ids are random, so that a key in the store tells nothing about the child.

use std::{fmt, str::FromStr};

use data_encoding::HEXLOWER_PERMISSIVE;
use keys::{Entropy, random_bytes};
use serde::{Deserialize, Serialize};

/// The text is not an id of this kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an id: 32 digits of 0-9 and a-f were expected")]
pub struct BadId;

/// Sixteen random bytes as a type of their own.
macro_rules! random_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name([u8; 16]);

        impl $name {
            /// A fresh id.
            pub fn random_new(entropy: &mut dyn Entropy) -> Self {
                Self(random_bytes(entropy))
            }

            /// The id with these bytes, as read from a store's key.
            #[must_use]
            pub const fn new(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }

            /// The 16 bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 16] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = BadId;

            fn from_str(text: &str) -> Result<Self, BadId> {
                let bytes = HEXLOWER_PERMISSIVE.decode(text.as_bytes()).map_err(|_| BadId)?;
                Ok(Self(bytes.try_into().map_err(|_| BadId)?))
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadId;

            fn try_from(text: String) -> Result<Self, BadId> {
                text.parse()
            }
        }
    };
}

random_id! {
    /// Names a case within its agency; never sent. Text form: 32 hexadecimal digits. May appear in logs.
    CaseId
}

random_id! {
    /// Names a consent within its agency; never sent. Text form: 32 hexadecimal digits. May appear in logs.
    ConsentId
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form_round_trips_and_other_lengths_are_refused() {
        let id = CaseId::new([0xa5; 16]);
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!("a5".parse::<CaseId>(), Err(BadId));
        assert_eq!("zz".repeat(16).parse::<ConsentId>(), Err(BadId));
    }
}
