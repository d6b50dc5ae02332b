//! Why no agency was made.

use std::{
    io,
    path::{Path, PathBuf},
};

use keys::{KeyringError, founding::FoundingError};

use crate::delivery::tls::TransportKeyError;

/// Why no agency was made. Neither folder nor kit was left behind.
#[derive(Debug, thiserror::Error)]
pub enum InitError {
    /// An agency is there.
    #[error("there is an agency in `{0}` already: it was left as it is")]
    NodeExists(PathBuf),
    /// Something else is there.
    #[error("`{0}` is not empty: a new agency needs a folder of its own")]
    NotEmpty(PathBuf),
    /// Such as `/` or `..`.
    #[error("`{0}` cannot be the folder of a node")]
    NotAFolder(PathBuf),
    /// A file is where the kit would go.
    #[error("`{0}` exists: a recovery kit is never overwritten")]
    KitExists(PathBuf),
    /// A file is where a guardian's page would go.
    #[error("`{0}` exists: a guardian's page is never overwritten")]
    PageExists(PathBuf),
    /// The kit or a guardian's page could not be written.
    #[error("the page `{path}` cannot be written: {source}")]
    Kit {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file of the folder could not be written.
    #[error("`{path}` cannot be written: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Name or country.
    #[error(transparent)]
    Founding(#[from] FoundingError),
    /// The keyring could not be made.
    #[error(transparent)]
    Keyring(#[from] KeyringError),
    /// The transport key could not be made.
    #[error(transparent)]
    Transport(#[from] TransportKeyError),
    /// A fault of this program.
    #[error("the new agency's own record does not verify")]
    OwnRecord,
}

impl InitError {
    /// For `map_err` on what concerns the file `path`.
    pub(super) fn file(path: &Path) -> impl Fn(io::Error) -> Self {
        move |source| Self::File { path: path.into(), source }
    }

    /// The error's stable name in `docs/errors.md`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NodeExists(_) | Self::NotEmpty(_) => "node/exists",
            Self::Kit { source, .. } | Self::File { source, .. } if source.kind() == io::ErrorKind::StorageFull => {
                "node/disk-full"
            }
            Self::NotAFolder(_)
            | Self::KitExists(_)
            | Self::PageExists(_)
            | Self::Kit { .. }
            | Self::File { .. }
            | Self::Transport(_)
            | Self::Keyring(KeyringError::Io(_)) => "file/unwritable",
            Self::Founding(FoundingError::Genesis(_)) => "input/text",
            Self::Founding(_) | Self::Keyring(_) | Self::OwnRecord => "internal",
        }
    }
}
