//! The receipt of an erasure: a promise with a name on it, not a proof (`docs/protocol.md` 3.9).

use keys::{
    AgencyId, Common, Digest, KeyError, NetworkId, Signed, SigningKey, Timestamp, VerifiedAgency, cbor::CborError,
    label::Label,
};
use minicbor::{Decode, Encode, bytes::ByteVec};

use crate::{exchange::ExchangeId, limits::MAX_RECEIPT_PACKETS};

/// Signature of a receipt.
pub const RECEIPT: Label = Label::new("spean/receipt");

/// How the keys of what was shared were destroyed.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Method {
    /// `key-destroyed` (overwritten in place) or `best-effort` (the file system may keep old blocks).
    #[n(0)]
    pub code: String,
    /// The erasure key's epoch before.
    #[n(1)]
    pub from_epoch: u32,
    /// The erasure key's epoch since.
    #[n(2)]
    pub to_epoch: u32,
}

/// The code of a [`Method`] that overwrote the erasure key in place.
pub const KEY_DESTROYED: &str = "key-destroyed";
/// The code of a [`Method`] on a file system that may keep old blocks.
pub const BEST_EFFORT: &str = "best-effort";

/// What the erasing agency could not erase.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Residual {
    /// Until when a backup may still hold the data.
    #[n(0)]
    pub backups_until: Option<Timestamp>,
    /// The law that obliges it to keep something, and what; absent for none.
    #[n(1)]
    pub legal_hold: Option<LegalHold>,
}

/// A duty to keep something.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct LegalHold {
    /// The law.
    #[n(0)]
    pub citation: String,
    /// Commitments of what is kept.
    #[n(1)]
    pub items: Vec<Digest>,
}

/// What was erased, when, how, and what could not be: the signed payload `spean/receipt`.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Receipt {
    /// Version, network, who erased, key, incarnation, time.
    #[n(0)]
    pub common: Common,
    /// For whom.
    #[n(1)]
    pub peer: AgencyId,
    /// In which exchange.
    #[n(2)]
    pub exchange: ExchangeId,
    /// Hashes of the packets whose content is gone.
    #[n(3)]
    pub packets: Vec<Digest>,
    /// Commitments of single items, for a withdrawal of less than all; none in this version.
    #[n(4)]
    pub items: Vec<Digest>,
    /// When.
    #[n(5)]
    pub erased_at: Timestamp,
    /// How.
    #[n(6)]
    pub method: Method,
    /// What remains.
    #[n(7)]
    pub residual: Residual,
    /// Signed receipts of those to whom it was passed on; none in this version.
    #[n(8)]
    pub downstream: Vec<ByteVec>,
    /// The newest checkpoint of the erasing agency's audit log, if it makes them.
    #[n(9)]
    pub audit_checkpoint: Option<ByteVec>,
}

/// Why a receipt does not count.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// Malformed.
    #[error("the receipt is malformed: {0}")]
    Content(CborError),
    /// Too many hashes.
    #[error("the receipt names more than {MAX_RECEIPT_PACKETS} packets")]
    TooMany,
    /// An unknown method.
    #[error("the receipt names a method of erasure that this version does not know")]
    Method,
    /// By, for or about somebody else.
    #[error("the receipt is for another agency, exchange or network")]
    Other,
    /// The signature does not count.
    #[error(transparent)]
    Key(#[from] KeyError),
}

impl Receipt {
    /// Signs it. The bytes stand in the body of `Erased` and in the custody ledger.
    #[must_use]
    pub fn sign(self, key: &SigningKey) -> Vec<u8> {
        Signed::sign(self, RECEIPT, &[key]).to_bytes()
    }

    /// Parses and checks a receipt that `peer` gave to `me` for `exchange`.
    ///
    /// # Errors
    /// [`ReceiptError`].
    pub fn verify(
        bytes: &[u8],
        peer: &VerifiedAgency,
        me: AgencyId,
        network: NetworkId,
        exchange: ExchangeId,
    ) -> Result<Self, ReceiptError> {
        let signed: Signed<Self> = Signed::from_bytes(bytes).map_err(ReceiptError::Content)?;
        let receipt = signed.claimed();
        if receipt.common.check(network, peer.id()).is_err() || receipt.peer != me || receipt.exchange != exchange {
            return Err(ReceiptError::Other);
        }
        let [endorsement] = signed.signatures() else { return Err(ReceiptError::Other) };
        if endorsement.key != receipt.common.key {
            return Err(ReceiptError::Other);
        }
        peer.verify_by_op_key(endorsement.key, RECEIPT, signed.payload(), &endorsement.signature)?;
        if receipt.packets.len() > MAX_RECEIPT_PACKETS {
            return Err(ReceiptError::TooMany);
        }
        match receipt.method.code.as_str() {
            KEY_DESTROYED | BEST_EFFORT => Ok(receipt.clone()),
            _ => Err(ReceiptError::Method),
        }
    }
}
