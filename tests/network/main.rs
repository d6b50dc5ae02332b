//! Two or three real nodes, real sockets, real disks: what the network makes of a referral when things go wrong.
//!
//! * [`restarts`]: any node stops at any step
//! * [`demo`]: the program's own story

// A test stops at the first thing it did not expect.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, clippy::missing_errors_doc)]

mod agency;
mod demo;
mod program;
mod restarts;
mod town;
