//! Room for handshakes, which strangers can fill.
//!
//! When all of it is taken, whoever comes is let in all the same, and the oldest handshake of the address that has the
//! most ends in its place: an honest one takes a moment, and outlives any number that were begun to say nothing.

use std::{
    collections::{BTreeMap, HashMap},
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::oneshot;

#[derive(Debug)]
pub(super) struct Handshakes {
    limit: usize,
    running: Mutex<Running>,
}

#[derive(Debug, Default)]
struct Running {
    next: u64,
    /// Oldest first.
    all: BTreeMap<u64, (IpAddr, oneshot::Sender<()>)>,
}

/// A handshake that runs; over when dropped.
#[derive(Debug)]
pub(super) struct Handshake {
    room: Arc<Handshakes>,
    number: u64,
    ended: oneshot::Receiver<()>,
}

impl Handshakes {
    /// At most `limit` at one time.
    pub(super) fn new(limit: usize) -> Self {
        Self { limit: limit.max(1), running: Mutex::default() }
    }

    /// Begins one from this address.
    pub(super) fn begin(self: &Arc<Self>, from: IpAddr) -> Handshake {
        let (end, ended) = oneshot::channel();
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if running.all.len() >= self.limit {
            running.end_one();
        }
        let number = running.next;
        running.next += 1;
        running.all.insert(number, (network_of(from), end));
        Handshake { room: Arc::clone(self), number, ended }
    }
}

impl Running {
    fn end_one(&mut self) {
        let mut counts: HashMap<IpAddr, usize> = HashMap::new();
        for (from, _) in self.all.values() {
            *counts.entry(*from).or_default() += 1;
        }
        let most = counts.values().max().copied().unwrap_or(0);
        let oldest = self.all.iter().find(|(_, (from, _))| counts.get(from) == Some(&most)).map(|(number, _)| *number);
        // Dropping the sender is what the handshake waits for.
        drop(oldest.and_then(|number| self.all.remove(&number)));
    }
}

impl Handshake {
    /// Returns when its room was given to another.
    pub(super) async fn ended(&mut self) {
        // Nothing is ever sent: the sender's end is the message.
        let _ = (&mut self.ended).await;
    }
}

impl Drop for Handshake {
    fn drop(&mut self) {
        self.room.running.lock().unwrap_or_else(PoisonError::into_inner).all.remove(&self.number);
    }
}

/// What one caller can choose from at will counts as one: an IPv6 network of 64 bits.
fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6((u128::from(v6) & !u128::from(u64::MAX)).into()),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn has_ended(handshake: &mut Handshake) -> bool {
        !matches!(handshake.ended.try_recv(), Err(oneshot::error::TryRecvError::Empty))
    }

    #[test]
    fn whoever_fills_the_room_loses_his_own_oldest_and_not_anothers() {
        let room = Arc::new(Handshakes::new(3));
        let mut honest = room.begin(address("192.0.2.1"));
        let mut flood: Vec<_> = (0..20).map(|_| room.begin(address("198.51.100.7"))).collect();
        assert!(!has_ended(&mut honest));
        let late = room.begin(address("192.0.2.2"));
        let alive = flood.iter_mut().filter_map(|one| (!has_ended(one)).then_some(())).count();
        assert_eq!((alive, has_ended(&mut honest)), (1, false));
        drop((honest, late, flood));
        assert!(room.running.lock().unwrap().all.is_empty());
    }

    #[test]
    fn one_that_shares_the_floods_address_outlives_as_many_as_there_is_room_for() {
        let room = Arc::new(Handshakes::new(3));
        let mut flood: Vec<_> = (0..20).map(|_| room.begin(address("198.51.100.7"))).collect();
        let mut honest = room.begin(address("198.51.100.7"));
        flood.extend((0..2).map(|_| room.begin(address("198.51.100.7"))));
        assert!(!has_ended(&mut honest));
        flood.push(room.begin(address("198.51.100.7")));
        assert!(has_ended(&mut honest));
    }

    #[test]
    fn all_addresses_of_an_ipv6_network_are_one() {
        let one = network_of(address("2001:db8:1:2:3:4:5:6"));
        assert_eq!(one, network_of(address("2001:db8:1:2::1")));
        assert_ne!(one, network_of(address("2001:db8:1:3::1")));
        assert_eq!(network_of(address("::ffff:192.0.2.1")), address("192.0.2.1"));
    }
}
