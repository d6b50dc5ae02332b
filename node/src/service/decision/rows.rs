//! What is kept of a decision that waits: under the case's key, and erased with it.

use std::fmt;

use data_encoding::HEXLOWER;
use keys::{Entropy, Timestamp, random_bytes};
use serde::{Deserialize, Serialize};

use crate::{
    service::{PersonName, people::PersonId},
    vault::{Record, Table},
};

/// A decision that waits: 16 random bytes, as 32 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::service) struct DecisionId([u8; 16]);

impl DecisionId {
    pub(super) fn random(entropy: &mut dyn Entropy) -> Self {
        Self(random_bytes(entropy))
    }

    pub(super) fn of_key(key: &[u8]) -> Option<Self> {
        key.try_into().ok().map(Self)
    }

    pub(super) const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Display for DecisionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

/// A decision that waits. Key: its id; owner: the case.
#[derive(Serialize, Deserialize)]
pub(in crate::service) struct DecisionRow {
    pub(super) wish: Wish,
    pub(super) by: [u8; 16],
    pub(super) name: PersonName,
    pub(super) at: Timestamp,
    /// It can be decided until just before.
    pub(super) ends: Timestamp,
}

impl Record for DecisionRow {
    const TABLE: Table = Table::new(49);
    const VERSION: u8 = 1;
}

/// What is asked, as the interface takes it, in JSON.
#[derive(Serialize, Deserialize)]
pub(super) enum Wish {
    /// To record a consent that two persons decide.
    Consent(String),
    /// To send a referral that takes two, with its reason and the mark of what was looked at.
    Refer(String),
}

impl Wish {
    pub(super) const fn kind(&self) -> &'static str {
        match self {
            Self::Consent(_) => "consent",
            Self::Refer(_) => "refer",
        }
    }
}

impl DecisionRow {
    pub(super) const fn by(&self) -> PersonId {
        PersonId::new(self.by)
    }
}
