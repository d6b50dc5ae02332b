//! What a packet of the other side does here.

use keys::Timestamp;

use super::{
    Alarm, Effect, End, Exchange, Fate, Fork, Link, Mark, Parties, PeerKey, Position, Refusal, Role, Step, Verdict,
    send::passes_always, standing::Standing,
};
use crate::{
    limits::{MAX_CHAIN, MAX_HELD, MAX_OFFER_LIFE},
    packet::PacketKind,
};

impl Exchange {
    /// The exchange that a received offer opens, and what to do. An offer that must be refused (by its step's
    /// objection) opens an exchange too, so that what follows finds its place.
    ///
    /// # Errors
    /// The verdict on a packet that can't be the first: keep nothing and answer what it says. For any packet
    /// of an unknown exchange that is no `Offer` this is [`Verdict::Held`]: the offer may still come.
    pub fn from_offer(parties: Parties, offer: &Step, now: Timestamp) -> Result<(Self, Verdict), Verdict> {
        if offer.position.seq != 1 {
            return Err(Verdict::Held { keep: false });
        }
        if parties.role != Role::Recipient || offer.kind != Some(PacketKind::Offer) {
            return Err(Verdict::Rejected { code: Refusal::UnknownExchange });
        }
        // An offer for ever would wait, and take room, for ever.
        let expires = offer.expires.unwrap_or(now).min(now.plus(MAX_OFFER_LIFE));
        let mut exchange = Self::empty(parties, expires);
        match exchange.receive(offer, now) {
            verdict @ (Verdict::Applied { .. } | Verdict::Refused { .. }) => Ok((exchange, verdict)),
            verdict @ (Verdict::Duplicate { .. }
            | Verdict::Held { .. }
            | Verdict::Rejected { .. }
            | Verdict::Equivocation(_)) => Err(verdict),
        }
    }

    /// Takes a packet of the other side. After any verdict but `Duplicate` and `Rejected` the exchange changed:
    /// store it in one batch with what the verdict asks for, then answer, then try [`Exchange::take_held`].
    pub fn receive(&mut self, step: &Step, now: Timestamp) -> Verdict {
        if let Some(verdict) = self.known_or_early(step) {
            return verdict;
        }
        if let Err(code) = self.follows(step) {
            return Verdict::Rejected { code };
        }
        let refused = self.judge(step);
        self.peer.push(Link {
            incarnation: step.position.incarnation,
            hash: step.position.hash,
            kind: step.kind,
            seen: step.seen.map_or(0, |seen| seen.seq),
            refused,
        });
        self.held.retain(|held| held.seq != step.position.seq);
        // What the other side saw it has answered, whether its answer arrived or not.
        self.acknowledged = self.acknowledged.max(step.seen.map_or(0, |seen| seen.seq));
        match (refused, step.kind) {
            (None, Some(kind)) => self.apply(kind, step, now),
            (code, _) => {
                let code = code.unwrap_or(Refusal::Type);
                Verdict::Refused { code, effects: vec![Effect::Alarm(Alarm::Refused(code))] }
            }
        }
    }

    /// Duplicates, forks, and packets that come before their time.
    fn known_or_early(&mut self, step: &Step) -> Option<Verdict> {
        let position = step.position;
        let next = self.peer.len() + 1;
        if let Some(link) = self.peer.at(position.seq) {
            let known = Position { incarnation: link.incarnation, seq: position.seq, hash: link.hash };
            return Some(if known == position {
                Verdict::Duplicate { refused: link.refused }
            } else if known.incarnation == position.incarnation {
                self.stopped = true;
                Verdict::Equivocation(Fork { known, other: position })
            } else if known.incarnation < position.incarnation {
                Verdict::Rejected { code: Refusal::Behind }
            } else {
                Verdict::Rejected { code: Refusal::OldIncarnation }
            });
        }
        if position.seq > next {
            return Some(self.hold(position));
        }
        (position.seq == 0).then_some(Verdict::Rejected { code: Refusal::Chain })
    }

    fn hold(&mut self, position: Position) -> Verdict {
        let same_place = |held: &&Position| (held.incarnation, held.seq) == (position.incarnation, position.seq);
        match self.held.iter().find(same_place) {
            Some(held) if held.hash == position.hash => Verdict::Held { keep: false },
            Some(held) => {
                let known = *held;
                self.stopped = true;
                Verdict::Equivocation(Fork { known, other: position })
            }
            None if self.held.len() < MAX_HELD => {
                self.held.push(position);
                Verdict::Held { keep: true }
            }
            None => Verdict::Held { keep: false },
        }
    }

    /// Whether the next packet in number also follows in hash, in incarnation, and in what it saw of ours.
    fn follows(&self, step: &Step) -> Result<(), Refusal> {
        let head = self.peer.head();
        if head.is_some_and(|head| step.position.incarnation < head.incarnation) {
            return Err(Refusal::OldIncarnation);
        }
        if step.prev != head.map(|head| head.hash) {
            return Err(Refusal::Chain);
        }
        let seen_before = self.peer.links().last().map_or(0, |link| link.seen);
        let honest = match &step.seen {
            None => seen_before == 0,
            Some(seen) => seen.seq >= seen_before && self.own.has(seen),
        };
        if honest { Ok(()) } else { Err(Refusal::Seen) }
    }

    /// Whether the packet is legal where its sender stood: after its own earlier packets and ours that it saw.
    fn judge(&self, step: &Step) -> Option<Refusal> {
        let Some(kind) = step.kind else { return Some(step.objection.unwrap_or(Refusal::Type)) };
        let sender_stood = self.peer.standing(u64::MAX).join(self.own.standing(step.seen.map_or(0, |s| s.seq)));
        let brings_key = step.introduces.is_some();
        let must_bring = matches!(kind, PacketKind::Offer | PacketKind::Accept | PacketKind::Rekey);
        if !passes_always(kind) && self.stopped {
            Some(Refusal::Stopped)
        } else if !passes_always(kind) && step.position.seq > MAX_CHAIN {
            Some(Refusal::TooLong)
        } else if !sender_stood.permits(self.parties.role.other(), kind) {
            Some(Refusal::NotNow)
        } else if step.class != sender_stood.class(kind) {
            Some(Refusal::Class)
        } else if must_bring && !brings_key {
            Some(Refusal::NoKey)
        } else if End::of(kind).is_some() {
            // Whatever is odd about its body: an end is never lost.
            None
        } else {
            step.objection
        }
    }

    fn apply(&mut self, kind: PacketKind, step: &Step, now: Timestamp) -> Verdict {
        let before = self.standing_before_last();
        let mut effects = self.key_effects(kind, step);
        let overtaken = self.overtaken(kind, before);
        if kind == PacketKind::Withdraw {
            self.lapsed |= step.mark == Mark::Lapsed;
        }
        effects.extend(self.alarms(kind, step.mark, before));
        match End::of(kind) {
            Some(end) if before.end < Some(end) => {
                effects.extend(self.end_effects(end, now));
                effects.push(Effect::ShowNews(kind));
            }
            Some(_) => {}
            None if overtaken => {}
            None => effects.extend(self.news(kind)),
        }
        // A disclosure that crossed our end, after the receipt: it was never kept, and the receipt must say so.
        let crossed = overtaken && self.parties.role == Role::Recipient && self.receipt_owed();
        if crossed {
            effects.extend([Effect::EraseShared, Effect::SendReceipt]);
        }
        effects.extend(self.settle());
        Verdict::Applied { effects, body: if overtaken { Fate::Discard } else { Fate::Keep } }
    }

    /// Where this side stood before the packet that was just put in its place.
    fn standing_before_last(&self) -> Standing {
        self.own.standing(u64::MAX).join(self.peer.standing(self.peer.len().saturating_sub(1)))
    }

    /// Whether an end, or a higher end, was here first, so that the body is destroyed unread.
    fn overtaken(&self, kind: PacketKind, before: Standing) -> bool {
        match kind {
            PacketKind::Rekey | PacketKind::Erased => false,
            PacketKind::Withdraw | PacketKind::Decline | PacketKind::Return | PacketKind::Complete => {
                before.end >= End::of(kind)
            }
            PacketKind::Offer | PacketKind::Accept | PacketKind::Release | PacketKind::Note | PacketKind::Progress => {
                before.end.is_some()
            }
        }
    }

    fn key_effects(&mut self, kind: PacketKind, step: &Step) -> Vec<Effect> {
        let mut effects: Vec<Effect> = Vec::new();
        if let Some(kid) = step.sealed_to {
            effects.extend(self.keys.used(kid).into_iter().map(Effect::DestroySeed));
        }
        let Some(key) = step.introduces.clone() else { return effects };
        let key = PeerKey { key, introduced: step.position.hash };
        if kind != PacketKind::Rekey {
            self.keys.adopt(key);
        } else if self.restored_since_last() || !self.standing().accepted {
            self.keys.adopt(key);
            effects.push(Effect::ResealUnacknowledged);
        } else {
            // A thief of the signing key can write a `Rekey`, but no packet of class 1.
            self.keys.set_aside(key);
            effects.push(Effect::AskAboutRekey);
        }
        effects
    }

    /// Whether the last packet of the other side is the first of a new incarnation.
    fn restored_since_last(&self) -> bool {
        let mut incarnations = self.peer.links().iter().rev().map(|link| link.incarnation);
        let last = incarnations.next();
        last > incarnations.next()
    }

    fn alarms(&self, kind: PacketKind, mark: Mark, before: Standing) -> Option<Effect> {
        let said_yes = match kind {
            PacketKind::Withdraw => self.lapsed && before.accepted,
            PacketKind::Accept => self.lapsed,
            PacketKind::Progress if mark == Mark::DidNotArrive => return Some(Effect::Alarm(Alarm::DidNotArrive)),
            PacketKind::Offer
            | PacketKind::Decline
            | PacketKind::Release
            | PacketKind::Note
            | PacketKind::Progress
            | PacketKind::Return
            | PacketKind::Complete
            | PacketKind::Rekey
            | PacketKind::Erased => false,
        };
        said_yes.then_some(Effect::Alarm(Alarm::AcceptanceOvertakenByLapse))
    }

    /// What a packet that is no end asks of this side.
    fn news(&self, kind: PacketKind) -> Vec<Effect> {
        match kind {
            PacketKind::Accept => vec![Effect::ReleaseNow, Effect::ShowNews(kind)],
            PacketKind::Erased => vec![Effect::RecordReceipt, Effect::ShowNews(kind)],
            PacketKind::Offer | PacketKind::Release | PacketKind::Note | PacketKind::Progress => {
                vec![Effect::ShowNews(kind)]
            }
            PacketKind::Withdraw
            | PacketKind::Decline
            | PacketKind::Return
            | PacketKind::Complete
            | PacketKind::Rekey => Vec::new(),
        }
    }
}
