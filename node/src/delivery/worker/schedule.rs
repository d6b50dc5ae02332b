//! Which lane may be tried when. Lives in memory: after a restart everything is tried at once.

use std::{
    collections::{HashMap, HashSet},
    time::{Duration, Instant},
};

use keys::AgencyId;

use super::{
    BackOff, Failure,
    backoff::Waits,
    lane::{Ended, LaneId},
};
use crate::delivery::http::DeliverError;

/// Failures so far, by exchange and by peer.
#[derive(Debug)]
pub(super) struct Schedule {
    settings: BackOff,
    lanes: HashMap<LaneId, Waits>,
    peers: HashMap<AgencyId, Waits>,
    failures: HashMap<LaneId, u32>,
    asleep: HashSet<LaneId>,
}

impl Schedule {
    pub(super) fn new(settings: BackOff) -> Self {
        Self {
            settings,
            lanes: HashMap::new(),
            peers: HashMap::new(),
            failures: HashMap::new(),
            asleep: HashSet::new(),
        }
    }

    /// Whether the lane may be tried now.
    pub(super) fn allows(&self, lane: &LaneId, now: Instant) -> bool {
        let over = |waits: &Waits| waits.until() <= now;
        !self.asleep.contains(lane) && self.lanes.get(lane).is_none_or(over) && self.peers.get(&lane.0).is_none_or(over)
    }

    /// Failures of this lane since its last success.
    pub(super) fn failures(&self, lane: &LaneId) -> u32 {
        self.failures.get(lane).copied().unwrap_or(0)
    }

    /// Notes the end of a lane's turn. `stirred`: the outbox changed during the turn, so sleep may be outdated already.
    pub(super) fn ended(&mut self, lane: LaneId, sent: u32, ended: &Ended, stirred: bool, now: Instant) {
        if sent > 0 {
            self.lanes.remove(&lane);
            self.peers.remove(&lane.0);
            self.failures.remove(&lane);
        }
        match ended {
            Ended::Through => {}
            Ended::Asleep => {
                if !stirred {
                    self.asleep.insert(lane);
                }
            }
            Ended::Outbox => self.hold_back(lane, now),
            Ended::Failed(why) => {
                let failures = self.failures.entry(lane).or_default();
                *failures = failures.saturating_add(1);
                match why {
                    Failure::Call(DeliverError::Busy { retry_after }) => {
                        self.hold_back_peer(lane.0, Some(*retry_after), now);
                    }
                    // What ends an exchange is taken where nothing else is: it must not wait behind an offer.
                    Failure::Call(DeliverError::NoRoom { retry_after }) => {
                        self.hold_back_for(lane, Some(*retry_after), now);
                    }
                    Failure::Call(error) if error.is_of_the_peer() => self.hold_back_peer(lane.0, None, now),
                    Failure::Call(_) | Failure::Held | Failure::NotAnAck | Failure::Record => self.hold_back(lane, now),
                }
            }
        }
    }

    /// Something changed: what slept is looked at again.
    pub(super) fn wake(&mut self) {
        self.asleep.clear();
    }

    /// The first moment after `now` at which something may be tried again.
    pub(super) fn next_try(&self, now: Instant) -> Option<Instant> {
        self.lanes.values().chain(self.peers.values()).map(Waits::until).filter(|until| *until > now).min()
    }

    /// Forgets what no longer waits, so that memory is bounded by the outbox.
    pub(super) fn keep_only(&mut self, waiting: impl Iterator<Item = LaneId>) {
        let nothing = self.lanes.is_empty() && self.failures.is_empty() && self.asleep.is_empty();
        if nothing && self.peers.is_empty() {
            return;
        }
        let lanes: HashSet<LaneId> = waiting.collect();
        let peers: HashSet<AgencyId> = lanes.iter().map(|(peer, _)| *peer).collect();
        self.lanes.retain(|lane, _| lanes.contains(lane));
        self.failures.retain(|lane, _| lanes.contains(lane));
        self.asleep.retain(|lane| lanes.contains(lane));
        self.peers.retain(|peer, _| peers.contains(peer));
    }

    /// A broken turn, or one that says something of its exchange only.
    pub(super) fn hold_back(&mut self, lane: LaneId, now: Instant) {
        self.hold_back_for(lane, None, now);
    }

    fn hold_back_for(&mut self, lane: LaneId, asked: Option<Duration>, now: Instant) {
        let settings = self.settings;
        self.lanes.entry(lane).or_insert_with(|| Waits::new(settings, now)).failed(now, asked);
    }

    /// A peer that is away is tried with one wait for all its exchanges, not once for each.
    fn hold_back_peer(&mut self, peer: AgencyId, asked: Option<Duration>, now: Instant) {
        let settings = self.settings;
        let waits = self.peers.entry(peer).or_insert_with(|| Waits::new(settings, now));
        // Lanes that were under way together fail together: that is one failure.
        if waits.until() <= now {
            waits.failed(now, asked);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use keys::Digest;

    fn lane(peer: u8, exchange: u8) -> LaneId {
        (AgencyId::new(Digest([peer; 32])), Digest([exchange; 32]))
    }

    fn failed(error: DeliverError) -> Ended {
        Ended::Failed(Failure::Call(error))
    }

    #[test]
    fn a_peer_that_is_away_holds_back_all_its_exchanges_and_nobody_elses() {
        let now = Instant::now();
        let mut schedule = Schedule::new(BackOff::default());
        schedule.ended(lane(1, 1), 0, &failed(DeliverError::Unreachable), false, now);
        assert!(!schedule.allows(&lane(1, 1), now) && !schedule.allows(&lane(1, 2), now));
        assert!(schedule.allows(&lane(2, 1), now));
        let next = schedule.next_try(now).unwrap();
        assert!(schedule.allows(&lane(1, 2), next));
    }

    #[test]
    fn exchanges_that_fail_together_count_as_one_failure_of_their_peer() {
        let now = Instant::now();
        let mut schedule = Schedule::new(BackOff::default());
        for exchange in 0..64 {
            schedule.ended(lane(1, exchange), 0, &failed(DeliverError::Timeout), false, now);
        }
        assert!(schedule.next_try(now).unwrap() <= now + Duration::from_secs(2));
    }

    #[test]
    fn no_room_for_one_packet_holds_back_its_exchange_as_long_as_asked_and_no_withdrawal_in_another() {
        let now = Instant::now();
        let mut schedule = Schedule::new(BackOff::default());
        let retry_after = Duration::from_secs(30);
        schedule.ended(lane(1, 1), 0, &failed(DeliverError::NoRoom { retry_after }), false, now);
        assert!(schedule.allows(&lane(1, 2), now));
        assert!(!schedule.allows(&lane(1, 1), now + Duration::from_secs(29)));
        assert!(schedule.allows(&lane(1, 1), now + Duration::from_secs(31)));
    }

    #[test]
    fn a_refusal_holds_back_its_exchange_only_and_is_counted_until_a_success() {
        let now = Instant::now();
        let mut schedule = Schedule::new(BackOff::default());
        for _ in 0..3 {
            schedule.ended(lane(1, 1), 0, &failed(DeliverError::Refused), false, now);
        }
        assert_eq!(schedule.failures(&lane(1, 1)), 3);
        assert!(!schedule.allows(&lane(1, 1), now) && schedule.allows(&lane(1, 2), now));
        schedule.ended(lane(1, 1), 1, &Ended::Through, false, now);
        assert_eq!(schedule.failures(&lane(1, 1)), 0);
        assert!(schedule.allows(&lane(1, 1), now));
    }

    #[test]
    fn what_sleeps_is_left_alone_until_something_changes() {
        let now = Instant::now();
        let mut schedule = Schedule::new(BackOff::default());
        schedule.ended(lane(1, 1), 0, &Ended::Asleep, false, now);
        assert!(!schedule.allows(&lane(1, 1), now));
        schedule.wake();
        assert!(schedule.allows(&lane(1, 1), now));
        schedule.ended(lane(1, 1), 0, &Ended::Asleep, true, now);
        assert!(schedule.allows(&lane(1, 1), now), "it changed while the lane found nothing to do");
    }

    #[test]
    fn what_no_longer_waits_is_forgotten() {
        let now = Instant::now();
        let mut schedule = Schedule::new(BackOff::default());
        schedule.ended(lane(1, 1), 0, &failed(DeliverError::Refused), false, now);
        schedule.ended(lane(2, 1), 0, &failed(DeliverError::Unreachable), false, now);
        schedule.keep_only([lane(2, 1)].into_iter());
        assert_eq!(schedule.failures(&lane(1, 1)), 0);
        assert!(schedule.allows(&lane(1, 1), now) && !schedule.allows(&lane(2, 1), now));
    }
}
