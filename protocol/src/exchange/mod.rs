//! One referral between two agencies, as a pure state machine that both sides run (`docs/protocol.md` 3.8).
//!
//! [`Exchange`] owns the state, both chains, what was seen and acknowledged, and which exchange keys live.
//! It knows nothing of bodies, encryption, clocks or storage: packets come in as [`Step`]s, what is to be
//! done goes out as [`Effect`]s, and the caller stores both in one batch.
//!
//! The state is a join over the set of legal packets, and whether a packet is legal is judged at its
//! sender's state; so both sides agree once each packet arrived, in whatever order ([`standing`]).

mod base64_text;
mod chain;
mod deadline;
mod effect;
mod id;
mod keys;
mod rebuild;
mod receive;
mod refusal;
mod send;
mod standing;
mod step;
#[cfg(test)]
mod tests;

use ::keys::{AgencyId, Timestamp};
use serde::{Deserialize, Serialize};

pub use chain::{Link, Position};
pub use deadline::Due;
pub use effect::{Alarm, Disclosure, Effect, Fate, Fork, Verdict};
pub use id::{BadExchangeId, ExchangeId};
pub use keys::{ExchangeKey, LiveSeed, PeerKey};
pub use rebuild::{NotSo, Past, Rebuilt};
pub use refusal::Refusal;
pub use send::{Answer, MayNot, Next, SealTo};
pub use standing::{End, Role, State};
pub use step::{Mark, Step};

use crate::packet::PacketKind;
use chain::Chain;
use keys::Keys;
use standing::Standing;

/// The two agencies of an exchange, its name, and which of them this node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parties {
    /// The exchange.
    pub id: ExchangeId,
    /// Who made the offer.
    pub origin: AgencyId,
    /// To whom.
    pub recipient: AgencyId,
    /// Which of them this node is.
    pub role: Role,
}

impl Parties {
    /// The other agency.
    #[must_use]
    pub const fn peer(&self) -> AgencyId {
        match self.role {
            Role::Origin => self.recipient,
            Role::Recipient => self.origin,
        }
    }
}

/// One side's whole knowledge of an exchange, without its content. Stored under the skeleton key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exchange {
    parties: Parties,
    own: Chain,
    peer: Chain,
    keys: Keys,
    held: Vec<Position>,
    /// How many of our packets the other side answered for good.
    acknowledged: u64,
    /// The other side knows the end; once its chain was received up to here, nothing more is under way.
    quiet_after: Option<u64>,
    /// When the offer lapses.
    expires: Timestamp,
    /// When the first end was sent or came.
    ended: Option<Timestamp>,
    /// The withdrawal said that time was over.
    lapsed: bool,
    /// A fork was found.
    stopped: bool,
}

impl Exchange {
    fn empty(parties: Parties, expires: Timestamp) -> Self {
        Self {
            parties,
            own: Chain::default(),
            peer: Chain::default(),
            keys: Keys::default(),
            held: Vec::new(),
            acknowledged: 0,
            quiet_after: None,
            expires,
            ended: None,
            lapsed: false,
            stopped: false,
        }
    }

    /// Names of the exchange and of both agencies.
    #[must_use]
    pub const fn parties(&self) -> &Parties {
        &self.parties
    }

    /// The state that people see. An exchange whose offer was refused counts as offered.
    #[must_use]
    pub fn state(&self) -> State {
        self.standing().state().unwrap_or(State::Offered)
    }

    /// Whether the offer itself was refused: nothing was opened, nothing can follow.
    #[must_use]
    pub fn is_void(&self) -> bool {
        self.standing().state().is_none()
    }

    /// When the offer lapses, by the origin's word.
    #[must_use]
    pub const fn expires(&self) -> Timestamp {
        self.expires
    }

    /// When the first end was sent or came.
    #[must_use]
    pub const fn ended(&self) -> Option<Timestamp> {
        self.ended
    }

    /// Whether a fork of the other side's chain stopped it; only withdrawals and receipts pass then.
    #[must_use]
    pub const fn is_stopped(&self) -> bool {
        self.stopped
    }

    /// This side's packets, in order.
    #[must_use]
    pub fn own_links(&self) -> &[Link] {
        self.own.links()
    }

    /// The other side's packets that took their place, in order.
    #[must_use]
    pub fn peer_links(&self) -> &[Link] {
        self.peer.links()
    }

    /// This side's last packet. Goes into the acknowledgement as `last`.
    #[must_use]
    pub fn own_head(&self) -> Option<Position> {
        self.own.head()
    }

    /// The other side's last packet that took its place. Goes into our next header as `seen`.
    #[must_use]
    pub fn seen(&self) -> Option<Position> {
        self.peer.head()
    }

    /// Our packets above this number are not answered yet: they are re-sealed when a key changes.
    #[must_use]
    pub const fn acknowledged(&self) -> u64 {
        self.acknowledged
    }

    /// Our seeds that live, oldest first.
    #[must_use]
    pub fn live_seeds(&self) -> &[LiveSeed] {
        self.keys.live()
    }

    /// The other side's key that packets are sealed to.
    #[must_use]
    pub const fn peer_key(&self) -> Option<&PeerKey> {
        self.keys.peer()
    }

    /// A key of the other side that waits for a person's word ([`Effect::AskAboutRekey`]).
    #[must_use]
    pub const fn rekey_waiting(&self) -> Option<&PeerKey> {
        self.keys.waiting()
    }

    /// Takes the key that waited, after a person agreed. `false` if none waited.
    pub fn confirm_rekey(&mut self) -> bool {
        self.keys.confirm()
    }

    /// The packet to take next from those that wait, once the gap before it closed. It leaves the list.
    pub fn take_held(&mut self) -> Option<Position> {
        let next = self.peer.len() + 1;
        self.held.retain(|held| held.seq >= next);
        let index = self.held.iter().position(|held| held.seq == next)?;
        Some(self.held.remove(index))
    }

    /// Packets that wait for a gap to close.
    #[must_use]
    pub fn held(&self) -> &[Position] {
        &self.held
    }

    /// Whether the recipient owes a receipt: an end that erases is there, and the latest receipt does not cover
    /// all that the origin disclosed. Both sides compute the same.
    #[must_use]
    pub fn receipt_owed(&self) -> bool {
        let (origin, recipient) = match self.parties.role {
            Role::Origin => (&self.own, &self.peer),
            Role::Recipient => (&self.peer, &self.own),
        };
        let must_erase = self.standing().end.is_some_and(End::erases);
        must_erase && origin.last_of(&COVERED_BY_RECEIPTS) > recipient.erased_up_to()
    }

    fn standing(&self) -> Standing {
        self.own.standing(u64::MAX).join(self.peer.standing(u64::MAX))
    }

    /// Seeds that can end now: nothing more can come that is sealed to them (`docs/protocol.md` 3.6).
    fn settle(&mut self) -> Vec<Effect> {
        let Some(end) = self.standing().end else { return Vec::new() };
        let settled = match self.parties.role {
            // The receipt is sealed to our key; after `Complete` nothing comes any more.
            Role::Origin if end.erases() => !self.receipt_owed(),
            Role::Origin => true,
            Role::Recipient => self.origin_knows_the_end(),
        };
        if settled { self.keys.end_all().into_iter().map(Effect::DestroySeed).collect() } else { Vec::new() }
    }

    /// Whether all that the origin sealed to our exchange keys is here.
    fn origin_knows_the_end(&self) -> bool {
        let end_of_ours = self.own.last_of(&[PacketKind::Decline, PacketKind::Return, PacketKind::Complete]);
        let withdrawn = self.peer.last_of(&[PacketKind::Withdraw]) > 0;
        let seen = self.peer.links().last().is_some_and(|link| end_of_ours > 0 && link.seen >= end_of_ours);
        let quiet = self.quiet_after.is_some_and(|seq| self.peer.len() >= seq);
        withdrawn || seen || quiet
    }
}

/// What of the origin's packets a receipt must cover.
const COVERED_BY_RECEIPTS: [PacketKind; 4] =
    [PacketKind::Offer, PacketKind::Release, PacketKind::Note, PacketKind::Withdraw];
