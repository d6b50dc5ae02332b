//! How much each peer may ask for: connections and requests.
//!
//! Counted per agency, not per address: agencies are the only ones that get here, and an address is no identity.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use keys::AgencyId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A token bucket's size: so many at once, then so many a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Refill; at least 1.
    pub per_second: u32,
    /// Size; at least 1.
    pub burst: u32,
}

/// What each peer used. Grows with the number of peers that ever connected, that is with the peer list.
#[derive(Debug)]
pub(super) struct Budgets {
    rate: Rate,
    connections: usize,
    peers: Mutex<HashMap<AgencyId, Budget>>,
}

#[derive(Debug)]
struct Budget {
    connections: Arc<Semaphore>,
    tokens: f64,
    filled: Instant,
}

impl Budgets {
    pub(super) fn new(rate: Rate, connections: usize) -> Self {
        Self { rate, connections, peers: Mutex::default() }
    }

    /// Room for one more connection, held until the permit is dropped.
    pub(super) fn connection(&self, peer: AgencyId) -> Option<OwnedSemaphorePermit> {
        self.with(peer, Instant::now(), |budget| Arc::clone(&budget.connections).try_acquire_owned().ok())
    }

    /// Counts one request.
    ///
    /// # Errors
    /// The time until the next one is allowed.
    pub(super) fn request(&self, peer: AgencyId, now: Instant) -> Result<(), Duration> {
        let per_second = f64::from(self.rate.per_second.max(1));
        let burst = f64::from(self.rate.burst.max(1));
        self.with(peer, now, |budget| {
            let gained = now.saturating_duration_since(budget.filled).as_secs_f64() * per_second;
            budget.tokens = (budget.tokens + gained).min(burst);
            budget.filled = now;
            if budget.tokens >= 1.0 {
                budget.tokens -= 1.0;
                return Ok(());
            }
            Err(Duration::from_secs_f64((1.0 - budget.tokens) / per_second))
        })
    }

    fn with<T>(&self, peer: AgencyId, now: Instant, use_it: impl FnOnce(&mut Budget) -> T) -> T {
        // Nothing in here panics half-way, so a poisoned map is still a good one.
        let mut peers = self.peers.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = || Budget {
            connections: Arc::new(Semaphore::new(self.connections)),
            tokens: f64::from(self.rate.burst.max(1)),
            filled: now,
        };
        use_it(peers.entry(peer).or_insert_with(fresh))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use keys::Digest;

    fn agency(byte: u8) -> AgencyId {
        AgencyId::new(Digest([byte; 32]))
    }

    #[test]
    fn a_burst_then_a_steady_rate_and_one_peer_never_uses_anothers() {
        let budgets = Budgets::new(Rate { per_second: 2, burst: 3 }, 1);
        let start = Instant::now();
        for _ in 0..3 {
            assert_eq!(budgets.request(agency(1), start), Ok(()));
        }
        let wait = budgets.request(agency(1), start).unwrap_err();
        assert_eq!(wait, Duration::from_millis(500));
        assert_eq!(budgets.request(agency(2), start), Ok(()));
        assert_eq!(budgets.request(agency(1), start + wait), Ok(()));
        assert!(budgets.request(agency(1), start + wait).is_err());
    }

    #[test]
    fn an_idle_peer_saves_up_no_more_than_its_burst() {
        let budgets = Budgets::new(Rate { per_second: 2, burst: 3 }, 1);
        let start = Instant::now();
        assert_eq!(budgets.request(agency(1), start), Ok(()));
        let later = start + Duration::from_hours(1);
        let allowed = (0..10).filter(|_| budgets.request(agency(1), later).is_ok()).count();
        assert_eq!(allowed, 3);
    }

    #[test]
    fn a_closed_connection_makes_room_for_the_next() {
        let budgets = Budgets::new(Rate { per_second: 1, burst: 1 }, 1);
        let first = budgets.connection(agency(1));
        assert!(first.is_some() && budgets.connection(agency(1)).is_none());
        assert!(budgets.connection(agency(2)).is_some());
        drop(first);
        assert!(budgets.connection(agency(1)).is_some());
    }
}
