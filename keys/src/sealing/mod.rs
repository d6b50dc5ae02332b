//! Sealing: HPKE (RFC 9180) in base mode to an X-Wing key, suite 0x0001 (`docs/protocol.md` 3.1, 3.5).
//!
//! Owns the choice of library, hidden behind [`seal`] and [`SealingKey::open`]. Knows nothing of what is
//! sealed. The sender is not authenticated here: a signature inside does that (auth mode panics with this KEM).

mod key;
#[cfg(test)]
mod known_answers;

pub use key::{KeyFault, Kid, SealingKey, SealingPublic};

use hpke::{
    Deserializable, OpModeR, OpModeS, Serializable, aead::ChaCha20Poly1305, kdf::HkdfSha256, kem::XWing,
    setup_receiver, setup_sender_with_rng,
};
use zeroize::Zeroizing;

use crate::{Entropy, Secret};

/// The only suite: X-Wing, HKDF-SHA256, ChaCha20-Poly1305.
pub const SUITE: u16 = 0x0001;
/// The KEM's number in HPKE: X-Wing (ML-KEM-768 + X25519).
pub const KEM_X_WING: u16 = 0x647a;
/// Length of a public key.
pub const PUBLIC_BYTES: usize = 1_216;
/// Length of an encapsulation.
pub const ENC_BYTES: usize = 1_120;
/// What sealing adds to the plaintext.
pub const TAG_BYTES: usize = 16;
/// What both ends export from the HPKE context, for the sealed acknowledgement.
pub const ACK_EXPORT: &[u8] = b"spean/ack/1";

/// What [`seal`] gives.
#[derive(Debug)]
pub struct Sealed {
    /// The encapsulation, for the recipient.
    pub enc: [u8; ENC_BYTES],
    /// The ciphertext, [`TAG_BYTES`] longer than the plaintext.
    pub ct: Vec<u8>,
    /// `export("spean/ack/1", 32)`; the recipient gets the same.
    pub exported: Secret<32>,
}

/// What [`SealingKey::open`] gives.
#[derive(Debug)]
pub struct Opened {
    /// The plaintext, wiped when dropped.
    pub plain: Zeroizing<Vec<u8>>,
    /// `export("spean/ack/1", 32)`; the sender has the same.
    pub exported: Secret<32>,
}

/// Sealing failed inside the library; with keys that parsed, it does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("sealing failed")]
pub struct SealError;

/// Not sealed to this key with this `info` and `aad`, or changed on the way: one answer for all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it can't be opened with this key")]
pub struct OpenError;

/// The library's random source, fed from ours, so that a transcript can be replayed by a test.
pub(crate) struct Rng<'a>(pub(crate) &'a mut dyn Entropy);

impl rand_core::TryRng for Rng<'_> {
    type Error = std::convert::Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
        let mut bytes = [0; 4];
        self.0.fill(&mut bytes);
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, destination: &mut [u8]) -> Result<(), Self::Error> {
        self.0.fill(destination);
        Ok(())
    }
}

impl rand_core::TryCryptoRng for Rng<'_> {}

/// Seals `plain` to `to`; `info` and `aad` are authenticated. A new encapsulation each time, drawn from
/// `entropy` (64 bytes): there is no nonce to repeat after a restored backup.
///
/// # Errors
/// [`SealError`], which a parsed key does not give.
pub fn seal(
    to: &SealingPublic,
    info: &[u8],
    aad: &[u8],
    plain: &[u8],
    entropy: &mut dyn Entropy,
) -> Result<Sealed, SealError> {
    let (encapsulated, mut context) = setup_sender_with_rng::<ChaCha20Poly1305, HkdfSha256, XWing>(
        &OpModeS::Base,
        to.parsed(),
        info,
        &mut Rng(entropy),
    )
    .map_err(|_| SealError)?;
    let ct = context.seal(plain, aad).map_err(|_| SealError)?;
    let mut exported = Box::new([0; 32]);
    context.export(ACK_EXPORT, exported.as_mut_slice()).map_err(|_| SealError)?;
    let mut enc = [0; ENC_BYTES];
    enc.copy_from_slice(&encapsulated.to_bytes());
    Ok(Sealed { enc, ct, exported: Secret::new(exported) })
}

impl SealingKey {
    /// Opens what was sealed to this key.
    ///
    /// # Errors
    /// [`OpenError`], the same whatever was wrong.
    pub fn open(&self, enc: &[u8], info: &[u8], aad: &[u8], ct: &[u8]) -> Result<Opened, OpenError> {
        let enc = <XWing as hpke::Kem>::EncappedKey::from_bytes(enc).map_err(|_| OpenError)?;
        let mut context =
            setup_receiver::<ChaCha20Poly1305, HkdfSha256, XWing>(&OpModeR::Base, self.parsed(), &enc, info)
                .map_err(|_| OpenError)?;
        let plain = Zeroizing::new(context.open(ct, aad).map_err(|_| OpenError)?);
        let mut exported = Box::new([0; 32]);
        context.export(ACK_EXPORT, exported.as_mut_slice()).map_err(|_| OpenError)?;
        Ok(Opened { plain, exported: Secret::new(exported) })
    }
}
