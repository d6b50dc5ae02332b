//! What an agency shows of itself: its key log and its statements, as bytes from anywhere
//! ([`PublicRecord`]), and what is known once they are verified ([`VerifiedAgency`]).
//!
//! Knows nothing of trust: that a record verifies says only that one key holder made it.

mod compare;
mod merge;
#[cfg(test)]
mod promises;
mod verified;

pub use compare::ForkOrRollback;
pub use merge::{Branch, Outcome, Refusal, merge};
pub use verified::{KeyError, VerifiedAgency};

use crate::{
    NetworkId,
    log::{self, LogError, MAX_ENTRIES},
    statement::{self, MAX_STATEMENTS, StatementError},
};

/// The longest record that is read.
pub const MAX_RECORD_BYTES: usize = 4 * 1024 * 1024;

/// `"SPNA"` and the format, 1.
const MAGIC: &[u8; 4] = b"SPNA";
const FORMAT: u8 = 1;

/// Log and statements of an agency, unverified: what `GET log`, the card and the peer store carry.
///
/// Bytes (`docs/protocol.md` 3.3): `"SPNA" || u8 format = 1 || u16 entries || (u32 length || signed entry)* || u16
/// statements || (u32 length || signed statement)*`, big-endian. Not one CBOR item, because a log may be longer
/// than the number of items that one may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicRecord {
    log: Vec<Vec<u8>>,
    statements: Vec<Vec<u8>>,
}

impl PublicRecord {
    pub(crate) const fn new(log: Vec<Vec<u8>>, statements: Vec<Vec<u8>>) -> Self {
        Self { log, statements }
    }

    /// The log's entries, genesis first, in the form that travels.
    #[must_use]
    pub fn log(&self) -> &[Vec<u8>] {
        &self.log
    }

    /// The statements, in the form that travels.
    #[must_use]
    pub fn statements(&self) -> &[Vec<u8>] {
        &self.statements
    }

    /// The form that travels.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        out.push(FORMAT);
        for list in [&self.log, &self.statements] {
            out.extend_from_slice(&u16::try_from(list.len()).unwrap_or(u16::MAX).to_be_bytes());
            for item in list {
                out.extend_from_slice(&u32::try_from(item.len()).unwrap_or(u32::MAX).to_be_bytes());
                out.extend_from_slice(item);
            }
        }
        out
    }

    /// Splits the form that travels; nothing inside is looked at.
    ///
    /// # Errors
    /// [`RecordError`], if it is not a record, was cut off, is too large or of a newer format.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, RecordError> {
        if bytes.len() > MAX_RECORD_BYTES {
            return Err(RecordError::TooLarge(bytes.len()));
        }
        let mut rest = bytes;
        if take(&mut rest, 4).map_err(|_| RecordError::NotARecord)? != MAGIC {
            return Err(RecordError::NotARecord);
        }
        match take(&mut rest, 1)?.first() {
            Some(&FORMAT) => {}
            Some(newer) => return Err(RecordError::NewerFormat(*newer)),
            None => return Err(RecordError::CutOff),
        }
        let log = take_list(&mut rest, MAX_ENTRIES)?;
        let statements = take_list(&mut rest, MAX_STATEMENTS)?;
        if rest.is_empty() { Ok(Self { log, statements }) } else { Err(RecordError::Trailing(rest.len())) }
    }

    /// Verifies log and statements.
    ///
    /// # Errors
    /// [`RecordError::Log`] or [`RecordError::Statement`].
    pub fn verify(&self, network: NetworkId) -> Result<VerifiedAgency, RecordError> {
        let state = log::verify(&self.log, network)?;
        let current = statement::current(&self.statements, &state)?;
        Ok(VerifiedAgency::new(self.clone(), state, current))
    }
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Result<&'a [u8], RecordError> {
    let (taken, left) = rest.split_at_checked(length).ok_or(RecordError::CutOff)?;
    *rest = left;
    Ok(taken)
}

fn take_list(rest: &mut &[u8], most: usize) -> Result<Vec<Vec<u8>>, RecordError> {
    let count = take(rest, 2)?.iter().fold(0, |sum, byte| (sum << 8) | usize::from(*byte));
    if count > most {
        return Err(RecordError::TooMany { count, most });
    }
    (0..count)
        .map(|_| {
            let length = take(rest, 4)?.iter().fold(0, |sum, byte| (sum << 8) | usize::from(*byte));
            Ok(take(rest, length)?.to_vec())
        })
        .collect()
}

/// Why a record cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// Other bytes.
    #[error("this is not the public record of an agency")]
    NotARecord,
    /// A newer format.
    #[error("the record has format {0}, this program reads format {FORMAT}: it needs a newer version")]
    NewerFormat(u8),
    /// The end is missing.
    #[error("the record was cut off: copy it again, whole")]
    CutOff,
    /// Something follows the end.
    #[error("{0} bytes too many stand at the end of the record")]
    Trailing(usize),
    /// Larger than [`MAX_RECORD_BYTES`].
    #[error("the record is {0} bytes long, more than {MAX_RECORD_BYTES}")]
    TooLarge(usize),
    /// More entries or statements than may be.
    #[error("the record lists {count} items where at most {most} may be")]
    TooMany {
        /// How many.
        count: usize,
        /// How many may be.
        most: usize,
    },
    /// The log.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The statements.
    #[error(transparent)]
    Statement(#[from] StatementError),
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_record_round_trips_and_each_fault_has_its_name() {
        let record = PublicRecord::new(vec![vec![1, 2], vec![]], vec![vec![3]]);
        let bytes = record.to_bytes();
        assert_eq!(PublicRecord::from_bytes(&bytes), Ok(record));
        for end in 4..bytes.len() {
            assert_eq!(PublicRecord::from_bytes(&bytes[..end]), Err(RecordError::CutOff));
        }
        let mut longer = bytes.clone();
        longer.push(0);
        assert_eq!(PublicRecord::from_bytes(&longer), Err(RecordError::Trailing(1)));
        let mut newer = bytes;
        newer[4] = 2;
        assert_eq!(PublicRecord::from_bytes(&newer), Err(RecordError::NewerFormat(2)));
        assert_eq!(PublicRecord::from_bytes(b"PK\x03\x04"), Err(RecordError::NotARecord));
    }

    #[test]
    fn size_and_number_of_items_are_bounded() {
        let large = vec![0; MAX_RECORD_BYTES + 1];
        assert_eq!(PublicRecord::from_bytes(&large), Err(RecordError::TooLarge(MAX_RECORD_BYTES + 1)));
        let entries = PublicRecord::new(vec![vec![]; MAX_ENTRIES + 1], vec![]).to_bytes();
        let statements = PublicRecord::new(vec![], vec![vec![]; MAX_STATEMENTS + 1]).to_bytes();
        for (bytes, most) in [(entries, MAX_ENTRIES), (statements, MAX_STATEMENTS)] {
            assert_eq!(PublicRecord::from_bytes(&bytes), Err(RecordError::TooMany { count: most + 1, most }));
        }
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(tail: Vec<u8>) {
            let bytes = [&b"SPNA\x01\x00\x01"[..], &tail].concat();
            for bytes in [&tail[..], &bytes[..]] {
                if let Ok(record) = PublicRecord::from_bytes(bytes) {
                    let _ = record.verify(NetworkId::from_name("spean"));
                }
            }
        }
    }
}
