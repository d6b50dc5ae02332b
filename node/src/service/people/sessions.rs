//! Who is signed in now. In memory only: a node that is locked or restarted has nobody signed in, which is what
//! locking is for; and a page then costs no write. Of each token only its hash is kept.

use std::{collections::HashMap, net::IpAddr};

use keys::{Digest, Entropy, Timestamp};
use tokio::sync::watch;

use super::{
    ids::{PersonId, SessionId},
    secrets::SessionToken,
};

/// Seconds without a request after which a session ends.
pub const IDLE: u64 = 15 * 60;
/// The same on a computer that others use too.
pub const IDLE_SHARED: u64 = 5 * 60;
/// Seconds after which any session ends.
pub const ABSOLUTE: u64 = 12 * 3_600;
/// Sessions of one person; for one more, the one that was longest without a request ends.
const MOST: usize = 8;
/// Seconds for which a session that ended by itself is still known by its token: it opens nothing, and what was typed on
/// its pages is not lost.
const KNOWN: u64 = 24 * 3_600;
/// Of how many such sessions that is so.
const MOST_KNOWN: usize = 1_000;

/// A session as it is told to the one who signed in.
#[derive(Clone, Debug)]
pub struct Session {
    /// For lists; opens nothing.
    pub id: SessionId,
    /// Whose it is.
    pub person: PersonId,
    /// When it began.
    pub started: Timestamp,
    /// When it ends at the latest.
    pub ends: Timestamp,
    /// Seconds without a request after which it ends.
    pub idle: u64,
    /// On a computer that others use too.
    pub shared_computer: bool,
    /// Where from.
    pub from: IpAddr,
    /// The last request.
    pub seen: Timestamp,
}

impl Session {
    fn over(&self, now: Timestamp) -> bool {
        self.left(now) == 0
    }

    /// Seconds until it ends, if nothing more is asked.
    fn left(&self, now: Timestamp) -> u64 {
        let idle = self.idle.saturating_sub(now.0.saturating_sub(self.seen.0));
        idle.min(self.ends.0.saturating_sub(now.0))
    }
}

/// A session that begins: the token is shown here, and never again.
#[derive(Debug)]
pub struct NewSession {
    /// What the browser keeps.
    pub token: SessionToken,
    /// What it opens.
    pub session: Session,
}

/// All sessions, by the hash of their token.
#[derive(Default)]
pub(super) struct Sessions {
    open: HashMap<Digest, Session>,
    /// Those that ended by themselves, and when that was noticed.
    over: HashMap<Digest, (Session, Timestamp)>,
    /// Rings when sessions were ended by hand.
    ended: watch::Sender<()>,
}

impl Sessions {
    pub(super) fn open(
        &mut self,
        (person, from, shared_computer): (PersonId, IpAddr, bool),
        now: Timestamp,
        entropy: &mut dyn Entropy,
    ) -> NewSession {
        self.sweep(now);
        let mut own: Vec<(Timestamp, Digest)> =
            self.open.iter().filter(|(_, s)| s.person == person).map(|(hash, s)| (s.seen, *hash)).collect();
        own.sort_unstable();
        for (_, hash) in own.iter().rev().skip(MOST - 1) {
            self.close(*hash, now);
            self.ended.send_replace(());
        }
        let token = SessionToken::random(entropy);
        let session = Session {
            id: SessionId::random(entropy),
            person,
            started: now,
            ends: Timestamp(now.0.saturating_add(ABSOLUTE)),
            idle: if shared_computer { IDLE_SHARED } else { IDLE },
            shared_computer,
            from,
            seen: now,
        };
        self.open.insert(token.hash(), session.clone());
        NewSession { token, session }
    }

    /// The session that the token opens, which has been seen now.
    pub(super) fn seen(&mut self, token: &SessionToken, now: Timestamp) -> Option<Session> {
        let hash = token.hash();
        let session = self.open.get_mut(&hash)?;
        if session.over(now) {
            self.close(hash, now);
            return None;
        }
        session.seen = session.seen.max(now);
        Some(session.clone())
    }

    /// Ends a session by itself: nobody asked for it.
    fn close(&mut self, hash: Digest, now: Timestamp) {
        if self.over.len() >= MOST_KNOWN {
            let oldest = self.over.iter().min_by_key(|(_, (_, at))| *at).map(|(hash, _)| *hash);
            oldest.map(|hash| self.over.remove(&hash));
        }
        if let Some(session) = self.open.remove(&hash) {
            self.over.insert(hash, (session, now));
        }
    }

    /// Ends those whose time is over, and forgets those that ended long ago.
    fn sweep(&mut self, now: Timestamp) {
        let over: Vec<Digest> = self.open.iter().filter(|(_, one)| one.over(now)).map(|(hash, _)| *hash).collect();
        for hash in over {
            self.close(hash, now);
        }
        self.over.retain(|_, (_, at)| now.0.saturating_sub(at.0) < KNOWN);
    }

    /// The session of this token that ended by itself, not long ago. It opens nothing.
    pub(super) fn ended_by_itself(&mut self, token: &SessionToken, now: Timestamp) -> Option<Session> {
        self.sweep(now);
        self.over.get(&token.hash()).map(|(session, _)| session.clone())
    }

    /// The session that the token opens, and how many seconds it has left. It has not been used by that: a page that
    /// waits for news keeps nobody signed in.
    pub(super) fn as_it_is(&self, token: &SessionToken, now: Timestamp) -> Option<(Session, u64)> {
        let session = self.open.get(&token.hash())?;
        Some((session.clone(), session.left(now))).filter(|(_, left)| *left > 0)
    }

    /// Rings when sessions were ended by hand.
    pub(super) fn bell(&self) -> watch::Receiver<()> {
        self.ended.subscribe()
    }

    /// The person's sessions that go on, the newest first.
    pub(super) fn of(&self, person: PersonId, now: Timestamp) -> Vec<Session> {
        let own = self.open.values().filter(|session| session.person == person && !session.over(now));
        let mut own: Vec<Session> = own.cloned().collect();
        own.sort_unstable_by_key(|session| (std::cmp::Reverse(session.started), session.id));
        own
    }

    /// Ends those sessions of the person that `which` names; how many.
    pub(super) fn end(&mut self, person: PersonId, which: impl Fn(&Session) -> bool) -> usize {
        let before = self.open.len();
        self.open.retain(|_, session| session.person != person || !which(session));
        // Also what had ended by itself: a lost telephone keeps nothing in its owner's name.
        self.over.retain(|_, (session, _)| session.person != person || !which(session));
        let ended = before - self.open.len();
        if ended > 0 {
            self.ended.send_replace(());
        }
        ended
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;
    use crate::world::testing::SeededEntropy;

    const START: Timestamp = Timestamp(1_780_272_000);
    const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    fn after(seconds: u64) -> Timestamp {
        Timestamp(START.0 + seconds)
    }

    #[test]
    fn a_session_ends_when_idle_and_in_any_case_after_twelve_hours() {
        for (shared, idle) in [(false, IDLE), (true, IDLE_SHARED)] {
            let mut sessions = Sessions::default();
            let who = (PersonId::new([1; 16]), HERE, shared);
            let token = sessions.open(who, START, &mut SeededEntropy::new(1)).token;
            let mut now = 0;
            while now + idle - 1 < ABSOLUTE {
                now += idle - 1;
                assert!(sessions.seen(&token, after(now)).is_some(), "used at {now}");
            }
            assert!(sessions.seen(&token, after(ABSOLUTE)).is_none(), "twelve hours");
            let token = sessions.open(who, START, &mut SeededEntropy::new(2)).token;
            assert!(sessions.seen(&token, after(idle)).is_none(), "idle");
            assert!(sessions.seen(&token, START).is_none(), "and it does not come back");
        }
    }

    #[test]
    fn one_person_has_a_few_sessions_only_and_the_idlest_goes() {
        let (mut sessions, mut entropy) = (Sessions::default(), SeededEntropy::new(1));
        let [dara, maly] = [1, 2].map(|n| PersonId::new([n; 16]));
        let malys = sessions.open((maly, HERE, false), START, &mut entropy).token;
        let first = sessions.open((dara, HERE, false), START, &mut entropy).token;
        let second = sessions.open((dara, HERE, false), START, &mut entropy).token;
        sessions.seen(&first, after(1));
        for n in 0..MOST - 1 {
            sessions.open((dara, HERE, false), after(2 + n as u64), &mut entropy);
        }
        assert_eq!(sessions.of(dara, after(20)).len(), MOST);
        assert!(sessions.seen(&first, after(20)).is_some() && sessions.seen(&second, after(20)).is_none());
        assert_eq!(sessions.end(dara, |_| true), MOST);
        assert!(sessions.seen(&malys, after(20)).is_some(), "another's is not touched");
    }
}
