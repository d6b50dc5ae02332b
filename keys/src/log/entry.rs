//! The entries of a log after the genesis.

use minicbor::{Decode, Encode};

use super::{MAX_REASON_CHARS, Recovery};
use crate::{
    AgencyId, Common, Digest, KeyId, Timestamp, VerifyingKey,
    cbor::{self, CborError},
};

/// The only signature algorithm so far: Ed25519. Others (ML-DSA-65 composite) will get numbers of their own.
pub const ALG_ED25519: u64 = 1;

/// One entry: its place in the chain, its kind, and the kind's own encoding (`docs/protocol.md` 3.3).
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Entry {
    /// Common fields; `key` is the (first) signer.
    #[n(0)]
    pub common: Common,
    /// Place in the log; the first entry after the genesis is 1.
    #[n(1)]
    pub seq: u64,
    /// Hash of the entry before.
    #[n(2)]
    pub prev: Digest,
    /// The kind's name, as in [`EntryBody::kind`].
    #[n(3)]
    pub kind: String,
    /// Whether a reader that doesn't know the kind must stop here.
    #[n(4)]
    pub critical: bool,
    /// The kind's content, itself deterministic CBOR.
    #[n(5)]
    #[cbor(with = "minicbor::bytes")]
    pub body: Vec<u8>,
}

impl Entry {
    /// Reads the body by its kind.
    ///
    /// # Errors
    /// [`CborError`] if a known kind has another body than it should.
    pub fn parse_body(&self) -> Result<EntryBody, CborError> {
        Ok(match self.kind.as_str() {
            "add_op_key" => EntryBody::AddOpKey(cbor::decode(&self.body)?),
            "revoke_key" => EntryBody::RevokeKey(cbor::decode(&self.body)?),
            "rotate_root" => EntryBody::RotateRoot(cbor::decode(&self.body)?),
            "recover" => EntryBody::Recover(cbor::decode(&self.body)?),
            "incarnation" => EntryBody::Incarnation(cbor::decode(&self.body)?),
            "retire" => EntryBody::Retire(cbor::decode(&self.body)?),
            _ => EntryBody::Unknown { kind: self.kind.clone(), critical: self.critical },
        })
    }
}

/// What an entry does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryBody {
    /// A signing key speaks for the agency from here on. By the root.
    AddOpKey(AddOpKey),
    /// A signing key no longer does. By the root.
    RevokeKey(RevokeKey),
    /// The hidden next root takes over. By both roots.
    RotateRoot(RotateRoot),
    /// The guardians give a new root. By `m` guardians.
    Recover(Recover),
    /// The node was restored from a backup. By the root.
    Incarnation(Incarnation),
    /// The agency ends. By the root and the hidden next root, or by `m` guardians.
    Retire(Retire),
    /// From a newer version of the protocol.
    Unknown {
        /// Its name.
        kind: String,
        /// Whether it may be passed over.
        critical: bool,
    },
}

impl EntryBody {
    /// The name on the wire.
    #[must_use]
    pub fn kind(&self) -> &str {
        match self {
            Self::AddOpKey(_) => "add_op_key",
            Self::RevokeKey(_) => "revoke_key",
            Self::RotateRoot(_) => "rotate_root",
            Self::Recover(_) => "recover",
            Self::Incarnation(_) => "incarnation",
            Self::Retire(_) => "retire",
            Self::Unknown { kind, .. } => kind,
        }
    }

    /// The encoding that [`Entry::body`] holds; empty for [`EntryBody::Unknown`], which nobody here writes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::AddOpKey(body) => cbor::encode(body),
            Self::RevokeKey(body) => cbor::encode(body),
            Self::RotateRoot(body) => cbor::encode(body),
            Self::Recover(body) => cbor::encode(body),
            Self::Incarnation(body) => cbor::encode(body),
            Self::Retire(body) => cbor::encode(body),
            Self::Unknown { .. } => Vec::new(),
        }
    }

    /// Whether free texts are short enough.
    pub(crate) fn texts_fit(&self) -> bool {
        let reason = match self {
            Self::RevokeKey(body) => &body.reason,
            Self::Incarnation(body) => &body.reason,
            Self::Retire(body) => &body.reason,
            Self::AddOpKey(_) | Self::RotateRoot(_) | Self::Recover(_) | Self::Unknown { .. } => return true,
        };
        reason.chars().count() <= MAX_REASON_CHARS
    }
}

/// Body of `add_op_key`.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct AddOpKey {
    /// The algorithm: [`ALG_ED25519`].
    #[n(0)]
    pub alg: u64,
    /// The key.
    #[n(1)]
    pub key: VerifyingKey,
    /// When it ends, at most [`super::MAX_OP_KEY_LIFE`] after the entry.
    #[n(2)]
    pub not_after: Timestamp,
}

/// Body of `revoke_key`.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct RevokeKey {
    /// The key that ends.
    #[n(0)]
    pub key: KeyId,
    /// Why, for people.
    #[n(1)]
    pub reason: String,
    /// Merkle root over the per-peer leaves of the last good packets.
    #[n(2)]
    pub cut: Digest,
}

/// Body of `rotate_root`.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct RotateRoot {
    /// The revealed root; its hash was committed to before.
    #[n(0)]
    pub new_root: VerifyingKey,
    /// Commits to the root after that.
    #[n(1)]
    pub next_root_hash: Digest,
}

/// Body of `recover`.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Recover {
    /// The root from here on.
    #[n(0)]
    pub new_root: VerifyingKey,
    /// Commits to the root after that.
    #[n(1)]
    pub next_root_hash: Digest,
    /// The guardians from here on.
    #[n(2)]
    pub recovery: Recovery,
    /// Signing keys that end with this entry.
    #[n(3)]
    pub revoked: Vec<KeyId>,
}

/// Body of `incarnation`.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Incarnation {
    /// The new number: one more than before.
    #[n(0)]
    pub n: u64,
    /// Why, for people.
    #[n(1)]
    pub reason: String,
}

/// Body of `retire`.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Retire {
    /// The hidden next root, revealed, if the roots sign; missing if the guardians do.
    #[n(0)]
    pub next_root: Option<VerifyingKey>,
    /// A hint, without trust.
    #[n(1)]
    pub successor: Option<AgencyId>,
    /// Why, for people.
    #[n(2)]
    pub reason: String,
}
