//! One process per folder.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Seek, Write},
    path::{Path, PathBuf},
};

use rustix::fs::{FlockOperation, flock};

/// Holds the folder for this process until dropped. The kernel releases it when the process dies, however it dies.
#[derive(Debug)]
pub struct FolderLock {
    _file: File,
}

/// Why the folder is not ours.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process holds it.
    #[error("the folder {folder} is in use by process {process}: stop that node first, or use its socket")]
    InUse {
        /// The node's folder.
        folder: PathBuf,
        /// Its process id as the holder wrote it, or `?`.
        process: String,
    },
    /// The lock file can't be made.
    #[error("cannot lock {path}: {source}")]
    Io {
        /// The lock file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl FolderLock {
    /// Takes `<folder>/lock`. Does not wait.
    ///
    /// # Errors
    /// [`LockError`].
    pub fn take(folder: &Path) -> Result<Self, LockError> {
        let path = folder.join("lock");
        let failed = |source| LockError::Io { path: path.clone(), source };
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(failed)?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(rustix::io::Errno::WOULDBLOCK) => {
                return Err(LockError::InUse { folder: folder.to_path_buf(), process: holder(&mut file) });
            }
            Err(error) => return Err(failed(error.into())),
        }
        // The lock holds without it: on a full disk the number is missing, and the next holder is told `?`.
        let _unsaid = file.rewind().and_then(|()| write!(file, "{:<10}", std::process::id()));
        Ok(Self { _file: file })
    }
}

/// What the holder wrote; only digits are believed, for the text goes to a terminal.
fn holder(file: &mut File) -> String {
    let mut text = String::new();
    let read = file.take(20).read_to_string(&mut text);
    let number = text.trim_end();
    if read.is_ok() && !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) {
        number.to_owned()
    } else {
        "?".into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_holder_is_told_who_has_the_folder_and_gets_it_afterwards() {
        let folder = tempfile::tempdir().unwrap();
        let first = FolderLock::take(folder.path()).unwrap();
        let refused = FolderLock::take(folder.path()).unwrap_err();
        assert!(matches!(&refused, LockError::InUse { process, .. } if *process == std::process::id().to_string()));
        drop(first);
        FolderLock::take(folder.path()).unwrap();
    }
}
