//! Where an exchange stands, as a join of what was legally sent: the order of arrival does not matter.

use serde::{Deserialize, Serialize};

use crate::packet::{Class, PacketKind};

/// Which side of the exchange this node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// It made the offer.
    Origin,
    /// The offer was made to it.
    Recipient,
}

impl Role {
    /// The other side.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Origin => Self::Recipient,
            Self::Recipient => Self::Origin,
        }
    }
}

/// The ends, in their order: the highest that either side sent is the end (`docs/protocol.md` 3.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// The recipient did what was asked; it keeps what it received.
    Completed,
    /// The recipient did not take the case on.
    Declined,
    /// The recipient ended after it had accepted.
    Returned,
    /// The origin ended.
    Withdrawn,
}

impl End {
    /// Whether what was shared must be erased, and a receipt sent.
    #[must_use]
    pub const fn erases(self) -> bool {
        match self {
            Self::Completed => false,
            Self::Declined | Self::Returned | Self::Withdrawn => true,
        }
    }

    /// The end that a packet of this kind brings.
    #[must_use]
    pub const fn of(kind: PacketKind) -> Option<Self> {
        match kind {
            PacketKind::Complete => Some(Self::Completed),
            PacketKind::Decline => Some(Self::Declined),
            PacketKind::Return => Some(Self::Returned),
            PacketKind::Withdraw => Some(Self::Withdrawn),
            PacketKind::Offer
            | PacketKind::Accept
            | PacketKind::Release
            | PacketKind::Note
            | PacketKind::Progress
            | PacketKind::Rekey
            | PacketKind::Erased => None,
        }
    }
}

/// The states that people see (`docs/protocol.md` 3.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Waits for an answer.
    Offered,
    /// Taken on; the categories have not been released.
    Accepted,
    /// The categories were released.
    Released,
    /// Done.
    Completed,
    /// Not taken on.
    Declined,
    /// Given back after it was taken on.
    Returned,
    /// Withdrawn by the origin.
    Withdrawn,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 7] = [
        Self::Offered,
        Self::Accepted,
        Self::Released,
        Self::Completed,
        Self::Declined,
        Self::Returned,
        Self::Withdrawn,
    ];

    /// Stable name, for screens, the audit log and metrics.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Offered => "offered",
            Self::Accepted => "accepted",
            Self::Released => "released",
            Self::Completed => "completed",
            Self::Declined => "declined",
            Self::Returned => "returned",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Whether the exchange has ended.
    #[must_use]
    pub const fn is_end(self) -> bool {
        match self {
            Self::Offered | Self::Accepted | Self::Released => false,
            Self::Completed | Self::Declined | Self::Returned | Self::Withdrawn => true,
        }
    }
}

/// What was legally sent so far, by both sides together. [`Standing::join`] is commutative, associative
/// and idempotent; that is why sides that received the same packets agree, in whatever order they came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Standing {
    pub offered: bool,
    pub accepted: bool,
    pub released: bool,
    pub end: Option<End>,
}

impl Standing {
    /// What both standings together say.
    pub(super) fn join(self, other: Self) -> Self {
        Self {
            offered: self.offered || other.offered,
            accepted: self.accepted || other.accepted,
            released: self.released || other.released,
            end: self.end.max(other.end),
        }
    }

    /// What one legal packet says.
    pub(super) fn of(kind: PacketKind) -> Self {
        Self {
            offered: kind == PacketKind::Offer,
            accepted: kind == PacketKind::Accept,
            released: kind == PacketKind::Release,
            end: End::of(kind),
        }
    }

    /// The state, once there is an offer.
    pub(super) fn state(self) -> Option<State> {
        match self.end {
            Some(End::Completed) => Some(State::Completed),
            Some(End::Declined) => Some(State::Declined),
            Some(End::Returned) => Some(State::Returned),
            Some(End::Withdrawn) => Some(State::Withdrawn),
            None if self.released => Some(State::Released),
            None if self.accepted => Some(State::Accepted),
            None if self.offered => Some(State::Offered),
            None => None,
        }
    }

    /// Whether `role`, standing here, may send a packet of this kind. The one table of the protocol's rules.
    pub(super) fn permits(self, role: Role, kind: PacketKind) -> bool {
        use PacketKind::{Accept, Complete, Decline, Erased, Note, Offer, Progress, Rekey, Release, Return, Withdraw};
        use State::{Accepted, Completed, Declined, Offered, Released, Returned, Withdrawn};
        let Some(state) = self.state() else { return role == Role::Origin && kind == Offer };
        match (role, kind) {
            (Role::Origin, Withdraw) => state != Withdrawn,
            // Never after an end; the state says that none was sent or seen.
            (Role::Origin, Release) => state == Accepted,
            (Role::Recipient, Accept | Decline) => state == Offered,
            (Role::Recipient, Return) => matches!(state, Accepted | Released),
            (Role::Recipient, Complete | Progress) | (Role::Origin | Role::Recipient, Note) => state == Released,
            (Role::Recipient, Erased) => match state {
                Declined | Returned | Withdrawn => true,
                Offered | Accepted | Released | Completed => false,
            },
            (Role::Origin | Role::Recipient, Rekey) => true,
            (Role::Origin | Role::Recipient, Offer)
            | (Role::Origin, Accept | Decline | Return | Complete | Progress | Erased)
            | (Role::Recipient, Withdraw | Release) => false,
        }
    }

    /// The class that a packet of this kind must have when it is sent from here (`docs/protocol.md` 3.6).
    ///
    /// A withdrawal goes to the sealing key before the acceptance was seen (there is no exchange key yet)
    /// and from an end on (the exchange keys are destroyed then).
    pub(super) const fn class(self, kind: PacketKind) -> Class {
        match kind {
            PacketKind::Offer | PacketKind::Rekey => Class::Sealing,
            PacketKind::Withdraw if !self.accepted || self.end.is_some() => Class::Sealing,
            PacketKind::Withdraw
            | PacketKind::Accept
            | PacketKind::Decline
            | PacketKind::Release
            | PacketKind::Note
            | PacketKind::Progress
            | PacketKind::Return
            | PacketKind::Complete
            | PacketKind::Erased => Class::Exchange,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_ordered_and_the_upper_three_erase() {
        assert!(End::Withdrawn > End::Returned);
        assert!(End::Returned > End::Declined);
        assert!(End::Declined > End::Completed);
        assert!(!End::Completed.erases() && End::Declined.erases());
    }

    #[test]
    fn every_state_but_withdrawn_may_be_withdrawn_by_the_origin_alone() {
        for kind in PacketKind::ALL {
            let here = Standing { offered: true, ..Standing::default() }.join(Standing::of(kind));
            let withdrawn = here.state() == Some(State::Withdrawn);
            assert_eq!(here.permits(Role::Origin, PacketKind::Withdraw), !withdrawn);
            assert!(!here.permits(Role::Recipient, PacketKind::Withdraw));
        }
    }

    #[test]
    fn nothing_but_receipts_keys_and_a_withdrawal_follows_an_end() {
        for end in [End::Completed, End::Declined, End::Returned, End::Withdrawn] {
            let here = Standing { offered: true, accepted: true, released: true, end: Some(end) };
            for kind in PacketKind::ALL {
                for role in [Role::Origin, Role::Recipient] {
                    if here.permits(role, kind) {
                        assert!(matches!(kind, PacketKind::Withdraw | PacketKind::Erased | PacketKind::Rekey));
                    }
                }
            }
        }
    }
}
