//! The list of what was erased, beside the newest backup: a restore reads it, and erases that again.

use std::{
    fs,
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    sync::atomic::Ordering,
};

use keys::{Timestamp, keyring::durable::sync_folder_of};

use crate::{
    backup::{Erased, list_of, tombstone},
    service::{Service, ServiceError},
};

impl Service {
    /// Writes the list anew if something was erased since. What is in the way is told in the status, and tried again.
    pub(in crate::service) async fn keep_erased(&self) {
        let Some(newest) = self.backups.newest() else { return };
        let now = self.vault.erasures().saturating_add(1);
        if self.backups.told.load(Ordering::Relaxed) == now {
            return;
        }
        let written = self.write_erased(Path::new(&newest.file)).await;
        if let Err(error) = &written {
            tracing::warn!(code = error.code(), "the list of what was erased could not be written beside the backup");
        }
        self.backups.untold.store(written.is_err(), Ordering::Relaxed);
        self.backups.told.store(if written.is_ok() { now } else { 0 }, Ordering::Relaxed);
    }

    /// Writes the list beside a backup: all that was erased in as long a time as a backup may be restored.
    pub(super) async fn write_erased(&self, backup: &Path) -> Result<(), ServiceError> {
        let written = self.world.now();
        let since = written.minus(self.settings.backups_kept_days.saturating_mul(Timestamp::DAY));
        let tombstones = self.vault.erased_since(since, &tombstone).await?;
        let erased = Erased { agency: self.me().id(), written, tombstones };
        let bytes = self.vault.with_tombstone_key(|key| erased.to_bytes(key));
        let list = list_of(backup);
        let told = list.display().to_string();
        match tokio::task::spawn_blocking(move || replace(&list, &bytes)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(ServiceError::Unwritable { file: told, why: error.to_string() }),
            Err(_) => Err(ServiceError::Internal("writing the list of what was erased broke off")),
        }
    }
}

/// The file as a whole, or as it was: never half.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let unfinished = unfinished(path);
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&unfinished, path)?;
    sync_folder_of(path)
}

/// Where a file lies until it is whole.
pub(super) fn unfinished(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    name.into()
}
