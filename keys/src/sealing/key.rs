//! Sealing keys: X-Wing, the private half kept as its 32-byte seed.

use std::{fmt, sync::Arc};

use hpke::{Deserializable, Kem, Serializable, kem::XWing};
use minicbor::{Decode, Decoder, Encode, Encoder, bytes::ByteArray};

use super::PUBLIC_BYTES;
use crate::{
    Entropy, Secret,
    label::{self, Label},
};

/// A sealing key's short name.
const KID: Label = Label::new("spean/kid");

/// Names a sealing key: `SHA-256(PAE("spean/kid", public key))`, first 16 bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, serde::Serialize, serde::Deserialize)]
#[cbor(transparent)]
pub struct Kid(#[cbor(with = "minicbor::bytes")] pub [u8; 16]);

impl fmt::Display for Kid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for Kid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The bytes are no X-Wing public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a valid sealing key")]
pub struct KeyFault;

/// The public half of a sealing key, parsed once. Cheap to clone.
#[derive(Clone)]
pub struct SealingPublic {
    bytes: Arc<[u8; PUBLIC_BYTES]>,
    parsed: Arc<<XWing as Kem>::PublicKey>,
    kid: Kid,
}

impl SealingPublic {
    /// Reads the 1,216 bytes of a public key.
    ///
    /// # Errors
    /// [`KeyFault`] for another length, or if the ML-KEM half is not in canonical form.
    pub fn parse(bytes: &[u8]) -> Result<Self, KeyFault> {
        let parsed = <XWing as Kem>::PublicKey::from_bytes(bytes).map_err(|_| KeyFault)?;
        let fixed: [u8; PUBLIC_BYTES] = bytes.try_into().map_err(|_| KeyFault)?;
        // One encoding only: the kid must not name a key twice.
        if parsed.to_bytes().as_slice() != bytes {
            return Err(KeyFault);
        }
        Ok(Self::new(&fixed, parsed))
    }

    fn new(bytes: &[u8; PUBLIC_BYTES], parsed: <XWing as Kem>::PublicKey) -> Self {
        let mut kid = [0; 16];
        kid.copy_from_slice(&label::hash(KID, bytes).0[..16]);
        Self { bytes: Arc::new(*bytes), parsed: Arc::new(parsed), kid: Kid(kid) }
    }

    /// The key's bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; PUBLIC_BYTES] {
        &self.bytes
    }

    /// The key's short name.
    #[must_use]
    pub const fn kid(&self) -> Kid {
        self.kid
    }

    pub(super) fn parsed(&self) -> &<XWing as Kem>::PublicKey {
        &self.parsed
    }
}

impl PartialEq for SealingPublic {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl Eq for SealingPublic {}

impl fmt::Debug for SealingPublic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealingPublic({})", self.kid)
    }
}

impl<C> Encode<C> for SealingPublic {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.bytes(self.bytes.as_slice())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for SealingPublic {
    fn decode(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Self, minicbor::decode::Error> {
        let bytes: [u8; PUBLIC_BYTES] = ByteArray::<PUBLIC_BYTES>::decode(d, ctx)?.into();
        Self::parse(&bytes).map_err(minicbor::decode::Error::custom)
    }
}

/// The private half of a sealing key; parsed once (parsing costs as much as using it), wiped when dropped.
pub struct SealingKey {
    seed: Secret<32>,
    parsed: <XWing as Kem>::PrivateKey,
    public: SealingPublic,
}

impl SealingKey {
    /// A fresh key.
    pub fn generate(entropy: &mut dyn Entropy) -> Self {
        Self::from_seed(Secret::random(entropy))
    }

    /// The key of a 32-byte seed. Any 32 bytes are one.
    #[must_use]
    pub fn from_seed(seed: Secret<32>) -> Self {
        // The library fails only for another length; the seed's type has this one.
        #[expect(clippy::expect_used, reason = "32 bytes by type")]
        let parsed = <XWing as Kem>::PrivateKey::from_bytes(seed.expose()).expect("32 bytes are a seed");
        let public = XWing::sk_to_pk(&parsed);
        let mut bytes = [0; PUBLIC_BYTES];
        bytes.copy_from_slice(&public.to_bytes());
        Self { seed, parsed, public: SealingPublic::new(&bytes, public) }
    }

    /// The public half.
    #[must_use]
    pub const fn public(&self) -> &SealingPublic {
        &self.public
    }

    /// The key's short name.
    #[must_use]
    pub const fn kid(&self) -> Kid {
        self.public.kid()
    }

    /// The seed, to be put under lock.
    #[must_use]
    pub const fn seed(&self) -> &Secret<32> {
        &self.seed
    }

    pub(super) const fn parsed(&self) -> &<XWing as Kem>::PrivateKey {
        &self.parsed
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealingKey({})", self.kid())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_key_is_named_after_its_bytes_and_comes_back_from_its_seed() {
        let key = SealingKey::from_seed(Secret::new(Box::new([7; 32])));
        let again = SealingKey::from_seed(key.seed().duplicate());
        assert_eq!(key.public(), again.public());
        assert_eq!(SealingPublic::parse(key.public().as_bytes()).map(|pk| pk.kid()), Ok(key.kid()));
    }

    #[test]
    fn other_lengths_and_second_encodings_are_refused() {
        let key = SealingKey::from_seed(Secret::new(Box::new([7; 32])));
        assert_eq!(SealingPublic::parse(&key.public().as_bytes()[1..]), Err(KeyFault));
        // The first two coefficients of ML-KEM's vector become 4,095, above q = 3,329.
        let mut bytes = *key.public().as_bytes();
        bytes[..3].fill(0xff);
        assert_eq!(SealingPublic::parse(&bytes), Err(KeyFault));
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), PUBLIC_BYTES)) {
            let _ = SealingPublic::parse(&bytes);
        }
    }
}
