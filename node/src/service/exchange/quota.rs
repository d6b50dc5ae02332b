//! How much this agency keeps of one peer's packets in a day (`docs/protocol.md` 3.16).
//!
//! Two buckets for each peer, which fill again over a day. The first is for what asks for work and room: offers,
//! answers, releases, texts. The second is for what must not wait behind it: ends, receipts, fresh keys; and to refuse
//! by name a text for which the first is empty, since a text that is put off would keep back the end behind it.
//! Written down with every [`STRIDE`]th packet, in that packet's own batch: no sync more. A restart costs a peer less than
//! that of the first, and gives it less of the second.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use keys::{AgencyId, Timestamp};
use protocol::packet::PacketKind;

use crate::{
    service::rows::BudgetRow,
    vault::{Owner, Transaction},
};

/// How often it is written down, in packets of a peer.
const STRIDE: u64 = 16;
/// Never sooner: a peer over its day need not ask every minute.
const LEAST_WAIT: u64 = 60;

/// What may become of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Allowed {
    /// It is taken.
    Take,
    /// It takes its place in the chain, and nothing of it is kept.
    RefuseByName,
    /// Nothing is kept; it may come again after this.
    Later(Duration),
}

/// What is left of each peer's day.
pub(in crate::service) struct Quotas {
    per_day: u64,
    peers: Mutex<HashMap<AgencyId, Left>>,
}

#[derive(Clone, Copy)]
struct Left {
    /// In units of a packet's share of a day, so that whole numbers do.
    work: u64,
    duty: u64,
    at: Timestamp,
    taken: u64,
}

impl Quotas {
    /// `per_day` of each bucket; what was written down before counts.
    pub(in crate::service) fn new(per_day: u64, before: impl IntoIterator<Item = (AgencyId, BudgetRow)>) -> Self {
        let full = per_day * Timestamp::DAY;
        let left = |row: BudgetRow| Left { work: row.work.min(full), duty: row.duty.min(full), at: row.at, taken: 0 };
        let peers = before.into_iter().map(|(peer, row)| (peer, left(row))).collect();
        Self { per_day, peers: Mutex::new(peers) }
    }

    /// Counts one packet of `peer`, and says what may become of it.
    pub(super) fn count(&self, peer: AgencyId, kind: Option<PacketKind>, now: Timestamp) -> Allowed {
        let mut peers = self.peers.lock().unwrap_or_else(PoisonError::into_inner);
        let left = peers.entry(peer).or_insert_with(|| Left::full(self.per_day, now));
        left.refill(self.per_day, now);
        let allowed = left.take(kind, self.per_day * Timestamp::DAY);
        match allowed {
            Some(allowed) => {
                left.taken += 1;
                allowed
            }
            None => Allowed::Later(Duration::from_secs(Timestamp::DAY.div_ceil(self.per_day).max(LEAST_WAIT))),
        }
    }

    /// Writes down what is left, if it is time to: with the packet itself, or not at all.
    pub(super) fn note(&self, peer: AgencyId, tx: &mut Transaction) {
        let peers = self.peers.lock().unwrap_or_else(PoisonError::into_inner);
        // The first one too: else a peer could begin anew with each restart.
        if let Some(left) = peers.get(&peer).filter(|left| left.taken % STRIDE == 1) {
            // As if all that may come until the next writing had come: a restart gives nobody a new day.
            let work = left.work.saturating_sub((STRIDE - 1) * Timestamp::DAY);
            let row = BudgetRow { work, duty: left.duty, at: left.at };
            tx.put(&Owner::Ledger, peer.as_bytes(), &row);
        }
    }
}

impl Left {
    const fn full(per_day: u64, now: Timestamp) -> Self {
        let full = per_day * Timestamp::DAY;
        Self { work: full, duty: full, at: now, taken: 0 }
    }

    fn refill(&mut self, per_day: u64, now: Timestamp) {
        // A clock that went back gives nothing, and takes nothing from what comes after.
        let gained = now.0.saturating_sub(self.at.0).min(Timestamp::DAY) * per_day;
        let full = per_day * Timestamp::DAY;
        self.work = (self.work + gained).min(full);
        self.duty = (self.duty + gained).min(full);
        self.at = now;
    }

    fn take(&mut self, kind: Option<PacketKind>, full: u64) -> Option<Allowed> {
        const ONE: u64 = Timestamp::DAY;
        let is_duty = kind.is_some_and(is_duty);
        if !is_duty && self.work >= ONE {
            self.work -= ONE;
            return Some(Allowed::Take);
        }
        let text = matches!(kind, Some(PacketKind::Note | PacketKind::Progress));
        // Half of the second bucket stays for duties.
        let enough = if is_duty { self.duty >= ONE } else { text && self.duty > full / 2 };
        if !enough || self.duty < ONE {
            return None;
        }
        self.duty -= ONE;
        Some(if is_duty { Allowed::Take } else { Allowed::RefuseByName })
    }
}

/// What must pass whatever else a peer sent: it ends something, or answers for it.
const fn is_duty(kind: PacketKind) -> bool {
    match kind {
        PacketKind::Withdraw
        | PacketKind::Decline
        | PacketKind::Return
        | PacketKind::Complete
        | PacketKind::Erased
        | PacketKind::Rekey
        // One each, for what this agency itself offered or accepted.
        | PacketKind::Accept
        | PacketKind::Release => true,
        PacketKind::Offer | PacketKind::Note | PacketKind::Progress => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFFER: Option<PacketKind> = Some(PacketKind::Offer);
    const NOTE: Option<PacketKind> = Some(PacketKind::Note);
    const WITHDRAW: Option<PacketKind> = Some(PacketKind::Withdraw);
    const NOW: Timestamp = Timestamp(1_780_272_000);

    fn peer(byte: u8) -> AgencyId {
        AgencyId::new(keys::Digest([byte; 32]))
    }

    fn quotas() -> Quotas {
        Quotas::new(10, [])
    }

    fn taken(quotas: &Quotas, kind: Option<PacketKind>, now: Timestamp) -> usize {
        (0..50).filter(|_| quotas.count(peer(1), kind, now) == Allowed::Take).count()
    }

    #[test]
    fn a_peer_over_its_day_comes_again_when_a_share_of_it_has_passed_and_others_are_not_touched() {
        let quotas = quotas();
        assert_eq!(taken(&quotas, OFFER, NOW), 10);
        assert_eq!(quotas.count(peer(1), OFFER, NOW), Allowed::Later(Duration::from_mins(144)));
        assert_eq!(quotas.count(peer(2), OFFER, NOW), Allowed::Take);
        assert_eq!(taken(&quotas, OFFER, NOW.plus(8639)), 0);
        assert_eq!(taken(&quotas, OFFER, NOW.plus(8640)), 1);
        assert_eq!(taken(&quotas, OFFER, NOW.plus(400 * Timestamp::DAY)), 10, "no more than a day is saved up");
    }

    #[test]
    fn ends_and_receipts_have_a_budget_of_their_own_that_offers_and_texts_do_not_use_up() {
        let quotas = quotas();
        assert_eq!(taken(&quotas, OFFER, NOW), 10);
        let refused = (0..50).filter(|_| quotas.count(peer(1), NOTE, NOW) == Allowed::RefuseByName).count();
        assert_eq!(refused, 5, "texts are refused by name, as long as half of the other budget is left");
        assert!(matches!(quotas.count(peer(1), NOTE, NOW), Allowed::Later(_)));
        assert_eq!(taken(&quotas, WITHDRAW, NOW), 5);
        assert!(matches!(quotas.count(peer(1), WITHDRAW, NOW), Allowed::Later(_)), "nor is that one without end");
    }

    #[test]
    fn a_kind_of_a_later_version_counts_as_work() {
        let quotas = quotas();
        assert_eq!(taken(&quotas, None, NOW), 10);
        assert_eq!(taken(&quotas, WITHDRAW, NOW), 10);
    }

    #[test]
    fn a_clock_that_goes_back_gives_nothing_and_takes_nothing() {
        let quotas = quotas();
        assert_eq!(taken(&quotas, OFFER, NOW), 10);
        assert_eq!(taken(&quotas, OFFER, Timestamp(NOW.0 - 1_000_000)), 0);
        assert_eq!(taken(&quotas, OFFER, Timestamp(NOW.0 - 1_000_000 + 8640)), 1);
    }
}
