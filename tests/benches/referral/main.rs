//! How fast two nodes refer, and how fast they could: `cargo bench -p tests --bench referral`.
//!
//! Two real nodes, each a process of its own with its own durable store, over loopback TLS. An offer counts when it was
//! signed, sealed, sent, verified, stored durably on both ends, and its receipt stored at the sender. Beside them the
//! *limit* is measured: what the cryptography, the transport and the disk alone cost, called as the nodes call them.
//! The last lines are `name=value`. What is measured, and where the time goes: `docs/performance.md`.

// A benchmark stops at the first thing it did not expect.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, clippy::cast_precision_loss, missing_docs)]

mod limit;
mod load;
mod process;
mod report;
mod stage;
mod wire;

use std::time::Duration;

use report::Report;
use stage::Stage;

/// Offers in flight at one time.
const AT_ONCE: [usize; 3] = [1, 32, 128];
/// Cases at the sender, each with a consent; offers go round them.
const CASES: usize = 256;
/// Offers over the counting link.
const COUNTED: usize = 96;

fn main() {
    let seconds = tests::setting("SPEAN_BENCH_SECONDS").unwrap_or(10);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let report = runtime.block_on(measure(Duration::from_secs(seconds)));
    let limit = limit::measure(report.history());
    report.print(&limit);
}

async fn measure(each: Duration) -> Report {
    let idle = stage::idle_memory().await;
    let mut stage = Stage::set(CASES).await;
    let bytes = stage.count_bytes(COUNTED).await;
    let mut runs = Vec::new();
    for at_once in AT_ONCE {
        runs.push(stage.run(at_once, each).await);
    }
    let rss = stage.nodes().map(process::resident);
    stage.close().await;
    Report { idle, rss, bytes, runs }
}
