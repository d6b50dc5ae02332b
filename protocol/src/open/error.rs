//! Why an envelope was not opened. The other side is told only that it was not; the code is for our own log.

use keys::KeyError;

use crate::{
    envelope::{OuterError, PaddingError},
    exchange::Refusal,
    packet::InnerError,
};

/// The first check that failed (`docs/protocol.md` 3.7). Holds no personal data and no secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Length or outer form.
    #[error(transparent)]
    Outer(#[from] OuterError),
    /// Sealed to a key that is not, or no longer, here.
    #[error("sealed to a key that this node does not hold, or no longer holds")]
    UnknownKey,
    /// Not sealed for us with this key, or changed on the way.
    #[error("it can't be opened: changed on the way, or sealed for another use of the key")]
    Sealing,
    /// Padding.
    #[error(transparent)]
    Padding(#[from] PaddingError),
    /// The packet inside is malformed.
    #[error(transparent)]
    Packet(#[from] InnerError),
    /// The key log used for the check is of another agency.
    #[error("it claims another sender than the one whose keys were given")]
    OtherSender,
    /// The sender's key is unknown, revoked, or its signature does not fit.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// Signed for another agency: forwarded by somebody.
    #[error("it is meant for another agency")]
    NotForMe,
    /// Signed for another network.
    #[error("it is meant for another network")]
    Network,
    /// Class in the header, kind of packet and kind of key do not fit together.
    #[error("sealed to the wrong kind of key for this packet")]
    Class,
    /// Sealed to a key that was made for another exchange or agency.
    #[error("sealed to a key that was made for another exchange")]
    KeyOfOtherExchange,
    /// From an incarnation that the sender's key log does not know.
    #[error("its incarnation is not in the sender's key log: the log may have grown; fetch it again")]
    Incarnation,
    /// Another version of the protocol.
    #[error("protocol version {0} is not supported by this version of the program")]
    Version(u64),
    /// Another suite than the one that it was sealed with.
    #[error("suite {0:#06x} is not supported by this version of the program")]
    Suite(u16),
    /// The body is not the one that was signed.
    #[error("its content is not the one that was signed")]
    Commitment,
    /// The exchange's id is not made of the agencies and the nonce.
    #[error("the id of the exchange does not belong to these agencies and this nonce")]
    ExchangeId,
    /// An offer whose content is malformed.
    #[error("the content of the offer is malformed")]
    Offer,
}

impl OpenError {
    /// Stable code for our log and metrics. Never sent.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Outer(OuterError::Length(_)) => "open/length",
            Self::Outer(OuterError::Magic) => "open/magic",
            Self::Outer(OuterError::Format(_)) => "open/format",
            Self::Outer(OuterError::Suite(_)) => "open/outer-suite",
            Self::UnknownKey => "open/unknown-key",
            Self::Sealing => "open/sealing",
            Self::Padding(PaddingError::Length) => "open/padding-length",
            Self::Padding(PaddingError::Size) => "open/padding-size",
            Self::Padding(PaddingError::NotZero) => "open/padding-not-zero",
            Self::Packet(InnerError::TooLong(_)) => "open/packet-too-long",
            Self::Packet(InnerError::Inner(_)) => "open/packet",
            Self::Packet(InnerError::HeaderTooLong(_)) => "open/header-too-long",
            Self::Packet(InnerError::BodyTooLong(_)) => "open/body-too-long",
            Self::Packet(InnerError::Header(_)) => "open/header",
            Self::Packet(InnerError::Version(..)) | Self::Version(_) => "open/version",
            Self::OtherSender => "open/other-sender",
            Self::Key(KeyError::Unknown(_)) => "open/unknown-signing-key",
            Self::Key(KeyError::Revoked { .. }) => "open/revoked-signing-key",
            Self::Key(KeyError::Signature(_)) => "open/signature",
            Self::NotForMe => "open/not-for-me",
            Self::Network => "open/network",
            Self::Class => "open/class",
            Self::KeyOfOtherExchange => "open/key-of-other-exchange",
            Self::Incarnation => "open/incarnation",
            Self::Suite(_) => "open/suite",
            Self::Commitment => "open/commitment",
            Self::ExchangeId => "open/exchange-id",
            Self::Offer => "open/offer",
        }
    }

    /// The refusal that a sealed acknowledgement carries. `None`: the one empty answer (HTTP 400) is given,
    /// because nothing proves who asks, or nothing may be said.
    #[must_use]
    pub const fn refusal(&self) -> Option<Refusal> {
        match self {
            Self::Version(_) => Some(Refusal::Version),
            Self::Suite(_) => Some(Refusal::Suite),
            Self::Offer => Some(Refusal::Body),
            Self::Outer(_)
            | Self::UnknownKey
            | Self::Sealing
            | Self::Padding(_)
            | Self::Packet(_)
            | Self::OtherSender
            | Self::Key(_)
            | Self::NotForMe
            | Self::Network
            | Self::Class
            | Self::KeyOfOtherExchange
            | Self::Incarnation
            | Self::Commitment
            | Self::ExchangeId => None,
        }
    }
}
