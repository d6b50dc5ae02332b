//! Keys and statements of an agency: who it is, with which keys it signs and
//! receives, and how those keys lie on disk.
//!
//! What holds for a reader of this crate's types: whatever is called *verified* was signed by the right key, over
//! the bytes that travelled, and parsed strictly; and an erasure key that was destroyed is in no slot of the file.
//!
//! This crate knows keys and nothing of referrals. It reads no clock and draws
//! no randomness of its own: both are arguments ([`Timestamp`], [`Entropy`]).
//! Its only input and output is the keyring file.
//!
//! ```
//! use keys::{Card, Entropy, Fingerprint, NetworkId, Policy, Timestamp, founding, log::Recovery, sealing};
//!
//! struct System; // the node's own source of random bytes is like this one
//! impl Entropy for System {
//!     fn fill(&mut self, destination: &mut [u8]) {
//!         use ring::rand::SecureRandom;
//!         ring::rand::SystemRandom::new().fill(destination).expect("the operating system gives random bytes");
//!     }
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let network = NetworkId::from_name("spean");
//! let now = Timestamp(1_780_272_000);
//! let request = founding::FoundingRequest {
//!     network,
//!     name: "CMO Poipet".into(),
//!     country: "KH".into(),
//!     recovery: Recovery::default(),
//!     policy: Policy {
//!         suites: vec![sealing::SUITE],
//!         min_version: 1,
//!         kind: "reception".into(),
//!         services: vec![],
//!         categories: vec![("identity".into(), 1)],
//!         max_packet: 1 << 20,
//!     },
//!     transport_pins: vec![keys::label::digest_of(b"the SPKI of the transport key")],
//!     addresses: vec!["https://cmo.example:8443".into()],
//! };
//! let founded = founding::found(request, now, &mut System)?;
//!
//! // Another agency gets the card, verifies it, compares the digits, and seals a first message.
//! let card = Card::parse(&Card::new(founded.record).to_text())?;
//! let peer = card.record().verify(network)?;
//! println!("{}: {}", peer.name(), Fingerprint::of(peer.id()));
//! let to = peer.newest_sealing_key(now).ok_or("no sealing key")?;
//! let sealed = sealing::seal(to, b"info", b"", b"hello", &mut System)?;
//!
//! let opened = founded.sealing.open(&sealed.enc, b"info", b"", &sealed.ct)?;
//! assert_eq!(*opened.plain, b"hello");
//! # Ok(())
//! # }
//! ```
//!
//! **Map.** From the ground up: [`label`], [`cbor`], [`sign`], [`Signed`] (what is signed, and how) ·
//! [`log`] (`verify(log) -> KeyState`) · [`statement`] (what stands beside the log) · [`record`]
//! ([`PublicRecord`] in, [`VerifiedAgency`] out; [`merge`](record::merge) of two) · [`fork`] (the proof that an
//! agency says two things), [`cut`] (what of a revoked key stands), [`stage`] (a key's life in people's words) · [`founding`], [`publish`] (making one's own), [`kit`], [`main_key`], [`guardian`] (what lies on paper) · [`sealing`]
//! (HPKE to a published key) · [`keyring`] (secrets at rest) · [`Fingerprint`], [`card`] (what people handle).

mod agency;
mod armour;
pub mod card;
pub mod cbor;
mod common;
pub mod cut;
mod digest;
mod entropy;
mod fingerprint;
pub mod fork;
pub mod founding;
pub mod guardian;
pub mod keyring;
pub mod kit;
pub mod label;
pub mod log;
pub mod main_key;
mod network;
mod paper;
pub mod publish;
pub mod record;
pub mod sealing;
mod secret;
pub mod sign;
mod signed;
pub mod stage;
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
pub use fork::{ForkProof, VerifiedFork};
pub use keyring::{ErasureMethod, Keyring, KeyringError};
pub use network::NetworkId;
pub use record::{ForkOrRollback, KeyError, Outcome, PublicRecord, RecordError, VerifiedAgency};
pub use secret::Secret;
pub use sign::{KeyId, Signature, SigningKey, VerifyingKey};
pub use signed::{Endorsement, MAX_SIGNATURES, MAX_SIGNED_BYTES, Signed};
pub use statement::Policy;
pub use time::Timestamp;
