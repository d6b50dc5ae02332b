//! Bodies: what each kind of packet carries, with text keys, strictly parsed.

use jiff::civil::Date;
use keys::{Digest, cbor, cbor::CborError, label::Label};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{Embedded, PacketKind, Text};
use crate::{
    code::{DeclineReason, Outcome, ProgressStatus, ReturnReason, WithdrawReason},
    exchange::{Mark, Position},
    limits::{MAX_BODY, MAX_NOTE, MAX_PROGRESS_TEXT, MAX_REASON_TEXT},
};

/// Opens an exchange.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfferBody {
    /// 32 random bytes; the exchange's id is made of them.
    pub nonce: Embedded,
    /// The triage summary, exact bytes.
    pub triage: Embedded,
}

/// Ends the exchange by the origin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithdrawBody {
    /// Why.
    pub reason: WithdrawReason,
}

/// Takes the case on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AcceptBody {
    /// For the origin's people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Text<MAX_NOTE>>,
}

/// Does not take it on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclineBody {
    /// Why.
    pub reason: DeclineReason,
    /// More about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Text<MAX_REASON_TEXT>>,
}

/// Gives what the consent covers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReleaseBody {
    /// The origin's signed consent statement for this exchange, exact bytes.
    pub consent: Embedded,
    /// The released categories, exact bytes.
    pub release: Embedded,
}

/// Free text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoteBody {
    /// The text.
    pub text: Text<MAX_NOTE>,
}

/// How it goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProgressBody {
    /// What happened.
    pub status: ProgressStatus,
    /// On which day, or for which day it is expected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<Date>,
    /// More about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Text<MAX_PROGRESS_TEXT>>,
}

/// Ends after acceptance, by the recipient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReturnBody {
    /// Why.
    pub reason: ReturnReason,
    /// More about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Text<MAX_REASON_TEXT>>,
}

/// Done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompleteBody {
    /// With which outcome.
    pub outcome: Outcome,
    /// More about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Text<MAX_REASON_TEXT>>,
}

/// A fresh key after the seeds were lost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RekeyBody {
    /// The other side's last packet that was applied, as far as the sender still knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applied: Option<Applied>,
}

/// A [`Position`] in a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Applied {
    /// Incarnation of the packet's sender.
    pub incarnation: u64,
    /// Its number.
    pub seq: u64,
    /// Its hash.
    pub hash: Digest,
}

impl From<Position> for Applied {
    fn from(position: Position) -> Self {
        Self { incarnation: position.incarnation, seq: position.seq, hash: position.hash }
    }
}

/// The receipt of an erasure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErasedBody {
    /// The signed receipt, exact bytes.
    pub receipt: Embedded,
}

/// The content of a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is described at its body and at its kind")]
pub enum Body {
    Offer(OfferBody),
    Withdraw(WithdrawBody),
    Accept(AcceptBody),
    Decline(DeclineBody),
    Release(ReleaseBody),
    Note(NoteBody),
    Progress(ProgressBody),
    Return(ReturnBody),
    Complete(CompleteBody),
    Rekey(RekeyBody),
    Erased(ErasedBody),
}

/// Why bytes are not the body of this kind of packet. Never quotes the content.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// Too large.
    #[error("the content has {0} bytes, {MAX_BODY} at most are allowed")]
    TooLong(usize),
    /// Not what this kind carries.
    #[error("the content of `{}` is malformed", .0.code())]
    Malformed(PacketKind),
}

impl Body {
    /// The kind of packet that carries it.
    #[must_use]
    pub const fn kind(&self) -> PacketKind {
        match self {
            Self::Offer(_) => PacketKind::Offer,
            Self::Withdraw(_) => PacketKind::Withdraw,
            Self::Accept(_) => PacketKind::Accept,
            Self::Decline(_) => PacketKind::Decline,
            Self::Release(_) => PacketKind::Release,
            Self::Note(_) => PacketKind::Note,
            Self::Progress(_) => PacketKind::Progress,
            Self::Return(_) => PacketKind::Return,
            Self::Complete(_) => PacketKind::Complete,
            Self::Rekey(_) => PacketKind::Rekey,
            Self::Erased(_) => PacketKind::Erased,
        }
    }

    /// The exact bytes.
    ///
    /// # Errors
    /// [`BodyError::TooLong`] above [`MAX_BODY`].
    pub fn to_bytes(&self) -> Result<Vec<u8>, BodyError> {
        let encoded = match self {
            Self::Offer(body) => cbor::encode_body(body),
            Self::Withdraw(body) => cbor::encode_body(body),
            Self::Accept(body) => cbor::encode_body(body),
            Self::Decline(body) => cbor::encode_body(body),
            Self::Release(body) => cbor::encode_body(body),
            Self::Note(body) => cbor::encode_body(body),
            Self::Progress(body) => cbor::encode_body(body),
            Self::Return(body) => cbor::encode_body(body),
            Self::Complete(body) => cbor::encode_body(body),
            Self::Rekey(body) => cbor::encode_body(body),
            Self::Erased(body) => cbor::encode_body(body),
        };
        let bytes = encoded.map_err(|_| BodyError::Malformed(self.kind()))?;
        if bytes.len() > MAX_BODY { Err(BodyError::TooLong(bytes.len())) } else { Ok(bytes) }
    }

    /// Parses the body of a packet of this kind, strictly.
    ///
    /// # Errors
    /// [`BodyError`].
    pub fn from_bytes(kind: PacketKind, bytes: &[u8]) -> Result<Self, BodyError> {
        if bytes.len() > MAX_BODY {
            return Err(BodyError::TooLong(bytes.len()));
        }
        let parsed = match kind {
            PacketKind::Offer => parse(bytes, Self::Offer),
            PacketKind::Withdraw => parse(bytes, Self::Withdraw),
            PacketKind::Accept => parse(bytes, Self::Accept),
            PacketKind::Decline => parse(bytes, Self::Decline),
            PacketKind::Release => parse(bytes, Self::Release),
            PacketKind::Note => parse(bytes, Self::Note),
            PacketKind::Progress => parse(bytes, Self::Progress),
            PacketKind::Return => parse(bytes, Self::Return),
            PacketKind::Complete => parse(bytes, Self::Complete),
            PacketKind::Rekey => parse(bytes, Self::Rekey),
            PacketKind::Erased => parse(bytes, Self::Erased),
        };
        parsed.map_err(|_| BodyError::Malformed(kind))
    }

    /// What it means for the exchange beyond its kind.
    #[must_use]
    pub fn mark(&self) -> Mark {
        match self {
            Self::Withdraw(body) if body.reason == WithdrawReason::Lapsed => Mark::Lapsed,
            Self::Decline(body) if body.reason == DeclineReason::Lapsed => Mark::Lapsed,
            Self::Progress(body) if body.status == ProgressStatus::DidNotArrive => Mark::DidNotArrive,
            Self::Offer(_)
            | Self::Withdraw(_)
            | Self::Accept(_)
            | Self::Decline(_)
            | Self::Release(_)
            | Self::Note(_)
            | Self::Progress(_)
            | Self::Return(_)
            | Self::Complete(_)
            | Self::Rekey(_)
            | Self::Erased(_) => Mark::None,
        }
    }
}

fn parse<T: DeserializeOwned + Serialize>(bytes: &[u8], make: fn(T) -> Body) -> Result<Body, CborError> {
    cbor::decode_body(bytes).map(make)
}

/// The label under which the header commits to a body of this kind.
#[must_use]
pub const fn commit_label(kind: PacketKind) -> Label {
    match kind {
        PacketKind::Offer => Label::new("spean/body/offer"),
        PacketKind::Withdraw => Label::new("spean/body/withdraw"),
        PacketKind::Accept => Label::new("spean/body/accept"),
        PacketKind::Decline => Label::new("spean/body/decline"),
        PacketKind::Release => Label::new("spean/body/release"),
        PacketKind::Note => Label::new("spean/body/note"),
        PacketKind::Progress => Label::new("spean/body/progress"),
        PacketKind::Return => Label::new("spean/body/return"),
        PacketKind::Complete => Label::new("spean/body/complete"),
        PacketKind::Rekey => Label::new("spean/body/rekey"),
        PacketKind::Erased => Label::new("spean/body/erased"),
    }
}
