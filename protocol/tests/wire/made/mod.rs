//! How the vectors are made: with fixed seeds, by the crate's own public functions.

mod agencies;
mod bad;
pub(crate) mod offer;
mod raw;
mod transcript;

pub(crate) use agencies::{Agency, NOW, Seeded, agency, hex, me, network};
pub(crate) use bad::bad;
pub(crate) use transcript::transcript;

use protocol::envelope::padded_length;
use serde_json::{Value, json};

/// Lengths and what they are padded to.
pub(crate) fn padding() -> Value {
    let lengths = [0, 1, 4_095, 4_096, 4_097, 8_192, 8_193, 65_536, 65_537, 70_000, 100_000, 200_000, 262_145];
    lengths.iter().map(|length| json!({ "length": length, "padded": padded_length(*length) })).collect()
}
