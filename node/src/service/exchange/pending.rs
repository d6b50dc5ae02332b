//! Packets that wait for their acknowledgement, at a glance: built at start, in memory only.

use std::collections::{BTreeMap, HashMap};

use keys::{AgencyId, Secret};
use protocol::{ExchangeId, packet::Inner};
use tokio::sync::oneshot;

use crate::{service::rows::DueRow, view::Delivery};

/// After how many refusals in a row a person is told that the other node turns our packets away.
pub(crate) const STUCK_AFTER: u32 = 10;

/// Bytes of packets that are handed to whoever sends them next, at most: the others are read again from the disk.
const MOST_AT_HAND: usize = 1 << 20;

/// A packet as it was just made, and what it is to be sealed with. The outbox holds the same.
pub(crate) struct AtHand {
    pub inner: Inner,
    pub coins: Secret<32>,
}

/// A packet that waits.
#[derive(Clone, Debug)]
pub(crate) struct Wait {
    pub due: DueRow,
    /// How often in a row the other node refused it unread.
    pub refused: u32,
    /// Its place in the line.
    turn: u64,
}

/// All packets that wait, in the order of each exchange, and in the order in which they came.
#[derive(Default)]
pub(crate) struct Pending {
    waits: BTreeMap<(ExchangeId, u64), Wait>,
    /// First come, first sent: by their random ids some would wait for as long as others come.
    line: BTreeMap<u64, (ExchangeId, u64)>,
    next_turn: u64,
    /// Those of them that need not be read again, in their bytes at most [`MOST_AT_HAND`].
    at_hand: HashMap<(ExchangeId, u64), AtHand>,
    bytes_at_hand: usize,
    /// What became of the newest packet that was answered, where that was a refusal.
    refused: BTreeMap<ExchangeId, u64>,
    /// Who is to be told when nothing of an exchange waits any more.
    watched: HashMap<ExchangeId, Vec<oneshot::Sender<()>>>,
}

impl Pending {
    /// A packet waits from now on; one that waits already keeps its turn.
    pub(crate) fn add(&mut self, exchange: ExchangeId, seq: u64, due: DueRow) {
        let turn = self.waits.get(&(exchange, seq)).map_or(self.next_turn, |wait| wait.turn);
        self.next_turn = self.next_turn.max(turn.saturating_add(1));
        self.line.insert(turn, (exchange, seq));
        self.waits.insert((exchange, seq), Wait { due, refused: 0, turn });
    }

    /// Keeps a packet that waits until it is first sent, if there is room.
    pub(crate) fn hold(&mut self, exchange: ExchangeId, seq: u64, packet: AtHand) {
        let bytes = packet.inner.bytes().len();
        if self.bytes_at_hand.saturating_add(bytes) <= MOST_AT_HAND && self.waits.contains_key(&(exchange, seq)) {
            self.let_go(exchange, seq);
            self.bytes_at_hand += bytes;
            self.at_hand.insert((exchange, seq), packet);
        }
    }

    /// Gives away a packet that is at hand.
    pub(crate) fn take(&mut self, exchange: ExchangeId, seq: u64) -> Option<AtHand> {
        let packet = self.at_hand.remove(&(exchange, seq))?;
        self.bytes_at_hand = self.bytes_at_hand.saturating_sub(packet.inner.bytes().len());
        Some(packet)
    }

    fn let_go(&mut self, exchange: ExchangeId, seq: u64) {
        drop(self.take(exchange, seq));
    }

    /// Forgets what an exchange has at hand: it may be erased.
    pub(crate) fn forget_at_hand(&mut self, exchange: ExchangeId) {
        let waiting: Vec<u64> = self.of(exchange).collect();
        waiting.into_iter().for_each(|seq| self.let_go(exchange, seq));
    }

    /// It was answered for good.
    pub(crate) fn remove(&mut self, exchange: ExchangeId, seq: u64, refused: bool) {
        self.let_go(exchange, seq);
        if let Some(wait) = self.waits.remove(&(exchange, seq)) {
            self.line.remove(&wait.turn);
        }
        if refused {
            self.refused.insert(exchange, seq);
        } else {
            self.refused.remove(&exchange);
        }
        if self.of(exchange).next().is_none() {
            // Whoever watched may have gone.
            self.watched.remove(&exchange).into_iter().flatten().for_each(|told| {
                let _gone = told.send(());
            });
        }
    }

    /// Ends when nothing of this exchange waits any more; at once if nothing does.
    pub(crate) fn watch(&mut self, exchange: ExchangeId) -> oneshot::Receiver<()> {
        let (told, tells) = oneshot::channel();
        if self.of(exchange).next().is_some() {
            self.watched.entry(exchange).or_default().push(told);
        }
        tells
    }

    /// Forgets those who watched and have gone.
    pub(crate) fn forget_gone(&mut self, exchange: ExchangeId) {
        if let Some(watched) = self.watched.get_mut(&exchange) {
            watched.retain(|told| !told.is_closed());
            if watched.is_empty() {
                self.watched.remove(&exchange);
            }
        }
    }

    /// Notes a failed try.
    pub(crate) fn failed(&mut self, exchange: ExchangeId, seq: u64, refused_in_a_row: u32) {
        if let Some(wait) = self.waits.get_mut(&(exchange, seq)) {
            wait.refused = refused_in_a_row;
        }
    }

    /// The packet, if it still waits.
    pub(crate) fn get(&self, exchange: ExchangeId, seq: u64) -> Option<&Wait> {
        self.waits.get(&(exchange, seq))
    }

    /// All, in the order in which they came.
    pub(crate) fn all(&self) -> impl Iterator<Item = (ExchangeId, u64, AgencyId)> {
        self.line.values().filter_map(|place| Some((place.0, place.1, self.waits.get(place)?.due.peer)))
    }

    /// The numbers of an exchange's packets that wait.
    pub(crate) fn of(&self, exchange: ExchangeId) -> impl Iterator<Item = u64> {
        self.waits.range((exchange, 0)..=(exchange, u64::MAX)).map(|((_, seq), _)| *seq)
    }

    /// An exchange's packets that wait.
    pub(crate) fn rows_of(&self, exchange: ExchangeId) -> Vec<(u64, DueRow)> {
        let waits = self.waits.range((exchange, 0)..=(exchange, u64::MAX));
        waits.map(|((_, seq), wait)| (*seq, wait.due.clone())).collect()
    }

    #[cfg(test)]
    pub(crate) fn at_hand(&self) -> usize {
        let bytes: usize = self.at_hand.values().map(|packet| packet.inner.bytes().len()).sum();
        assert_eq!(bytes, self.bytes_at_hand);
        assert!(bytes <= MOST_AT_HAND);
        self.at_hand.len()
    }

    /// How many wait.
    pub(crate) fn len(&self) -> usize {
        self.waits.len()
    }

    /// What became of the newest packet of an exchange.
    pub(crate) fn delivery(&self, exchange: ExchangeId) -> Delivery {
        let newest = self.waits.range((exchange, 0)..=(exchange, u64::MAX)).next_back();
        match newest {
            Some((_, wait)) if wait.refused >= STUCK_AFTER => Delivery::Stuck,
            Some(_) => Delivery::Waiting,
            None if self.refused.contains_key(&exchange) => Delivery::Refused,
            None => Delivery::Delivered,
        }
    }

    /// Exchanges whose packets the other node keeps turning away.
    pub(crate) fn stuck(&self) -> impl Iterator<Item = (ExchangeId, AgencyId)> {
        let stuck = self.waits.iter().filter(|(_, wait)| wait.refused >= STUCK_AFTER);
        stuck.map(|((exchange, _), wait)| (*exchange, wait.due.peer))
    }
}

#[cfg(test)]
mod tests {
    use keys::Digest;

    use super::*;

    #[test]
    fn the_newest_packet_tells_the_delivery_state() {
        let exchange = ExchangeId::new(Digest([1; 32]));
        let due = DueRow { peer: AgencyId::new(Digest([2; 32])), parting: false, kind: "note".into() };
        let mut pending = Pending::default();
        assert_eq!(pending.delivery(exchange), Delivery::Delivered);
        pending.add(exchange, 1, due.clone());
        pending.add(exchange, 2, due);
        pending.remove(exchange, 1, false);
        assert_eq!(pending.delivery(exchange), Delivery::Waiting);
        pending.failed(exchange, 2, STUCK_AFTER);
        assert_eq!(pending.delivery(exchange), Delivery::Stuck);
        pending.remove(exchange, 2, true);
        assert_eq!(pending.delivery(exchange), Delivery::Refused);
    }

    fn due() -> DueRow {
        DueRow { peer: AgencyId::new(Digest([2; 32])), parting: false, kind: "note".into() }
    }

    #[test]
    fn first_come_is_first_sent_and_what_moves_keeps_its_turn() {
        let [early, late] = [9, 1].map(|byte| ExchangeId::new(Digest([byte; 32])));
        let mut pending = Pending::default();
        pending.add(early, 1, due());
        pending.add(late, 1, due());
        pending.add(early, 2, due());
        pending.add(early, 1, DueRow { parting: true, ..due() });
        let order = |pending: &Pending| pending.all().map(|(id, seq, _)| (id, seq)).collect::<Vec<_>>();
        assert_eq!(order(&pending), [(early, 1), (late, 1), (early, 2)]);
        pending.remove(late, 1, false);
        pending.remove(early, 1, false);
        assert_eq!(order(&pending), [(early, 2)]);
    }

    #[test]
    fn who_watches_an_exchange_is_told_when_nothing_of_it_waits() {
        let exchange = ExchangeId::new(Digest([1; 32]));
        let mut pending = Pending::default();
        let told_at_once = pending.watch(exchange).try_recv();
        assert!(matches!(told_at_once, Err(oneshot::error::TryRecvError::Closed)));
        pending.add(exchange, 1, due());
        pending.add(exchange, 2, due());
        let mut watch = pending.watch(exchange);
        pending.remove(exchange, 1, false);
        assert!(watch.try_recv().is_err());
        drop(pending.watch(exchange));
        pending.forget_gone(exchange);
        pending.remove(exchange, 2, false);
        assert_eq!(watch.try_recv(), Ok(()));
        assert!(pending.watched.is_empty());
    }
}
