//! Why a verified packet was refused: codes that travel in the acknowledgement.

use serde::{Deserialize, Serialize};

/// Why a packet that its sender signed has no effect (`docs/protocol.md`, code tables). The code is stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum Refusal {
    /// Not in the state that the sender was in.
    #[error("not possible in the state that the exchange was in")]
    NotNow,
    /// Sealed to the wrong kind of key.
    #[error("sealed to the wrong kind of key for this packet")]
    Class,
    /// A kind that must bring an exchange key brings none.
    #[error("brings no exchange key")]
    NoKey,
    /// The exchange has too many packets.
    #[error("the exchange has too many packets: end it and begin a new one")]
    TooLong,
    /// The exchange stands still because of a fork.
    #[error("the exchange stands still, because its chain forked: a person must look at it")]
    Stopped,
    /// Another packet of the sender has this number: its keys are used in two places.
    #[error("another packet of the sender has this number: its node runs twice, or its keys are stolen")]
    Forked,
    /// The body is not what this kind of packet carries.
    #[error("its content is malformed")]
    Body,
    /// The release holds what its consent statement does not cover.
    #[error("it holds what its consent statement does not cover")]
    NotCovered,
    /// A packet type of a later version.
    #[error("packets of this type are not supported by this version")]
    Type,
    /// A transfer.
    #[error("transfers are not supported by this version")]
    Transfer,
    /// Onward sharing.
    #[error("onward sharing is not supported by this version")]
    Onward,
    /// Content from a third agency.
    #[error("provenance of a third agency is not supported by this version")]
    Provenance,
    /// Attachments.
    #[error("attachments are not supported by this version")]
    Attachments,
    /// A critical extension.
    #[error("a critical extension is not supported by this version")]
    Critical,
    /// A purpose that is not on the list.
    #[error("its purpose is not on this version's list")]
    Purpose,
    /// Does not follow the packet before it.
    #[error("does not follow the packet before it")]
    Chain,
    /// Claims to have seen what was not sent, or less than before.
    #[error("claims to have seen what was not sent")]
    Seen,
    /// Made before the sender's node was restored.
    #[error("made before the sender's node was restored from a backup")]
    OldIncarnation,
    /// The sender was restored and lost packets.
    #[error("the sender's node lost packets of this exchange when it was restored")]
    Behind,
    /// The exchange is unknown here.
    #[error("the exchange is unknown here")]
    UnknownExchange,
    /// The version of the protocol.
    #[error("this version of the protocol is not supported")]
    Version,
    /// The suite of algorithms.
    #[error("this suite of algorithms is not supported")]
    Suite,
    /// The sender is suspended here; only withdrawals and receipts pass.
    #[error("the sender is suspended here")]
    Suspended,
    /// More than this node takes from one peer.
    #[error("more than this node takes from one peer")]
    Quota,
}

impl Refusal {
    /// Every code.
    pub const ALL: [Self; 24] = [
        Self::NotNow,
        Self::Class,
        Self::NoKey,
        Self::TooLong,
        Self::Stopped,
        Self::Forked,
        Self::Body,
        Self::NotCovered,
        Self::Type,
        Self::Transfer,
        Self::Onward,
        Self::Provenance,
        Self::Attachments,
        Self::Critical,
        Self::Purpose,
        Self::Chain,
        Self::Seen,
        Self::OldIncarnation,
        Self::Behind,
        Self::UnknownExchange,
        Self::Version,
        Self::Suite,
        Self::Suspended,
        Self::Quota,
    ];

    /// The code that travels and is stored; never changed, only added to.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotNow => "not-now",
            Self::Class => "class",
            Self::NoKey => "no-key",
            Self::TooLong => "too-long",
            Self::Stopped => "stopped",
            Self::Forked => "forked",
            Self::Body => "body",
            Self::NotCovered => "not-covered",
            Self::Type => "type",
            Self::Transfer => "transfer",
            Self::Onward => "onward",
            Self::Provenance => "provenance",
            Self::Attachments => "attachments",
            Self::Critical => "critical",
            Self::Purpose => "purpose",
            Self::Chain => "chain",
            Self::Seen => "seen",
            Self::OldIncarnation => "old-incarnation",
            Self::Behind => "behind",
            Self::UnknownExchange => "unknown-exchange",
            Self::Version => "version",
            Self::Suite => "suite",
            Self::Suspended => "suspended",
            Self::Quota => "quota",
        }
    }

    /// The refusal with this code, if this version knows it.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|refusal| refusal.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_its_own_and_is_read_back() {
        for refusal in Refusal::ALL {
            assert_eq!(Refusal::from_code(refusal.code()), Some(refusal));
        }
        assert_eq!(Refusal::from_code("of-a-later-version"), None);
    }
}
