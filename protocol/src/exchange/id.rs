//! The name of an exchange, and the short form for the telephone.

use std::{fmt, str::FromStr};

use keys::{AgencyId, Digest, label, label::Label};
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// Hash that names an exchange.
const EXCHANGE: Label = Label::new("spean/exchange");
/// Hash that gives the spoken reference.
const REFERENCE: Label = Label::new("spean/ref");

/// Names an exchange: `SHA-256(PAE("spean/exchange", origin || recipient || nonce))` (`docs/protocol.md` 3.7).
///
/// Both sides compute it, so nobody can choose it. Text form: 64 hexadecimal digits. May appear in logs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode)]
#[serde(transparent)]
#[cbor(transparent)]
pub struct ExchangeId(Digest);

impl ExchangeId {
    /// The name of the exchange that `origin` opens with `recipient` and this nonce.
    #[must_use]
    pub fn of(origin: AgencyId, recipient: AgencyId, nonce: &[u8; 32]) -> Self {
        let mut input = Vec::with_capacity(96);
        input.extend_from_slice(origin.as_bytes());
        input.extend_from_slice(recipient.as_bytes());
        input.extend_from_slice(nonce);
        Self(label::hash(EXCHANGE, &input))
    }

    /// The id with these bytes, as read from a store's key.
    #[must_use]
    pub const fn new(digest: Digest) -> Self {
        Self(digest)
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// The spoken reference: six digits in two groups, `"123 456"`. Tells apart what two people have before
    /// them; it is too short to find an exchange safely on its own.
    #[must_use]
    pub fn reference(&self) -> String {
        let hash = label::hash(REFERENCE, self.as_bytes());
        let mut first = [0; 8];
        first.copy_from_slice(&hash.0[..8]);
        let number = u64::from_be_bytes(first) % 1_000_000;
        format!("{:03} {:03}", number / 1_000, number % 1_000)
    }
}

impl fmt::Display for ExchangeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for ExchangeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// The text is not the id of an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the id of an exchange: 64 digits of 0-9 and a-f were expected")]
pub struct BadExchangeId;

impl FromStr for ExchangeId {
    type Err = BadExchangeId;

    fn from_str(text: &str) -> Result<Self, BadExchangeId> {
        text.parse().map(Self).map_err(|_| BadExchangeId)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agency(byte: u8) -> AgencyId {
        AgencyId::new(Digest([byte; 32]))
    }

    #[test]
    fn the_id_depends_on_who_offers_to_whom_and_on_the_nonce() {
        let id = ExchangeId::of(agency(1), agency(2), &[3; 32]);
        assert_ne!(id, ExchangeId::of(agency(2), agency(1), &[3; 32]));
        assert_ne!(id, ExchangeId::of(agency(1), agency(2), &[4; 32]));
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!("7".parse::<ExchangeId>(), Err(BadExchangeId));
    }

    #[test]
    fn the_spoken_reference_is_two_groups_of_three_digits() {
        for nonce in 0..50 {
            let spoken = ExchangeId::of(agency(1), agency(2), &[nonce; 32]).reference();
            let groups: Vec<&str> = spoken.split(' ').collect();
            assert_eq!(groups.len(), 2);
            assert!(groups.iter().all(|group| group.len() == 3 && group.bytes().all(|b| b.is_ascii_digit())));
        }
    }
}
