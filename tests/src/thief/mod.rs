//! Somebody who has copies of a node's folder and whatever keys are left, and looks for a child.
//!
//! Shares no code with the vault: written from `docs/protocol.md` 3.13, so that a mistake in the vault is none here.
//! Three ways in: the rows of the store, as the engine gives them ([`Rows`]); and every offset of every file, whatever
//! the engine believes to stand there ([`sweep()`]); and the envelopes that somebody recorded on the wire ([`Seeds`]).

// A test stops at the first thing it did not expect.
#![allow(clippy::expect_used)]

mod bunch;
mod folder;
mod rest;
mod rows;
mod sweep;
mod wire;

pub use bunch::{Bunch, Key};
pub use folder::{Files, copy};
pub use rows::{Loot, Record, Rows};
pub use sweep::{Found, Hit, Target, sweep};
pub use wire::Seeds;
