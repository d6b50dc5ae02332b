//! The offer: a triage summary that identifies nobody, and the two checks that it does not.
//!
//! It knows what a person may not write into an offer; who may get what after it is [`crate::consent`]'s.

pub mod leak_guard;
pub mod small_cells;
mod table;
mod triage;

#[cfg(test)]
mod tests;

pub use leak_guard::{Leak, LeakKind};
pub use small_cells::{Remedy, SmallCell};
pub use triage::{Area, AskedService, MAX_TEXT, Triage, TriageDraft, TriageErrors};
