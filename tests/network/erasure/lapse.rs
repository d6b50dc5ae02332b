//! An offer that nobody answers in time, and what was recorded on the wire.

use std::{
    collections::HashSet,
    fs,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use keys::{NetworkId, Timestamp};
use memchr::memmem;
use node::{
    view::ExchangeView,
    world::{Clock, World},
};
use serde_json::{Value, json};
use tests::thief::{Files, Seeds};

use super::{Child, Taken, Thief, watched::Wire};
use crate::{
    agency::NETWORK,
    town::{Town, introduce},
};

/// Magic, format, suite and the name of the key, which is found in records too.
const KID_ENDS: usize = 4 + 1 + 2 + 16;

/// A clock that runs ahead.
struct Ahead(Arc<AtomicU64>);

impl Clock for Ahead {
    fn now(&self) -> Timestamp {
        World::system().now().plus(self.0.load(Ordering::Relaxed))
    }
}

/// A world that is `days` ahead.
pub(super) fn ahead(days: u64) -> World {
    let seconds = Arc::new(AtomicU64::new(days * Timestamp::DAY));
    World::new(Arc::new(Ahead(seconds)), World::system().entropy())
}

/// Whether one of the recorded envelopes tells of the child, opened with these seeds.
fn tells(wire: &Wire, seeds: &Seeds, town: &Town, child: &Child) -> Vec<bool> {
    let (network, ends) = (NetworkId::from_name(NETWORK), [town.cmo.id, town.dt.id]);
    let told = |plain: Vec<u8>| child.needles.iter().any(|needle| memmem::find(&plain, needle.as_bytes()).is_some());
    wire.recorded().iter().map(|envelope| seeds.open(envelope, network, ends).is_some_and(told)).collect()
}

/// How many offsets hold one of the 16-byte parts of a recorded envelope, behind the name of the key. Parts that begin
/// with a zero are left out, for most of a store's file is zeros.
fn parts_of(wire: &Wire, files: &Files) -> usize {
    const PART: usize = 16;
    let recorded = wire.recorded();
    let parts: HashSet<&[u8]> = recorded.iter().flat_map(|envelope| envelope[KID_ENDS..].chunks_exact(PART)).collect();
    files
        .0
        .values()
        .flat_map(|bytes| bytes.windows(PART))
        .filter(|window| window[0] != 0 && parts.contains(window))
        .count()
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_lapse_no_offset_of_an_earlier_copy_opens() {
    let mut town = Town::open().await;
    let summary = "Boy alone at the market, asked for a bed tonight.";
    let child = Child::offered(&town.cmo, &town.dt, "f04", summary).await;
    town.settled(&child.exchange, "offered", false).await;
    // Nobody answers, and the agency that offered is not heard of any more.
    town.cmo.stop().await;
    town.dt.stop().await;
    let before = Taken::of(&town.dt.dir);
    town.dt.start_in(ahead(10)).await.expect("starts");
    let lapsed = |view: &ExchangeView| view.summary.state == "declined" && view.summary.erased;
    town.dt.until::<ExchangeView>(&format!("exchanges/{}", child.exchange), "the lapse", lapsed).await;
    town.dt.stop().await;
    let after = Taken::of(&town.dt.dir);

    let thief = Thief::new(town.dt.id, before, after, &[&child]);
    let children = thief.control().await;
    thief.finds_nothing(&children, None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recorded_release_does_not_open_after_a_withdrawal() {
    let mut town = Town::found();
    let wire = Wire::default();
    let recorded = wire.clone();
    town.cmo.start_watched(World::system(), move |opened| recorded.clone().open(opened)).await;
    town.dt.start().await;
    introduce(&town.cmo, &town.dt).await;
    introduce(&town.dt, &town.cmo).await;
    let summary = "Boy with a cough, needs somebody who looks after him.";
    let child = Child::offered(&town.cmo, &town.dt, "f04", summary).await;
    town.settled(&child.exchange, "offered", false).await;
    child.act(&town.dt, "accept", json!({})).await;
    town.settled(&child.exchange, "released", false).await;
    town.dt.stop().await;
    let before = Taken::of(&town.dt.dir);
    town.dt.start().await;
    let sent = wire.recorded().len();
    let _: Value = town.cmo.post(&format!("consents/{}/withdraw", child.consent), json!({})).await;
    town.settled(&child.exchange, "withdrawn", true).await;
    town.dt.stop().await;
    town.cmo.stop().await;
    let after = Taken::of(&town.dt.dir);

    for (what, taken) in [("before", &before), ("after", &after)] {
        assert_eq!(parts_of(&wire, &taken.files()), 0, "no part of an envelope lies bare on disk {what}");
    }
    fs::write(before.folder.path().join("bare"), &wire.recorded()[0][900..]).expect("written");
    assert!(parts_of(&wire, &before.files()) > 100, "the control is found");
    fs::remove_file(before.folder.path().join("bare")).expect("removed");

    let rows = before.rows(&before.bunch, town.dt.id).await;
    let control = tells(&wire, &Seeds::among(&rows, &before.bunch), &town, &child);
    assert_eq!(control[..sent], [true, true], "with the keys of before, the offer and the release open");
    let rows = after.rows(&after.bunch, town.dt.id).await;
    let now = tells(&wire, &Seeds::among(&rows, &after.bunch), &town, &child);
    assert!(now[0], "the sealing key, and with it the offer's summary, ends after the offline window only");
    assert!(!now[1..].contains(&true), "nothing else opens: {now:?}");
}
