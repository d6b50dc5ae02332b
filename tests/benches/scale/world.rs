//! The nodes that are measured, filled: made anew, or as an earlier run left them.

use std::{fs, path::Path, time::Duration};

use protocol::code::AgencyKind;
use tests::{agency::Agency, town::introduce};

use crate::{
    IDLE, fill,
    node::{Node, mib},
    report::Report,
};

/// Cases of the small node.
const SMALL: usize = 1_000;
/// Cases at which an idle node is looked at.
const MIDDLE: usize = 10_000;
/// Offers that each node has received: more than a page of the inbox.
const FEW_OFFERS: usize = 250;
/// One for ten cases.
const CASES_PER_OFFER: usize = 10;
/// What the peers' senders may do here is what a whole network's would.
const SETTINGS: [&str; 4] = [
    "requests_per_s = 100000",
    "requests_burst = 1000000",
    "unanswered_offers_per_peer = 100000",
    "packets_per_day_per_peer = 1000000",
];

/// Both nodes, stopped.
pub struct World {
    pub small: Node,
    pub large: Node,
}

impl World {
    pub async fn made(place: &Path, cases: usize, report: &mut Report) -> Self {
        let done = place.join("filled");
        if !done.is_file() {
            fs::create_dir_all(place).expect("a folder");
            idle_empty(place, report).await;
            make(place, cases, report).await;
            fs::write(done, "").expect("noted");
        }
        Self { small: Node::of(&place.join("dt")), large: Node::of(&place.join("fi")) }
    }
}

async fn idle_empty(place: &Path, report: &mut Report) {
    let agency = Agency::make(place, "Empty", AgencyKind::Shelter);
    let mut node = Node::of(&agency.dir);
    node.start().await;
    tokio::time::sleep(IDLE).await;
    report.most("rss_mib_idle_empty", mib(node.resident()), 64.0);
    node.stop().await;
}

async fn make(place: &Path, cases: usize, report: &mut Report) {
    let sender = Agency::make(place, "CMO", AgencyKind::Reception);
    let receivers = ["DT", "FI"].map(|name| Agency::make(place, name, AgencyKind::Shelter));
    for agency in [&sender, &receivers[0], &receivers[1]] {
        agency.set(&SETTINGS);
    }
    let [mut from, mut small, mut large] = [&sender, &receivers[0], &receivers[1]].map(|agency| Node::of(&agency.dir));
    for node in [&mut from, &mut small, &mut large] {
        node.start().await;
    }
    for receiver in &receivers {
        introduce(&sender, receiver).await;
        introduce(receiver, &sender).await;
    }
    let plain = fill::cases(&small, 0..SMALL).await;
    small.write_note("plain", &plain.to_string());
    let mut plain = fill::cases(&large, 0..MIDDLE.min(cases)).await;
    idle_middle(&mut large, report).await;
    plain += fill::cases(&large, MIDDLE.min(cases)..cases).await;
    large.write_note("plain", &plain.to_string());
    report.figure("rss_mib_filled", mib(large.resident()));

    let offered = fill::to_offer(&sender, &from, &["DT", "FI"]).await;
    for (node, name, count) in [(&small, "DT", FEW_OFFERS), (&large, "FI", (cases / CASES_PER_OFFER).max(FEW_OFFERS))] {
        let ids = fill::offers(&from, &offered, name, count).await;
        node.write_note("exchanges", &ids.join("\n"));
        report.figure(&format!("offers_{name}"), count as f64);
    }
    delivered(&from).await;
    for node in [&mut from, &mut small, &mut large] {
        node.stop().await;
    }
}

/// The large node on its way: as it is left by those who entered the cases, and started anew.
async fn idle_middle(node: &mut Node, report: &mut Report) {
    tokio::time::sleep(IDLE).await;
    report.figure("rss_mib_10000_filled", mib(node.resident()));
    node.stop().await;
    node.start().await;
    tokio::time::sleep(IDLE).await;
    report.most("rss_mib_idle_10000", mib(node.resident()), 64.0);
}

/// Waits until all offers are at their nodes.
async fn delivered(from: &Node) {
    let mut socket = from.socket().await;
    loop {
        let waiting = socket.get("status").await["waiting_to_send"].as_u64().expect("a number");
        if waiting == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
