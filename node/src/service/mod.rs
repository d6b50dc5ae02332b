//! The use cases: one function each, the same for command line, API and screens.
//!
//! Every function's first argument is the [`Actor`]. Functions check, build one batch (state, packet, outbox,
//! custody, audit) and return only after it is on disk.

mod actor;

pub use actor::{Actor, PersonName, PersonNameError};
