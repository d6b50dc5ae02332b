//! Keys and statements of an agency: who it is, with which keys it signs and
//! receives, and how those keys lie on disk.
//!
//! This crate knows keys and nothing of referrals. It reads no clock and draws
//! no randomness of its own: both are arguments ([`Timestamp`], [`Entropy`]).
//! Its only input and output is the keyring file.

mod agency;
pub mod cbor;
mod digest;
mod entropy;
pub mod label;
mod network;
mod secret;
pub mod sign;
mod time;

pub use agency::{AgencyId, AgencyIdError};
pub use digest::Digest;
pub use entropy::{Entropy, random_bytes};
pub use network::NetworkId;
pub use secret::Secret;
pub use sign::{KeyId, Signature, SigningKey, VerifyingKey};
pub use time::Timestamp;
