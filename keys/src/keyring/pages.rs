//! The file below the keyring: fixed length, overwritten in place, each write synced before the next.

use std::{
    fs::{File, OpenOptions, Permissions},
    io,
    os::unix::fs::{FileExt, OpenOptionsExt, PermissionsExt},
    path::Path,
};

use super::{ErasureMethod, layout::FILE_BYTES};

/// What the keyring needs of a file. A trait, so that tests can cut the power between any two steps.
pub(super) trait Pages: Send + Sync {
    /// Fills `out` from `offset` on.
    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()>;
    /// Overwrites in place and returns when the bytes are on the disk.
    fn write_synced(&self, offset: u64, bytes: &[u8]) -> io::Result<()>;
    /// Length in bytes.
    fn len(&self) -> io::Result<u64>;
    /// Whether overwriting in place destroys what was there.
    fn method(&self) -> ErasureMethod;
}

impl Pages for File {
    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.read_exact_at(out, offset)
    }

    fn write_synced(&self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        self.write_all_at(bytes, offset)?;
        self.sync_data()
    }

    fn len(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }

    fn method(&self) -> ErasureMethod {
        // `f_type` of Linux' statfs(2); those that write in place and do not copy on write.
        const EXT: i128 = 0xef53;
        const XFS: i128 = 0x5846_5342;
        match rustix::fs::fstatfs(self).map(|stat| i128::from(stat.f_type)) {
            Ok(EXT | XFS) => ErasureMethod::InPlace,
            _ => ErasureMethod::BestEffort,
        }
    }
}

/// Opens an existing keyring file and makes sure that only its owner may read it.
pub(super) fn open(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new().read(true).write(true).open(path)?;
    if file.metadata()?.permissions().mode() & 0o077 != 0 {
        file.set_permissions(Permissions::from_mode(0o600))?;
    }
    Ok(file)
}

/// A new file, mode 0600, full length, zero-filled and synced. Really written, so that no later write needs space.
pub(super) fn preallocate(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all_at(&vec![0; FILE_BYTES], 0)?;
    file.sync_all()?;
    Ok(file)
}
