//! A disk whose power can be cut: an ext4 file system in a file, on a loop device.
//!
//! `kill -9` would show nothing of what a power cut does: the system's cache survives it.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

/// What it needs, for [`not_run`](crate::not_run()).
const NEEDS: &str = "needs root, loop devices, mkfs.ext4 and python3";
/// `EXT4_IOC_SHUTDOWN` without flushing the journal, of each folder named. Calling it from here would need unsafe code.
const SHUTDOWN: &str = "import fcntl,os,struct,sys
for disk in [os.open(path, os.O_RDONLY) for path in sys.argv[1:]]:
    fcntl.ioctl(disk, 0x8004587D, struct.pack('I', 2))";
/// For a process that was killed, or is being started by another test, to let go of the disk.
const TRIES: usize = 100;

/// An ext4 file system in a file; unmounted when dropped.
pub struct LoopDisk {
    folder: tempfile::TempDir,
    image: PathBuf,
    mounted: bool,
}

impl LoopDisk {
    /// `None`, and the test noted as not run, where mounting is not allowed.
    pub fn mount(test: &str) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let image = folder.path().join("image");
        let file = std::fs::File::create(&image).expect("made");
        file.set_len(512 << 20).expect("sized");
        std::fs::create_dir(folder.path().join("disk")).expect("made");
        let mut disk = Self { folder, image, mounted: false };
        let made = run("mkfs.ext4", &["-q".as_ref(), "-F".as_ref(), disk.image.as_path()]);
        if !made || !disk.try_mount() {
            crate::not_run(test, NEEDS);
            return None;
        }
        Some(disk)
    }

    /// Where it is mounted.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("disk")
    }

    /// Puts the power back: the journal is replayed.
    ///
    /// # Panics
    /// If a process still holds a file of it, or the journal can't be replayed.
    pub fn mount_again(&mut self) {
        self.unmount();
        assert!(self.try_mount(), "the journal is replayed");
    }

    /// As [`mount_again`](Self::mount_again); then the file system itself is checked.
    ///
    /// # Panics
    /// If it is not sound.
    pub fn mount_checked(&mut self) {
        self.mount_again();
        self.unmount();
        assert!(run("e2fsck", &["-f".as_ref(), "-n".as_ref(), self.image.as_path()]), "the file system is sound");
        assert!(self.try_mount(), "it is mounted");
    }

    fn try_mount(&mut self) -> bool {
        self.mounted = run("mount", &["-o".as_ref(), "loop".as_ref(), self.image.as_path(), &self.path()]);
        self.mounted
    }

    fn unmount(&mut self) {
        for _ in 0..TRIES {
            if !self.mounted {
                return;
            }
            self.mounted = !run("umount", &[&self.path()]);
            if self.mounted {
                std::thread::sleep(Duration::from_millis(50));
            }
        }
        assert!(!self.mounted, "unmounted");
    }
}

/// Cuts the power of the disks mounted at these places, as at one moment. Whether it could be done.
pub fn cut_power(places: &[PathBuf]) -> bool {
    let mut python = Command::new("python3");
    let ended = python.arg("-c").arg(SHUTDOWN).args(places).stdout(Stdio::null()).stderr(Stdio::null()).status();
    ended.is_ok_and(|status| status.success())
}

impl Drop for LoopDisk {
    fn drop(&mut self) {
        if self.mounted {
            // Whoever still holds it open must not make a failing test abort.
            run("umount", &["-l".as_ref(), &self.path()]);
        }
    }
}

fn run(program: &str, arguments: &[&Path]) -> bool {
    let ended = Command::new(program).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status();
    ended.is_ok_and(|status| status.success())
}
