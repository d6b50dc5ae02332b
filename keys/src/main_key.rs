//! The main key (root) on paper, for an agency that takes it off its computer (`docs/protocol.md` 3.3). Written as the
//! recovery kit is ([`crate::kit`]), with the prefix `spnroot`.

use bech32::Hrp;
use zeroize::Zeroizing;

use crate::{Secret, SigningKey, log::KeyState, paper};

const PREFIX: Hrp = Hrp::parse_unchecked("spnroot");

/// A typed secret is not that of any main key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not the secret of a main key's page, or a character was mistyped")]
pub struct MainKeyError;

/// The secret as it is printed, a group each.
#[must_use]
pub fn groups(seed: &Secret<32>) -> Zeroizing<Vec<String>> {
    paper::groups(PREFIX, seed)
}

/// Reads the secret as a person types it: spaces, line breaks and capital letters do not matter.
///
/// # Errors
/// [`MainKeyError`].
pub fn read(typed: &str) -> Result<Secret<32>, MainKeyError> {
    paper::read(PREFIX, typed).ok_or(MainKeyError)
}

/// Whether the secret is that of the main key which is in force.
#[must_use]
pub fn fits(seed: &Secret<32>, keys: &KeyState) -> bool {
    SigningKey::from_seed(seed.duplicate()).is_some_and(|key| key.public() == keys.root())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{founded, network};

    #[test]
    fn the_printed_main_key_is_read_back_fits_its_agency_and_is_no_kit() {
        let one = founded(1);
        let printed = groups(&one.root_seed).join(" ");
        let seed = read(&printed.to_uppercase()).expect("reads");
        let agency = one.record.verify(network()).expect("verifies");
        assert!(fits(&seed, agency.keys()) && !fits(&one.next_root_seed, agency.keys()));
        assert!(crate::kit::read(&printed).is_err() && read(&crate::kit::groups(&seed).join(" ")).is_err());
    }
}
