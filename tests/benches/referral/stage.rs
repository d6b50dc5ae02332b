//! The two nodes: founded, set up, filled, started as processes, driven.

use std::{
    net::SocketAddr,
    rc::Rc,
    time::{Duration, Instant},
};

use protocol::code::AgencyKind;
use serde_json::Value;
use tempfile::TempDir;
use tests::{
    agency::{Agency, free_address},
    town::{child, introduce, request},
};

use crate::{
    load::{self, Until},
    process,
    wire::CountingLink,
};

/// Before each measurement, so that connections are warm and threads are there.
const WARM_UP: Duration = Duration::from_secs(2);

/// Sender, recipient, and what is asked of the sender.
pub struct Stage {
    cmo: Agency,
    dt: Agency,
    /// What DT's card says: the counting link's address, later its own.
    public: SocketAddr,
    requests: Rc<Vec<Vec<u8>>>,
    _place: TempDir,
}

/// One measurement.
pub struct Run {
    pub at_once: usize,
    pub seconds: f64,
    /// Sorted.
    pub took: Vec<Duration>,
    pub sender: Duration,
    pub recipient: Duration,
    pub driver: Duration,
}

impl Stage {
    /// Two nodes that have verified each other, and cases with consents at the sender.
    pub async fn set(cases: usize) -> Self {
        let place = tempfile::tempdir().expect("a folder");
        let public = free_address();
        let mut cmo = Agency::make(place.path(), "CMO", AgencyKind::Reception);
        let mut dt = Agency::make_behind(place.path(), "DT", AgencyKind::Shelter, Some(public));
        for agency in [&cmo, &dt] {
            // One peer sends here what a network's peers send together; the limits are settings.
            agency.set(&[
                "requests_per_s = 100000",
                "requests_burst = 1000000",
                "envelopes_at_once = 256",
                "unanswered_offers_per_peer = 100000",
                "packets_per_day_per_peer = 100000000",
            ]);
        }
        cmo.spawn().await;
        dt.spawn().await;
        introduce(&cmo, &dt).await;
        introduce(&dt, &cmo).await;
        let mut requests = Vec::new();
        for _ in 0..cases {
            let (case, _) = child(&cmo, &dt).await;
            let mut request = request(&case, &dt);
            request["wait_s"] = Value::from(30);
            requests.push(request.to_string().into_bytes());
        }
        Self { cmo, dt, public, requests: Rc::new(requests), _place: place }
    }

    /// Bytes on the wire per offer, there and back, TLS and HTTP/2 included, handshake not.
    pub async fn count_bytes(&mut self, offers: usize) -> [f64; 2] {
        let link = CountingLink::open(self.public, self.dt.listen).await;
        self.offers(8, Until::Offers(8)).await;
        let before = link.bytes();
        self.offers(8, Until::Offers(offers)).await;
        let after = link.bytes();
        drop(link);
        // From now on the recipient itself listens where its card says.
        self.dt.stop().await;
        self.dt.set(&[&format!("listen = \"{}\"", self.public)]);
        self.dt.spawn().await;
        // The sender's old connection is dead; it waits a second before it tries again.
        self.offers(1, Until::Offers(2)).await;
        [0, 1].map(|way: usize| (after[way] - before[way]) as f64 / offers as f64)
    }

    pub async fn run(&self, at_once: usize, each: Duration) -> Run {
        self.offers(at_once, Until::Time(Instant::now() + WARM_UP)).await;
        let [sender, recipient] = self.nodes();
        let pids = [sender, recipient, std::process::id()];
        let before = pids.map(process::cpu);
        let begun = Instant::now();
        let mut took = self.offers(at_once, Until::Time(begun + each)).await;
        let seconds = begun.elapsed().as_secs_f64();
        let after = pids.map(process::cpu);
        took.sort_unstable();
        let [sender, recipient, driver] = [0, 1, 2].map(|of: usize| after[of].saturating_sub(before[of]));
        Run { at_once, seconds, took, sender, recipient, driver }
    }

    async fn offers(&self, at_once: usize, until: Until) -> Vec<Duration> {
        load::offers(&self.cmo.dir.join("node.sock"), &self.requests, at_once, until).await
    }

    /// Process ids: sender, recipient.
    pub fn nodes(&self) -> [u32; 2] {
        [&self.cmo, &self.dt].map(|agency| agency.pid().expect("a process"))
    }

    pub async fn close(mut self) {
        self.cmo.stop().await;
        self.dt.stop().await;
    }
}

/// Resident memory in KiB of a node that has nothing and does nothing.
pub async fn idle_memory() -> u64 {
    let place = tempfile::tempdir().expect("a folder");
    let mut agency = Agency::make(place.path(), "Idle", AgencyKind::Shelter);
    agency.spawn().await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let resident = process::resident(agency.pid().expect("a process"));
    agency.stop().await;
    resident
}
