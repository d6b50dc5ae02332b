//! This agency's own keys, and what is done with them.

use std::fmt;

use keys::{Timestamp, keyring::UnlockSlot};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// One of the own keys.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct KeyLine {
    /// Its id.
    pub id: String,
    /// `signing` or `sealing`.
    pub kind: String,
    /// `generated`, `published`, `active`, `retiring`, `revoked`, `expired`, `destroyed` (the private half).
    pub stage: String,
    /// The entry of the key log that added it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<u64>,
    /// When it ends.
    pub until: Option<Timestamp>,
    /// How near the end of the key in use is: `60_days`, `30_days`, `7_days`, `over`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<String>,
    /// The entry of the key log that revoked it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked: Option<u64>,
    /// Verified peers that have not been seen to know the prepared key.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waits_for: Vec<String>,
}

/// The own keys.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct KeyList {
    /// Of each kind the oldest first.
    pub keys: Vec<KeyLine>,
    /// What another agency's key log says, oldest first; none for the own keys.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entries: Vec<LogLine>,
}

/// One entry of a key log.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LogLine {
    /// Its place; the founding is 0.
    pub entry: u64,
    /// `genesis`, or the entry's kind (`docs/protocol.md` 3.3).
    pub what: String,
    /// When it was made, as the agency says.
    pub at: Timestamp,
    /// The signing key that was added or taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Why, in the agency's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// One of the keyring's unlock slots.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SlotLine {
    /// Its number, from 1.
    pub number: u8,
    /// `passphrase`, `key-file`, `credential` or `recovery`.
    pub kind: String,
    /// What people call it; empty for the one that the keyring was made with.
    pub name: String,
    /// When it was added; none if the keyring was made with it.
    pub added: Option<Timestamp>,
    /// Memory that each try of its secret takes, in mebibytes.
    pub memory_mib: u32,
}

/// The keyring's unlock slots. Nothing of it is a secret.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SlotList {
    /// By number.
    pub slots: Vec<SlotLine>,
}

impl From<&UnlockSlot> for SlotLine {
    fn from(slot: &UnlockSlot) -> Self {
        Self {
            number: slot.number,
            kind: slot.kind.code().into(),
            name: slot.name.as_str().into(),
            added: slot.added,
            memory_mib: slot.cost.memory_kib() / 1024,
        }
    }
}

/// Puts the prepared signing key into use.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RotateKey {
    /// Though not all verified peers have been seen to know it.
    #[serde(default)]
    pub force: bool,
    /// Why it is forced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Puts the main key of the recovery kit into use. Wiped from memory when dropped, and never shown.
#[derive(Clone, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
pub struct RotateRootKey {
    /// The kit's secret, as it was typed from the paper.
    pub secret: String,
    /// What commits to the key of the next kit, which is printed already: 64 hexadecimal digits. Nothing secret.
    pub next: String,
}

impl fmt::Debug for RotateRootKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RotateRootKey(hidden)")
    }
}

/// Asks the guardians for a new main key.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskRecovery {
    /// What commits to the key of the next kit, which is printed already: 64 hexadecimal digits. Nothing secret.
    pub next: String,
    /// The guardian, counted from 1, who must be among those who sign.
    #[serde(default = "one")]
    pub first: u8,
}

const fn one() -> u8 {
    1
}

/// What the guardians are asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RecoveryAsked {
    /// The text that each of them signs. Nothing secret.
    pub request: String,
    /// The main key that would be in force.
    pub key: String,
    /// How many must sign.
    pub needed: u64,
    /// How many there are.
    pub guardians: u64,
    /// The one who must be among them.
    pub first: u64,
}

/// Finishes a recovery that was asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FinishRecovery {
    /// The signatures, each as the guardian's computer wrote it.
    pub signatures: Vec<String>,
}

/// Revokes an own signing key.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevokeOwnKey {
    /// Why; it stands in the key log, where every peer can read it.
    pub reason: String,
    /// Only tells what would happen.
    #[serde(default)]
    pub dry_run: bool,
}

/// What was done with a signing key.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct KeyChange {
    /// `prepared`, `activated`, `revoked`, `root_replaced`, `recovered`; `nothing` after a dry run.
    pub done: String,
    /// The key.
    pub key: String,
    /// The key that was in use before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// The key that took its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// A new key would take its place.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub replaces: bool,
    /// Peers that are told which of its packets stand.
    #[serde(default)]
    pub peers: u64,
    /// Exchanges in which packets by it stand.
    #[serde(default)]
    pub exchanges: u64,
    /// Packets by it that a peer may not have got yet, and that stand too.
    #[serde(default)]
    pub waiting: u64,
}

impl KeyChange {
    /// An empty one.
    pub(crate) fn of(done: &str) -> Self {
        Self { done: done.into(), ..Self::default() }
    }
}
