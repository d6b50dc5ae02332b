//! Guardians: people who together, and only together, give an agency a new main key when its own is lost or stolen
//! (`docs/protocol.md` 3.3, `recover`).
//!
//! Each holds a page with a secret, drawn when the agency was founded. The agency asks ([`RecoveryRequest`]), each of
//! them signs on a computer of their own ([`RecoveryRequest::sign`]), and the agency puts the signatures together
//! ([`RecoveryRequest::finish`]). No secret of a guardian comes near the agency's computer.

mod request;
mod signature;
#[cfg(test)]
mod tests;

use bech32::Hrp;
use zeroize::Zeroizing;

pub use request::{MAX_REQUEST_CHARS, RecoveryRequest, RequestError};
pub use signature::{GuardianSignature, MAX_SIGNATURE_CHARS};

use crate::{Secret, armour::ArmourError, paper};

const PREFIX: Hrp = Hrp::parse_unchecked("spnguard");

/// A typed secret is not the one of any guardian's page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not the secret of a guardian's page, or a character was mistyped")]
pub struct PageError;

/// A guardian's secret as it is printed, a group each.
#[must_use]
pub fn groups(seed: &Secret<32>) -> Zeroizing<Vec<String>> {
    paper::groups(PREFIX, seed)
}

/// Reads the secret as a person types it: spaces, line breaks and capital letters do not matter.
///
/// # Errors
/// [`PageError`].
pub fn read(typed: &str) -> Result<Secret<32>, PageError> {
    paper::read(PREFIX, typed).ok_or(PageError)
}

/// Why a text that people hand on can't be taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CopyError {
    /// No first line.
    #[error("it does not begin as it must: copy everything, with the first and the last line")]
    NotFound,
    /// No last line, or no checksum before it.
    #[error("it was cut off: copy everything, with the first and the last line")]
    CutOff,
    /// A character that can't be there.
    #[error("line {0} has a character that does not belong there: copy it again")]
    Character(usize),
    /// The checksum does not fit.
    #[error("it was changed on the way (its checksum does not fit): copy it again, or send it as a file")]
    Changed,
    /// Longer than any.
    #[error("it is longer than any")]
    TooLarge,
    /// The copy is good, the content is not.
    #[error("its content is not what it should be")]
    Content,
}

impl From<ArmourError> for CopyError {
    fn from(error: ArmourError) -> Self {
        match error {
            ArmourError::NotFound => Self::NotFound,
            ArmourError::CutOff => Self::CutOff,
            ArmourError::Character(line) => Self::Character(line),
            ArmourError::Changed => Self::Changed,
        }
    }
}
