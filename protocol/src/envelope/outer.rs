//! The outer form of an envelope: all that a stranger sees.

use keys::sealing::{ENC_BYTES, Kid, SUITE, TAG_BYTES};

use crate::limits::{MAX_ENVELOPE, MIN_PADDED};

/// The first four bytes.
pub const MAGIC: &[u8; 4] = b"SPN1";
/// The fifth byte: how the rest is laid out.
pub const FORMAT: u8 = 1;
/// Bytes before the encapsulation.
const HEAD: usize = 4 + 1 + 2 + 16;
/// What an envelope has beside the padded plaintext, in bytes.
pub const OVERHEAD: usize = HEAD + ENC_BYTES + TAG_BYTES;

/// Suite and key name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outer {
    /// Suite of algorithms.
    pub suite: u16,
    /// Name of the key that it is sealed to.
    pub kid: Kid,
}

/// Why bytes are not an envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OuterError {
    /// Too short or too long.
    #[error("an envelope has {least} to {MAX_ENVELOPE} bytes, not {0}", least = OVERHEAD + MIN_PADDED)]
    Length(usize),
    /// Other first bytes.
    #[error("not a Spean envelope")]
    Magic,
    /// A layout of another version.
    #[error("envelope format {0} is not supported by this version")]
    Format(u8),
    /// A suite of another version.
    #[error("suite {0:#06x} is not supported by this version")]
    Suite(u16),
}

impl Outer {
    /// The bytes before the encapsulation.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(HEAD);
        out.extend_from_slice(MAGIC);
        out.push(FORMAT);
        out.extend_from_slice(&self.suite.to_be_bytes());
        out.extend_from_slice(&self.kid.0);
        out
    }

    /// Parses an envelope into its outer form, encapsulation and ciphertext.
    ///
    /// # Errors
    /// [`OuterError`]: length first, then magic, format, suite.
    pub fn parse(bytes: &[u8]) -> Result<(Self, &[u8], &[u8]), OuterError> {
        let length = OuterError::Length(bytes.len());
        if bytes.len() < OVERHEAD + MIN_PADDED || bytes.len() > MAX_ENVELOPE {
            return Err(length);
        }
        let (magic, rest) = bytes.split_first_chunk::<4>().ok_or(length)?;
        let (format, rest) = rest.split_first().ok_or(length)?;
        let (suite, rest) = rest.split_first_chunk::<2>().ok_or(length)?;
        let (kid, rest) = rest.split_first_chunk::<16>().ok_or(length)?;
        let (enc, ct) = rest.split_at_checked(ENC_BYTES).ok_or(length)?;
        if magic != MAGIC {
            return Err(OuterError::Magic);
        }
        if *format != FORMAT {
            return Err(OuterError::Format(*format));
        }
        match u16::from_be_bytes(*suite) {
            SUITE => Ok((Self { suite: SUITE, kid: Kid(*kid) }, enc, ct)),
            other => Err(OuterError::Suite(other)),
        }
    }
}
