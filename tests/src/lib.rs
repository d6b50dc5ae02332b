//! What the tests of more than one crate or more than one node share.

// A test stops at the first thing it did not expect.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, clippy::missing_errors_doc)]

pub mod agency;
pub mod canary;
pub mod chance;
pub mod loop_disk;
mod not_run;
pub mod outer;
pub mod program;
mod setting;
pub mod small_disk;
pub mod socket;
pub mod store_writer;
pub mod strace;
pub mod thief;
pub mod town;

pub use not_run::not_run;
pub use setting::setting;
