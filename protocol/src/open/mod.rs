//! Opening an envelope, in stages that are types: each check is made once, in the order of `docs/protocol.md`
//! 3.7, and no later stage can be reached without it.
//!
//! [`SealedEnvelope`] (length, outer form) → [`OpenedPacket`] (decrypted, padding, strict CBOR) →
//! [`VerifiedPacket`] (sender's key state, signature, meant for us, class, network, incarnation, suite,
//! commitment). Then [`crate::exchange::Exchange::receive`] judges place and state.
//!
//! The commitment is checked before the chain, not after: somebody who holds a signed header could otherwise
//! seal it with another body and so use up its place.

mod error;
mod verified;

pub use error::OpenError;
pub use verified::{NotVerified, ToAnswer, VerifiedPacket};

use std::sync::Arc;

use keys::{
    AgencyId, Digest, KeyId, NetworkId, Secret,
    sealing::{Kid, SealingKey},
};

use crate::{
    envelope::{self, Binding, Introduced, Outer, unpad},
    packet::{Inner, InnerError},
};

/// Who opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Me {
    /// The network.
    pub network: NetworkId,
    /// This agency.
    pub agency: AgencyId,
}

/// A private key of ours that something may be sealed to, and what it was made for.
#[derive(Debug)]
pub struct OpeningKey {
    /// The key.
    pub key: Arc<SealingKey>,
    /// `None` for a published sealing key; else the exchange, the agency that the key was given to, and our
    /// packet that brought it.
    pub introduced: Option<Introduced>,
}

/// Bytes from a stranger: length and outer form are right, nothing else is known.
#[derive(Debug)]
pub struct SealedEnvelope {
    outer: Outer,
    aad: Vec<u8>,
    enc: Vec<u8>,
    ct: Vec<u8>,
    digest: Digest,
}

impl SealedEnvelope {
    /// Checks length, magic, format and suite.
    ///
    /// # Errors
    /// [`OpenError::Outer`].
    pub fn parse(bytes: &[u8]) -> Result<Self, OpenError> {
        let (outer, enc, ct) = Outer::parse(bytes)?;
        Ok(Self { outer, aad: outer.to_bytes(), enc: enc.to_vec(), ct: ct.to_vec(), digest: envelope::digest(bytes) })
    }

    /// Under this name the answer to it is kept; looked up before the key is.
    #[must_use]
    pub const fn digest(&self) -> Digest {
        self.digest
    }

    /// The key that it is sealed to.
    #[must_use]
    pub const fn kid(&self) -> Kid {
        self.outer.kid
    }

    /// Decrypts it with the one of `keys` that it names, and parses what is inside, strictly.
    ///
    /// # Errors
    /// [`OpenError::UnknownKey`], [`OpenError::Sealing`], [`OpenError::Padding`], [`OpenError::Packet`].
    pub fn open(self, keys: &[OpeningKey], me: &Me) -> Result<OpenedPacket, OpenError> {
        let found = keys.iter().find(|key| key.key.kid() == self.outer.kid).ok_or(OpenError::UnknownKey)?;
        let binding = Binding { network: me.network, recipient: me.agency, introduced: found.introduced };
        let info = binding.info(self.outer.kid);
        let opened = found.key.open(&self.enc, &info, &self.aad, &self.ct).map_err(|_| OpenError::Sealing)?;
        let content = match Inner::from_bytes(unpad(&opened.plain)?) {
            Ok(inner) => Content::Ours(Box::new(inner)),
            Err(InnerError::Version(version, other)) => Content::OtherVersion { version, other },
            Err(fault) => return Err(OpenError::Packet(fault)),
        };
        Ok(OpenedPacket { content, binding, kid: self.outer.kid, exported: opened.exported, digest: self.digest })
    }
}

/// What was inside.
#[derive(Debug)]
enum Content {
    Ours(Box<Inner>),
    OtherVersion { version: u64, other: Box<crate::packet::OtherVersion> },
}

/// Decrypted and strictly parsed; who wrote it is only a claim. Its content has no accessor.
#[derive(Debug)]
pub struct OpenedPacket {
    content: Content,
    binding: Binding,
    kid: Kid,
    exported: Secret<32>,
    digest: Digest,
}

impl OpenedPacket {
    /// The agency that it claims to come from, so that its key log can be looked up. On the direct route it must
    /// be the agency at the other end of the connection.
    #[must_use]
    pub const fn claimed_sender(&self) -> AgencyId {
        match &self.content {
            Content::Ours(inner) => inner.header().sender(),
            Content::OtherVersion { other, .. } => other.claim.common.agency,
        }
    }

    /// The signing key that it claims: one that was revoked is looked up in the cut (`docs/protocol.md` 3.3).
    #[must_use]
    pub const fn claimed_key(&self) -> KeyId {
        match &self.content {
            Content::Ours(inner) => inner.header().common.key,
            Content::OtherVersion { other, .. } => other.claim.common.key,
        }
    }

    /// The secret for the acknowledgement; the only thing left to use when [`OpenedPacket::verify`] says
    /// [`OpenError::Version`] or another refusal that is answered.
    #[must_use]
    pub const fn exported(&self) -> &Secret<32> {
        &self.exported
    }
}
