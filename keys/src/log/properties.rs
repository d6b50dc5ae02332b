//! Random valid histories verify; none of their single mutations does; and the order of learning does not matter.

use proptest::{prelude::*, sample::Index};

use super::*;
use crate::{
    AgencyId, Common, Digest, PublicRecord, SigningKey, Timestamp, VerifiedAgency, VerifiedFork, cbor, publish,
    record::{Outcome, merge},
    signed::Signed,
    testing::{NOW, add, guarded, key, network, recover, rotate},
};

/// An agency and the keys that may go on with it.
#[derive(Clone, Debug)]
struct History {
    agency: VerifiedAgency,
    root: u8,
    next: u8,
    /// Seeds that nobody used yet.
    fresh: u8,
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Add,
    Revoke,
    Rotate,
    Recover,
    Incarnation,
    Unknown,
    Retire,
}

fn step() -> impl Strategy<Value = Step> {
    use Step::{Add, Incarnation, Recover, Revoke, Rotate, Unknown};
    prop::sample::select(vec![Add, Add, Revoke, Rotate, Recover, Incarnation, Unknown])
}

impl History {
    fn new() -> Self {
        Self { agency: guarded(), root: 1, next: 2, fresh: 100 }
    }

    fn append(&mut self, signers: &[u8], body: &EntryBody) {
        let keys: Vec<SigningKey> = signers.iter().map(|byte| key(*byte)).collect();
        let keys: Vec<&SigningKey> = keys.iter().collect();
        self.agency = publish::append(&self.agency, &keys, NOW, body).expect("these may");
    }

    fn go(mut self, step: Step) -> Self {
        let fresh = self.fresh;
        self.fresh += 2;
        let (root, next) = (self.root, self.next);
        match step {
            Step::Add => self.append(&[root], &add(fresh)),
            Step::Revoke => {
                let Some(op) = self.agency.signing_key().map(|op| op.key.id()) else { return self };
                let body = RevokeKey { key: op, reason: "lost".into(), cut: Digest([fresh; 32]) };
                self.append(&[root], &EntryBody::RevokeKey(body));
            }
            Step::Rotate => {
                self.append(&[root, next], &rotate(next, fresh));
                (self.root, self.next) = (next, fresh);
            }
            Step::Recover => {
                let body = recover(&self.agency, fresh, fresh + 1);
                self.append(&[42, 40], &body);
                (self.root, self.next) = (fresh, fresh + 1);
            }
            Step::Incarnation => {
                let n = self.agency.incarnation() + 1;
                self.append(&[root], &EntryBody::Incarnation(Incarnation { n, reason: "restored".into() }));
            }
            Step::Unknown => self.unknown(),
            Step::Retire => {
                let next_root = Some(key(next).public());
                let body = Retire { next_root, successor: Some(AgencyId::new(Digest([3; 32]))), reason: "end".into() };
                self.append(&[root, next], &EntryBody::Retire(body));
            }
        }
        self
    }

    /// An entry of a kind that is not known and not critical.
    fn unknown(&mut self) {
        let (root, agency) = (key(self.root), &self.agency);
        let common = Common {
            v: 1,
            network: network(),
            agency: agency.id(),
            key: root.public().id(),
            incarnation: agency.incarnation(),
            ts: NOW,
        };
        let head = agency.head();
        let (kind, body) = ("of_later".into(), cbor::encode(&7u64));
        let entry = Entry { common, seq: head.seq + 1, prev: head.hash, kind, critical: false, body };
        let mut log = agency.record().log().to_vec();
        log.push(Signed::sign(entry, LOG, &[&root]).to_bytes());
        self.agency = PublicRecord::new(log, Vec::new()).verify(network()).expect("verifies");
    }
}

fn histories() -> impl Strategy<Value = History> {
    (prop::collection::vec(step(), 1..10), any::<bool>()).prop_map(|(steps, ends)| {
        let grown = steps.into_iter().fold(History::new(), History::go);
        if ends { grown.go(Step::Retire) } else { grown }
    })
}

/// The entry at `at`, changed and signed by somebody else, who says so or not.
fn resigned(bytes: &[u8], admits: bool, changed: bool) -> Vec<u8> {
    let thief = key(250);
    let mut entry = Signed::<Entry>::from_bytes(bytes).expect("an entry").claimed().clone();
    if changed {
        entry.common.ts = entry.common.ts.plus(Timestamp::HOUR);
    }
    if admits {
        entry.common.key = thief.public().id();
    }
    Signed::sign(entry, LOG, &[&thief]).to_bytes()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn every_valid_history_verifies_and_no_single_mutation_of_it(
        history in histories(), at in any::<Index>(), place in any::<Index>(), bit in 0u32..8,
    ) {
        let log = history.agency.record().log().to_vec();
        prop_assert_eq!(verify(&log, network()), Ok(history.agency.keys().clone()));
        let at = at.index(log.len());
        let with = |change: &dyn Fn(&mut Vec<Vec<u8>>)| {
            let mut log = log.clone();
            change(&mut log);
            verify(&log, network())
        };
        let flipped = with(&|log| {
            let place = place.index(log[at].len());
            log[at][place] ^= 1 << bit;
        });
        prop_assert!(flipped.is_err(), "a byte flipped");
        prop_assert!(with(&|log| log[at].push(0)).is_err(), "a byte more");
        prop_assert!(with(&|log| log.insert(at, log[at].clone())).is_err(), "an entry twice");
        let other = place.index(log.len());
        prop_assert!(at == other || with(&|log| log.swap(at, other)).is_err(), "two entries changed places");
        if at + 1 < log.len() {
            prop_assert!(with(&|log| drop(log.remove(at))).is_err(), "an entry left out");
        }
        if at > 0 {
            for (admits, changed) in [(false, false), (false, true), (true, false), (true, true)] {
                prop_assert!(with(&|log| log[at] = resigned(&log[at], admits, changed)).is_err(), "another signer");
            }
        }
    }

    #[test]
    fn the_beginning_of_a_history_is_an_older_copy_of_it(history in histories(), end in any::<Index>()) {
        let log = history.agency.record().log();
        let older = PublicRecord::new(log[..=end.index(log.len() - 1)].to_vec(), Vec::new());
        prop_assert!(matches!(merge(&history.agency, &older), Outcome::Shorter));
        let older = older.verify(network()).expect("verifies");
        let Outcome::Longer(now) = merge(&older, history.agency.record()) else { panic!("it has more entries") };
        prop_assert_eq!(now.keys(), history.agency.keys());
    }

    #[test]
    fn whatever_the_order_of_learning_the_same_log_stands_or_a_fork_does(
        trunk in prop::collection::vec(step(), 0..3),
        branches in prop::collection::vec((any::<Index>(), prop::collection::vec(step(), 1..4)), 3),
    ) {
        let mut trunk_of = vec![History::new()];
        for step in trunk {
            let grown = trunk_of.last().expect("begins with one").clone().go(step);
            trunk_of.push(grown);
        }
        let logs: Vec<VerifiedAgency> = (1..).zip(branches).map(|(n, (from, steps))| {
            let base = from.get(&trunk_of).clone();
            let base = History { fresh: base.fresh + 30 * n, ..base };
            steps.into_iter().fold(base, History::go).agency
        }).collect();
        let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
        let ends: Vec<_> = orders.map(|order| learnt(order.map(|at| &logs[at]))).to_vec();
        prop_assert!(ends.iter().all(|end| *end == ends[0]), "{ends:?}");
    }
}

/// Where one stands who learns these one after the other: at a head, or before a fork (`None`).
fn learnt(records: [&VerifiedAgency; 3]) -> Option<crate::Head> {
    let [first, rest @ ..] = records;
    let mut known = first.clone();
    let mut forks: Vec<VerifiedFork> = Vec::new();
    for record in rest {
        match merge(&known, record.record()) {
            Outcome::Longer(now) | Outcome::Supersedes { now, .. } => known = now,
            Outcome::Fork(fork) => forks.push(*fork),
            Outcome::Same | Outcome::Shorter | Outcome::Superseded { .. } => {}
            Outcome::Refused(why) => panic!("{why}"),
        }
    }
    forks.iter().all(|fork| fork.settled_by(&known)).then(|| known.head())
}
