//! Places for connections. No one address gets them all, so that one stranger does not shut everybody else out.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// All places.
pub(super) struct Room {
    places: usize,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    all: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// A place, given back when dropped.
pub(super) struct Place {
    room: Arc<Room>,
    from: IpAddr,
}

impl Room {
    pub(super) fn new(places: usize) -> Self {
        Self { places, taken: Mutex::default() }
    }

    /// A place, unless all are taken, or half of them by this address. This computer's own may have all: all its
    /// people, and those of a tunnel that ends here, share one.
    pub(super) fn enter(self: &Arc<Self>, from: IpAddr) -> Option<Place> {
        let from = network_of(from);
        let most = if from.is_loopback() { self.places } else { self.places.div_ceil(2) };
        let mut taken = self.taken();
        if taken.all >= self.places || taken.by_address.get(&from).is_some_and(|own| *own >= most) {
            return None;
        }
        taken.all += 1;
        *taken.by_address.entry(from).or_default() += 1;
        Some(Place { room: Arc::clone(self), from })
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.room.taken();
        taken.all = taken.all.saturating_sub(1);
        let left = taken.by_address.get_mut(&self.from).map_or(0, |own| {
            *own = own.saturating_sub(1);
            *own
        });
        if left == 0 {
            taken.by_address.remove(&self.from);
        }
    }
}

/// Whoever has one address of IPv6 has the other 2^64 of its network too.
fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) if !v6.is_loopback() => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_never_takes_all_places_and_gives_back_what_it_had() {
        let room = Arc::new(Room::new(8));
        let from = |text: &str| room.enter(text.parse().unwrap());
        let flood: Vec<Place> = (0..20).filter_map(|n| from(&format!("2001:db8::{n}"))).collect();
        assert_eq!(flood.len(), 4, "one network of IPv6 counts as one");
        let others: Vec<Place> = (0..20).filter_map(|n| from(&format!("192.0.2.{n}"))).collect();
        assert_eq!(others.len(), 4, "and there is an end for all together");
        drop((flood, others));
        assert!(room.taken().by_address.is_empty() && room.taken().all == 0);
        assert_eq!((0..20).filter_map(|_| from("127.0.0.1")).collect::<Vec<_>>().len(), 8, "this computer's own");
    }
}
