//! Keys and statements of an agency: who it is, with which keys it signs and
//! receives, and how those keys lie on disk.
//!
//! This crate knows keys and nothing of referrals. It reads no clock and draws
//! no randomness of its own: both are arguments ([`Timestamp`], [`Entropy`]).
//! Its only input and output is the keyring file.

mod agency;
pub mod card;
pub mod cbor;
mod common;
mod digest;
mod entropy;
mod fingerprint;
pub mod founding;
pub mod keyring;
pub mod label;
pub mod log;
mod network;
pub mod publish;
pub mod record;
pub mod sealing;
mod secret;
pub mod sign;
mod signed;
pub mod statement;
#[cfg(test)]
mod testing;
mod time;

pub use agency::{AgencyId, AgencyIdError};
pub use card::Card;
pub use common::{Common, CommonError, FIRST_INCARNATION, Head, PROTOCOL_VERSION};
pub use digest::Digest;
pub use entropy::{Entropy, random_bytes};
pub use fingerprint::{Fingerprint, FingerprintError};
pub use keyring::{ErasureMethod, Keyring, KeyringError};
pub use network::NetworkId;
pub use record::{ForkOrRollback, KeyError, PublicRecord, RecordError, VerifiedAgency};
pub use secret::Secret;
pub use sign::{KeyId, Signature, SigningKey, VerifyingKey};
pub use signed::{Endorsement, MAX_SIGNATURES, MAX_SIGNED_BYTES, Signed};
pub use statement::Policy;
pub use time::Timestamp;
