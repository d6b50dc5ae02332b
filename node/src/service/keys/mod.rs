//! This agency's own signing keys through their lives, and what a peer's revoked key may still say
//! (`docs/protocol.md` 3.3).
//!
//! * [`held`]: where the private halves lie
//! * [`own`], [`list`]: what people see of them
//! * [`rotate`]: the next key, made and later put into use
//! * [`revoke`]: the end of a key, and the cut
//! * [`root`]: the main key, replaced by the one of the recovery kit
//! * [`recover`]: the main key, replaced with the guardians' word
//! * [`change`]: each of these in one step that a kill can't halve
//! * [`incarnation`]: the log says that the node was restored
//! * [`known`]: the cuts of peers' keys, asked for, kept and applied

mod change;
mod held;
mod incarnation;
mod known;
mod list;
mod own;
mod recover;
mod revoke;
mod root;
mod rotate;
mod seen;
#[cfg(test)]
pub(super) mod tests;

use keys::Secret;
use keys::{AgencyId, KeyId};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

pub use held::SigningKeys;
pub(super) use known::{Known, KnownCut, Standing, read_known, void_keys};
pub(super) use seen::{Seen, read_seen};

use crate::vault::{Record, Table};

/// A change of keys that was decided: carried out to its end, also after a kill. No key; owner: the ledger.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct ChangeRow {
    /// This agency's record afterwards.
    #[serde(with = "serde_bytes")]
    record: Vec<u8>,
    /// The signing key that is in use from then on; `None`: as before.
    active: Option<[u8; 16]>,
    /// Signing keys that are destroyed.
    gone: Vec<[u8; 16]>,
    /// The seed of the main key from then on.
    #[serde(default)]
    root: Option<Seed>,
}

/// A main key that is not in the keyring yet. Wiped from memory when dropped; on disk it lies under the ledger's key, as
/// all of the keyring lies under the master key.
#[derive(Clone, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
pub(super) struct Seed([u8; 32]);

impl Seed {
    fn of(seed: &Secret<32>) -> Self {
        Self(*seed.expose())
    }

    fn secret(&self) -> Secret<32> {
        Secret::new(Box::new(self.0))
    }
}

/// A recovery that was asked of the guardians and is not finished. No key; owner: the ledger.
#[derive(Serialize, Deserialize)]
struct RecoveryRow {
    /// What the guardians sign, as text.
    request: String,
    /// Of the main key that it would bring.
    root: Seed,
}

/// What a peer is given of the cut of an own key. Key: key id, peer; owner: the ledger.
#[derive(Serialize, Deserialize)]
pub(super) struct LeafRow {
    /// `CutAnswer::to_bytes`.
    #[serde(with = "serde_bytes")]
    answer: Vec<u8>,
}

/// What this agency got of the cut of a peer's key. Key: peer, key id; owner: the ledger.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct CutRow {
    /// `CutAnswer::to_bytes`, verified; none if the key was revoked without a cut.
    answer: Option<serde_bytes::ByteBuf>,
    /// Whether what lies outside it was shown to people.
    flagged: bool,
}

/// How far a peer was seen to know this agency's key log. Key: peer; owner: the ledger.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(super) struct SeenRow {
    /// The entry.
    seq: u64,
}

/// Binds a row's type to its table.
macro_rules! record {
    ($name:ty, $table:literal) => {
        impl Record for $name {
            const TABLE: Table = Table::new($table);
            const VERSION: u8 = 1;
        }
    };
}
record!(ChangeRow, 70);
record!(LeafRow, 71);
record!(CutRow, 72);
record!(SeenRow, 73);
record!(RecoveryRow, 75);

/// Store key of a leaf.
fn leaf_key(key: KeyId, peer: AgencyId) -> Vec<u8> {
    [key.0.as_slice(), peer.as_bytes()].concat()
}
