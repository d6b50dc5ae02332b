//! What is sealed: header, signature, commitment key and body, as exact bytes.

use keys::{Digest, PROTOCOL_VERSION, Secret, Signature, SigningKey, cbor, cbor::CborError, label};
use minicbor::{Decode, Encode};
use zeroize::Zeroizing;

use super::{
    Header, PACKET, PacketKind,
    body::{self, Body},
    header::Claim,
};
use crate::{
    consent::CONSENT,
    exchange::{Refusal, Step},
    limits::{MAX_BODY, MAX_HEADER, MAX_INNER},
};

/// What travels.
#[derive(Encode, Decode)]
#[cbor(map)]
struct Wire {
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    header: Vec<u8>,
    #[n(1)]
    signature: Signature,
    #[n(2)]
    #[cbor(with = "minicbor::bytes")]
    k_commit: [u8; 32],
    #[n(3)]
    #[cbor(with = "minicbor::bytes")]
    body: Vec<u8>,
}

/// A packet as its sender signed it. The bytes never change: sealing it again to another key seals the same
/// bytes, and the packet keeps its hash.
pub struct Inner {
    bytes: Zeroizing<Vec<u8>>,
    header_bytes: Vec<u8>,
    header: Header,
    signature: Signature,
    k_commit: Secret<32>,
    body: Zeroizing<Vec<u8>>,
    /// What `body` was encoded from, where that was done here: it need not be parsed again.
    said: Option<Body>,
}

/// Why bytes are not a packet.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InnerError {
    /// Longer than allowed.
    #[error("the packet has {0} bytes, {MAX_INNER} at most are allowed")]
    TooLong(usize),
    /// The outer map is malformed.
    #[error("the packet is malformed: {0}")]
    Inner(CborError),
    /// The header is longer than allowed.
    #[error("the header has {0} bytes, {MAX_HEADER} at most are allowed")]
    HeaderTooLong(usize),
    /// The body is longer than allowed.
    #[error("the content has {0} bytes, {MAX_BODY} at most are allowed")]
    BodyTooLong(usize),
    /// The header is malformed.
    #[error("the header is malformed: {0}")]
    Header(CborError),
    /// The header is of a version that this program does not read.
    #[error("protocol version {0} is not supported by this version of the program")]
    Version(u64, Box<OtherVersion>),
}

/// What can be read of a packet of another version: enough to check who signed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherVersion {
    pub(crate) claim: Claim,
    pub(crate) header_bytes: Vec<u8>,
    pub(crate) signature: Signature,
}

impl Inner {
    /// Signs `header` and puts it together with the opening of its commitment.
    pub(super) fn sign(
        header: Header,
        k_commit: Secret<32>,
        (said, body): (Body, Zeroizing<Vec<u8>>),
        key: &SigningKey,
    ) -> Self {
        let header_bytes = cbor::encode(&header);
        let signature = key.sign(PACKET, &header_bytes);
        let wire =
            Wire { header: header_bytes, signature, k_commit: *k_commit.expose(), body: body.as_slice().to_vec() };
        let bytes = Zeroizing::new(cbor::encode(&wire));
        Self { bytes, header_bytes: wire.header, header, signature, k_commit, body, said: Some(said) }
    }

    /// Parses the exact bytes, strictly. Who signed it is not checked: [`crate::open`] does that.
    ///
    /// # Errors
    /// [`InnerError`]: the first rule that is broken.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, InnerError> {
        if bytes.len() > MAX_INNER {
            return Err(InnerError::TooLong(bytes.len()));
        }
        let wire: Wire = cbor::decode(bytes).map_err(InnerError::Inner)?;
        if wire.header.len() > MAX_HEADER {
            return Err(InnerError::HeaderTooLong(wire.header.len()));
        }
        if wire.body.len() > MAX_BODY {
            return Err(InnerError::BodyTooLong(wire.body.len()));
        }
        cbor::validate(&wire.header).map_err(InnerError::Header)?;
        let claim: Claim =
            minicbor::decode(&wire.header).map_err(|e| InnerError::Header(CborError::Unexpected(e.to_string())))?;
        if claim.common.v != PROTOCOL_VERSION {
            let other = OtherVersion { claim, header_bytes: wire.header, signature: wire.signature };
            return Err(InnerError::Version(claim.common.v, Box::new(other)));
        }
        Ok(Self {
            bytes: Zeroizing::new(bytes.to_vec()),
            header: cbor::decode(&wire.header).map_err(InnerError::Header)?,
            header_bytes: wire.header,
            signature: wire.signature,
            k_commit: Secret::new(Box::new(wire.k_commit)),
            body: Zeroizing::new(wire.body),
            said: None,
        })
    }

    /// The exact bytes: kept in the outbox under the content key, sealed as often as needed.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The header.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// The exact bytes of the header, which outlive an erasure; with [`Inner::signature`] they prove the packet.
    #[must_use]
    pub fn header_bytes(&self) -> &[u8] {
        &self.header_bytes
    }

    /// The sender's signature over [`Inner::header_bytes`].
    #[must_use]
    pub const fn signature(&self) -> &Signature {
        &self.signature
    }

    /// `SHA-256(PAE("spean/packet", header bytes))`: names the packet.
    #[must_use]
    pub fn packet_hash(&self) -> Digest {
        label::hash(PACKET, &self.header_bytes)
    }

    /// The content, unparsed.
    #[must_use]
    pub fn body_bytes(&self) -> &[u8] {
        &self.body
    }

    /// The content, parsed.
    ///
    /// # Errors
    /// [`Refusal::Type`] for an unknown kind, [`Refusal::Body`] for a malformed body.
    pub fn body(&self) -> Result<Body, Refusal> {
        let kind = self.header.kind().ok_or(Refusal::Type)?;
        Body::from_bytes(kind, &self.body).map_err(|_| Refusal::Body)
    }

    /// Opens the header's commitment to the body: whoever keeps it can prove what was said.
    #[must_use]
    pub const fn k_commit(&self) -> &Secret<32> {
        &self.k_commit
    }

    /// Whether the body is the one that the header commits to. Of an unknown kind the body is not looked at.
    pub(crate) fn body_is_committed(&self) -> bool {
        let Some(kind) = self.header.kind() else { return true };
        commitment(&self.k_commit, kind, &self.body).same_as(&self.header.body_commit)
    }

    /// Whether `statement` is the consent statement that the header refers to.
    #[must_use]
    pub fn refers_to_consent(&self, statement: &[u8]) -> bool {
        let made = consent_ref(&self.k_commit, statement);
        self.header.consent_ref.is_some_and(|stated| stated.same_as(&made))
    }

    /// The packet as the exchange sees it; for packets of our own.
    #[must_use]
    pub fn step(&self) -> Step {
        match &self.said {
            Some(said) => self.step_with(Ok(said)),
            None => self.step_with(self.body().as_ref()),
        }
    }

    /// As [`Inner::step`], with the body as it was parsed already.
    pub(crate) fn step_with(&self, body: Result<&Body, &Refusal>) -> Step {
        let misplaced = self.header.is_misplaced().then_some(Refusal::Body);
        Step {
            position: self.header.position(self.packet_hash()),
            prev: self.header.prev,
            seen: self.header.seen,
            kind: self.header.kind(),
            class: self.header.class().unwrap_or(super::Class::Exchange),
            sealed_to: None,
            introduces: self.header.reply_key.as_ref().map(Into::into),
            mark: body.map_or(crate::exchange::Mark::None, Body::mark),
            expires: self.header.expires,
            objection: self.header.unsupported().or(body.err().copied()).or(misplaced),
        }
    }
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Inner({}, content hidden)", self.packet_hash())
    }
}

/// The header's salted commitment to a body.
pub(super) fn commitment(k_commit: &Secret<32>, kind: PacketKind, body: &[u8]) -> Digest {
    label::mac(k_commit.expose(), body::commit_label(kind), body)
}

/// The header's salted reference to a consent statement: one consent does not link a child across exchanges.
pub(super) fn consent_ref(k_commit: &Secret<32>, statement: &[u8]) -> Digest {
    label::mac(k_commit.expose(), CONSENT, statement)
}
