//! What can go wrong between the node and its disk. No error carries a key or a value.

use std::{io, path::PathBuf};

/// Why nothing was read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The engine gave an error; a retry may help.
    #[error("the store could not be read ({0}): look at the disk, then restart the node")]
    Failed(String),
    /// A stored value is not in the form in which it was written.
    #[error("the store holds a value that cannot be read: the disk may be damaged, restore a backup")]
    Damaged,
}

/// Why a batch was not acknowledged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommitError {
    /// The check with this index (in the order they were added) did not hold; nothing changed.
    #[error("the record was changed by someone else: read it again")]
    Conflict {
        /// Index of the failed check.
        check: usize,
    },
    /// Not enough room on disk.
    #[error("the disk is full: make room, the node goes on by itself")]
    Full,
    /// A limit of the contract is exceeded; nothing changed.
    #[error("too large to be stored: {0}")]
    TooLarge(&'static str),
    /// The disk did not confirm the batch; it may or may not be there. Read before you retry.
    #[error("the disk did not confirm the change ({0})")]
    Failed(String),
}

impl From<ReadError> for CommitError {
    fn from(error: ReadError) -> Self {
        Self::Failed(error.to_string())
    }
}

/// Why the store was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Written by a newer program.
    #[error("the store in {path} has format `{found}`, this program knows `{known}`: use the newer program")]
    NewerFormat {
        /// The store's folder.
        path: PathBuf,
        /// What its marker says.
        found: String,
        /// What we can read.
        known: &'static str,
    },
    /// The folder holds something else.
    #[error("{path} holds files but no store: choose an empty folder")]
    NotAStore {
        /// The folder.
        path: PathBuf,
    },
    /// The engine refuses its files, or panics over them.
    #[error("the store in {path} is damaged and cannot be opened ({reason}): move it aside and restore a backup")]
    Damaged {
        /// The store's folder.
        path: PathBuf,
        /// What the engine said.
        reason: String,
    },
    /// Opening needs some room, for the engine writes when it opens.
    #[error("the disk that holds {path} is full: make room (64 MiB are enough) and start again")]
    Full {
        /// The store's folder.
        path: PathBuf,
    },
    /// Another process has it open.
    #[error("the store in {path} is in use by another process")]
    InUse {
        /// The store's folder.
        path: PathBuf,
    },
    /// Any other trouble with the folder.
    #[error("{path}: {source}")]
    Io {
        /// What was touched.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}
