//! The durable commits, in groups: the very batches of an offer, checks and audit entries included, under new keys each
//! time.

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use keys::Entropy as _;
use node::{
    store::{Batch, Expected, SledStore, Store as _},
    world::World,
};

use super::{LONG, Part, rehearsal::Rehearsed};
use crate::process::own_cpu;

/// Commits that wait at one time.
const GROUP: usize = 32;

impl Rehearsed {
    /// Every value that is written. Audit entries are encrypted where the commit is made.
    pub fn records(&self) -> impl Iterator<Item = Vec<u8>> + '_ {
        self.commits.iter().flat_map(Batch::writes).filter_map(|write| write.value.clone())
    }
}

/// `history`: offers that the stores hold already.
pub async fn parts(offer: &Rehearsed, history: u64) -> Vec<Part> {
    let [offered, received, receipt] = &offer.commits;
    // The receipt's commit changes what the offer's wrote, so they are measured as one.
    let at_sender = cpu_us(vec![offered.clone(), receipt.clone()], history).await;
    let at_recipient = cpu_us(vec![received.clone()], history).await;
    vec![
        Part { what: "durable commit at the sender, of 32", times: 2.0, us: at_sender / 2.0 },
        Part { what: "durable commit at the recipient, of 32", times: 1.0, us: at_recipient },
    ]
}

/// Microseconds of processor time of these commits, one after the other, with 32 who do so.
async fn cpu_us(commits: Vec<Batch>, history: u64) -> f64 {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Arc::new(Desk {
        store: SledStore::open(folder.path()).expect("a store"),
        own: own_keys(&commits),
        commits,
        rounds: AtomicU64::new(0),
    });
    desk.store.commit(desk.found_before()).await.expect("a commit");
    desk.write_while(move |rounds| rounds < history).await;
    let held = desk.rounds.load(Ordering::Relaxed);
    let (before, begun) = (own_cpu(), Instant::now());
    desk.write_while(move |_| begun.elapsed() < LONG).await;
    let rounds = desk.rounds.load(Ordering::Relaxed) - held;
    own_cpu().saturating_sub(before).as_secs_f64() * 1e6 / rounds as f64
}

/// The keys that belong to one offer: those that its commits write, or ask to be free.
fn own_keys(commits: &[Batch]) -> HashSet<Vec<u8>> {
    let written = commits.iter().flat_map(Batch::writes).map(|write| write.key.clone());
    let free = commits.iter().flat_map(Batch::checks).filter(|check| check.expected == Expected::Absent);
    written.chain(free.map(|check| check.key.clone())).collect()
}

/// A store, and what is written to it again and again.
struct Desk {
    store: SledStore,
    commits: Vec<Batch>,
    own: HashSet<Vec<u8>>,
    /// How often all commits were written.
    rounds: AtomicU64,
}

impl Desk {
    /// What the commits look at and other acts have written, such as the epochs of erasure keys.
    fn found_before(&self) -> Batch {
        let others = self.commits.iter().flat_map(Batch::checks).filter(|check| !self.own.contains(&check.key));
        others.fold(Batch::new(), |batch, check| match &check.expected {
            Expected::Absent => batch,
            Expected::Value(value) | Expected::Beginning(value) => batch.put(&check.key, value.clone()),
        })
    }

    /// 32 write, each as long as the number of rounds so far says so.
    async fn write_while(self: &Arc<Self>, go_on: impl Fn(u64) -> bool + Copy + Send + 'static) {
        let writers: Vec<_> = (0..GROUP)
            .map(|_| {
                let desk = Arc::clone(self);
                tokio::spawn(async move {
                    while go_on(desk.rounds.fetch_add(1, Ordering::Relaxed)) {
                        desk.write_once().await;
                    }
                    desk.rounds.fetch_sub(1, Ordering::Relaxed);
                })
            })
            .collect();
        for writer in writers {
            writer.await.expect("a writer");
        }
    }

    /// The same under other keys: the random part of each is masked, so that what one commit of an offer wrote, the next
    /// finds.
    async fn write_once(&self) {
        let mut mask = [0; 32];
        World::system().entropy().fill(&mut mask);
        let masked = |key: &[u8]| {
            let mut new = key.to_vec();
            if self.own.contains(key) {
                new.iter_mut().skip(4).zip(mask.iter().cycle()).for_each(|(byte, mask)| *byte ^= mask);
            }
            new
        };
        for batch in &self.commits {
            self.store.commit(batch.under_keys(masked)).await.expect("a commit");
        }
    }
}
