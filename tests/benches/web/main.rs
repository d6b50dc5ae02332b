//! How fast pages are, and how small: `cargo bench -p tests --bench web`.
//!
//! Two nodes, each a process of its own: one with 1,000 cases, one with 10,000. A supervisor, who sees all of them,
//! opens every page of both in turns, so that what else the machine does falls on both; then 200 social workers work at
//! the larger one at once, a page each every five seconds. Times are those of the browser: the connection is warm, what
//! it costs to ask is in them. Bytes are those on the wire, without the TLS records. The last lines are `name=value`.
//!
//! `SPEAN_BENCH_SECONDS=20` lets the 200 people work for so long, not for a minute.

// A benchmark stops at the first thing it did not expect.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, clippy::cast_precision_loss, missing_docs)]

mod browser;
mod bytes;
mod crowd;
mod pages;
mod times;
mod world;

// What fills a node and reports is that of the other benchmark; it asks for more than is needed here.
#[allow(dead_code)]
#[path = "../scale/children.rs"]
mod children;
#[allow(dead_code)]
#[path = "../scale/fill.rs"]
mod fill;
#[allow(dead_code)]
#[path = "../scale/names.rs"]
mod names;
#[allow(dead_code)]
#[path = "../scale/node.rs"]
mod node;
#[path = "../scale/report.rs"]
mod report;

use std::time::Duration;

use report::Report;
use world::World;

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    std::process::exit(runtime.block_on(measure()).print());
}

async fn measure() -> Report {
    let seconds = tests::setting("SPEAN_BENCH_SECONDS").unwrap_or(60);
    let place = tempfile::tempdir().expect("a folder");
    let mut report = Report::default();
    let mut world = World::made(place.path()).await;
    times::measure(&world, &mut report).await;
    crowd::measure(&world.large, Duration::from_secs(seconds), &mut report).await;
    bytes::measure(&world.large, &mut report).await;
    world.stop().await;
    report
}
