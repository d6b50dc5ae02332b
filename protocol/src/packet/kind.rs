//! What a packet does, and to which kind of key it is sealed.

use serde::{Deserialize, Serialize};

/// The kinds of packet (`docs/protocol.md` 3.7); the number stands in the header as `type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PacketKind {
    /// Origin: triage that identifies nobody.
    Offer,
    /// Origin: ends the exchange, from every state.
    Withdraw,
    /// Recipient: takes the case on.
    Accept,
    /// Recipient: does not take it on.
    Decline,
    /// Origin: the consented categories.
    Release,
    /// Either: free text.
    Note,
    /// Recipient: how it goes.
    Progress,
    /// Recipient: ends after it accepted.
    Return,
    /// Recipient: done, with an outcome.
    Complete,
    /// Either: a fresh exchange key after the seeds were lost.
    Rekey,
    /// Recipient: the signed receipt of an erasure.
    Erased,
}

impl PacketKind {
    /// Every kind, in the order of its number.
    pub const ALL: [Self; 11] = [
        Self::Offer,
        Self::Withdraw,
        Self::Accept,
        Self::Decline,
        Self::Release,
        Self::Note,
        Self::Progress,
        Self::Return,
        Self::Complete,
        Self::Rekey,
        Self::Erased,
    ];

    /// The number in the header.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Offer => 1,
            Self::Withdraw => 2,
            Self::Accept => 3,
            Self::Decline => 4,
            Self::Release => 5,
            Self::Note => 6,
            Self::Progress => 7,
            Self::Return => 8,
            Self::Complete => 9,
            Self::Rekey => 10,
            Self::Erased => 11,
        }
    }

    /// The kind with this number, if this version knows it.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.number() == number)
    }

    /// Stable name, for screens, the audit log and metrics.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Offer => "offer",
            Self::Withdraw => "withdraw",
            Self::Accept => "accept",
            Self::Decline => "decline",
            Self::Release => "release",
            Self::Note => "note",
            Self::Progress => "progress",
            Self::Return => "return",
            Self::Complete => "complete",
            Self::Rekey => "rekey",
            Self::Erased => "erased",
        }
    }

    /// Whether packets of this kind may ever be sealed to a sealing key (class 0); all may not but four.
    ///
    /// Which of the two a `Withdraw` takes depends on its sender's state (`docs/protocol.md` 3.6).
    #[must_use]
    pub const fn may_be(self, class: Class) -> bool {
        match (self, class) {
            (Self::Offer | Self::Rekey | Self::Withdraw, Class::Sealing)
            | (
                Self::Withdraw
                | Self::Accept
                | Self::Decline
                | Self::Release
                | Self::Note
                | Self::Progress
                | Self::Return
                | Self::Complete
                | Self::Erased,
                Class::Exchange,
            ) => true,
            (Self::Offer | Self::Rekey, Class::Exchange)
            | (
                Self::Accept
                | Self::Decline
                | Self::Release
                | Self::Note
                | Self::Progress
                | Self::Return
                | Self::Complete
                | Self::Erased,
                Class::Sealing,
            ) => false,
        }
    }
}

/// To which kind of key a packet is sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Class 0: the recipient's published sealing key.
    Sealing,
    /// Class 1: a key that the recipient made for this exchange.
    Exchange,
}

impl Class {
    /// The number in the header.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Sealing => 0,
            Self::Exchange => 1,
        }
    }

    /// The class with this number.
    #[must_use]
    pub const fn from_number(number: u8) -> Option<Self> {
        match number {
            0 => Some(Self::Sealing),
            1 => Some(Self::Exchange),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_number_of_its_own_and_a_class() {
        for kind in PacketKind::ALL {
            assert_eq!(PacketKind::from_number(kind.number()), Some(kind));
            assert!(kind.may_be(Class::Sealing) || kind.may_be(Class::Exchange));
        }
        assert_eq!(PacketKind::from_number(0), None);
        assert_eq!(PacketKind::from_number(12), None);
    }
}
