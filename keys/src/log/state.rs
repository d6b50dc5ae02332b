//! What a verified log says.

use super::{Recovery, genesis::Genesis, rank::Link};
use crate::{AgencyId, Digest, FIRST_INCARNATION, Head, KeyId, NetworkId, Timestamp, VerifyingKey};

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
    /// The entries that began the second, third … incarnation.
    pub(super) incarnations: Vec<u64>,
    /// Hash and rank of each entry; index is its seq. Never empty.
    pub(super) links: Vec<Link>,
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

    /// Who may give the agency a new root when the current one is lost.
    #[must_use]
    pub const fn recovery(&self) -> &Recovery {
        &self.recovery
    }

    /// The end of the log.
    #[must_use]
    pub fn head(&self) -> Head {
        let seq = self.links.len().saturating_sub(1);
        Head { seq: seq as u64, hash: self.links.get(seq).map(|link| link.hash).unwrap_or_default() }
    }

    /// The hash of entry `seq`.
    #[must_use]
    pub fn hash_at(&self, seq: u64) -> Option<Digest> {
        self.links.get(usize::try_from(seq).ok()?).map(|link| link.hash)
    }

    /// How often the node was restored from a backup, from 1.
    #[must_use]
    pub const fn incarnation(&self) -> u64 {
        self.incarnation
    }

    /// The entry since which incarnation `n` counts; 0 for the first, `None` for one that never was.
    #[must_use]
    pub fn incarnation_since(&self, n: u64) -> Option<u64> {
        let before = usize::try_from(n.checked_sub(FIRST_INCARNATION)?).ok()?;
        before.checked_sub(1).map_or(Some(0), |at| self.incarnations.get(at).copied())
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
