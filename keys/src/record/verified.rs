//! An agency whose log and statements were verified.

use std::sync::Arc;

use super::PublicRecord;
use crate::{
    AgencyId, Digest, Head, KeyId, NetworkId, Signature, Timestamp,
    label::Label,
    log::{KeyState, OpKey},
    sealing::SealingPublic,
    sign::BadSignature,
    statement::{Current, Policy, SEALING_GRACE},
};

/// An agency as its verified record shows it. Cheap to clone.
///
/// Made by [`PublicRecord::verify`] only. Whether it is whom it says it is, people decide by its fingerprint.
#[derive(Clone)]
pub struct VerifiedAgency {
    inner: Arc<Inner>,
}

struct Inner {
    record: PublicRecord,
    state: KeyState,
    current: Current,
}

impl VerifiedAgency {
    pub(super) fn new(record: PublicRecord, state: KeyState, current: Current) -> Self {
        Self { inner: Arc::new(Inner { record, state, current }) }
    }

    /// The agency.
    #[must_use]
    pub fn id(&self) -> AgencyId {
        self.inner.state.id()
    }

    /// The name it gave itself.
    #[must_use]
    pub fn name(&self) -> &str {
        self.inner.state.name()
    }

    /// Its country, two letters.
    #[must_use]
    pub fn country(&self) -> &str {
        self.inner.state.country()
    }

    /// The kind of agency that its policy statement claims; empty without one.
    #[must_use]
    pub fn kind_code(&self) -> &str {
        self.policy().map_or("", |policy| &policy.kind)
    }

    /// Its network.
    #[must_use]
    pub fn network(&self) -> NetworkId {
        self.inner.state.network()
    }

    /// The end of its log.
    #[must_use]
    pub fn head(&self) -> Head {
        self.inner.state.head()
    }

    /// How often its node was restored, from 1.
    #[must_use]
    pub fn incarnation(&self) -> u64 {
        self.inner.state.incarnation()
    }

    /// Whether it ended.
    #[must_use]
    pub fn retired(&self) -> bool {
        self.inner.state.retired()
    }

    /// All of its keys.
    #[must_use]
    pub fn keys(&self) -> &KeyState {
        &self.inner.state
    }

    /// The statements that count.
    #[must_use]
    pub fn statements(&self) -> &Current {
        &self.inner.current
    }

    /// The newest signing key in force, or `None` before the first and after the last was revoked.
    #[must_use]
    pub fn signing_key(&self) -> Option<&OpKey> {
        self.inner.state.op_keys().iter().rev().find(|op| op.revoked.is_none())
    }

    /// Checks `signature` over `PAE(label, bytes)` by one of its signing keys.
    ///
    /// # Errors
    /// [`KeyError`] if the agency has no such key, revoked it, or the signature does not fit. For a key that is
    /// revoked the signature is checked too: the caller may still find the packet in or before the cut.
    pub fn verify_by_op_key(
        &self,
        key: KeyId,
        label: Label,
        bytes: &[u8],
        signature: &Signature,
    ) -> Result<(), KeyError> {
        let op = self.inner.state.op_key(key).ok_or(KeyError::Unknown(key))?;
        op.key.verify(label, bytes, signature)?;
        match &op.revoked {
            None => Ok(()),
            Some(revocation) => Err(KeyError::Revoked { key, cut: revocation.cut }),
        }
    }

    /// The agency as its log says up to the entry before `seq`, without statements: for what a key signed that entry
    /// `seq` revoked, and that stands all the same. `None` if there is no such entry.
    #[must_use]
    pub fn before_entry(&self, seq: u64) -> Option<Self> {
        let log = self.inner.record.log().get(..usize::try_from(seq).ok()?)?;
        PublicRecord::new(log.to_vec(), Vec::new()).verify(self.network()).ok()
    }

    /// SHA-256 of each SPKI that its node may show, at most three; empty without a transport statement.
    #[must_use]
    pub fn transport_pins(&self) -> &[Digest] {
        &self.inner.current.pins
    }

    /// `https://` addresses of its node; empty if it keeps them private.
    #[must_use]
    pub fn addresses(&self) -> &[String] {
        self.inner.current.endpoints.as_ref().map_or(&[], |endpoints| &endpoints.addresses)
    }

    /// What it takes.
    #[must_use]
    pub fn policy(&self) -> Option<&Policy> {
        self.inner.current.policy.as_ref()
    }

    /// The key to seal a first contact to: the newest that began and did not end more than
    /// [`SEALING_GRACE`] seconds ago. A day of difference between the clocks is forgiven at its beginning.
    #[must_use]
    pub fn newest_sealing_key(&self, now: Timestamp) -> Option<&SealingPublic> {
        let usable = |from: Timestamp, to: Timestamp| now.plus(Timestamp::DAY) >= from && now <= to.plus(SEALING_GRACE);
        let found = self.inner.current.sealing.iter().find(|key| usable(key.not_before, key.not_after));
        found.map(|key| &key.pk)
    }

    /// When the newest sealing key ends, for deciding whether to fetch or to make a new one.
    #[must_use]
    pub fn sealing_key_ends(&self) -> Option<Timestamp> {
        self.inner.current.sealing.first().map(|key| key.not_after)
    }

    /// The bytes that were verified.
    #[must_use]
    pub fn record(&self) -> &PublicRecord {
        &self.inner.record
    }
}

impl std::fmt::Debug for VerifiedAgency {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "VerifiedAgency({}, entry {})", self.id().short(), self.head().seq)
    }
}

/// Why a signature does not count as the agency's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// No such key in its log.
    #[error("the agency has no signing key {0}: its key log may have grown; fetch it again")]
    Unknown(KeyId),
    /// Revoked; the signature itself fits.
    #[error("the agency revoked the signing key {key}; only what lies in or before the cut counts")]
    Revoked {
        /// The key.
        key: KeyId,
        /// Merkle root of the cut.
        cut: Digest,
    },
    /// Does not fit.
    #[error(transparent)]
    Signature(#[from] BadSignature),
}
