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

/// As the nodes': the parts are called as they call them.
#[cfg(target_arch = "x86_64")]
#[global_allocator]
static MEMORY: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Offers in flight at one time.
const AT_ONCE: [usize; 3] = [1, 32, 128];
/// Whose share of the limit counts.
const COMPARED: usize = 32;
/// Cases at the sender, each with a consent; offers go round them.
const CASES: usize = 256;
/// Offers over the counting link.
const COUNTED: usize = 96;

fn main() {
    let each = Duration::from_secs(tests::setting("SPEAN_BENCH_SECONDS").unwrap_or(10));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let idle = runtime.block_on(stage::idle_memory());
    let mut stage = runtime.block_on(Stage::set(CASES));
    let bytes = runtime.block_on(stage.count_bytes(COUNTED));
    let (mut runs, mut limits) = (Vec::new(), Vec::new());
    let mut held = 0;
    for at_once in AT_ONCE {
        // A machine is not equally fast all the time: the limit is measured just before what is compared with it, and after.
        if at_once == COMPARED {
            limits.push(limit::measure(held));
        }
        let run = runtime.block_on(stage.run(at_once, each));
        held += run.took.len() as u64;
        if at_once == COMPARED {
            limits.push(limit::measure(held));
        }
        runs.push(run);
    }
    let rss = stage.nodes().map(process::resident);
    runtime.block_on(stage.close());
    Report { idle, rss, bytes, runs }.print(&limit::Limit::mean(limits));
}
