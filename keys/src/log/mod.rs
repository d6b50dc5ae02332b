//! The key log: who may speak for an agency, as an append-only list of root-signed entries
//! (`docs/protocol.md` 3.3).
//!
//! Knows nothing of statements, addresses or trust. The way in is [`verify()`], a pure function from the
//! bytes of a log to its [`KeyState`].

mod entry;
mod genesis;
#[cfg(test)]
mod properties;
mod rank;
mod state;
#[cfg(test)]
mod tests;
mod verify;

pub use entry::{ALG_ED25519, AddOpKey, Entry, EntryBody, Incarnation, Recover, Retire, RevokeKey, RotateRoot};
pub(crate) use genesis::agency_id;
pub use genesis::{Genesis, GenesisCommon, GenesisError, Recovery, check_country, check_name, next_root_hash};
pub(crate) use rank::{Link, relation};
pub use rank::{Peak, Rank, Relation};
pub use state::{KeyState, OpKey, Revocation};
pub use verify::{EntryError, LogError, verify};

use crate::label::Label;

/// Signature over a genesis.
pub const GENESIS: Label = Label::new("spean/genesis");
/// The agency id: hash of the genesis.
pub const AGENCY: Label = Label::new("spean/id");
/// Signature over, and hash of, an entry. The hash of the genesis as entry 0 uses it too.
pub const LOG: Label = Label::new("spean/log");

/// How many entries a log may have, the genesis included.
pub const MAX_ENTRIES: usize = 4_096;
/// The longest entry, with its signatures.
pub const MAX_ENTRY_BYTES: usize = 8 * 1024;
/// An agency's name, in characters.
pub const MAX_NAME_CHARS: usize = 120;
/// How many guardians a recovery list may have.
pub const MAX_GUARDIANS: usize = 16;
/// The longest free text in an entry (reasons), in characters.
pub const MAX_REASON_CHARS: usize = 500;
/// A signing key ends within a year (366 days, in seconds) of the entry that adds it.
pub const MAX_OP_KEY_LIFE: u64 = 366 * crate::Timestamp::DAY;
