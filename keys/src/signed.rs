//! A payload together with the exact bytes that were signed, and the signatures over them.

use minicbor::{Decode, Encode};

use crate::{
    Digest, KeyId, Signature, SigningKey, VerifyingKey,
    cbor::{self, CborError},
    label::{self, Label},
    sign::BadSignature,
};

/// The longest encoding of a signed payload that is read.
pub const MAX_SIGNED_BYTES: usize = 32 * 1024;
/// How many signatures one payload may carry: two for a rotation, a quorum of guardians for a recovery.
pub const MAX_SIGNATURES: usize = 16;

/// A signature and the name of the key that made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Endorsement {
    /// The key that is said to have signed.
    #[n(0)]
    pub key: KeyId,
    /// The signature, over `PAE(label, payload)`.
    #[n(1)]
    pub signature: Signature,
}

/// What travels: the signed bytes, untouched, and the signatures beside them.
#[derive(Encode, Decode)]
#[cbor(map)]
struct Wire {
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    payload: Vec<u8>,
    #[n(1)]
    signatures: Vec<Endorsement>,
}

/// A payload of type `T`, its exact bytes, and signatures that nobody checked yet (`docs/protocol.md` 3.2).
///
/// Ids and chains hash the signed bytes, never the signature: who holds an Ed25519 key can make
/// several valid signatures over one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed<T> {
    value: T,
    bytes: Vec<u8>,
    signatures: Vec<Endorsement>,
}

impl<T> Signed<T>
where
    T: Encode<()> + for<'b> Decode<'b, ()>,
{
    /// Encodes `value` and signs it, once by each of `keys`.
    pub fn sign(value: T, label: Label, keys: &[&SigningKey]) -> Self {
        let bytes = cbor::encode(&value);
        let signatures =
            keys.iter().map(|key| Endorsement { key: key.public().id(), signature: key.sign(label, &bytes) }).collect();
        Self { value, bytes, signatures }
    }

    /// A payload that was encoded before, with signatures that were made elsewhere. Nothing is verified.
    ///
    /// # Errors
    /// [`CborError`] if it is no payload of type `T`.
    pub(crate) fn assemble(payload: &[u8], signatures: Vec<Endorsement>) -> Result<Self, CborError> {
        Ok(Self { value: cbor::decode(payload)?, bytes: payload.to_vec(), signatures })
    }

    /// Parses what travelled, strictly. Nothing is verified.
    ///
    /// # Errors
    /// [`CborError`] for anything but one payload of type `T` with 1 to [`MAX_SIGNATURES`] signatures.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CborError> {
        Self::from_bytes_within(bytes, MAX_SIGNED_BYTES)
    }

    /// As [`Signed::from_bytes`], for a kind of payload that may be longer: of at most `longest` bytes with its
    /// signatures.
    ///
    /// # Errors
    /// [`CborError`].
    pub fn from_bytes_within(bytes: &[u8], longest: usize) -> Result<Self, CborError> {
        if bytes.len() > longest {
            return Err(CborError::Unexpected(format!("longer than {longest} bytes")));
        }
        let Wire { payload, signatures } = cbor::decode(bytes)?;
        if signatures.is_empty() || signatures.len() > MAX_SIGNATURES {
            return Err(CborError::Unexpected(format!("{} signatures, not 1 to {MAX_SIGNATURES}", signatures.len())));
        }
        Ok(Self { value: cbor::decode(&payload)?, bytes: payload, signatures })
    }

    /// The form that travels.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        cbor::encode(&Wire { payload: self.bytes.clone(), signatures: self.signatures.clone() })
    }
}

impl<T> Signed<T> {
    /// What the payload says. Only a claim, until a signature was verified.
    #[must_use]
    pub const fn claimed(&self) -> &T {
        &self.value
    }

    /// The signed bytes.
    #[must_use]
    pub fn payload(&self) -> &[u8] {
        &self.bytes
    }

    /// The signatures, unchecked.
    #[must_use]
    pub fn signatures(&self) -> &[Endorsement] {
        &self.signatures
    }

    /// `SHA-256(PAE(label, signed bytes))`.
    #[must_use]
    pub fn hash(&self, label: Label) -> Digest {
        label::hash(label, &self.bytes)
    }

    /// The payload, if exactly these keys signed it, in this order.
    ///
    /// # Errors
    /// [`BadSignature`] if there are more or fewer signatures, by other keys, or one does not fit.
    pub fn verify(&self, label: Label, keys: &[VerifyingKey]) -> Result<&T, BadSignature> {
        if keys.is_empty() || keys.len() != self.signatures.len() {
            return Err(BadSignature);
        }
        for (key, endorsement) in keys.iter().zip(&self.signatures) {
            if endorsement.key != key.id() {
                return Err(BadSignature);
            }
            key.verify(label, &self.bytes, &endorsement.signature)?;
        }
        Ok(&self.value)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Secret;

    const LABEL: Label = Label::new("spean/test");

    fn key(byte: u8) -> SigningKey {
        SigningKey::from_seed(Secret::new(Box::new([byte; 32]))).expect("any seed is a key")
    }

    #[test]
    fn a_payload_counts_only_with_all_its_signatures_in_order() {
        let (a, b) = (key(1), key(2));
        let signed = Signed::<u64>::sign(7, LABEL, &[&a, &b]);
        let parsed = Signed::<u64>::from_bytes(&signed.to_bytes()).expect("parses");
        assert_eq!(parsed.verify(LABEL, &[a.public(), b.public()]), Ok(&7));
        assert!(parsed.verify(LABEL, &[b.public(), a.public()]).is_err());
        assert!(parsed.verify(LABEL, &[a.public()]).is_err());
        assert!(parsed.verify(LABEL, &[]).is_err());
    }

    #[test]
    fn the_number_of_signatures_and_the_length_are_bounded() {
        let key = key(1);
        let keys = vec![&key; MAX_SIGNATURES + 1];
        assert!(Signed::<u64>::from_bytes(&Signed::<u64>::sign(7, LABEL, &keys).to_bytes()).is_err());
        assert!(Signed::<u64>::from_bytes(&Signed::<u64>::sign(7, LABEL, &[]).to_bytes()).is_err());
        assert!(Signed::<u64>::from_bytes(&vec![0; MAX_SIGNED_BYTES + 1]).is_err());
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes: Vec<u8>) {
            let _ = Signed::<u64>::from_bytes(&bytes);
        }
    }
}
