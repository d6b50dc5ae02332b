//! The store's conformance suite, as `node` runs it on a healthy disk, for disks that fail.

use node::store::{
    Batch, CommitError, Direction, Expected, MAX_BATCH, MAX_KEY, MAX_VALUE, Need, Range, Sequencer, Store, View, Write,
};

#[path = "../../node/src/store/conformance.rs"]
pub mod suite;
