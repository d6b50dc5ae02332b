//! What this side may send, and what follows from having sent it or having been answered.

use keys::Timestamp;

use super::{
    Alarm, Disclosure, Effect, End, Exchange, Link, Mark, Parties, PeerKey, Position, Refusal, Role, State, Step,
};
use crate::{
    limits::MAX_CHAIN,
    packet::{Class, PacketKind},
};

/// What the next packet's header must say, and how it is sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Next {
    /// Its number.
    pub seq: u64,
    /// Hash of this side's packet before it.
    pub prev: Option<keys::Digest>,
    /// The other side's last packet that was applied.
    pub seen: Option<Position>,
    /// To which kind of key it is sealed.
    pub class: Class,
    /// The key it is sealed to.
    pub seal_to: SealTo,
    /// Whether the header brings a fresh exchange key of ours.
    pub fresh_key: bool,
}

/// The key that a packet is sealed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SealTo {
    /// The other agency's newest sealing key.
    SealingKey,
    /// This exchange key of the other side.
    ExchangeKey(PeerKey),
}

/// Why this side may not send this now. Nothing changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MayNot {
    /// Not in this state.
    #[error("`{}` is not possible while the exchange is {}", .kind.code(), .state.code())]
    State {
        /// What was to be sent.
        kind: PacketKind,
        /// Where the exchange stands.
        state: State,
    },
    /// The chain is full.
    #[error("the exchange has {MAX_CHAIN} packets: end it and begin a new one")]
    TooLong,
    /// A fork stopped it.
    #[error("the exchange stands still, because the other side's chain forked: a person must look at it")]
    Stopped,
    /// No key to seal to: a stored exchange is damaged.
    #[error("there is no key of the other side to seal to")]
    NoKey,
    /// The packet was built for another place in the chain: the exchange moved on meanwhile.
    #[error("the exchange moved on meanwhile: build the packet again")]
    Stale,
}

/// What the other side answered to one of our packets, from a checked acknowledgement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It counts there, now or since before.
    Taken,
    /// It has no effect there. `None`: by a code of a later version.
    Refused(Option<Refusal>),
}

impl Exchange {
    /// The exchange that our offer opens. `offer` must be the first packet and bring a key.
    ///
    /// # Errors
    /// [`MayNot::Stale`] if it is not an `Offer` with number 1.
    pub fn offered(parties: Parties, offer: &Step, now: Timestamp) -> Result<(Self, Vec<Effect>), MayNot> {
        let mut exchange = Self::empty(parties, offer.expires.unwrap_or(now));
        if parties.role != Role::Origin || offer.kind != Some(PacketKind::Offer) {
            return Err(MayNot::Stale);
        }
        let effects = exchange.sent(offer, now)?;
        Ok((exchange, effects))
    }

    /// Whether this side may send a packet of this kind now.
    ///
    /// # Errors
    /// [`MayNot`], saying why.
    pub fn may_send(&self, kind: PacketKind) -> Result<(), MayNot> {
        if self.stopped && !passes_always(kind) {
            return Err(MayNot::Stopped);
        }
        if self.own.len() >= MAX_CHAIN && !passes_always(kind) {
            return Err(MayNot::TooLong);
        }
        if kind == PacketKind::Erased && !self.receipt_owed() {
            return Err(MayNot::State { kind, state: self.state() });
        }
        if self.standing().permits(self.parties.role, kind) {
            Ok(())
        } else {
            Err(MayNot::State { kind, state: self.state() })
        }
    }

    /// What the next packet's header must say, if it may be sent.
    ///
    /// # Errors
    /// As [`Exchange::may_send`]; [`MayNot::NoKey`] if a stored exchange is damaged.
    pub fn next(&self, kind: PacketKind) -> Result<Next, MayNot> {
        self.may_send(kind)?;
        let class = self.standing().class(kind);
        let seal_to = match class {
            Class::Sealing => SealTo::SealingKey,
            Class::Exchange => SealTo::ExchangeKey(self.keys.peer().cloned().ok_or(MayNot::NoKey)?),
        };
        Ok(Next {
            seq: self.own.len() + 1,
            prev: self.own.head().map(|head| head.hash),
            seen: self.peer.head(),
            class,
            seal_to,
            fresh_key: self.brings_key(kind),
        })
    }

    /// Ends, receipts and answers that nothing follows bring no key; a `Rekey` always does.
    fn brings_key(&self, kind: PacketKind) -> bool {
        match kind {
            PacketKind::Rekey => true,
            PacketKind::Offer
            | PacketKind::Withdraw
            | PacketKind::Accept
            | PacketKind::Release
            | PacketKind::Note
            | PacketKind::Progress => self.keys.may_offer(),
            PacketKind::Decline | PacketKind::Return | PacketKind::Complete | PacketKind::Erased => false,
        }
    }

    /// Puts our freshly built packet in its place. Call it in the batch that stores the packet in the outbox.
    ///
    /// # Errors
    /// As [`Exchange::next`]; [`MayNot::Stale`] if the packet was built for another place. Nothing changed.
    pub fn sent(&mut self, step: &Step, now: Timestamp) -> Result<Vec<Effect>, MayNot> {
        let kind = step.kind.ok_or(MayNot::Stale)?;
        let first = kind == PacketKind::Offer && self.own.len() == 0;
        let next = if first { None } else { Some(self.next(kind)?) };
        let fits = next.as_ref().map_or_else(
            || step.position.seq == 1 && step.prev.is_none() && step.seen.is_none() && step.introduces.is_some(),
            |next| {
                let place = step.position.seq == next.seq && step.prev == next.prev && step.seen == next.seen;
                place && step.class == next.class && step.introduces.is_some() == next.fresh_key
            },
        );
        if !fits {
            return Err(MayNot::Stale);
        }
        self.own.push(Link {
            incarnation: step.position.incarnation,
            hash: step.position.hash,
            kind: step.kind,
            seen: step.seen.map_or(0, |seen| seen.seq),
            refused: None,
        });
        let mut effects = self.own_key(kind, step);
        effects.extend(self.after_sending(kind, step.mark, now));
        effects.extend(self.settle());
        Ok(effects)
    }

    /// A `Rekey` says that the older seeds are lost; whatever is left of them ends.
    fn own_key(&mut self, kind: PacketKind, step: &Step) -> Vec<Effect> {
        let Some(key) = &step.introduces else { return Vec::new() };
        let older = if kind == PacketKind::Rekey { self.keys.end_all() } else { Vec::new() };
        self.keys.offered(key.kid(), step.position.hash);
        older.into_iter().map(Effect::DestroySeed).collect()
    }

    fn after_sending(&mut self, kind: PacketKind, mark: Mark, now: Timestamp) -> Vec<Effect> {
        let mut effects = Vec::new();
        match kind {
            PacketKind::Offer => effects.push(Effect::RecordDisclosure(Disclosure::Triage)),
            PacketKind::Release => effects.push(Effect::RecordDisclosure(Disclosure::Categories)),
            PacketKind::Progress if mark == Mark::DidNotArrive => effects.push(Effect::Alarm(Alarm::DidNotArrive)),
            PacketKind::Withdraw
            | PacketKind::Accept
            | PacketKind::Decline
            | PacketKind::Note
            | PacketKind::Progress
            | PacketKind::Return
            | PacketKind::Complete
            | PacketKind::Rekey
            | PacketKind::Erased => {}
        }
        if let Some(end) = End::of(kind) {
            self.lapsed |= mark == Mark::Lapsed && kind == PacketKind::Withdraw;
            effects.extend(self.end_effects(end, now));
        }
        effects
    }

    /// What an end asks of this side, when it is sent and when it comes.
    pub(super) fn end_effects(&mut self, end: End, now: Timestamp) -> Vec<Effect> {
        self.ended = self.ended.or(Some(now));
        match self.parties.role {
            Role::Origin => vec![Effect::DropRelease],
            Role::Recipient if end.erases() => vec![Effect::EraseShared, Effect::SendReceipt],
            Role::Recipient => Vec::new(),
        }
    }

    /// The other side answered our packet `of`; `last` is the last packet that it had sent by then.
    ///
    /// Answers may come twice and in any order. An answer to a packet that is not ours changes nothing.
    pub fn answered(&mut self, of: &Position, answer: Answer, last: Option<&Position>) -> Vec<Effect> {
        if !self.own.has(of) {
            return Vec::new();
        }
        self.acknowledged = self.acknowledged.max(of.seq);
        let mut effects = Vec::new();
        if let Answer::Refused(why) = answer {
            effects.extend(self.they_refused(of.seq, why));
        }
        let ends = self.own.at(of.seq).and_then(|link| link.kind).and_then(End::of).is_some();
        if ends && answer == Answer::Taken {
            // What was under way then comes first; only after that is nothing more sealed to our keys.
            self.quiet_after = self.quiet_after.or(last.map(|last| last.seq));
        }
        effects.extend(self.settle());
        effects
    }

    /// A packet that has no effect there must have none here. An end stays an end whatever they say.
    fn they_refused(&mut self, seq: u64, why: Option<Refusal>) -> Option<Effect> {
        let link = self.own.at_mut(seq)?;
        if link.refused.is_some() {
            return None;
        }
        let kind = link.kind;
        if kind.is_none_or(|kind| End::of(kind).is_none()) {
            link.refused = Some(why.unwrap_or(Refusal::Body));
        }
        Some(Effect::Alarm(Alarm::TheyRefused(kind)))
    }
}

/// What passes even when an exchange is stopped or full: what ends it and what proves that it ended.
pub(super) const fn passes_always(kind: PacketKind) -> bool {
    match kind {
        PacketKind::Withdraw
        | PacketKind::Decline
        | PacketKind::Return
        | PacketKind::Complete
        | PacketKind::Rekey
        | PacketKind::Erased => true,
        PacketKind::Offer | PacketKind::Accept | PacketKind::Release | PacketKind::Note | PacketKind::Progress => false,
    }
}
