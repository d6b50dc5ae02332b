//! The clear beginning of a backup.
//!
//! ```text
//! "SPNB" | u8 format = 1 | 0 0 0 | agency id[32] | u64 made | u64 usable until | salt[32] | u32 length | unlock slots
//! ```

use std::io::Read;

use keys::{AgencyId, Digest, Timestamp, keyring::MAX_SLOTS, label};

use super::BackupError;

const MAGIC: &[u8; 4] = b"SPNB";
const FORMAT: u8 = 1;

/// Whose a backup is, of when, and what opens it. Nothing of it is secret; none of it can be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The agency.
    pub agency: AgencyId,
    /// When making it began: what was erased since is still in it.
    pub made: Timestamp,
    /// It is restored until then; so long the agency says that a backup may hold what it erased.
    pub until: Timestamp,
    /// Makes its key its own.
    pub salt: [u8; 32],
    /// The keyring's unlock slots.
    pub slots: Vec<u8>,
}

impl Header {
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let slots = u32::try_from(self.slots.len()).unwrap_or(u32::MAX).to_be_bytes();
        let (made, until) = (self.made.0.to_be_bytes(), self.until.0.to_be_bytes());
        let parts: [&[u8]; 8] =
            [MAGIC, &[FORMAT, 0, 0, 0], self.agency.as_bytes(), &made, &until, &self.salt, &slots, &self.slots];
        parts.concat()
    }

    /// Binds the key to all that stands here.
    #[must_use]
    pub fn context(&self) -> Digest {
        label::digest_of(&self.to_bytes())
    }

    /// Reads it from the beginning of a file.
    ///
    /// # Errors
    /// [`BackupError`].
    pub fn read(from: &mut impl Read) -> Result<Self, BackupError> {
        let mut start = [0; 8];
        from.read_exact(&mut start).map_err(|_| BackupError::NotABackup)?;
        let (magic, format) = start.split_at(4);
        match (magic == MAGIC, format) {
            (true, [FORMAT, 0, 0, 0]) => {}
            (true, [format, ..]) if *format > FORMAT => return Err(BackupError::Newer(*format)),
            _ => return Err(BackupError::NotABackup),
        }
        let agency = AgencyId::new(Digest(array(from)?));
        let (made, until) = (Timestamp(u64::from_be_bytes(array(from)?)), Timestamp(u64::from_be_bytes(array(from)?)));
        let salt = array(from)?;
        let length = usize::try_from(u32::from_be_bytes(array(from)?)).unwrap_or(usize::MAX);
        if length > MAX_SLOTS {
            return Err(BackupError::Damaged);
        }
        let mut slots = vec![0; length];
        from.read_exact(&mut slots).map_err(BackupError::of_reading)?;
        Ok(Self { agency, made, until, salt, slots })
    }
}

fn array<const N: usize>(from: &mut impl Read) -> Result<[u8; N], BackupError> {
    let mut bytes = [0; N];
    from.read_exact(&mut bytes).map_err(BackupError::of_reading)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn it_is_read_as_it_was_written_and_newer_ones_are_told() {
        let header = Header {
            agency: AgencyId::new(Digest([1; 32])),
            made: Timestamp(5),
            until: Timestamp(9),
            salt: [2; 32],
            slots: vec![3; 1024],
        };
        let mut bytes = header.to_bytes();
        assert_eq!(Header::read(&mut bytes.as_slice()).unwrap(), header);
        bytes[4] = 2;
        assert!(matches!(Header::read(&mut bytes.as_slice()), Err(BackupError::Newer(2))));
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes: Vec<u8>) {
            let _ = Header::read(&mut bytes.as_slice());
        }
    }
}
