//! Sealing an acknowledgement with the exported secret, and opening it.

use keys::{
    AgencyId, Entropy, KeyError, NetworkId, Secret, Signed, SigningKey, VerifiedAgency,
    cbor::CborError,
    label::{self, Label},
    random_bytes,
};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use zeroize::Zeroizing;

use super::{ACK, Ack};
use crate::{
    exchange::ExchangeId,
    limits::{MAX_ACK_ITEMS, PADDED_ACK},
};

/// Key of a sealed acknowledgement.
const ACK_KEY: Label = Label::new("spean/ack/key");
const MAGIC: &[u8; 4] = b"SPA1";
const HELD: u8 = 0;
const SEALED: u8 = 1;
const SALT: usize = 32;
const TAG: usize = 16;

/// Length of a sealed acknowledgement, in bytes; all are alike.
pub const SEALED_ACK_BYTES: usize = 5 + SALT + PADDED_ACK + TAG;

/// A sealed acknowledgement, as it travels and as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedAck(pub Vec<u8>);

/// What came as an answer to an envelope.
#[derive(Debug)]
pub enum AckReply {
    /// From a locked node, unsigned: try again later. It ends nothing.
    Held,
    /// Opened; who signed it is not checked.
    Answered(UnverifiedAck),
}

/// Why an answer does not count. The outbox item stays.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AckError {
    /// Not an acknowledgement.
    #[error("the answer is not an acknowledgement")]
    Form,
    /// Not sealed with this envelope's secret.
    #[error("the answer does not belong to this envelope, or was changed on the way")]
    Sealing,
    /// The content is malformed.
    #[error("the answer is malformed: {0}")]
    Content(CborError),
    /// Does not fit the padded length.
    #[error("the acknowledgement has {0} bytes, {most} at most fit", most = PADDED_ACK - 2)]
    TooLong(usize),
    /// Signed by another agency than the one asked, or for another one, exchange or network.
    #[error("the answer is for another agency or exchange")]
    Other,
    /// The signature does not count.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The library failed.
    #[error("sealing failed inside the library")]
    Library,
}

/// The answer of a locked node.
#[must_use]
pub fn held_reply() -> Vec<u8> {
    [MAGIC.as_slice(), &[HELD]].concat()
}

fn cipher(exported: &Secret<32>, salt: &[u8]) -> Result<LessSafeKey, AckError> {
    let key = label::derive(exported.expose(), salt, ACK_KEY, &[]);
    UnboundKey::new(&CHACHA20_POLY1305, key.expose()).map(LessSafeKey::new).map_err(|_| AckError::Library)
}

/// The nonce may be constant: each salt gives a key of its own.
fn nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; 12])
}

/// Signs and seals `ack` with the secret that the envelope's encryption exported. Draws 32 bytes from `entropy`.
///
/// # Errors
/// [`AckError::TooLong`] if it holds more than fits.
pub fn seal(
    ack: Ack,
    key: &SigningKey,
    exported: &Secret<32>,
    entropy: &mut dyn Entropy,
) -> Result<SealedAck, AckError> {
    let signed = Signed::sign(ack, ACK, &[key]).to_bytes();
    let length = u16::try_from(signed.len()).map_err(|_| AckError::TooLong(signed.len()))?;
    if signed.len() + 2 > PADDED_ACK {
        return Err(AckError::TooLong(signed.len()));
    }
    let mut plain = Zeroizing::new(Vec::with_capacity(PADDED_ACK + TAG));
    plain.extend_from_slice(&length.to_be_bytes());
    plain.extend_from_slice(&signed);
    plain.resize(PADDED_ACK, 0);
    let salt: [u8; SALT] = random_bytes(entropy);
    let head = [MAGIC.as_slice(), &[SEALED]].concat();
    cipher(exported, &salt)?
        .seal_in_place_append_tag(nonce(), Aad::from(&head), &mut *plain)
        .map_err(|_| AckError::Library)?;
    Ok(SealedAck([head.as_slice(), &salt, &plain].concat()))
}

/// Opens what came as an answer to the envelope with this secret.
///
/// # Errors
/// [`AckError`]; the envelope then counts as unanswered.
pub fn open(bytes: &[u8], exported: &Secret<32>) -> Result<AckReply, AckError> {
    if bytes == held_reply() {
        return Ok(AckReply::Held);
    }
    let (head, rest) = bytes.split_at_checked(MAGIC.len() + 1).ok_or(AckError::Form)?;
    if bytes.len() != SEALED_ACK_BYTES || head != [MAGIC.as_slice(), &[SEALED]].concat() {
        return Err(AckError::Form);
    }
    let (salt, ct) = rest.split_at_checked(SALT).ok_or(AckError::Form)?;
    let mut buffer = Zeroizing::new(ct.to_vec());
    let plain =
        cipher(exported, salt)?.open_in_place(nonce(), Aad::from(head), &mut buffer).map_err(|_| AckError::Sealing)?;
    let (length, rest) = plain.split_first_chunk::<2>().ok_or(AckError::Form)?;
    let (signed, padding) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length))).ok_or(AckError::Form)?;
    if padding.iter().any(|byte| *byte != 0) {
        return Err(AckError::Form);
    }
    let signed = Signed::from_bytes(signed).map_err(AckError::Content)?;
    Ok(AckReply::Answered(UnverifiedAck(Box::new(signed))))
}

/// An acknowledgement whose signature was not checked. Its content has no accessor.
#[derive(Debug)]
pub struct UnverifiedAck(Box<Signed<Ack>>);

impl UnverifiedAck {
    /// Checks that `peer` signed it, for this agency, exchange and network.
    ///
    /// # Errors
    /// [`AckError::Other`], [`AckError::Key`].
    pub fn verify(
        self,
        peer: &VerifiedAgency,
        me: AgencyId,
        network: NetworkId,
        exchange: ExchangeId,
    ) -> Result<Ack, AckError> {
        let ack = self.0.claimed();
        let addressed = ack.peer == me && ack.exchange == exchange && ack.items.len() <= MAX_ACK_ITEMS;
        if !addressed || ack.common.check(network, peer.id()).is_err() {
            return Err(AckError::Other);
        }
        let [endorsement] = self.0.signatures() else { return Err(AckError::Other) };
        if endorsement.key != ack.common.key {
            return Err(AckError::Other);
        }
        peer.verify_by_op_key(endorsement.key, ACK, self.0.payload(), &endorsement.signature)?;
        Ok(ack.clone())
    }
}
