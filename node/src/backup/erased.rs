//! What was erased since backups were made: a small file beside them, replaced at each erasure and never kept in
//! versions. Restoring a backup erases it again (`docs/protocol.md` 3.13).
//!
//! ```text
//! "SPNE" | u8 format = 1 | 0 0 0 | agency id[32] | u64 written | u32 count | count x tombstone[32] | HMAC[32]
//! ```
//!
//! A tombstone is an HMAC under a key of the keyring over a random id: nothing can be learnt from it.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use keys::{
    AgencyId, Digest, Secret, Timestamp,
    label::{self, Label},
};

const MAGIC: &[u8; 8] = b"SPNE\x01\0\0\0";
const TOMBSTONE: Label = Label::new("spean/erased/tomb");
const FILE: Label = Label::new("spean/erased/file");
/// Magic, agency, time, count.
const HEAD: usize = 8 + 32 + 8 + 4;
const HASH: usize = 32;

/// Where the list of a backup lies.
#[must_use]
pub fn list_of(backup: &Path) -> PathBuf {
    let mut name = backup.as_os_str().to_owned();
    name.push(".erased");
    name.into()
}

/// The name of an erased owner, for whoever has the keyring's tombstone key.
#[must_use]
pub fn tombstone(key: &Secret<32>, owner: &[u8]) -> Digest {
    label::mac(key.expose(), TOMBSTONE, owner)
}

/// What was erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erased {
    /// Whose.
    pub agency: AgencyId,
    /// When this was written: what was erased later is not in it.
    pub written: Timestamp,
    /// The tombstones.
    pub tombstones: BTreeSet<Digest>,
}

/// Why a list of what was erased is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ErasedFault {
    /// Something else, or damaged.
    #[error("this is no list of what was erased, or it is damaged")]
    Damaged,
    /// Another agency's, or made with other keys.
    #[error("this list of what was erased belongs to another agency's backup")]
    Other,
}

impl Erased {
    /// The file's bytes.
    #[must_use]
    pub fn to_bytes(&self, key: &Secret<32>) -> Vec<u8> {
        let count = u32::try_from(self.tombstones.len()).unwrap_or(u32::MAX);
        let mut out = Vec::with_capacity(HEAD + HASH * (self.tombstones.len() + 1));
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(self.agency.as_bytes());
        out.extend_from_slice(&self.written.0.to_be_bytes());
        out.extend_from_slice(&count.to_be_bytes());
        self.tombstones.iter().for_each(|tombstone| out.extend_from_slice(tombstone.as_bytes()));
        out.extend_from_slice(label::mac(key.expose(), FILE, &out).as_bytes());
        out
    }

    /// Reads and proves the file's bytes.
    ///
    /// # Errors
    /// [`ErasedFault`].
    pub fn from_bytes(bytes: &[u8], key: &Secret<32>, agency: AgencyId) -> Result<Self, ErasedFault> {
        let (said, mac) = bytes.split_last_chunk::<HASH>().ok_or(ErasedFault::Damaged)?;
        let (head, list) = said.split_first_chunk::<HEAD>().ok_or(ErasedFault::Damaged)?;
        let (magic, rest) = head.split_at(MAGIC.len());
        let (id, rest) = rest.split_at(HASH);
        let (written, count) = rest.split_at(8);
        let number = |bytes: &[u8]| bytes.iter().fold(0_u64, |n, byte| (n << 8) | u64::from(*byte));
        let (tombstones, rest) = list.as_chunks::<HASH>();
        if magic != MAGIC || !rest.is_empty() || number(count) != tombstones.len() as u64 {
            return Err(ErasedFault::Damaged);
        }
        if id != agency.as_bytes() || !label::mac(key.expose(), FILE, said).same_as(&Digest(*mac)) {
            return Err(ErasedFault::Other);
        }
        let tombstones = tombstones.iter().map(|bytes| Digest(*bytes)).collect();
        Ok(Self { agency, written: Timestamp(number(written)), tombstones })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(byte: u8) -> Secret<32> {
        Secret::new(Box::new([byte; 32]))
    }

    fn agency(byte: u8) -> AgencyId {
        AgencyId::new(Digest([byte; 32]))
    }

    #[test]
    fn it_comes_back_and_only_by_its_own_key_unchanged() {
        let tombstones = [b"a", b"b"].into_iter().map(|owner| tombstone(&key(1), owner)).collect();
        let erased = Erased { agency: agency(7), written: Timestamp(99), tombstones };
        let bytes = erased.to_bytes(&key(1));
        assert_eq!(Erased::from_bytes(&bytes, &key(1), agency(7)), Ok(erased));
        assert_eq!(Erased::from_bytes(&bytes, &key(2), agency(7)), Err(ErasedFault::Other));
        assert_eq!(Erased::from_bytes(&bytes, &key(1), agency(8)), Err(ErasedFault::Other));
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert!(Erased::from_bytes(&changed, &key(1), agency(7)).is_err());
        }
        assert!(Erased::from_bytes(&bytes[..bytes.len() - HASH], &key(1), agency(7)).is_err());
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes: Vec<u8>) {
            let _ = Erased::from_bytes(&bytes, &key(1), agency(7));
        }
    }
}
