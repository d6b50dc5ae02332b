//! The room for envelopes in memory, shared between peers.
//!
//! Room is held from before an envelope's body is read until it is answered, and a peer decides how slowly its bodies
//! come. So no peer gets more than its share, and a lone one no more than half: whoever comes next finds room at once,
//! however much of it the others would fill.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use keys::AgencyId;
use tokio::{sync::Notify, time::timeout};

/// How long a request waits for room: as long as a moment's crowd lasts.
const PATIENCE: Duration = Duration::from_secs(2);

#[derive(Debug)]
pub(super) struct Shares {
    total: usize,
    taken: Mutex<Held>,
    freed: Notify,
}

#[derive(Debug, Default)]
struct Held {
    all: usize,
    /// Of each peer that holds room just now.
    by_peer: HashMap<AgencyId, usize>,
}

/// Room for one envelope, given back when dropped.
#[derive(Debug)]
pub(super) struct Room {
    shares: Arc<Shares>,
    peer: AgencyId,
}

impl Shares {
    pub(super) fn new(total: usize) -> Self {
        Self { total, taken: Mutex::default(), freed: Notify::new() }
    }

    /// Room for one envelope of `peer`; `None` if there is none within a moment.
    pub(super) async fn room(self: &Arc<Self>, peer: AgencyId) -> Option<Room> {
        let wait = async {
            loop {
                let freed = self.freed.notified();
                tokio::pin!(freed);
                // Listening before looking: what is freed in between is not missed.
                freed.as_mut().enable();
                if let Some(room) = self.room_now(peer) {
                    return room;
                }
                freed.await;
            }
        };
        timeout(PATIENCE, wait).await.ok()
    }

    fn room_now(self: &Arc<Self>, peer: AgencyId) -> Option<Room> {
        let mut held = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let mine = held.by_peer.get(&peer).copied().unwrap_or(0);
        let others = held.by_peer.len() - usize::from(mine > 0);
        let share = (self.total / (others + 2)).max(1);
        let free = mine < share && held.all < self.total;
        if free {
            held.all += 1;
            *held.by_peer.entry(peer).or_default() += 1;
        }
        free.then(|| Room { shares: Arc::clone(self), peer })
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        let mut held = self.shares.taken.lock().unwrap_or_else(PoisonError::into_inner);
        held.all -= 1;
        if let Some(mine) = held.by_peer.get_mut(&self.peer) {
            *mine -= 1;
            if *mine == 0 {
                held.by_peer.remove(&self.peer);
            }
        }
        drop(held);
        // Each looks whether it is his turn: one of another peer's may be allowed where the next in line is not.
        self.shares.freed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(byte: u8) -> AgencyId {
        AgencyId::new(keys::Digest([byte; 32]))
    }

    fn fill(shares: &Arc<Shares>, by: u8) -> Vec<Room> {
        std::iter::from_fn(|| shares.room_now(peer(by))).collect()
    }

    #[test]
    fn whoever_comes_next_finds_room_however_much_the_others_would_fill() {
        let shares = Arc::new(Shares::new(64));
        let first = fill(&shares, 1);
        assert_eq!(first.len(), 32, "a lone peer has half");
        let second = fill(&shares, 2);
        assert_eq!(second.len(), 21);
        let third = fill(&shares, 3);
        assert_eq!(first.len() + second.len() + third.len(), 64);
        drop(first);
        assert!(shares.room_now(peer(4)).is_some());
    }

    #[tokio::test]
    async fn what_one_gives_back_another_gets_that_waits() {
        let shares = Arc::new(Shares::new(2));
        let room = shares.room(peer(1)).await.unwrap();
        assert!(shares.room_now(peer(1)).is_none(), "half of two");
        let waits = tokio::spawn({
            let shares = Arc::clone(&shares);
            async move { shares.room(peer(1)).await.is_some() }
        });
        tokio::task::yield_now().await;
        drop(room);
        assert!(waits.await.unwrap());
        assert_eq!(shares.taken.lock().unwrap().all, 0);
        assert!(shares.taken.lock().unwrap().by_peer.is_empty(), "nothing is remembered of who holds nothing");
    }
}
