//! What is left of an exchange that was erased altogether: enough to refuse a replay (`docs/protocol.md` 3.8).

use keys::{
    Digest, Secret,
    label::{self, Label},
};
use serde::{Deserialize, Serialize};

use crate::exchange::{Parties, Position};

/// Names a tombstone.
const TOMB: Label = Label::new("spean/tomb");

/// The last packet of the other side: a replay up to here is a duplicate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tombstone {
    /// Its place and hash.
    pub last: Position,
}

/// Under which name the tombstone of an exchange lies: `HMAC(key, PAE("spean/tomb", origin || recipient ||
/// exchange))`. Without the tombstone key nobody can test whether an exchange was here.
#[must_use]
pub fn tombstone_name(key: &Secret<32>, parties: &Parties) -> Digest {
    let ids = [parties.origin.as_bytes().as_slice(), parties.recipient.as_bytes(), parties.id.as_bytes()].concat();
    label::mac(key.expose(), TOMB, &ids)
}
