//! A backup, as a file.

use std::{
    fs::{self, File as Disk},
    io::{self, BufWriter, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use keys::{Timestamp, keyring::durable::sync_folder_of, random_bytes};

use super::{BackupRow, erased::unfinished};
use crate::{
    backup::{File, Header, Writer, list_of},
    config::Folder,
    service::{
        Actor, Service, ServiceError, SigningKeys,
        access::UseCase,
        rows::{SealingRow, SeedRow},
    },
    vault::{CopyError, Record, Vault},
    view::{BackupRequest, BackupView},
};

/// What is never in a backup: the private halves of what is sealed to this agency. What was sealed to them before must
/// not open again when they were destroyed meanwhile.
const WITHOUT: [crate::vault::Table; 2] = [SeedRow::TABLE, SealingRow::TABLE];

impl Service {
    /// Makes a backup, and the list of what was erased beside it. Everything goes on meanwhile but erasures, which wait.
    ///
    /// # Errors
    /// [`ServiceError::NotAllowed`]; [`ServiceError::Field`] for `file`: no whole path, something else lies there, or a
    /// backup is being made; [`ServiceError::Unwritable`], [`ServiceError::DiskFull`], [`ServiceError::Store`].
    pub async fn backup(&self, actor: &Actor, request: BackupRequest) -> Result<BackupView, ServiceError> {
        self.may(actor, UseCase::Backup).await?;
        let made = self.make_backup(actor, &PathBuf::from(request.file)).await;
        self.audited(actor, UseCase::Backup.code(), &[], made).await
    }

    async fn make_backup(&self, actor: &Actor, file: &Path) -> Result<BackupView, ServiceError> {
        let wrong = |why: &str| ServiceError::Field { field: "file", why: why.into() };
        let _one = self.backups.making.try_lock().map_err(|_| wrong("a backup is being made already"))?;
        let path = file.to_str().filter(|_| file.is_absolute()).ok_or_else(|| wrong("the whole path, in UTF-8"))?;
        if file.exists() && !self.is_ours(file) {
            return Err(wrong("no file, or an older backup of this agency: something else lies there"));
        }
        // Before anything can be in it: from now on receipts say so.
        let made = self.world.now();
        let until = made.plus(self.settings.backups_kept_days.saturating_mul(Timestamp::DAY));
        let latest = self.backups.newest().map_or(until, |before| before.until.max(until));
        let row = BackupRow { made, until: latest, file: path.to_owned() };
        self.remember_backup(row, actor.event(UseCase::Backup.code())).await?;
        let copy = self.copy(made, until)?;
        let (target, told) = (file.to_owned(), path.to_owned());
        let runtime = tokio::runtime::Handle::current();
        let written = tokio::task::spawn_blocking(move || runtime.block_on(copy.write(&target))).await;
        let (rows, bytes) = match written {
            Ok(Ok(written)) => written,
            Ok(Err(CopyError::Write(error))) => {
                return Err(ServiceError::Unwritable { file: told, why: error.to_string() });
            }
            Ok(Err(CopyError::Read(error))) => return Err(ServiceError::Store(error.into())),
            Ok(Err(CopyError::Busy | CopyError::Disturbed)) => return Err(ServiceError::Busy),
            Err(_) => return Err(ServiceError::Internal("making the backup broke off")),
        };
        self.write_erased(file).await?;
        self.backups.told.store(0, std::sync::atomic::Ordering::Relaxed);
        self.keep_erased().await;
        let erased_list = list_of(file).display().to_string();
        Ok(BackupView { file: path.to_owned(), erased_list, made, until, rows, bytes })
    }

    /// Whether an older backup of this agency lies there: it may be replaced.
    fn is_ours(&self, file: &Path) -> bool {
        let header = Disk::open(file).ok().and_then(|mut disk| Header::read(&mut disk).ok());
        header.is_some_and(|header| header.agency == self.me().id())
    }

    fn copy(&self, made: Timestamp, until: Timestamp) -> Result<Copy, ServiceError> {
        let no_file = || ServiceError::Internal("the keys of this node lie in no file");
        let slots = self.held.unlock_slots().ok_or_else(no_file)?;
        let header =
            Header { agency: self.me().id(), made, until, salt: random_bytes(&mut self.world.entropy()), slots };
        let folder = Folder::new(self.public_file.parent().ok_or_else(no_file)?);
        Ok(Copy { vault: self.vault.clone(), held: Arc::clone(&self.held), folder, header })
    }
}

/// All that the thread needs that writes the file.
struct Copy {
    vault: Vault,
    held: Arc<dyn SigningKeys>,
    folder: Folder,
    header: Header,
}

impl Copy {
    /// Writes it under another name, and gives it its own when it is whole and on disk. Rows and bytes.
    async fn write(self, file: &Path) -> Result<(u64, u64), CopyError> {
        let part = unfinished(file);
        match self.write_part(&part).await {
            Ok(written) => {
                fs::rename(&part, file)?;
                sync_folder_of(file)?;
                Ok(written)
            }
            Err(error) => {
                // It is not whole; the error says more than that it could not be removed.
                let _ = fs::remove_file(&part);
                Err(error)
            }
        }
    }

    async fn write_part(&self, part: &Path) -> Result<(u64, u64), CopyError> {
        let disk = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(part)?;
        let key = self.held.backup_key(&self.header.salt, self.header.context().as_bytes());
        let key = key.ok_or_else(|| io::Error::other("the keyring gives no key for it"))?;
        let writer = Writer::begin(BufWriter::new(disk), &self.header, &key)?;
        let (mut rows, writer) = (0, Mutex::new(writer));
        let writing = || writer.lock().unwrap_or_else(PoisonError::into_inner);
        let mut row = |key: &[u8], value: Option<&[u8]>| {
            rows += 1;
            writing().row(key, value)
        };
        // Last, and while nothing is written: what of the keyring follows from the store is done again at the next start,
        // and never the other way round.
        let mut files = || {
            self.held.while_still(&mut || {
                let files = [
                    (File::Keyring, self.folder.keyring()),
                    (File::Config, self.folder.config()),
                    (File::TransportKey, self.folder.transport_key()),
                    (File::PublicRecord, self.folder.public_record()),
                ];
                files
                    .into_iter()
                    .try_for_each(|(file, path)| writing().file(file, &zeroize::Zeroizing::new(fs::read(path)?)))
            })
        };
        self.vault.copy(&WITHOUT, &mut row, &mut files).await?;
        let disk = writer.into_inner().unwrap_or_else(PoisonError::into_inner).finish()?;
        let disk = disk.into_inner().map_err(io::IntoInnerError::into_error)?;
        disk.sync_all()?;
        let bytes = disk.metadata()?.len();
        (&disk).flush()?;
        Ok((rows, bytes))
    }
}
