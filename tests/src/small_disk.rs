//! A disk of a few megabytes, to be filled.

use std::{
    fs::{self, File, OpenOptions},
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

/// A tmpfs of its own, unmounted when dropped. Needs root.
pub struct SmallDisk {
    folder: tempfile::TempDir,
}

impl SmallDisk {
    /// `None`, and the test noted as not run, where mounting is not allowed.
    pub fn mount(test: &str, mebibytes: u32) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let size = format!("size={mebibytes}m");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder.path()).output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self { folder });
        }
        crate::not_run(test, "needs root, to mount a small disk");
        None
    }

    /// Where it is mounted.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Fills it up to the last byte, as somebody else's file would.
    pub fn fill(&self) {
        let mut file = OpenOptions::new().append(true).create(true).open(self.filler()).expect("opens");
        for block in [vec![1; 1 << 20], vec![1; 4096]] {
            while file.write_all(&block).is_ok() {}
        }
    }

    /// Fills it but for `bytes`.
    pub fn fill_but(&self, bytes: u64) {
        self.fill();
        let filled = self.filled();
        assert!(filled > bytes, "there are not {bytes} bytes free");
        self.leave_filled(filled - bytes);
    }

    /// Leaves `bytes` of the filling.
    pub fn leave_filled(&self, bytes: u64) {
        File::options().write(true).open(self.filler()).and_then(|file| file.set_len(bytes)).expect("cut");
    }

    /// Bytes of the filling.
    pub fn filled(&self) -> u64 {
        fs::metadata(self.filler()).map_or(0, |file| file.len())
    }

    fn filler(&self) -> PathBuf {
        self.path().join("filler")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let unmounted = Command::new("umount").arg("-l").arg(self.path()).status();
        assert!(unmounted.is_ok_and(|status| status.success()), "unmounted");
    }
}
