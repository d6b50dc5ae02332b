//! An envelope: a packet, padded and sealed to its recipient (`docs/protocol.md` 3.7).
//!
//! ```text
//! "SPN1" | u8 format = 1 | u16 suite | kid[16] | enc[1120] | ciphertext          what a relay sees
//! plaintext = pad(u32 n | Inner[n] | 0*)
//! info = PAE("spean/hpke/1", CBOR binding)    aad = all outer bytes before enc
//! ```
//! Owns the outer form, the padding and what sealing binds. Knows nothing of who signed what is inside.

mod armour;
mod binding;
mod coins;
mod outer;
mod padding;

pub use armour::{ArmourError, from_armour, to_armour};
pub use binding::{Binding, Introduced};
use coins::Coins;
pub use outer::{FORMAT, MAGIC, OVERHEAD, Outer, OuterError};
pub use padding::{PaddingError, pad, padded_length, unpad};

use keys::{
    Digest, Entropy, Secret,
    label::{self, Label},
    sealing::{self, SUITE, SealingPublic},
};

use crate::{limits::MAX_ENVELOPE, packet::Inner};

/// Names an envelope, so that the answer to it is found again.
const ENVELOPE: Label = Label::new("spean/envelope");

/// A sealed packet, ready to be sent.
#[derive(Debug)]
pub struct Envelope {
    /// What travels.
    pub bytes: Vec<u8>,
    /// The secret under which the acknowledgement comes back. Kept beside the outbox item.
    pub exported: Secret<32>,
    /// Names these bytes; see [`digest`].
    pub digest: Digest,
}

/// `SHA-256(PAE("spean/envelope", bytes))`: under this name the answer to an envelope is kept.
#[must_use]
pub fn digest(bytes: &[u8]) -> Digest {
    label::hash(ENVELOPE, bytes)
}

/// Why a packet was not sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Padded and sealed it would be larger than an envelope may be.
    #[error("the envelope would have {0} bytes, {MAX_ENVELOPE} at most are allowed")]
    TooLong(usize),
    /// The packet is of the other class than the key.
    #[error("the packet's class does not fit the kind of key it was to be sealed to")]
    Class,
    /// The library failed.
    #[error("sealing failed inside the library")]
    Library,
}

/// As [`seal`], with random bytes derived from `secret`: the same packet sealed again to the same key is the same
/// envelope. So the answer to it is found again also when the key that opened it is gone.
///
/// `secret` is random, of this packet alone, and ends with it.
///
/// # Errors
/// [`SealError`].
pub fn seal_repeatably(
    inner: &Inner,
    introduced: Option<Digest>,
    to: &SealingPublic,
    secret: &Secret<32>,
) -> Result<Envelope, SealError> {
    let binding = Binding::for_packet(inner.header(), introduced).ok_or(SealError::Class)?;
    // All that the sealing depends on: whatever differs draws other bytes.
    let context = [&binding.info(to.kid())[..], label::digest_of(inner.bytes()).as_bytes()].concat();
    seal(inner, introduced, to, &mut Coins::new(secret, context))
}

/// Seals the exact bytes of `inner` to `to`. Sealing the same packet again, to this or another key, gives
/// another envelope with the same packet. Draws 64 bytes from `entropy`.
///
/// # Errors
/// [`SealError`].
pub fn seal(
    inner: &Inner,
    introduced: Option<Digest>,
    to: &SealingPublic,
    entropy: &mut dyn Entropy,
) -> Result<Envelope, SealError> {
    let binding = Binding::for_packet(inner.header(), introduced).ok_or(SealError::Class)?;
    let plain = pad(inner.bytes()).map_err(|_| SealError::TooLong(inner.bytes().len()))?;
    let outer = Outer { suite: SUITE, kid: to.kid() };
    let aad = outer.to_bytes();
    let info = binding.info(to.kid());
    let sealed = sealing::seal(to, &info, &aad, &plain, entropy).map_err(|_| SealError::Library)?;
    let bytes = [aad.as_slice(), &sealed.enc, &sealed.ct].concat();
    if bytes.len() > MAX_ENVELOPE {
        return Err(SealError::TooLong(bytes.len()));
    }
    Ok(Envelope { digest: digest(&bytes), bytes, exported: sealed.exported })
}
