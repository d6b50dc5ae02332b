//! What a verified log says.

use super::{Recovery, genesis::Genesis};
use crate::{AgencyId, Digest, Head, KeyId, NetworkId, Timestamp, VerifyingKey};

/// A signing key as the log knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpKey {
    /// The key.
    pub key: VerifyingKey,
    /// The entry that added it.
    pub added: u64,
    /// When it ends. A warning to people; dates are never evidence.
    pub not_after: Timestamp,
    /// Set once it was revoked.
    pub revoked: Option<Revocation>,
}

/// The end of a signing key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// The entry that revoked it.
    pub seq: u64,
    /// The cut; all zero if guardians revoked it without one.
    pub cut: Digest,
}

/// The agency's keys after the last entry of its log. Made by [`super::verify()`] only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyState {
    pub(super) id: AgencyId,
    pub(super) genesis: Genesis,
    pub(super) root: VerifyingKey,
    pub(super) next_root_hash: Digest,
    pub(super) recovery: Recovery,
    pub(super) op_keys: Vec<OpKey>,
    pub(super) incarnation: u64,
    pub(super) retired: bool,
    pub(super) recovered_at: Option<u64>,
    /// The hash of each entry; index is its seq. Never empty.
    pub(super) hashes: Vec<Digest>,
}

impl KeyState {
    /// The agency.
    #[must_use]
    pub const fn id(&self) -> AgencyId {
        self.id
    }

    /// The name it gave itself.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.genesis.name
    }

    /// Its country, two letters.
    #[must_use]
    pub fn country(&self) -> &str {
        &self.genesis.country
    }

    /// Its network.
    #[must_use]
    pub const fn network(&self) -> NetworkId {
        self.genesis.common.network
    }

    /// The root key that signs the next entry.
    #[must_use]
    pub const fn root(&self) -> VerifyingKey {
        self.root
    }

    /// Commitment to the next root key.
    #[must_use]
    pub const fn next_root_hash(&self) -> Digest {
        self.next_root_hash
    }

    /// The end of the log.
    #[must_use]
    pub fn head(&self) -> Head {
        let seq = self.hashes.len().saturating_sub(1);
        Head { seq: seq as u64, hash: self.hashes.get(seq).copied().unwrap_or_default() }
    }

    /// The hash of entry `seq`.
    #[must_use]
    pub fn hash_at(&self, seq: u64) -> Option<Digest> {
        self.hashes.get(usize::try_from(seq).ok()?).copied()
    }

    /// How often the node was restored from a backup, from 1.
    #[must_use]
    pub const fn incarnation(&self) -> u64 {
        self.incarnation
    }

    /// Whether the agency ended.
    #[must_use]
    pub const fn retired(&self) -> bool {
        self.retired
    }

    /// The last entry by guardians; people must compare the digits again after it.
    #[must_use]
    pub const fn recovered_at(&self) -> Option<u64> {
        self.recovered_at
    }

    /// All signing keys there ever were, oldest first.
    #[must_use]
    pub fn op_keys(&self) -> &[OpKey] {
        &self.op_keys
    }

    /// A signing key by its name, revoked or not.
    #[must_use]
    pub fn op_key(&self, id: KeyId) -> Option<&OpKey> {
        self.op_keys.iter().find(|op| op.key.id() == id)
    }
}
