//! The acknowledgement: what became of a packet at the other node, after its commit (`docs/protocol.md` 3.8).
//!
//! ```text
//! "SPA1" | u8 0                                  held: a locked node, unsigned; it ends nothing
//! "SPA1" | u8 1 | salt[32] | ciphertext          ChaCha20-Poly1305, nonce 0, aad = the first five bytes
//! key       = HKDF(ikm = exported, salt, PAE("spean/ack/key", ""))
//! plaintext = u16 n | Signed[n] | 0*, always 512 bytes
//! ```
//! The secret is exported by both ends from the envelope's encryption, so an answer fits one envelope only.
//! Its bytes are kept and repeated. Acknowledgements are not acknowledged.

mod seal;

pub use seal::{AckError, AckReply, SEALED_ACK_BYTES, SealedAck, UnverifiedAck, held_reply, open, seal};

use keys::{AgencyId, Common, Head, label::Label};
use minicbor::{Decode, Decoder, Encode, Encoder};

use crate::exchange::{Answer, ExchangeId, Position, Refusal, Verdict};

/// Signature of an acknowledgement.
pub const ACK: Label = Label::new("spean/ack");

/// What became of one packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AckResult {
    /// It counts.
    Applied,
    /// It counted before.
    Duplicate,
    /// It waits for a packet before it; send it again.
    Held,
    /// It has no effect. `None`: by a code that this version does not know.
    Refused(Option<Refusal>),
}

impl AckResult {
    /// What a verdict of the exchange is answered with.
    #[must_use]
    pub const fn of(verdict: &Verdict) -> Self {
        match verdict {
            Verdict::Duplicate { refused: Some(code) } | Verdict::Refused { code, .. } | Verdict::Rejected { code } => {
                Self::Refused(Some(*code))
            }
            Verdict::Duplicate { refused: None } => Self::Duplicate,
            Verdict::Held { .. } => Self::Held,
            Verdict::Equivocation(_) => Self::Refused(Some(Refusal::Forked)),
            Verdict::Applied { .. } => Self::Applied,
        }
    }

    /// What it means for the packet's sender; `None` for `held`, which ends nothing.
    #[must_use]
    pub const fn answer(self) -> Option<Answer> {
        match self {
            Self::Applied | Self::Duplicate => Some(Answer::Taken),
            Self::Refused(why) => Some(Answer::Refused(why)),
            Self::Held => None,
        }
    }
}

/// A packet, and what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct AckItem {
    /// Its place and hash.
    #[n(0)]
    pub packet: Position,
    /// What became of it.
    #[n(1)]
    pub result: AckResult,
}

/// What one node tells the other about a packet it received; the signed payload `spean/ack`.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Ack {
    /// Version, network, who answers, key, incarnation, time.
    #[n(0)]
    pub common: Common,
    /// Whom it answers.
    #[n(1)]
    pub peer: AgencyId,
    /// In which exchange.
    #[n(2)]
    pub exchange: ExchangeId,
    /// The packets; one in this version.
    #[n(3)]
    pub items: Vec<AckItem>,
    /// End of the answering agency's key log.
    #[n(4)]
    pub log_head: Head,
    /// The last packet that the answering agency sent in this exchange: the other side knows by it when nothing
    /// more is under way, and destroys its keys.
    #[n(5)]
    pub last: Option<Position>,
}

/// Results on the wire: a number, or a text with the refusal's code.
impl<C> Encode<C> for AckResult {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        match self {
            Self::Applied => e.u8(0)?,
            Self::Duplicate => e.u8(1)?,
            Self::Held => e.u8(2)?,
            Self::Refused(why) => e.str(why.map_or("other", Refusal::code))?,
        };
        Ok(())
    }
}

impl<'b, C> Decode<'b, C> for AckResult {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        if d.datatype()? == minicbor::data::Type::String {
            let code = d.str()?;
            return match Refusal::from_code(code) {
                Some(refusal) => Ok(Self::Refused(Some(refusal))),
                None if code == "other" => Ok(Self::Refused(None)),
                None => Err(minicbor::decode::Error::message("unknown refusal")),
            };
        }
        match d.u8()? {
            0 => Ok(Self::Applied),
            1 => Ok(Self::Duplicate),
            2 => Ok(Self::Held),
            _ => Err(minicbor::decode::Error::message("unknown result")),
        }
    }
}
