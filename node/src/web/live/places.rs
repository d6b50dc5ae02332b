//! Places for streams: so many in all that pages still find connections, and a few for each session.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::oneshot;

use super::Times;
use crate::service::people::SessionId;

/// Streams of one session. Over plain HTTP a browser opens six connections to one host; two stay for pages.
const OF_ONE_SESSION: usize = 4;

/// All streams of this node.
pub(in crate::web) struct Streams {
    most: usize,
    pub(in crate::web) times: Times,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    next: u64,
    /// In the order in which they began. What is kept of each is dropped to end it.
    open: BTreeMap<u64, (SessionId, oneshot::Sender<()>)>,
}

/// A stream's place, given back when dropped.
pub(super) struct Place {
    streams: Arc<Streams>,
    number: u64,
}

impl Streams {
    /// So many at one time.
    pub(in crate::web) fn new(most: usize, times: Times) -> Self {
        Self { most, times, taken: Mutex::default() }
    }

    /// A place, unless all are taken, and what resolves when the place is given to another page of the same person:
    /// the newest page is the one that is looked at.
    pub(super) fn enter(self: &Arc<Self>, session: SessionId) -> Option<(Place, oneshot::Receiver<()>)> {
        let mut taken = self.taken();
        let own: Vec<u64> = taken.open.iter().filter(|(_, (of, _))| *of == session).map(|(n, _)| *n).collect();
        for oldest in own.iter().rev().skip(OF_ONE_SESSION - 1) {
            taken.open.remove(oldest);
        }
        if taken.open.len() >= self.most {
            return None;
        }
        let number = taken.next;
        taken.next += 1;
        let (stays, out) = oneshot::channel();
        taken.open.insert(number, (session, stays));
        Some((Place { streams: Arc::clone(self), number }, out))
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.streams.taken().open.remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_session_has_a_few_places_the_newest_pages_theirs_and_all_together_have_an_end() {
        let streams = Arc::new(Streams::new(6, Times::default()));
        let [one, two] = [1, 2].map(|n| SessionId::new([n; 8]));
        let mut own: Vec<_> = (0..OF_ONE_SESSION + 2).filter_map(|_| streams.enter(one)).collect();
        let ended = own.iter_mut().map(|(_, out)| out.try_recv() == Err(oneshot::error::TryRecvError::Closed));
        assert_eq!(ended.collect::<Vec<_>>(), [true, true, false, false, false, false], "the oldest give way");
        let others: Vec<_> = (0..4).filter_map(|_| streams.enter(two)).collect();
        assert_eq!(others.len(), 2, "six in all");
        drop((own, others));
        assert!(streams.taken().open.is_empty());
    }
}
