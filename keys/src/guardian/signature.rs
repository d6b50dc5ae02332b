//! What a guardian gives back: one signature, and what it is for.

use minicbor::{Decode, Encode};

use super::CopyError;
use crate::{
    Digest, SigningKey,
    armour::Armour,
    cbor,
    label::{self, Label},
    log::LOG,
    signed::Endorsement,
};

const TEXT: Armour = Armour {
    begin: "-----BEGIN SPEAN GUARDIAN SIGNATURE-----",
    end: "-----END SPEAN GUARDIAN SIGNATURE-----",
    label: Label::new("spean/guardian-text"),
};

/// The longest signature that is read, in characters of its text.
pub const MAX_SIGNATURE_CHARS: usize = 4_096;

/// A guardian's signature under one request. Whether it is good, the request tells when it is finished.
///
/// Bytes: a CBOR map 0 `entry` hash, 1 `signature` [key id, signature].
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct GuardianSignature {
    /// Hash of the entry that was signed.
    #[n(0)]
    pub(super) entry: Digest,
    #[n(1)]
    pub(super) endorsement: Endorsement,
}

impl GuardianSignature {
    pub(super) fn make(payload: &[u8], guardian: &SigningKey) -> Self {
        let signature = guardian.sign(LOG, payload);
        Self { entry: label::hash(LOG, payload), endorsement: Endorsement { key: guardian.public().id(), signature } }
    }

    /// The signature as text, to send or to print; it ends with a line break. Nothing in it is secret.
    #[must_use]
    pub fn to_text(&self) -> String {
        TEXT.wrap(&self.to_bytes())
    }

    /// The form that the text carries.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        cbor::encode(self)
    }

    /// Takes it apart. Nothing is verified.
    ///
    /// # Errors
    /// [`CopyError::Content`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CopyError> {
        cbor::decode(bytes).map_err(|_| CopyError::Content)
    }

    /// Reads the first signature in `text`; what stands before and after it does not matter.
    ///
    /// # Errors
    /// [`CopyError`].
    pub fn parse(text: &str) -> Result<Self, CopyError> {
        if text.len() > MAX_SIGNATURE_CHARS {
            return Err(CopyError::TooLarge);
        }
        Self::from_bytes(&TEXT.unwrap(text)?)
    }
}
