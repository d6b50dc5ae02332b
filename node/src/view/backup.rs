//! Backups.

use keys::Timestamp;
use serde::{Deserialize, Serialize};

/// Asks for a backup.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct BackupRequest {
    /// The whole path of the file; the node writes it.
    pub file: String,
}

/// A backup that was made.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct BackupView {
    /// The file.
    pub file: String,
    /// The list of what is erased from now on, which a restore needs; kept up to date by the node.
    pub erased_list: String,
    /// What was done later is not in it.
    pub made: Timestamp,
    /// It can be restored until then.
    pub until: Timestamp,
    /// Rows of the store.
    pub rows: u64,
    /// Its length.
    pub bytes: u64,
}

/// A backup that was looked through.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct CheckedBackup {
    /// The file.
    pub file: String,
    /// Whose it is.
    pub agency: String,
    /// When it was made.
    pub made: Timestamp,
    /// It can be restored until then.
    pub until: Timestamp,
    /// Whether that is still so.
    pub usable: bool,
    /// Rows of the store.
    pub rows: u64,
    /// Whether the list of what was erased since lies beside it, whole.
    pub erased_list: bool,
}

/// A node that was restored.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct RestoredView {
    /// Its folder.
    pub dir: String,
    /// Whose it is.
    pub agency: String,
    /// Its name.
    pub name: String,
    /// When the backup was made.
    pub made: Timestamp,
    /// How many things were erased again that the backup still held.
    pub erased_again: usize,
    /// Whether that was known at all.
    pub with_list: bool,
}
