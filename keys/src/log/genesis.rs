//! The first entry of a log; its hash is the agency's id.

use minicbor::{Decode, Encode, bytes::ByteArray};

use super::{AGENCY, MAX_GUARDIANS, MAX_NAME_CHARS};
use crate::{
    AgencyId, Digest, KeyId, NetworkId, Timestamp, VerifyingKey,
    common::{CommonError, check_version},
    label::{self, Label},
};

/// Commitment to a root key that is not shown yet.
const NEXT_ROOT: Label = Label::new("spean/next-root");

/// The common fields of a genesis. Agency id and incarnation are missing: the id is the hash of this very
/// statement, and the incarnation is the first one. The numbers are those of [`crate::Common`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct GenesisCommon {
    /// Protocol version.
    #[n(0)]
    pub v: u64,
    /// The network.
    #[n(1)]
    pub network: NetworkId,
    /// The root key, which signs.
    #[n(3)]
    pub key: KeyId,
    /// When the agency was founded, by its own clock.
    #[n(5)]
    pub ts: Timestamp,
}

/// Who may give the agency a new root when the current one is lost: `m` of these keys. `m` = 0 with no keys: nobody.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Recovery {
    /// How many of the guardians must sign.
    #[n(0)]
    pub m: u64,
    /// The guardians' keys, at most [`MAX_GUARDIANS`], each once.
    #[n(1)]
    pub guardians: Vec<VerifyingKey>,
}

impl Recovery {
    /// Checks that the quorum can be reached and that no guardian is listed twice.
    ///
    /// # Errors
    /// [`GenesisError::Recovery`].
    pub fn check(&self) -> Result<(), GenesisError> {
        let mut sorted = self.guardians.clone();
        sorted.sort_unstable();
        sorted.dedup();
        let n = u64::try_from(self.guardians.len()).unwrap_or(u64::MAX);
        let twice = sorted.len() != self.guardians.len();
        let reachable = if n == 0 { self.m == 0 } else { (1..=n).contains(&self.m) };
        if twice || !reachable || self.guardians.len() > MAX_GUARDIANS { Err(GenesisError::Recovery) } else { Ok(()) }
    }
}

/// The statement that founds an agency, signed by its first root key (`docs/protocol.md` 3.3).
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Genesis {
    /// Common fields.
    #[n(0)]
    pub common: GenesisCommon,
    /// The agency's name, 1 to [`MAX_NAME_CHARS`] characters; a claim until a person verified the agency.
    #[n(1)]
    pub name: String,
    /// ISO 3166-1 alpha-2, capital letters.
    #[n(2)]
    pub country: String,
    /// The first root key.
    #[n(3)]
    pub root_pk: VerifyingKey,
    /// Commits to the second root key: [`next_root_hash`].
    #[n(4)]
    pub next_root_hash: Digest,
    /// The guardians.
    #[n(5)]
    pub recovery: Recovery,
    /// Makes ids of equal claims differ.
    #[n(6)]
    pub nonce: ByteArray<32>,
}

impl Genesis {
    /// Checks everything but the signature.
    ///
    /// # Errors
    /// The first fault.
    pub fn check(&self, network: NetworkId) -> Result<(), GenesisError> {
        check_version(self.common.v)?;
        if self.common.network != network {
            return Err(CommonError::OtherNetwork.into());
        }
        if self.common.key != self.root_pk.id() {
            return Err(GenesisError::NotByRoot);
        }
        check_name(&self.name)?;
        check_country(&self.country)?;
        self.recovery.check()
    }
}

/// The id of the agency that these signed bytes found.
pub(crate) fn agency_id(genesis: &[u8]) -> AgencyId {
    AgencyId::new(label::hash(AGENCY, genesis))
}

/// The commitment to a root key that stays hidden until the next rotation.
#[must_use]
pub fn next_root_hash(key: &VerifyingKey) -> Digest {
    label::hash(NEXT_ROOT, key.as_bytes())
}

/// Checks an agency's name: not blank, not too long, no control or direction characters (they let one name look
/// like another).
///
/// # Errors
/// [`GenesisError::Name`].
pub fn check_name(name: &str) -> Result<(), GenesisError> {
    let hidden = |c: char| {
        c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let fits = !name.trim().is_empty() && name.trim() == name && name.chars().count() <= MAX_NAME_CHARS;
    if fits && !name.contains(hidden) { Ok(()) } else { Err(GenesisError::Name) }
}

/// Checks a country code: two capital letters.
///
/// # Errors
/// [`GenesisError::Country`].
pub fn check_country(country: &str) -> Result<(), GenesisError> {
    let fits = country.len() == 2 && country.bytes().all(|b| b.is_ascii_uppercase());
    if fits { Ok(()) } else { Err(GenesisError::Country) }
}

/// What is wrong with a genesis.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GenesisError {
    /// Version or network.
    #[error(transparent)]
    Common(#[from] CommonError),
    /// Blank, too long, or with hidden characters.
    #[error(
        "an agency's name has 1 to {MAX_NAME_CHARS} characters, no blank at either end and no control or direction \
         characters"
    )]
    Name,
    /// Not a country code.
    #[error("a country is given by two capital letters, as in KH or TH (ISO 3166-1)")]
    Country,
    /// The guardians.
    #[error("a recovery list has at most {MAX_GUARDIANS} guardians, each once, and a number of them that must sign")]
    Recovery,
    /// The signing key is not the root key.
    #[error("the founding statement is not by the root key that it names")]
    NotByRoot,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Secret, SigningKey};

    #[test]
    fn names_that_could_pass_for_another_are_refused() {
        for good in ["CMO Poipet", "មជ្ឈមណ្ឌល កុមារ", &"x".repeat(MAX_NAME_CHARS)] {
            assert_eq!(check_name(good), Ok(()), "{good}");
        }
        for bad in ["", "  ", " CMO", "CMO\n", "CMO\u{202e}OMC", &"x".repeat(MAX_NAME_CHARS + 1)] {
            assert_eq!(check_name(bad), Err(GenesisError::Name), "{bad:?}");
        }
    }

    #[test]
    fn a_quorum_of_guardians_must_be_reachable() {
        let key = |n: u8| {
            SigningKey::from_seed(Secret::new(Box::new([n; 32]))).map(|k| k.public()).expect("any seed is a key")
        };
        let check = |m, keys: &[u8]| Recovery { m, guardians: keys.iter().map(|n| key(*n)).collect() }.check();
        assert_eq!(check(0, &[]), Ok(()));
        assert_eq!(check(2, &[1, 2, 3]), Ok(()));
        let many: Vec<u8> = (0..=16).collect();
        for (m, keys) in [(1, &[][..]), (0, &[1]), (3, &[1, 2]), (2, &[1, 1]), (1, &many)] {
            assert_eq!(check(m, keys), Err(GenesisError::Recovery));
        }
    }
}
