//! Room on the disk: the free-space mark and the ballast file.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use rustix::fs::{FallocateFlags, fallocate, statvfs};

/// When the disk counts as full.
#[derive(Clone, Copy, Debug)]
pub struct SpaceLimits {
    /// Below so many free bytes no new work is taken.
    pub mark: u64,
    /// Bytes kept back in the ballast file for what must still be written on a full disk.
    pub ballast: u64,
    /// Below so many free bytes the ballast is freed; when it is gone, nothing is written: sled must not meet the
    /// end of the disk, it needs a segment (8 MiB) and a snapshot to be opened again.
    pub floor: u64,
}

impl SpaceLimits {
    /// Once the ballast was freed: below so many free bytes only duties are taken.
    pub(super) const fn duties_only(&self) -> u64 {
        self.floor.saturating_add(self.ballast / 4)
    }
}

impl Default for SpaceLimits {
    fn default() -> Self {
        Self { mark: 256 << 20, ballast: 64 << 20, floor: 24 << 20 }
    }
}

/// Bytes that this process may still write to the file system of `path`; all there are, if the system won't say.
pub(super) fn free_bytes(path: &Path) -> u64 {
    statvfs(path).map_or(u64::MAX, |fs| fs.f_bavail.saturating_mul(fs.f_frsize))
}

/// A file of real blocks that is deleted when room is needed.
pub(super) struct Ballast {
    path: PathBuf,
    size: u64,
}

impl Ballast {
    pub(super) fn new(path: PathBuf, size: u64) -> Self {
        Self { path, size }
    }

    /// Whether it is there in full.
    pub(super) fn is_there(&self) -> bool {
        fs::metadata(&self.path).is_ok_and(|file| file.len() >= self.size)
    }

    /// Gives its blocks back. Whether there were any.
    pub(super) fn free(&self) -> bool {
        fs::remove_file(&self.path).is_ok()
    }

    /// Makes it, with real blocks: a sparse file would hold nothing back.
    pub(super) fn make(&self) -> io::Result<()> {
        let made = self.allocate();
        if made.is_err() {
            self.free();
        }
        made
    }

    fn allocate(&self) -> io::Result<()> {
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).open(&self.path)?;
        match fallocate(&file, FallocateFlags::empty(), 0, self.size) {
            Ok(()) => {}
            Err(rustix::io::Errno::OPNOTSUPP | rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS) => {
                fill(&mut file, self.size)?;
            }
            Err(error) => return Err(error.into()),
        }
        file.sync_all()
    }
}

fn fill(file: &mut File, mut size: u64) -> io::Result<()> {
    let block = vec![0x5a; 64 << 10];
    while size > 0 {
        let part = usize::try_from(size).unwrap_or(block.len()).min(block.len());
        file.write_all(&block[..part])?;
        size -= part as u64;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt;

    use super::*;

    #[test]
    fn the_ballast_holds_real_blocks_until_freed() {
        let folder = tempfile::tempdir().unwrap();
        let ballast = Ballast::new(folder.path().join("ballast"), 1 << 20);
        assert!(!ballast.is_there());
        ballast.make().unwrap();
        assert!(ballast.is_there());
        let blocks = fs::metadata(folder.path().join("ballast")).unwrap().blocks();
        assert!(blocks * 512 >= 1 << 20);
        assert!(ballast.free());
        assert!(!ballast.is_there());
    }

    #[test]
    fn blocks_are_written_where_the_file_system_cannot_allocate() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ballast");
        fill(&mut File::create(&path).unwrap(), 100_000).unwrap();
        assert_eq!(fs::metadata(path).unwrap().len(), 100_000);
    }
}
