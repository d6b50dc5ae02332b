//! What the kinds of statement say.

use minicbor::{Decode, Encode};

use super::{
    MAX_ADDRESS_BYTES, MAX_ADDRESSES, MAX_CATEGORIES, MAX_CODE_BYTES, MAX_PINS, MAX_SEALING_LIFE, MAX_SERVICES,
    MAX_SUITES, StatementError,
};
use crate::{
    Digest, Timestamp, cbor,
    sealing::{KEM_X_WING, Kid, SealingPublic},
};

/// The content of a statement.
#[derive(Clone, Debug, PartialEq)]
pub enum StatementBody {
    /// The keys of the TLS link.
    Transport(Transport),
    /// Where the node answers.
    Endpoints(Endpoints),
    /// What the agency takes.
    Policy(Policy),
    /// A key to seal offers to.
    Sealing(Box<SealingBody>),
    /// A kind of a newer version: kept, without effect.
    Unknown(String),
}

/// Body of `transport`: SHA-256 of each SPKI that the node may show, 1 to [`MAX_PINS`].
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Transport {
    /// The pins.
    #[n(0)]
    pub spki_sha256: Vec<Digest>,
}

/// Body of `endpoints`: addresses, or only their hash where an address must not be public (a shelter).
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Endpoints {
    /// `https://…`, at most [`MAX_ADDRESSES`] of [`MAX_ADDRESS_BYTES`].
    #[n(0)]
    pub addresses: Vec<String>,
    /// SHA-256 of the addresses that are given privately.
    #[n(1)]
    pub hidden: Option<Digest>,
}

/// Body of `policy`: what the agency can take, so that a sender learns it while composing.
///
/// The codes are plain text here; what they mean is the protocol's business.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Policy {
    /// Cipher suites, at most [`MAX_SUITES`].
    #[n(0)]
    pub suites: Vec<u16>,
    /// The lowest protocol version that is still read.
    #[n(1)]
    pub min_version: u64,
    /// What kind of agency it says it is.
    #[n(2)]
    pub kind: String,
    /// Services it offers, at most [`MAX_SERVICES`].
    #[n(3)]
    pub services: Vec<String>,
    /// Categories it understands, each with its version, at most [`MAX_CATEGORIES`].
    #[n(4)]
    pub categories: Vec<(String, u64)>,
    /// The longest packet it takes, in bytes.
    #[n(5)]
    pub max_packet: u64,
}

/// Body of `sealing`: a key to seal first contacts to (`docs/protocol.md` 3.5).
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct SealingBody {
    /// The KEM: [`KEM_X_WING`].
    #[n(0)]
    pub kem: u16,
    /// The key.
    #[n(1)]
    pub pk: SealingPublic,
    /// Its short name, which must fit.
    #[n(2)]
    pub kid: Kid,
    /// From when.
    #[n(3)]
    pub not_before: Timestamp,
    /// Until when, at most [`MAX_SEALING_LIFE`] later.
    #[n(4)]
    pub not_after: Timestamp,
}

impl StatementBody {
    /// The name on the wire.
    #[must_use]
    pub fn kind(&self) -> &str {
        match self {
            Self::Transport(_) => "transport",
            Self::Endpoints(_) => "endpoints",
            Self::Policy(_) => "policy",
            Self::Sealing(_) => "sealing",
            Self::Unknown(kind) => kind,
        }
    }

    /// The encoding that a statement's body holds; empty for an unknown kind, which nobody here writes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::Transport(body) => cbor::encode(body),
            Self::Endpoints(body) => cbor::encode(body),
            Self::Policy(body) => cbor::encode(body),
            Self::Sealing(body) => cbor::encode(body.as_ref()),
            Self::Unknown(_) => Vec::new(),
        }
    }

    /// Checks the limits.
    ///
    /// # Errors
    /// [`StatementError::Body`], saying which.
    pub fn check(&self) -> Result<(), StatementError> {
        match self {
            Self::Transport(body) => body.check(),
            Self::Endpoints(body) => body.check(),
            Self::Policy(body) => body.check(),
            Self::Sealing(body) => body.check(),
            Self::Unknown(_) => Ok(()),
        }
    }
}

/// `Ok` if `holds`, else the fault's name.
fn must(holds: bool, fault: &'static str) -> Result<(), StatementError> {
    if holds { Ok(()) } else { Err(StatementError::Body(fault)) }
}

impl Transport {
    fn check(&self) -> Result<(), StatementError> {
        must((1..=MAX_PINS).contains(&self.spki_sha256.len()), "a transport statement lists one to three keys")
    }
}

impl Endpoints {
    fn check(&self) -> Result<(), StatementError> {
        must(self.addresses.len() <= MAX_ADDRESSES, "an agency has at most four addresses")?;
        self.addresses.iter().try_for_each(|address| {
            let host = address.strip_prefix("https://").unwrap_or_default();
            let plain = address.bytes().all(|b| b.is_ascii_graphic());
            let fits = !host.is_empty() && plain && address.len() <= MAX_ADDRESS_BYTES;
            must(fits, "an address begins with https://, names a host and has at most 256 characters, without blanks")
        })
    }
}

impl Policy {
    fn check(&self) -> Result<(), StatementError> {
        must((1..=MAX_SUITES).contains(&self.suites.len()), "a policy lists 1 to 16 cipher suites")?;
        must(self.services.len() <= MAX_SERVICES, "a policy lists at most 128 services")?;
        must(self.categories.len() <= MAX_CATEGORIES, "a policy lists at most 64 categories")?;
        let categories = self.categories.iter().map(|(code, _)| code);
        let codes = self.services.iter().chain(categories).chain([&self.kind]);
        must(codes.into_iter().all(|code| is_code(code)), "a code has 1 to 64 characters of a-z, 0-9, `_`, `-` and `.`")
    }
}

fn is_code(text: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-' | b'.');
    (1..=MAX_CODE_BYTES).contains(&text.len()) && text.bytes().all(allowed)
}

impl SealingBody {
    fn check(&self) -> Result<(), StatementError> {
        must(self.kem == KEM_X_WING, "a sealing key of a kind that needs a newer version of this program")?;
        must(self.kid == self.pk.kid(), "the name of the sealing key does not fit it")?;
        let longest = self.not_before.plus(MAX_SEALING_LIFE);
        must(
            self.not_before < self.not_after && self.not_after <= longest,
            "a sealing key ends after it begins and within 31 days",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy() -> Policy {
        Policy {
            suites: vec![1],
            min_version: 1,
            kind: "reception".into(),
            services: vec!["health.checkup".into()],
            categories: vec![("identity".into(), 1)],
            max_packet: 1 << 20,
        }
    }

    #[test]
    fn each_list_of_a_policy_is_bounded_and_its_codes_are_codes() {
        assert_eq!(policy().check(), Ok(()));
        let code = || String::from("x");
        let bad = [
            Policy { suites: vec![], ..policy() },
            Policy { suites: vec![1; MAX_SUITES + 1], ..policy() },
            Policy { services: vec![code(); MAX_SERVICES + 1], ..policy() },
            Policy { categories: vec![(code(), 1); MAX_CATEGORIES + 1], ..policy() },
            Policy { kind: "x".repeat(MAX_CODE_BYTES + 1), ..policy() },
            Policy { kind: "Reception".into(), ..policy() },
            Policy { services: vec![String::new()], ..policy() },
        ];
        for policy in bad {
            assert!(matches!(policy.check(), Err(StatementError::Body(_))), "{policy:?}");
        }
    }

    #[test]
    fn pins_and_addresses_are_bounded() {
        let pins = |n| Transport { spki_sha256: vec![Digest::default(); n] }.check();
        assert_eq!(pins(MAX_PINS), Ok(()));
        assert!(pins(0).is_err() && pins(MAX_PINS + 1).is_err());
        let addresses = |list: &[&str]| {
            Endpoints { addresses: list.iter().map(ToString::to_string).collect(), hidden: None }.check()
        };
        assert_eq!(addresses(&["https://cmo.example:8443"; MAX_ADDRESSES]), Ok(()));
        let long = format!("https://{}", "x".repeat(MAX_ADDRESS_BYTES));
        for bad in [&["https://a"; MAX_ADDRESSES + 1][..], &["http://a"], &["https://"], &["https://a b"], &[&long]] {
            assert!(addresses(bad).is_err(), "{bad:?}");
        }
    }
}
