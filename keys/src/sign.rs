//! Ed25519 signatures (RFC 8032, by ring) over labelled bytes.

use std::fmt;

use curve25519_dalek::edwards::CompressedEdwardsY;
use minicbor::{Decode, Decoder, Encode, Encoder, bytes::ByteArray};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};

use crate::{
    Secret,
    label::{self, Label},
};

/// A key's short name: the first 16 bytes of the hash of its public key.
const KEY: Label = Label::new("spean/key");

/// Bytes as a fixed-size type that CBOR carries as one byte string.
macro_rules! fixed_bytes {
    ($(#[$doc:meta])* $name:ident, $length:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; $length]);

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(self, f)
            }
        }

        impl<C> Encode<C> for $name {
            fn encode<W: minicbor::encode::Write>(
                &self,
                e: &mut Encoder<W>,
                _: &mut C,
            ) -> Result<(), minicbor::encode::Error<W::Error>> {
                e.bytes(&self.0)?.ok()
            }
        }

        impl<'b, C> Decode<'b, C> for $name {
            fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, minicbor::decode::Error> {
                ByteArray::<$length>::decode(d, ctx).map(|bytes| Self(bytes.into()))
            }
        }
    };
}

fixed_bytes! {
    /// Names a signing key: `SHA-256(PAE("spean/key", public key))`, first 16 bytes.
    KeyId, 16
}

fixed_bytes! {
    /// An Ed25519 signature, not yet checked.
    Signature, 64
}

/// The private half of an Ed25519 key; parsed once, kept in memory, never printed.
pub struct SigningKey {
    seed: Secret<32>,
    pair: Ed25519KeyPair,
    public: VerifyingKey,
}

impl SigningKey {
    /// The key of a 32-byte seed.
    #[must_use]
    pub fn from_seed(seed: Secret<32>) -> Option<Self> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed.expose()).ok()?;
        let public = VerifyingKey(pair.public_key().as_ref().try_into().ok()?);
        Some(Self { seed, pair, public })
    }

    /// The public half.
    #[must_use]
    pub const fn public(&self) -> VerifyingKey {
        self.public
    }

    /// The seed, to be put under lock.
    #[must_use]
    pub const fn seed(&self) -> &Secret<32> {
        &self.seed
    }

    /// Signs `PAE(label, bytes)`.
    #[must_use]
    pub fn sign(&self, label: Label, bytes: &[u8]) -> Signature {
        let mut out = [0; 64];
        out.copy_from_slice(self.pair.sign(&label::pae(label, bytes)).as_ref());
        Signature(out)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.public.id())
    }
}

/// A public Ed25519 key that passed registration: a canonical point of the prime-order group.
///
/// ring alone accepts forgeries under the identity key and its other encodings, so no key gets past
/// [`VerifyingKey::parse`] that is of small order, has torsion, or is encoded in a second way.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VerifyingKey([u8; 32]);

/// The 32 bytes are no key that may be registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a valid Ed25519 public key: it is not canonical, or of small order")]
pub struct BadKey;

/// The signature is not by this key over these bytes with this label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not fit")]
pub struct BadSignature;

impl VerifyingKey {
    /// Registers a key.
    ///
    /// # Errors
    /// [`BadKey`] if the point does not decompress, re-compresses differently, is of small order or has torsion.
    pub fn parse(bytes: &[u8; 32]) -> Result<Self, BadKey> {
        let point = CompressedEdwardsY(*bytes).decompress().ok_or(BadKey)?;
        let canonical = point.compress().as_bytes() == bytes;
        if canonical && !point.is_small_order() && point.is_torsion_free() { Ok(Self(*bytes)) } else { Err(BadKey) }
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The key's short name.
    #[must_use]
    pub fn id(&self) -> KeyId {
        let mut id = [0; 16];
        id.copy_from_slice(&label::hash(KEY, &self.0).0[..16]);
        KeyId(id)
    }

    /// Checks `signature` over `PAE(label, bytes)`.
    ///
    /// # Errors
    /// [`BadSignature`] if it does not fit.
    pub fn verify(&self, label: Label, bytes: &[u8], signature: &Signature) -> Result<(), BadSignature> {
        UnparsedPublicKey::new(&ED25519, &self.0)
            .verify(&label::pae(label, bytes), &signature.0)
            .map_err(|_| BadSignature)
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey({})", self.id())
    }
}

impl<C> Encode<C> for VerifyingKey {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.bytes(&self.0)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for VerifyingKey {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, minicbor::decode::Error> {
        let bytes: [u8; 32] = ByteArray::<32>::decode(d, ctx)?.into();
        Self::parse(&bytes).map_err(minicbor::decode::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LABEL: Label = Label::new("spean/test");

    fn key(byte: u8) -> SigningKey {
        SigningKey::from_seed(Secret::new(Box::new([byte; 32]))).expect("any seed is a key")
    }

    #[test]
    fn a_signature_counts_for_one_key_one_label_and_the_same_bytes() {
        let (key, other) = (key(1), key(2));
        let signature = key.sign(LABEL, b"bytes");
        assert_eq!(key.public().verify(LABEL, b"bytes", &signature), Ok(()));
        assert!(key.public().verify(LABEL, b"other", &signature).is_err());
        assert!(key.public().verify(KEY, b"bytes", &signature).is_err());
        assert!(other.public().verify(LABEL, b"bytes", &signature).is_err());
    }

    #[test]
    fn keys_of_small_order_and_second_encodings_are_not_registered() {
        let mut identity = [0; 32];
        identity[0] = 1;
        assert_eq!(VerifyingKey::parse(&identity), Err(BadKey));
        let mut second_encoding = [0xff; 32];
        second_encoding[0] = 0xee; // p + 1, that is 1 again
        second_encoding[31] = 0x7f;
        assert_eq!(VerifyingKey::parse(&second_encoding), Err(BadKey));
        let honest = key(3).public();
        assert_eq!(VerifyingKey::parse(honest.as_bytes()), Ok(honest));
    }
}
