//! Whose records are to be fetched: a packet showed another head of a peer's key log than the one known here, a day is
//! over, or a person asked (`docs/protocol.md` 3.3). Fetching is the worker's; what comes of it is [`super::learn`]'s.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use keys::{AgencyId, Head, Timestamp, VerifiedAgency};
use tokio::sync::{Notify, oneshot};

use crate::{
    service::{Actor, Service, ServiceError, access::UseCase, read, rows::Trust},
    view::RefreshView,
};

/// A peer is asked again without a person after so many seconds, whatever its packets show; what they showed meanwhile
/// is not forgotten.
const AGAIN: u64 = 10;
/// Without any sign a peer is asked after so many seconds: it may have changed its keys and sent nothing since.
const REGULARLY: u64 = Timestamp::DAY;
/// A peer whose part of a cut is missing is asked again after so many seconds.
const FOR_A_CUT: u64 = 600;
/// For so long a person waits for a peer.
const PATIENCE: Duration = Duration::from_secs(25);

/// What came of asking a peer, as a code.
pub type Fetched = &'static str;

/// Whose records are wanted.
#[derive(Default)]
pub(in crate::service) struct Lookout {
    state: Mutex<State>,
    wake: Notify,
}

#[derive(Default)]
struct State {
    wanted: BTreeSet<AgencyId>,
    /// Those who showed something too soon after they were asked.
    owed: BTreeSet<AgencyId>,
    /// When each was asked last, since the node started.
    asked: BTreeMap<AgencyId, Timestamp>,
    /// Persons who wait.
    waiting: BTreeMap<AgencyId, Vec<oneshot::Sender<Fetched>>>,
}

impl Lookout {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks for the peer's record, if it was not asked for within so many seconds.
    fn want(&self, id: AgencyId, now: Timestamp, seconds: u64) {
        let mut state = self.lock();
        if state.asked.get(&id).is_none_or(|asked| asked.plus(seconds) <= now) {
            state.asked.insert(id, now);
            state.owed.remove(&id);
            state.wanted.insert(id);
            drop(state);
            self.wake.notify_one();
        }
    }

    /// As [`Lookout::want`], for what a packet showed: too soon, it is owed.
    fn want_soon(&self, id: AgencyId, now: Timestamp) {
        self.lock().owed.insert(id);
        self.want(id, now, AGAIN);
    }

    /// Asks for the peer's record now, for somebody who waits.
    fn want_now(&self, id: AgencyId, now: Timestamp) -> oneshot::Receiver<Fetched> {
        let (tell, told) = oneshot::channel();
        let mut state = self.lock();
        state.asked.insert(id, now);
        state.wanted.insert(id);
        state.waiting.entry(id).or_default().push(tell);
        drop(state);
        self.wake.notify_one();
        told
    }

    /// The next peer to ask, as soon as there is one. Dropped before it is ready, it has taken nothing.
    async fn next(&self) -> AgencyId {
        loop {
            let next = self.lock().wanted.pop_first();
            match next {
                Some(id) => return id,
                None => self.wake.notified().await,
            }
        }
    }

    fn tell(&self, id: &AgencyId, outcome: Fetched) {
        let waiting = self.lock().waiting.remove(id).unwrap_or_default();
        for person in waiting {
            // Who waited may have gone.
            let _gone = person.send(outcome);
        }
    }
}

impl Service {
    /// Fetches the peer's record from its node now, and says what came of it.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`], [`ServiceError::Ambiguous`], [`ServiceError::MalformedId`].
    pub async fn peer_refresh(&self, actor: &Actor, peer: &str) -> Result<RefreshView, ServiceError> {
        self.may(actor, UseCase::PeerRefresh).await?;
        let id = self.resolve_peer(peer)?;
        let told = self.lookout.want_now(id, self.world.now());
        let outcome = match tokio::time::timeout(PATIENCE, told).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) | Err(_) => "no_answer",
        };
        let peer = self.peer(&id).ok_or(ServiceError::NotFound { what: "peer" })?;
        Ok(RefreshView { outcome: outcome.to_owned(), peer: self.peer_view(&peer) })
    }

    /// The next peer whose record is to be fetched, as soon as there is one. Dropped before it is ready, it has taken
    /// nothing.
    pub async fn record_wanted(&self) -> Arc<VerifiedAgency> {
        loop {
            let id = self.lookout.next().await;
            match self.peer(&id) {
                Some(peer) => return peer.agency,
                None => self.lookout.tell(&id, "no_answer"),
            }
        }
    }

    /// Says what came of asking a peer, to who waits for it.
    pub fn record_came(&self, id: &AgencyId, outcome: Fetched) {
        self.lookout.tell(id, outcome);
    }

    /// A proved packet of the peer shows this head: is it known?
    pub(in crate::service) fn head_seen(&self, peer: &VerifiedAgency, head: Head) {
        if !peer.keys().holds(head) {
            self.lookout.want_soon(peer.id(), self.world.now());
        }
    }

    /// A packet of the peer could not be proved, for want of a key or an incarnation.
    pub(in crate::service) fn key_missed(&self, peer: &AgencyId) {
        self.lookout.want_soon(*peer, self.world.now());
    }

    /// The peer is to be asked now, whatever was asked before.
    pub(in crate::service) fn ask_again(&self, peer: AgencyId) {
        let (now, mut state) = (self.world.now(), self.lookout.lock());
        state.asked.insert(peer, now);
        state.wanted.insert(peer);
        drop(state);
        self.lookout.wake.notify_one();
    }

    /// What time asks for: each peer's record once a day, and what is owed.
    pub(in crate::service) fn records_due(&self, now: Timestamp) {
        let owed = self.lookout.lock().owed.clone();
        owed.into_iter().for_each(|id| self.lookout.want(id, now, AGAIN));
        self.peers_not_heard().into_iter().for_each(|id| self.lookout.want(id, now, AGAIN));
        self.peers_without_cut().into_iter().for_each(|id| self.lookout.want(id, now, FOR_A_CUT));
        let ids: Vec<AgencyId> =
            read(&self.peers).iter().filter(|(_, peer)| peer.row.trust != Trust::Retired).map(|(id, _)| *id).collect();
        ids.into_iter().for_each(|id| self.lookout.want(id, now, REGULARLY));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(byte: u64) -> AgencyId {
        crate::service::testing::verified(&crate::service::testing::founded("X", "shelter", "spean", byte)).id()
    }

    #[tokio::test]
    async fn a_peer_is_asked_again_only_after_a_while_but_for_a_person_at_once() {
        let (lookout, now) = (Lookout::default(), Timestamp(1_000_000));
        lookout.want(id(1), now, AGAIN);
        lookout.want(id(1), now, AGAIN);
        assert_eq!(lookout.next().await, id(1));
        lookout.want_soon(id(1), now.plus(AGAIN - 1));
        assert!(lookout.lock().wanted.is_empty() && lookout.lock().owed.contains(&id(1)));
        lookout.want(id(1), now.plus(AGAIN), AGAIN);
        assert_eq!(lookout.next().await, id(1));
        assert!(lookout.lock().owed.is_empty());
        let told = lookout.want_now(id(1), now.plus(AGAIN));
        assert_eq!(lookout.next().await, id(1));
        lookout.tell(&id(1), "newer");
        assert_eq!(told.await.unwrap(), "newer");
    }
}
