//! The name of an agency.

use std::{fmt, str::FromStr};

use bech32::{Bech32m, Hrp, primitives::decode::CheckedHrpstring};
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::Digest;

/// Names an agency for ever: SHA-256 of its genesis statement (`docs/protocol.md` 3.3). May appear in logs.
///
/// Text form: bech32m (BIP 350), prefix `agency`, 65 characters; any one mistyped character is noticed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode)]
#[serde(try_from = "String", into = "String")]
#[cbor(transparent)]
pub struct AgencyId(Digest);

impl AgencyId {
    const PREFIX: Hrp = Hrp::parse_unchecked("agency");

    /// The id with these bytes; whether such an agency exists, its log shows.
    #[must_use]
    pub const fn new(digest: Digest) -> Self {
        Self(digest)
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// The first characters of the text form, enough for a person to tell agencies apart, not for a machine.
    #[must_use]
    pub fn short(&self) -> String {
        self.to_string().chars().take(15).collect()
    }
}

impl fmt::Display for AgencyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // 32 bytes always fit bech32m.
        bech32::encode_to_fmt::<Bech32m, _>(f, Self::PREFIX, self.as_bytes()).map_err(|_| fmt::Error)
    }
}

impl fmt::Debug for AgencyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.short())
    }
}

impl From<AgencyId> for String {
    fn from(id: AgencyId) -> Self {
        id.to_string()
    }
}

impl TryFrom<String> for AgencyId {
    type Error = AgencyIdError;

    fn try_from(text: String) -> Result<Self, AgencyIdError> {
        text.parse()
    }
}

impl FromStr for AgencyId {
    type Err = AgencyIdError;

    fn from_str(text: &str) -> Result<Self, AgencyIdError> {
        let parsed = CheckedHrpstring::new::<Bech32m>(text).map_err(|_| AgencyIdError::Mistyped)?;
        if parsed.hrp() != Self::PREFIX {
            return Err(AgencyIdError::OtherKind(parsed.hrp().to_lowercase()));
        }
        let bytes: Vec<u8> = parsed.byte_iter().collect();
        let bytes = bytes.try_into().map_err(|b: Vec<u8>| AgencyIdError::Length(b.len()))?;
        Ok(Self(Digest(bytes)))
    }
}

/// Why a text is not an agency id.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum AgencyIdError {
    /// The checksum does not fit.
    #[error("this agency id has a typing mistake: compare it with the card, or scan the QR code")]
    Mistyped,
    /// Another bech32m prefix.
    #[error("this is an id of kind `{0}`, not of an agency: agency ids begin with `agency1`")]
    OtherKind(String),
    /// Not 32 bytes.
    #[error("this agency id holds {0} bytes, not 32: was it cut off?")]
    Length(usize),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form_round_trips_and_notices_a_mistyped_character() {
        let id = AgencyId::new(Digest([7; 32]));
        let text = id.to_string();
        assert_eq!(text.len(), 65);
        assert_eq!(text.parse(), Ok(id));
        let mistyped = text.replacen('q', "p", 1);
        assert_eq!(mistyped.parse::<AgencyId>(), Err(AgencyIdError::Mistyped));
    }
}
