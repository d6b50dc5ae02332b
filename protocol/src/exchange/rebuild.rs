//! An exchange put together from what the other side remembers of it, after this side was restored from a backup
//! (`docs/protocol.md` 3.13). Content does not come back; numbers, states and keys do.

use ::keys::{Digest, Timestamp};

use super::{Exchange, ExchangeKey, Link, Parties, PeerKey, Position, Refusal, Role, chain::Chain, keys::Keys};
use crate::{
    code::Purpose,
    limits::MAX_OFFER_LIFE,
    packet::{Header, PacketKind},
};

/// One packet that was sent and acknowledged, known by its signed header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    position: Position,
    prev: Option<Digest>,
    seen: u64,
    kind: Option<PacketKind>,
    introduces: Option<ExchangeKey>,
    refused: Option<Refusal>,
    expires: Option<Timestamp>,
    created: Timestamp,
    purpose: Option<Purpose>,
}

impl Past {
    /// Of a header whose signature was checked.
    pub(crate) fn of(header: &Header, hash: Digest, refused: Option<Refusal>) -> Self {
        Self {
            position: header.position(hash),
            prev: header.prev,
            seen: header.seen.map_or(0, |seen| seen.seq),
            kind: header.kind(),
            introduces: header.reply_key.as_ref().map(ExchangeKey::from),
            refused,
            expires: header.expires,
            created: header.created,
            purpose: header.purpose(),
        }
    }

    /// Its place and hash.
    #[must_use]
    pub const fn position(&self) -> Position {
        self.position
    }

    /// What it did.
    #[must_use]
    pub const fn kind(&self) -> Option<PacketKind> {
        self.kind
    }

    /// When it was made, by its sender's clock.
    #[must_use]
    pub const fn created(&self) -> Timestamp {
        self.created
    }

    /// For what.
    #[must_use]
    pub const fn purpose(&self) -> Option<Purpose> {
        self.purpose
    }

    const fn link(&self) -> Link {
        Link {
            incarnation: self.position.incarnation,
            hash: self.position.hash,
            kind: self.kind,
            seen: self.seen,
            refused: self.refused,
        }
    }
}

/// Why what the other side remembers can't be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSo {
    /// A packet does not follow the one before it.
    #[error("a chain has a gap")]
    Gap,
    /// There is no offer.
    #[error("there is no offer")]
    NoOffer,
    /// Its own packets are others than those that it sent before.
    #[error("its own packets are others than before")]
    Contradicts,
}

/// An exchange as it is again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rebuilt {
    /// The exchange. Our seeds are lost: a `Rekey` brings a new one.
    pub exchange: Exchange,
    /// Numbers of own packets that were not known here.
    pub own_new: Vec<u64>,
    /// Numbers of the other side's packets that were not known here: their content is lost.
    pub theirs_new: Vec<u64>,
    /// Own packets from this number on were never taken there, and others stand in their place: they are void.
    pub void_from: Option<u64>,
}

impl Exchange {
    /// The exchange by both chains as the other side remembers them, and by what this side still knows (`before`).
    /// What this side sent and the other side does not know yet goes on waiting.
    ///
    /// # Errors
    /// [`NotSo`]; then nothing may be sent in it.
    pub fn rebuilt(
        parties: Parties,
        before: Option<&Self>,
        (own, theirs): (&[Past], &[Past]),
        now: Timestamp,
    ) -> Result<Rebuilt, NotSo> {
        let mut exchange = before.cloned().unwrap_or_else(|| Self::empty(parties, now));
        let offer = match parties.role {
            Role::Origin => own.first(),
            Role::Recipient => theirs.first(),
        };
        if let Some(offer) = offer {
            let expires = offer.expires.filter(|_| offer.kind == Some(PacketKind::Offer)).ok_or(NotSo::NoOffer)?;
            exchange.expires = match parties.role {
                Role::Origin => expires,
                Role::Recipient => expires.min(offer.created.max(now).plus(MAX_OFFER_LIFE)),
            };
        } else if before.is_none() {
            return Err(NotSo::NoOffer);
        }
        let own_new = exchange.own.take_over(own)?;
        let void_from = own_new.void_from;
        let theirs_before = exchange.peer.clone();
        let theirs_new = exchange.peer.take_over(theirs)?;
        if theirs_new.void_from.is_some() {
            return Err(NotSo::Contradicts);
        }
        let newest = theirs.iter().rev().filter(|past| past.refused.is_none()).find_map(|past| {
            let key = past.introduces.clone()?;
            Some(PeerKey { key, introduced: past.position.hash })
        });
        // What this side applied and was not heard to have: then its key is newer than all that is told.
        let known = if theirs_before.len() > theirs.len() as u64 { exchange.keys.peer().cloned() } else { None };
        exchange.keys = Keys::of_peer(known.or(newest));
        exchange.held.clear();
        exchange.acknowledged = own.len() as u64;
        exchange.quiet_after = None;
        if exchange.standing().end.is_some() {
            exchange.ended = exchange.ended.or(Some(now));
        }
        Ok(Rebuilt { exchange, own_new: own_new.added, theirs_new: theirs_new.added, void_from })
    }

    /// Whether this side must tell a fresh key after its seeds were lost: something may still come that would be
    /// sealed to one.
    #[must_use]
    pub fn needs_rekey(&self) -> bool {
        let waits_for_receipt = self.parties.role == Role::Origin && self.receipt_owed();
        !self.is_void() && self.keys.live().is_empty() && (!self.state().is_end() || waits_for_receipt)
    }
}

/// What a chain took over.
struct Taken {
    added: Vec<u64>,
    void_from: Option<u64>,
}

impl Chain {
    /// These packets stand; of what stood here before, only what follows them stays.
    fn take_over(&mut self, told: &[Past]) -> Result<Taken, NotSo> {
        let mut before: Option<&Past> = None;
        for (index, past) in told.iter().enumerate() {
            let follows = past.position.seq == index as u64 + 1
                && past.prev == before.map(|before| before.position.hash)
                && past.position.incarnation >= before.map_or(1, |before| before.position.incarnation);
            if !follows {
                return Err(NotSo::Gap);
            }
            before = Some(past);
        }
        let same = told.iter().take_while(|past| self.has(&past.position)).count();
        let void = same < told.len() && (same as u64) < self.len();
        let added = told.iter().skip(same).map(|past| past.position.seq).collect();
        let kept = if same < told.len() { &[][..] } else { self.links().get(same..).unwrap_or_default() };
        let links = told.iter().map(Past::link).chain(kept.iter().copied()).collect();
        *self = Self::of(links);
        Ok(Taken { added, void_from: void.then_some(same as u64 + 1) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        exchange::ExchangeId,
        packet::PacketKind::{Accept, Note, Offer, Release},
    };
    use ::keys::{AgencyId, sealing::Kid};

    fn past(seq: u64, kind: PacketKind, seen: u64) -> Past {
        let hash = |seq: u64| Digest([u8::try_from(seq).unwrap(); 32]);
        Past {
            position: Position { incarnation: 1, seq, hash: hash(seq) },
            prev: (seq > 1).then(|| hash(seq - 1)),
            seen,
            kind: Some(kind),
            introduces: Some(ExchangeKey::named(Kid([u8::try_from(seq).unwrap(); 16]))),
            refused: None,
            expires: (kind == Offer).then_some(Timestamp(900)),
            created: Timestamp(1),
            purpose: None,
        }
    }

    fn parties(role: Role) -> Parties {
        let agency = |byte| AgencyId::new(Digest([byte; 32]));
        Parties { id: ExchangeId::new(Digest([9; 32])), origin: agency(1), recipient: agency(2), role }
    }

    #[test]
    fn a_lost_exchange_is_there_again_with_its_state_numbers_and_key() {
        let (own, theirs) = (vec![past(1, Offer, 0), past(2, Release, 1)], vec![past(1, Accept, 1)]);
        let rebuilt = Exchange::rebuilt(parties(Role::Origin), None, (&own, &theirs), Timestamp(5)).unwrap();
        assert_eq!((rebuilt.own_new, rebuilt.theirs_new, rebuilt.void_from), (vec![1, 2], vec![1], None));
        let exchange = rebuilt.exchange;
        assert_eq!(exchange.state(), crate::exchange::State::Released);
        assert_eq!(exchange.peer_key().unwrap().key.kid(), Kid([1; 16]));
        let next = exchange.next(PacketKind::Rekey).unwrap();
        assert_eq!((next.seq, next.prev, next.fresh_key), (3, Some(Digest([2; 32])), true));
        assert!(exchange.needs_rekey());
    }

    #[test]
    fn what_waits_goes_on_waiting_and_what_others_took_the_place_of_is_void() {
        let told = [past(1, Offer, 0)];
        let known = Exchange::rebuilt(parties(Role::Origin), None, (&told, &[]), Timestamp(5)).unwrap().exchange;
        let mut waiting = known.clone();
        let withdraw = Past { kind: Some(PacketKind::Withdraw), ..past(2, Note, 0) };
        waiting.own.push(withdraw.link());
        let again = Exchange::rebuilt(parties(Role::Origin), Some(&waiting), (&told, &[]), Timestamp(6)).unwrap();
        assert_eq!((again.exchange.own_links().len(), again.own_new, again.void_from), (2, vec![], None));
        let mut other = past(2, Note, 0);
        other.position.hash = Digest([77; 32]);
        let told = [past(1, Offer, 0), other];
        let again = Exchange::rebuilt(parties(Role::Origin), Some(&waiting), (&told, &[]), Timestamp(6)).unwrap();
        assert_eq!((again.own_new, again.void_from), (vec![2], Some(2)));
        assert_eq!(again.exchange.own_head().unwrap().hash, Digest([77; 32]));
    }

    #[test]
    fn what_can_not_be_is_refused() {
        let build = |before: Option<&Exchange>, own: &[Past], theirs: &[Past]| {
            Exchange::rebuilt(parties(Role::Recipient), before, (own, theirs), Timestamp(5)).map(drop)
        };
        assert_eq!(build(None, &[], &[past(1, Note, 0)]), Err(NotSo::NoOffer));
        assert_eq!(build(None, &[], &[past(1, Offer, 0), past(3, Note, 0)]), Err(NotSo::Gap));
        let good = [past(1, Offer, 0)];
        let known = Exchange::rebuilt(parties(Role::Recipient), None, (&[], &good), Timestamp(5)).unwrap().exchange;
        let mut other = past(1, Offer, 0);
        other.position.hash = Digest([77; 32]);
        assert_eq!(build(Some(&known), &[], &[other]), Err(NotSo::Contradicts));
        assert_eq!(build(Some(&known), &[], &[]), Ok(()));
    }
}
