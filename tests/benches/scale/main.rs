//! What many cases cost: `cargo bench -p tests --bench scale`.
//!
//! Two nodes, each a process of its own: a small one with 1,000 cases, a large one with 100,000, both with offers of a
//! third. Both are asked the same through the local interface, in turns, so that what else the machine does falls on
//! both; then their starts, their memory, their folders and the cost of an erasure are looked at. Each bound of the
//! specification that is missed is named, and the exit code says so. The last lines are `name=value`.
//!
//! `SPEAN_SCALE_CASES=20000` makes the large node smaller, for a quick look. `SPEAN_SCALE_KEEP=<folder>` leaves the
//! filled folders there and takes them from there the next time.

// A benchmark stops at the first thing it did not expect.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, clippy::cast_precision_loss, missing_docs)]

mod asks;
mod children;
mod erase;
mod fill;
mod names;
mod node;
mod report;
mod world;

use std::{path::PathBuf, time::Duration};

use keys::Keyring;
use tests::agency::PASSPHRASE;

use node::{Node, mib};
use report::Report;
use world::World;

/// How long a node is left alone before it counts as idle.
const IDLE: Duration = Duration::from_secs(3);
/// Cases that are opened before the memory of a node at work is looked at.
const OPENED: usize = 2_000;

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let report = runtime.block_on(measure());
    std::process::exit(report.print());
}

async fn measure() -> Report {
    let cases = tests::setting("SPEAN_SCALE_CASES").unwrap_or(100_000);
    let kept = std::env::var_os("SPEAN_SCALE_KEEP").map(PathBuf::from);
    let place = tempfile::tempdir().expect("a folder");
    let mut report = Report::default();
    let world = World::made(kept.as_deref().unwrap_or(place.path()), cases, &mut report).await;
    let (mut small, mut large) = (world.small, world.large);

    start(&mut small, &mut large, &mut report).await;
    asks::measure(&small, &large, &mut report).await;
    asks::open_many(&large, OPENED).await;
    report.most("rss_mib_100000", mib(large.resident()), 256.0);
    erase::measure(&small, &large, &mut report).await;
    report.figure("rss_mib_100000_after_erasing", mib(large.resident()));
    report.most("disk_ratio", large.folder_bytes() as f64 / large.plain_bytes() as f64, 3.0);
    report.figure("disk_ratio_small", small.folder_bytes() as f64 / small.plain_bytes() as f64);
    small.stop().await;
    large.stop().await;
    report
}

/// Starts both; the large one's time and memory are looked at.
async fn start(small: &mut Node, large: &mut Node, report: &mut Report) {
    let begun = std::time::Instant::now();
    drop(Keyring::unlock(&large.dir().join("keyring"), PASSPHRASE.as_bytes()).expect("its keyring"));
    report.figure("unlock_s", begun.elapsed().as_secs_f64());
    let quick = small.start().await.as_secs_f64();
    let slow = large.start().await.as_secs_f64();
    report.figure("start_cpu_s", large.cpu());
    report.figure("start_s_small", quick);
    report.most("start_s", slow, 5.0);
    report.figure("start_ratio", slow / quick);
    report.most("peak_mib_start", mib(large.peak()), 256.0);
    tokio::time::sleep(IDLE).await;
    report.most("rss_mib_started", mib(large.resident()), 256.0);
}
