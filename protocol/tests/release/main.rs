//! What leaves an agency about a child, for whole generated cases: nothing but what the consent grants.

#![allow(clippy::expect_used, clippy::panic, reason = "a test, with its parts in functions")]

mod canaries;
mod cases;
mod consents;
mod round_trip;
mod scope;
mod statements;
mod tree;
