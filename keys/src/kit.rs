//! The recovery kit's secret as people print, read and type it: the seed of the next root key (`docs/protocol.md` 3.3).
//!
//! Written as every secret on paper here: bech32m with the prefix `spnkit`, in groups of four.

use bech32::Hrp;
use zeroize::Zeroizing;

use crate::{
    Secret, SigningKey,
    log::{KeyState, next_root_hash},
    paper,
};

const PREFIX: Hrp = Hrp::parse_unchecked("spnkit");

/// A typed secret is not the one of any kit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not the secret of a recovery kit, or a character was mistyped: compare it group by group")]
pub struct KitError;

/// The secret as it is printed, a group each.
#[must_use]
pub fn groups(seed: &Secret<32>) -> Zeroizing<Vec<String>> {
    paper::groups(PREFIX, seed)
}

/// Reads the secret as a person types it: spaces, line breaks and capital letters do not matter.
///
/// # Errors
/// [`KitError`].
pub fn read(typed: &str) -> Result<Secret<32>, KitError> {
    paper::read(PREFIX, typed).ok_or(KitError)
}

/// Whether the secret is that of the kit which is good now: the one to whose key the log commits. Uses nothing up.
#[must_use]
pub fn fits(seed: &Secret<32>, keys: &KeyState) -> bool {
    let key = SigningKey::from_seed(seed.duplicate());
    key.is_some_and(|key| next_root_hash(&key.public()).same_as(&keys.next_root_hash()))
}

#[cfg(test)]
mod tests {
    use bech32::Bech32m;

    use super::*;
    use crate::testing::{founded, network};

    #[test]
    fn the_printed_secret_is_read_back_as_it_is_typed_and_a_mistype_is_noticed() {
        let seed = Secret::new(Box::new([0x5a; 32]));
        let printed = groups(&seed).join(" ");
        assert_eq!(read(&format!(" {printed}\n")).expect("reads").expose(), seed.expose());
        assert_eq!(read(&printed.to_uppercase()).expect("reads").expose(), seed.expose());
        let mistyped = printed.replacen(" q", " p", 1).replacen('k', "m", 1);
        assert_eq!(read(&mistyped).expect_err("mistyped"), KitError);
        let card = bech32::encode::<Bech32m>(Hrp::parse_unchecked("other"), seed.expose()).expect("fits");
        assert_eq!(read(&card).expect_err("another text"), KitError);
    }

    #[test]
    fn a_kit_fits_the_agency_it_was_printed_for_and_no_other() {
        let [one, other] = [1, 2].map(founded);
        let keys = one.record.verify(network()).expect("verifies");
        assert!(fits(&one.next_root_seed, keys.keys()));
        assert!(!fits(&other.next_root_seed, keys.keys()) && !fits(&one.root_seed, keys.keys()));
    }
}
