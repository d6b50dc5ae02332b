//! What is kept of tokens: under the key of whoever owns them, and destroyed with it.

use std::fmt;

use data_encoding::HEXLOWER;
use keys::{Digest, Entropy, Timestamp, random_bytes};
use serde::{Deserialize, Serialize};

use crate::{
    service::{PersonName, people::Roles},
    vault::{Record, Table},
};

/// A token, for lists and the audit log: 8 random bytes, as 16 hexadecimal digits. It opens nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenId([u8; 8]);

impl TokenId {
    pub(super) fn random(entropy: &mut dyn Entropy) -> Self {
        Self(random_bytes(entropy))
    }

    pub(super) fn of_key(key: &[u8]) -> Option<Self> {
        key.try_into().ok().map(Self)
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 8] {
        &self.0
    }
}

impl fmt::Display for TokenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

/// A token. Key: its id; owner: the person or program.
#[derive(Clone, Serialize, Deserialize)]
pub(in crate::service) struct TokenRow {
    /// Of the token: the token itself is kept nowhere.
    pub(super) hash: Digest,
    /// What it is for, in the words of who made it.
    pub(super) name: PersonName,
    /// What it opens at most; of a person's, what the person may do at that moment besides.
    pub(super) roles: Roles,
    pub(super) since: Timestamp,
    /// It is good until just before.
    pub(super) ends: Timestamp,
    /// Who made it.
    pub(super) by: String,
    /// Beginning of the day on which it was last used. Not the moment: that would be a write for each request, and a
    /// record of when somebody works.
    pub(super) used: Option<Timestamp>,
}

impl Record for TokenRow {
    const TABLE: Table = Table::new(60);
    const VERSION: u8 = 1;
}

/// A program of the agency's own. No key; owner: the program.
#[derive(Clone, Serialize, Deserialize)]
pub(in crate::service) struct ProgramRow {
    pub(super) name: PersonName,
    pub(super) since: Timestamp,
}

impl Record for ProgramRow {
    const TABLE: Table = Table::new(61);
    const VERSION: u8 = 1;
}

/// What was answered to a request with an idempotency key. Key: token id, name of the key; owner: the token's.
#[derive(Serialize, Deserialize)]
pub(in crate::service) struct RepeatRow {
    pub(super) at: Timestamp,
    /// Of method, path and body.
    pub(super) asked: Digest,
    /// None while it is under way, or if it broke off.
    #[serde(with = "serde_bytes")]
    pub(super) answer: Option<Vec<u8>>,
}

impl Record for RepeatRow {
    const TABLE: Table = Table::new(62);
    const VERSION: u8 = 1;
}
