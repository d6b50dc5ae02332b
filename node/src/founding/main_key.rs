//! The main key's page, when it leaves the computer (`docs/protocol.md` 3.3).

use std::{fmt::Write as _, path::Path};

use keys::{Fingerprint, Secret, VerifiedAgency, main_key};
use zeroize::Zeroizing;

use super::{InitError, paper};

/// Writes the page of a main key, mode 0600 and synced. Never overwrites.
///
/// # Errors
/// [`InitError::PageExists`], [`InitError::Kit`].
pub fn write_main_key(path: &Path, agency: &VerifiedAgency, network: &str, seed: &Secret<32>) -> Result<(), InitError> {
    if path.symlink_metadata().is_ok() {
        return Err(InitError::PageExists(path.into()));
    }
    paper::write(path, &text(agency, network, seed)).map_err(|source| InitError::Kit { path: path.into(), source })
}

fn text(agency: &VerifiedAgency, network: &str, seed: &Secret<32>) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::new());
    // Writing to a string cannot fail.
    let _ = write!(
        text,
        "MAIN KEY of the agency {name}\n\
         \n\
         What it is: it says which signing keys speak for this agency. It does not lie on the computer any more, and\n\
         opens and reads nothing. With the recovery kit beside it, it is the agency: never keep the two in one place.\n\
         \n\
         What to do: print it, put it into an envelope, lock it away, and delete this file. It is needed a few times a\n\
         year, to make the next signing key or to take one back:  spean key root attach\n\
         \n\
         Agency       {id}\n\
         Fingerprint  {fingerprint}\n\
         Network      {network}\n\
         \n\
         The secret (its checksum notices any one mistyped character; spaces do not matter):\n\
         \n",
        name = agency.name(),
        id = agency.id(),
        fingerprint = Fingerprint::of(agency.id()),
    );
    text.push_str(&paper::secret_lines(&main_key::groups(seed)));
    text
}
