//! Packets that wait for their acknowledgement, at a glance: built at start, in memory only.

use std::collections::BTreeMap;

use keys::AgencyId;
use protocol::ExchangeId;

use crate::{service::rows::DueRow, view::Delivery};

/// After how many refusals in a row a person is told that the other node turns our packets away.
pub(crate) const STUCK_AFTER: u32 = 10;

/// A packet that waits.
#[derive(Clone, Debug)]
pub(crate) struct Wait {
    pub due: DueRow,
    /// How often in a row the other node refused it unread.
    pub refused: u32,
}

/// All packets that wait, in the order of each exchange.
#[derive(Default)]
pub(crate) struct Pending {
    waits: BTreeMap<(ExchangeId, u64), Wait>,
    /// What became of the newest packet that was answered, where that was a refusal.
    refused: BTreeMap<ExchangeId, u64>,
}

impl Pending {
    /// A packet waits from now on.
    pub(crate) fn add(&mut self, exchange: ExchangeId, seq: u64, due: DueRow) {
        self.waits.insert((exchange, seq), Wait { due, refused: 0 });
    }

    /// It was answered for good.
    pub(crate) fn remove(&mut self, exchange: ExchangeId, seq: u64, refused: bool) {
        self.waits.remove(&(exchange, seq));
        if refused {
            self.refused.insert(exchange, seq);
        } else {
            self.refused.remove(&exchange);
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

    /// All, in the order of their exchanges.
    pub(crate) fn all(&self) -> impl Iterator<Item = (ExchangeId, u64, AgencyId)> {
        self.waits.iter().map(|((exchange, seq), wait)| (*exchange, *seq, wait.due.peer))
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
}
