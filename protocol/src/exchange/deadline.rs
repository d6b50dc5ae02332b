//! What is due by the clock, as pure functions of `now`. No state depends on two clocks: what is due is a
//! packet that this side sends like any other (`docs/protocol.md` 3.8, 3.10).

use keys::{Timestamp, sealing::Kid};

use super::{Exchange, Role, State};
use crate::limits::{LAPSE_GRACE, RECEIPT_OVERDUE, SEEDS_END};

/// A packet that this side's clock asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// Origin: withdraw the offer, reason `lapsed`.
    WithdrawLapsed,
    /// Recipient: heard nothing for a day past the offer's time; decline it, reason `lapsed`.
    DeclineLapsed,
}

impl Exchange {
    /// The packet that is due at `now`. Not while the exchange is stopped: a person looks at it then.
    #[must_use]
    pub fn due(&self, now: Timestamp) -> Option<Due> {
        let open = self.is_open_offer();
        match self.parties().role {
            Role::Origin => (open && now >= self.expires()).then_some(Due::WithdrawLapsed),
            Role::Recipient => (open && now >= self.expires().plus(LAPSE_GRACE)).then_some(Due::DeclineLapsed),
        }
    }

    /// Whether the offer's time is over and no answer was sent or came: shown as late.
    #[must_use]
    pub fn is_late(&self, now: Timestamp) -> bool {
        self.state() == State::Offered && !self.is_void() && now >= self.expires()
    }

    fn is_open_offer(&self) -> bool {
        self.state() == State::Offered && !self.is_void() && !self.is_stopped()
    }

    /// When [`Exchange::due`] will next have something to say, if nothing else happens.
    #[must_use]
    pub fn wake_at(&self) -> Option<Timestamp> {
        let grace = match self.parties().role {
            Role::Origin => 0,
            Role::Recipient => LAPSE_GRACE,
        };
        self.is_open_offer().then(|| self.expires().plus(grace))
    }

    /// Whether the erasure receipt is overdue: an alarm on both sides.
    #[must_use]
    pub fn receipt_overdue(&self, now: Timestamp) -> bool {
        self.receipt_owed() && self.ended().is_some_and(|ended| now >= ended.plus(RECEIPT_OVERDUE))
    }

    /// Seeds to destroy because 45 days have passed since the end, though the other side never showed that it
    /// knows. The seed that a receipt will be sealed to stays.
    pub fn end_old_seeds(&mut self, now: Timestamp) -> Vec<Kid> {
        let over = self.ended().is_some_and(|ended| now >= ended.plus(SEEDS_END));
        let waits_for_receipt = self.parties().role == Role::Origin && self.receipt_owed();
        if over && !waits_for_receipt { self.keys.end_all() } else { Vec::new() }
    }
}
