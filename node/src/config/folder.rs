//! What lies in a node's folder.

use std::path::{Path, PathBuf};

/// A node's folder (`--dir`) and the names in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder(PathBuf);

impl Folder {
    /// The folder at `path`; it need not exist.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// The folder itself; the store and its lock take it.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The settings.
    #[must_use]
    pub fn config(&self) -> PathBuf {
        self.0.join("config.toml")
    }

    /// Keys under the passphrase.
    #[must_use]
    pub fn keyring(&self) -> PathBuf {
        self.0.join("keyring")
    }

    /// The transport key, mode 0600.
    #[must_use]
    pub fn transport_key(&self) -> PathBuf {
        self.0.join("transport.key")
    }

    /// This agency's own public record.
    #[must_use]
    pub fn public_record(&self) -> PathBuf {
        self.0.join("agency.public")
    }
}
