//! A backup of a node that does not run, and a look through one.

use std::{
    fs::File,
    io::{BufReader, Seek as _},
    path::{Path, PathBuf},
};

use keys::{
    Secret,
    keyring::{self, KeyringError},
};
use zeroize::Zeroizing;

use super::{StartError, begin, try_passphrase, wiring::service_over};
use crate::{
    backup::{BackupError, Header, Item, Reader, list_of},
    config::Folder,
    service::Actor,
    view::{BackupRequest, BackupView, CheckedBackup, Problem},
    world::World,
};

/// Makes a backup of `folder`. The folder is locked meanwhile, and nothing listens.
///
/// # Errors
/// As of a start, or of the running node's.
pub fn backup(
    folder: &Folder,
    actor: &Actor,
    passphrase: Zeroizing<Vec<u8>>,
    request: BackupRequest,
) -> Result<BackupView, Problem> {
    let started = |error: StartError| error.problem();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.map_err(|error| started(error.into()))?.block_on(async {
        let file = folder.keyring();
        let (_lock, ground, keyring) =
            begin(folder, World::system(), move || try_passphrase(file, &passphrase)).await.map_err(started)?;
        let opened = ground.unlock(keyring).await.map_err(started)?;
        let over = service_over(&opened.config, &opened.vault, opened.keyring, opened.me, &opened.public_file);
        let service = over.await.map_err(started)?;
        service.backup(actor, request).await.map_err(|error| error.problem())
    })
}

/// Why a backup is not taken.
#[derive(Debug, thiserror::Error)]
pub enum BackupFault {
    /// It can't be opened at all.
    #[error("`{path}` cannot be read: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file itself.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// The passphrase.
    #[error("{}", match .0 {
        KeyringError::WrongPassphrase => "this passphrase does not open the backup: it is that of the day it was made".to_owned(),
        other => other.to_string(),
    })]
    Keyring(#[from] KeyringError),
}

impl BackupFault {
    /// Stable name, listed in `docs/errors.md`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } | Self::Backup(BackupError::Io(_)) => "file/unreadable",
            Self::Backup(BackupError::Newer(_)) => "node/newer-format",
            Self::Keyring(KeyringError::WrongPassphrase) => "keyring/wrong-passphrase",
            Self::Backup(BackupError::NotABackup | BackupError::Damaged) | Self::Keyring(_) => "backup/damaged",
        }
    }
}

/// A backup that is opened, and can be read from its beginning more than once.
pub(super) struct OpenedBackup {
    pub(super) header: Header,
    file: File,
    begins: u64,
    key: Secret<32>,
}

impl OpenedBackup {
    /// Opens it with a passphrase. Takes as long as its parameters say.
    pub(super) fn open(path: &Path, passphrase: &[u8]) -> Result<Self, BackupFault> {
        let unreadable = |source| BackupFault::Unreadable { path: path.to_owned(), source };
        let mut file = File::open(path).map_err(unreadable)?;
        let header = Header::read(&mut file)?;
        let begins = file.stream_position().map_err(unreadable)?;
        let key = keyring::backup_key(&header.slots, passphrase, &header.salt, header.context().as_bytes())?;
        Ok(Self { header, file, begins, key })
    }

    /// Gives each item to `each`, from the first to the last; after `Ok` nothing was missing.
    pub(super) fn read(&mut self, mut each: impl FnMut(Item) -> Result<(), BackupError>) -> Result<(), BackupFault> {
        self.file.seek(std::io::SeekFrom::Start(self.begins)).map_err(BackupError::Io)?;
        let mut reader = Reader::begin(BufReader::new(&self.file), &self.key)?;
        while let Some(item) = reader.next_item()? {
            each(item)?;
        }
        Ok(())
    }
}

/// Looks a whole backup through: that it opens, that nothing was changed, that nothing is missing. Writes nothing.
///
/// # Errors
/// [`BackupFault`].
pub fn check_backup(path: &Path, passphrase: &[u8]) -> Result<CheckedBackup, BackupFault> {
    let mut opened = OpenedBackup::open(path, passphrase)?;
    let mut rows = 0;
    opened.read(|item| {
        if let Item::Row(..) = item {
            rows += 1;
        }
        Ok(())
    })?;
    let Header { agency, made, until, .. } = opened.header;
    Ok(CheckedBackup {
        file: path.display().to_string(),
        agency: agency.to_string(),
        made,
        until,
        usable: World::system().now() < until,
        rows,
        erased_list: list_of(path).is_file(),
    })
}
