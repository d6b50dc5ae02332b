//! The referral protocol between agencies: packets, envelopes, exchanges, consent.
//!
//! This crate knows what agencies say to one another and nothing of disks, networks or people. It reads no
//! clock and draws no randomness of its own: both are arguments.

pub mod ack;
pub mod audit_export;
pub mod category;
pub mod code;
pub mod consent;
pub mod custody;
pub mod cut;
pub mod envelope;
pub mod exchange;
pub mod fixture;
pub mod heads;
pub mod id;
pub mod khmer;
pub mod limits;
pub mod offer;
pub mod open;
pub mod packet;
pub mod place;
pub mod receipt;
pub mod record;
pub mod tombstone;

pub use exchange::ExchangeId;
pub use id::{CaseId, ConsentId};
