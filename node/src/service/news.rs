//! What is new since somebody's page was made: which exchanges changed, in memory only.
//!
//! Nothing is looked for while people wait: each commit rings once, and a page that is rung reads what changed since
//! its own [`Mark`]. Said are numbers, and to each person only of what they may see.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use protocol::{ExchangeId, exchange::Role as End};
use tokio::sync::watch;

use super::{Actor, Service, access::UseCase, exchange::Line};

/// Exchanges that are remembered as changed; of more, the oldest are forgotten: nobody counts so far.
const MOST: usize = 512;

/// A moment in the life of this process: milliseconds since it opened, one more where two would be equal.
///
/// Not a count of changes: that would tell whoever sees none of them how busy the office is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark(pub u64);

/// Which changes a page is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// What other agencies ask.
    Received,
    /// What this agency asked.
    Sent,
    /// Both.
    All,
    /// One exchange, by its id or the beginning of it.
    One(String),
}

/// How much is new to somebody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fresh {
    /// Offers that came and wait for an answer.
    pub offers: u64,
    /// Exchanges that changed otherwise.
    pub changes: u64,
}

/// What changed, and who is rung.
pub(super) struct News {
    begun: Instant,
    recent: Mutex<Recent>,
    bell: watch::Sender<()>,
}

#[derive(Default)]
struct Recent {
    last: u64,
    /// Each exchange once, at its newest change.
    by_mark: BTreeMap<Mark, ExchangeId>,
    changed: HashMap<ExchangeId, Changed>,
}

#[derive(Clone, Copy)]
struct Changed {
    at: Mark,
    /// When it ceased to wait for an answer. Everybody who works with children saw it in their list until then, and
    /// learns that it is gone; what became of it only those who have it.
    answered: Option<Mark>,
}

impl News {
    pub(super) fn new() -> Self {
        Self { begun: Instant::now(), recent: Mutex::default(), bell: watch::Sender::default() }
    }

    /// Rings at each change.
    pub(super) fn bell(&self) -> watch::Receiver<()> {
        self.bell.subscribe()
    }

    /// Something else changed that people are told the number of.
    pub(super) fn ring(&self) {
        self.bell.send_replace(());
    }

    /// The exchange changed in a way that people read; `answered`: by this agency's answer.
    pub(super) fn changed(&self, id: ExchangeId, answered: bool) {
        self.note(id, answered);
        self.ring();
    }

    /// It is somebody else's from now on.
    pub(super) fn assigned(&self, id: ExchangeId) {
        self.note(id, false);
        self.ring();
    }

    fn note(&self, id: ExchangeId, answered: bool) {
        let elapsed = self.elapsed();
        let mut recent = self.recent();
        recent.last = elapsed.max(recent.last.saturating_add(1));
        let at = Mark(recent.last);
        let before = recent.changed.get(&id).copied();
        if let Some(before) = before {
            recent.by_mark.remove(&before.at);
        }
        recent.by_mark.insert(at, id);
        let answered = if answered { Some(at) } else { before.and_then(|before| before.answered) };
        recent.changed.insert(id, Changed { at, answered });
        if recent.by_mark.len() > MOST
            && let Some((_, oldest)) = recent.by_mark.pop_first()
        {
            recent.changed.remove(&oldest);
        }
    }

    /// What comes from now on comes after this.
    fn mark(&self) -> Mark {
        let elapsed = self.elapsed();
        let mut recent = self.recent();
        recent.last = recent.last.max(elapsed);
        Mark(recent.last)
    }

    fn since(&self, mark: Mark) -> Vec<(ExchangeId, Changed)> {
        let recent = self.recent();
        let after = recent.by_mark.range(Mark(mark.0.saturating_add(1))..);
        after.filter_map(|(_, id)| Some((*id, *recent.changed.get(id)?))).collect()
    }

    fn elapsed(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn recent(&self) -> MutexGuard<'_, Recent> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl About {
    fn meets(&self, line: &Line) -> bool {
        match self {
            Self::Received => line.role == End::Recipient,
            Self::Sent => line.role == End::Origin,
            Self::All | Self::One(_) => true,
        }
    }
}

impl Service {
    /// The moment before which a page that is made now knows all.
    #[must_use]
    pub fn news_mark(&self) -> Mark {
        self.news.mark()
    }

    /// Rings when something changed that [`Service::fresh`], [`Service::waiting_for`] or
    /// [`Service::waiting_to_confirm`] may tell somebody of.
    #[must_use]
    pub fn news_bell(&self) -> watch::Receiver<()> {
        self.news.bell()
    }

    /// How much of it is new to `actor` since `mark`; none for whoever has nothing to do with cases.
    #[must_use]
    pub fn fresh(&self, actor: &Actor, mark: Mark, about: &About) -> Option<Fresh> {
        self.allows(actor, UseCase::Inbox).then(|| self.fresh_to(actor, mark, about))
    }

    fn fresh_to(&self, actor: &Actor, mark: Mark, about: &About) -> Fresh {
        let only = match about {
            About::One(text) => match self.resolve_exchange(text) {
                Ok(id) => Some(id),
                Err(_) => return Fresh::default(),
            },
            About::Received | About::Sent | About::All => None,
        };
        let changed = self.news.since(mark);
        let board = self.board();
        let mut fresh = Fresh::default();
        for (id, change) in changed.into_iter().filter(|(id, _)| only.is_none_or(|only| only == *id)) {
            let Some(line) = board.line(&id).filter(|line| about.meets(line)) else { continue };
            if line.unanswered() && line.role == End::Recipient {
                fresh.offers += u64::from(self.sees_exchange(actor, id, line));
            } else {
                let listed = change.answered.is_some_and(|at| at > mark);
                fresh.changes += u64::from(listed || self.sees_exchange(actor, id, line));
            }
        }
        fresh
    }
}

#[cfg(test)]
mod tests {
    use keys::Digest;

    use super::*;

    fn id(n: u32) -> ExchangeId {
        let mut bytes = [0; 32];
        bytes[..4].copy_from_slice(&n.to_be_bytes());
        ExchangeId::new(Digest(bytes))
    }

    #[test]
    fn each_exchange_counts_once_and_only_after_the_mark() {
        let news = News::new();
        news.note(id(1), false);
        let mark = news.mark();
        assert!(news.since(mark).is_empty());
        news.note(id(2), false);
        news.note(id(2), false);
        news.note(id(1), false);
        assert_eq!(news.since(mark).iter().map(|(id, _)| *id).collect::<Vec<_>>(), [id(2), id(1)]);
        assert!(news.since(news.mark()).is_empty());
    }

    #[test]
    fn what_was_answered_stays_so_whatever_comes_after() {
        let news = News::new();
        let before = news.mark();
        news.note(id(1), true);
        let between = news.mark();
        news.note(id(1), false);
        let answered = |mark| news.since(mark)[0].1.answered.is_some_and(|at| at > mark);
        assert!(answered(before) && !answered(between));
    }

    #[test]
    fn memory_is_bounded() {
        let news = News::new();
        for n in 0..2_000 {
            news.note(id(n), false);
        }
        let since = news.since(Mark(0));
        assert_eq!((since.len(), since.last().map(|(id, _)| *id)), (MOST, Some(id(1_999))));
        assert_eq!(news.recent().changed.len(), MOST);
    }
}
