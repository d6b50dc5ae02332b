//! What happens to a node's store when the machine under it fails.

// A test stops at the first thing it did not expect.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic)]

mod conformance;
mod failing_disk;
mod failing_node;
mod full_disk;
mod full_node;
mod outage;
mod power_cut;
