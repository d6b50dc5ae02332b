//! What a peer tells a node that was restored from a backup: the signed headers of all that both sent to each other, so
//! that the node goes on from there and uses no number twice (`docs/protocol.md` 3.13).

use keys::{
    AgencyId, Common, Digest, NetworkId, Signature, Signed, SigningKey, VerifiedAgency,
    cbor::{self, CborError},
    label::{self, Label},
};
pub use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};

use crate::{
    exchange::{ExchangeId, Past, Refusal},
    packet::{Header, PACKET},
};

/// Signature of an answer.
pub const HEADS: Label = Label::new("spean/heads");
/// The longest answer that is read, in bytes.
pub const MAX_HEADS: usize = 12 << 20;
/// An answer takes no further exchange once it has so many headers, or bytes of them. With the last exchange, whose sides
/// may have sent 1,000 packets each, it stays below the items of one value ([`cbor::MAX_ITEMS`]).
pub const FULL_HEADERS: usize = 150;
/// See [`FULL_HEADERS`].
pub const FULL_BYTES: usize = 2 << 20;
const SIGNATURE: usize = 64;

/// One exchange, as its peer remembers it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct HeadsOf {
    /// The exchange.
    #[n(0)]
    pub exchange: ExchangeId,
    /// Whether who asks made the offer.
    #[n(1)]
    pub yours: bool,
    /// The packets of who asks, from the first.
    #[n(2)]
    pub asked: Vec<ByteVec>,
    /// The packets of who answers that were acknowledged, from the first. What was not comes by itself.
    #[n(3)]
    pub own: Vec<ByteVec>,
}

/// The signed answer to who asks what both sent to each other: the payload `spean/heads`.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Heads {
    /// Version, network, who answers, key, incarnation, time.
    #[n(0)]
    pub common: Common,
    /// Who asked.
    #[n(1)]
    pub peer: AgencyId,
    /// What the question drew at random.
    #[n(2)]
    pub nonce: Digest,
    /// The last exchange of the answer before, as asked.
    #[n(3)]
    pub after: Option<ExchangeId>,
    /// The public record of who asked, as it is known here; in the first answer.
    #[n(4)]
    pub record: Option<ByteVec>,
    /// Exchanges, ascending.
    #[n(5)]
    pub exchanges: Vec<HeadsOf>,
    /// Whether there are more.
    #[n(6)]
    pub more: bool,
}

/// Why an answer does not count.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeadsError {
    /// Malformed or too long.
    #[error("the answer is malformed: {0}")]
    Content(CborError),
    /// Too long.
    #[error("the answer has {0} bytes")]
    TooLong(usize),
    /// Another's, for another, or for another question.
    #[error("the answer is another agency's, or to another question")]
    Other,
    /// The signature does not count.
    #[error("its signature does not count")]
    Key,
}

impl HeadsError {
    /// For the log.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Content(_) => "malformed",
            Self::TooLong(_) => "too-long",
            Self::Other => "other",
            Self::Key => "key",
        }
    }
}

impl Heads {
    /// Signs it, in the form that travels.
    #[must_use]
    pub fn sign(self, key: &SigningKey) -> Vec<u8> {
        Signed::sign(self, HEADS, &[key]).to_bytes()
    }

    /// Reads what `peer` answered to `me`, who asked with this nonce for what follows `after`.
    ///
    /// # Errors
    /// [`HeadsError`].
    pub fn verify(
        bytes: &[u8],
        peer: &VerifiedAgency,
        (me, network): (AgencyId, NetworkId),
        nonce: Digest,
        after: Option<ExchangeId>,
    ) -> Result<Self, HeadsError> {
        if bytes.len() > MAX_HEADS {
            return Err(HeadsError::TooLong(bytes.len()));
        }
        let signed: Signed<Self> = Signed::from_bytes_within(bytes, MAX_HEADS).map_err(HeadsError::Content)?;
        let heads = signed.claimed();
        let ours = heads.peer == me && heads.nonce == nonce && heads.after == after;
        let ascending = heads.exchanges.iter().map(|one| Some(one.exchange)).is_sorted_by(|a, b| a < b);
        let further = heads.exchanges.first().is_none_or(|first| Some(first.exchange) > after);
        if heads.common.check(network, peer.id()).is_err() || !ours || !ascending || !further {
            return Err(HeadsError::Other);
        }
        let [endorsement] = signed.signatures() else { return Err(HeadsError::Other) };
        if endorsement.key != heads.common.key {
            return Err(HeadsError::Other);
        }
        let by = peer.verify_by_op_key(endorsement.key, HEADS, signed.payload(), &endorsement.signature);
        by.map_err(|_| HeadsError::Key)?;
        Ok(heads.clone())
    }
}

/// A packet's header as a node keeps it: signature, why it had no effect, header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptHeader {
    /// The exact bytes that were signed.
    pub header: Vec<u8>,
    /// The signature.
    pub signature: Signature,
    /// Why it had no effect, if it had none.
    pub refused: Option<Refusal>,
}

impl KeptHeader {
    /// `signature[64] || u8 length || code || header`.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let code = self.refused.map_or("", Refusal::code);
        let length = u8::try_from(code.len()).unwrap_or_default();
        [&self.signature.0[..], &[length], code.as_bytes(), &self.header].concat()
    }

    /// Reads it.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (signature, rest) = bytes.split_first_chunk::<SIGNATURE>()?;
        let (length, rest) = rest.split_first()?;
        let (code, header) = rest.split_at_checked(usize::from(*length))?;
        let refused = match std::str::from_utf8(code).ok()? {
            "" => None,
            code => Some(Refusal::from_code(code)?),
        };
        Some(Self { header: header.to_vec(), signature: Signature(*signature), refused })
    }

    /// The packet that it proves: that `sender` signed it, for `recipient`, in this exchange. By a key that was revoked
    /// since, too: what is told here was acknowledged before.
    #[must_use]
    pub fn past(&self, sender: &VerifiedAgency, recipient: AgencyId, exchange: ExchangeId) -> Option<Past> {
        let header: Header = cbor::decode(&self.header).ok()?;
        let common = &header.common;
        common.check(sender.network(), sender.id()).ok()?;
        let op = sender.keys().op_key(common.key)?;
        op.key.verify(PACKET, &self.header, &self.signature).ok()?;
        let ours = header.recipient == recipient && header.exchange == exchange;
        ours.then(|| Past::of(&header, label::hash(PACKET, &self.header), self.refused))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_kept_header_comes_back() {
        for refused in [None, Some(Refusal::NotNow)] {
            let kept = KeptHeader { header: vec![1, 2, 3], signature: Signature([7; SIGNATURE]), refused };
            assert_eq!(KeptHeader::from_bytes(&kept.to_bytes()), Some(kept));
        }
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes: Vec<u8>) {
            let _ = KeptHeader::from_bytes(&bytes);
        }
    }
}
