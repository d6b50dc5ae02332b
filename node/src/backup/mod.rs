//! A backup as a file: what it is of and how it is opened in the clear, then all rows of the store and the small files
//! of the folder, encrypted as one stream (`docs/protocol.md` 3.13).
//!
//! Knows nothing of what a row says, and holds one row at a time. Who makes one is `run::backup`, who puts one back is
//! `run::restore`.

mod erased;
mod header;
mod stream;

use std::io::{self, BufRead, Write};

use keys::Secret;

pub use erased::{Erased, ErasedFault, list_of, tombstone};
pub use header::Header;
use stream::{Opener, Sealer};

/// Bytes of the longest key of a row.
const MAX_KEY: usize = 256;
/// Bytes of the longest value or file.
const MAX_BYTES: usize = 16 << 20;

const ROW: u8 = 1;
const GONE: u8 = 2;
const FILE: u8 = 3;
const END: u8 = 4;

/// A small file of the folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum File {
    /// Keys under the passphrase.
    Keyring,
    /// Settings.
    Config,
    /// The TLS key.
    TransportKey,
    /// The own public record.
    PublicRecord,
}

impl File {
    const ALL: [Self; 4] = [Self::Keyring, Self::Config, Self::TransportKey, Self::PublicRecord];

    const fn number(self) -> u8 {
        match self {
            Self::Keyring => 1,
            Self::Config => 2,
            Self::TransportKey => 3,
            Self::PublicRecord => 4,
        }
    }
}

/// One thing in a backup.
pub enum Item {
    /// A row of the store; of several with one key the last counts. `None`: it is gone.
    Row(Vec<u8>, Option<Vec<u8>>),
    /// A file of the folder.
    File(File, Vec<u8>),
}

/// Why a backup can't be made or read.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// Something else.
    #[error("this is no backup of a node")]
    NotABackup,
    /// Made by a later version.
    #[error("this backup has format {0}, which this version does not know: use the version that made it")]
    Newer(u8),
    /// Changed, cut off, or torn.
    #[error("the backup is damaged or not complete")]
    Damaged,
    /// Reading or writing failed.
    #[error("{0}")]
    Io(#[from] io::Error),
}

impl BackupError {
    fn of_reading(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => Self::Damaged,
            _ => Self::Io(error),
        }
    }
}

/// Writes a backup.
pub struct Writer<W> {
    sealer: Sealer<W>,
    items: u64,
}

impl<W: Write> Writer<W> {
    /// Writes the header. `key` is the keyring's for its salt and [`Header::context`].
    ///
    /// # Errors
    /// What writing says.
    pub fn begin(mut to: W, header: &Header, key: &Secret<32>) -> io::Result<Self> {
        to.write_all(&header.to_bytes())?;
        Ok(Self { sealer: Sealer::new(to, key)?, items: 0 })
    }

    /// Adds a row, or that it is gone.
    ///
    /// # Errors
    /// What writing says.
    pub fn row(&mut self, key: &[u8], value: Option<&[u8]>) -> io::Result<()> {
        let too_long = |_| io::Error::other("a row is too long for a backup");
        let key_length = u16::try_from(key.len()).map_err(too_long)?.to_be_bytes();
        match value {
            Some(value) => {
                let length = u32::try_from(value.len()).map_err(too_long)?.to_be_bytes();
                self.add(&[&[ROW], &key_length, &length, key, value])
            }
            None => self.add(&[&[GONE], &key_length, key]),
        }
    }

    /// Adds a file of the folder.
    ///
    /// # Errors
    /// What writing says.
    pub fn file(&mut self, file: File, bytes: &[u8]) -> io::Result<()> {
        let length = u32::try_from(bytes.len()).map_err(|_| io::Error::other("a file is too long for a backup"))?;
        self.add(&[&[FILE, file.number()], &length.to_be_bytes(), bytes])
    }

    fn add(&mut self, parts: &[&[u8]]) -> io::Result<()> {
        self.items += 1;
        parts.iter().try_for_each(|part| self.sealer.add(part))
    }

    /// Says that this is all, and gives back what was written to.
    ///
    /// # Errors
    /// What writing says.
    pub fn finish(mut self) -> io::Result<W> {
        self.sealer.add(&[END])?;
        self.sealer.add(&self.items.to_be_bytes())?;
        self.sealer.finish()
    }
}

/// Reads a backup, one item at a time; what was read counts only once the end was seen.
pub struct Reader<R> {
    opener: Opener<R>,
    items: u64,
    ended: bool,
}

impl<R: BufRead> Reader<R> {
    /// Goes on behind the header, which was read from `from` before.
    ///
    /// # Errors
    /// [`BackupError::Io`].
    pub fn begin(from: R, key: &Secret<32>) -> Result<Self, BackupError> {
        Ok(Self { opener: Opener::new(from, key)?, items: 0, ended: false })
    }

    /// The next item; `None` once all was read and nothing is missing.
    ///
    /// # Errors
    /// [`BackupError::Damaged`], [`BackupError::Io`].
    pub fn next_item(&mut self) -> Result<Option<Item>, BackupError> {
        if self.ended {
            return Ok(None);
        }
        let [tag] = self.array()?;
        let item = match tag {
            ROW => {
                let (key, value) = (u16::from_be_bytes(self.array()?), u32::from_be_bytes(self.array()?));
                Item::Row(self.bytes(key.into(), MAX_KEY)?, Some(self.bytes(length(value)?, MAX_BYTES)?))
            }
            GONE => {
                let key = u16::from_be_bytes(self.array()?);
                Item::Row(self.bytes(key.into(), MAX_KEY)?, None)
            }
            FILE => {
                let [number] = self.array()?;
                let file = File::ALL.into_iter().find(|file| file.number() == number).ok_or(BackupError::Damaged)?;
                let bytes = u32::from_be_bytes(self.array()?);
                Item::File(file, self.bytes(length(bytes)?, MAX_BYTES)?)
            }
            END if u64::from_be_bytes(self.array()?) == self.items => {
                self.ended = true;
                let whole = self.opener.at_end().map_err(BackupError::of_reading)?;
                return if whole { Ok(None) } else { Err(BackupError::Damaged) };
            }
            _ => return Err(BackupError::Damaged),
        };
        self.items += 1;
        Ok(Some(item))
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], BackupError> {
        let mut bytes = [0; N];
        self.opener.fill(&mut bytes).map_err(BackupError::of_reading)?;
        Ok(bytes)
    }

    fn bytes(&mut self, length: usize, limit: usize) -> Result<Vec<u8>, BackupError> {
        if length > limit {
            return Err(BackupError::Damaged);
        }
        let mut bytes = vec![0; length];
        self.opener.fill(&mut bytes).map_err(BackupError::of_reading)?;
        Ok(bytes)
    }
}

fn length(number: u32) -> Result<usize, BackupError> {
    usize::try_from(number).map_err(|_| BackupError::Damaged)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Secret<32> {
        Secret::new(Box::new([3; 32]))
    }

    fn made() -> Vec<u8> {
        let mut writer = Writer { sealer: Sealer::new(Vec::new(), &key()).unwrap(), items: 0 };
        writer.row(b"one", Some(&vec![1; 200_000])).unwrap();
        writer.row(b"two", None).unwrap();
        writer.file(File::Config, b"settings").unwrap();
        writer.finish().unwrap()
    }

    #[test]
    fn what_was_written_is_read_and_the_end_is_told() {
        let file = made();
        let mut reader = Reader::begin(file.as_slice(), &key()).unwrap();
        assert!(
            matches!(reader.next_item(), Ok(Some(Item::Row(key, Some(value)))) if key == b"one" && value.len() == 200_000)
        );
        assert!(matches!(reader.next_item(), Ok(Some(Item::Row(key, None))) if key == b"two"));
        assert!(matches!(reader.next_item(), Ok(Some(Item::File(File::Config, bytes))) if bytes == b"settings"));
        assert!(matches!(reader.next_item(), Ok(None)) && matches!(reader.next_item(), Ok(None)));
    }

    #[test]
    fn one_that_breaks_off_is_not_taken_for_whole() {
        let mut sealer = Sealer::new(Vec::new(), &key()).unwrap();
        sealer.add(&[GONE, 0, 1, 9]).unwrap();
        let file = sealer.finish().unwrap();
        let mut reader = Reader::begin(file.as_slice(), &key()).unwrap();
        assert!(reader.next_item().is_ok());
        assert!(matches!(reader.next_item(), Err(BackupError::Damaged)));
    }
}
