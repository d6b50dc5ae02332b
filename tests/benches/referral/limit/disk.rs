//! The durable commits, in groups: the very writes of an offer, under new keys each time.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use keys::Entropy as _;
use node::{
    store::{Batch, SledStore, Store as _, Write},
    world::World,
};

use super::{LONG, Part, rehearsal::Rehearsed};
use crate::process::own_cpu;

/// Commits that wait at one time.
const GROUP: usize = 32;
/// Of an audit entry and of the chain's head, with what encrypting adds.
const AUDIT: [usize; 2] = [260, 140];

impl Rehearsed {
    /// Every value that is written, audit included.
    pub fn records(&self) -> impl Iterator<Item = Vec<u8>> + '_ {
        let audit = self.commits.iter().take(2).flat_map(|_| AUDIT.map(|length| vec![0; length]));
        let writes = self.commits.iter().flat_map(Batch::writes);
        writes.filter_map(|write| write.value.clone()).chain(audit)
    }
}

/// `history`: offers that the stores hold already.
pub async fn parts(offer: &Rehearsed, history: u64) -> Vec<Part> {
    let [offered, received, receipt] = &offer.commits;
    // The receipt's commit changes what the offer's wrote, so they are measured as one.
    let at_sender = cpu_us(vec![(offered.clone(), true), (receipt.clone(), false)], history).await;
    let at_recipient = cpu_us(vec![(received.clone(), true)], history).await;
    vec![
        Part { what: "durable commit at the sender, of 32", times: 2.0, us: at_sender / 2.0 },
        Part { what: "durable commit at the recipient, of 32", times: 1.0, us: at_recipient },
    ]
}

/// Microseconds of processor time of these commits, one after the other, with 32 who do so; `true`: with an audit entry.
async fn cpu_us(commits: Vec<(Batch, bool)>, history: u64) -> f64 {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Arc::new(Desk {
        store: SledStore::open(folder.path()).expect("a store"),
        commits,
        entries: AtomicU64::new(0),
        rounds: AtomicU64::new(0),
    });
    desk.write_while(move |rounds| rounds < history).await;
    let held = desk.rounds.load(Ordering::Relaxed);
    let (before, begun) = (own_cpu(), Instant::now());
    desk.write_while(move |_| begun.elapsed() < LONG).await;
    let rounds = desk.rounds.load(Ordering::Relaxed) - held;
    own_cpu().saturating_sub(before).as_secs_f64() * 1e6 / rounds as f64
}

/// A store, and what is written to it again and again.
struct Desk {
    store: SledStore,
    commits: Vec<(Batch, bool)>,
    /// Audit entries so far.
    entries: AtomicU64,
    /// How often all commits were written.
    rounds: AtomicU64,
}

impl Desk {
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

    async fn write_once(&self) {
        let mut mask = [0; 32];
        World::system().entropy().fill(&mut mask);
        for (batch, audited) in &self.commits {
            let number = audited.then(|| self.entries.fetch_add(1, Ordering::Relaxed));
            self.store.commit(like(batch, &mask, number)).await.expect("a commit");
        }
    }
}

/// The same writes under other keys: each key's random part is masked, so that what one commit of an offer wrote, the
/// next finds.
fn like(batch: &Batch, mask: &[u8; 32], entry: Option<u64>) -> Batch {
    let mut new = Batch::new();
    for Write { key, value } in batch.writes() {
        let mut key = key.clone();
        key.iter_mut().skip(4).zip(mask.iter().cycle()).for_each(|(byte, mask)| *byte ^= mask);
        new = match value {
            Some(value) => new.put(&key, value.clone()),
            None => new.delete(&key),
        };
    }
    let Some(number) = entry else { return new };
    let [entry, head] = AUDIT.map(|length| vec![5; length]);
    new.put(&[&[0x20, 0, 0][..], &number.to_be_bytes()].concat(), entry).put(&[0x21, 0, 0], head)
}
