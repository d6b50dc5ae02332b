//! The wire as another implementation sees it: frozen vectors, answers, receipts, limits, hostile bytes.

#![allow(clippy::expect_used, clippy::panic, reason = "a test, with its parts in functions")]

mod answers;
mod limits;
mod made;
mod vectors;
