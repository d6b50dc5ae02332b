//! Puts a backup back: into a folder of its own, whole or not at all. What was erased since is erased again before the node
//! runs, and the node asks its peers first what it had sent (`docs/protocol.md` 3.13).

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use keys::{
    NetworkId, PublicRecord, VerifiedAgency,
    keyring::{Keyring, KeyringError},
};
use zeroize::Zeroizing;

use super::{
    StartError,
    backup::{BackupFault, OpenedBackup},
    begin, try_passphrase,
};
use crate::{
    backup::{BackupError, Erased, ErasedFault, File, Item, list_of, tombstone},
    config::{Config, Folder},
    delivery::tls::TransportKey,
    founding::Building,
    service::{Actor, begin_recovery},
    store::{AnyStore, Batch, SledStore},
    vault::{SharedKeyring, Vault},
    view::RestoredView,
    world::World,
};

/// Writes of one commit, and bytes of them.
const WRITES: usize = 128;
const BYTES: usize = 1 << 20;
/// The longest list of what was erased that is read, in bytes.
const MAX_LIST: u64 = 256 << 20;

/// The list of what was erased since a backup was made.
#[derive(Clone, Debug)]
pub enum ErasedList {
    /// Beside the backup, under its usual name.
    Beside,
    /// There.
    At(PathBuf),
    /// It is lost: what was erased since comes back, as far as no peer tells of it.
    Lost,
}

/// Why nothing was restored. Nothing is left behind.
#[derive(Debug, thiserror::Error)]
pub enum RestoreFault {
    /// The backup.
    #[error(transparent)]
    Backup(#[from] BackupFault),
    /// Its time is over.
    #[error("this backup may not be restored any more: it was made too long ago (`kept_days`)")]
    TooOld,
    /// The folder is not empty.
    #[error("`{0}` is there already, and is not empty")]
    Exists(PathBuf),
    /// There is no list of what was erased.
    #[error("the list of what was erased since is missing: `{0}`")]
    NoList(PathBuf),
    /// The list can't be it.
    #[error("{0}")]
    List(&'static str),
    /// What is in the backup does not fit together.
    #[error("what is in the backup does not fit together: {0}")]
    Inside(String),
    /// The new folder could not be written.
    #[error("the folder could not be written: {0}")]
    Io(#[from] io::Error),
}

impl RestoreFault {
    /// Stable name, listed in `docs/errors.md`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Backup(fault) => fault.code(),
            Self::TooOld => "backup/too-old",
            Self::Exists(_) => "node/exists",
            Self::NoList(_) => "backup/no-list",
            Self::List(_) => "backup/other-list",
            Self::Inside(_) => "backup/damaged",
            Self::Io(_) => "file/unwritable",
        }
    }
}

fn inside(error: impl std::fmt::Display) -> RestoreFault {
    RestoreFault::Inside(error.to_string())
}

/// Restores the backup in `file` into `dir`, which must not be there, or be empty.
///
/// # Errors
/// [`RestoreFault`]; `dir` is as it was then.
pub fn restore(
    file: &Path,
    list: &ErasedList,
    dir: &Path,
    actor: &Actor,
    passphrase: &[u8],
) -> Result<RestoredView, RestoreFault> {
    if fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some()) || dir.is_file() {
        return Err(RestoreFault::Exists(dir.to_owned()));
    }
    let mut backup = OpenedBackup::open(file, passphrase)?;
    if World::system().now() >= backup.header.until {
        return Err(RestoreFault::TooOld);
    }
    // All of it is read and proved before the first byte is written.
    let files = small_files(&mut backup)?;
    let me = own_record(&backup, &files)?;
    let list = read_list(file, list)?;
    let building = Building::begin(dir).map_err(inside)?;
    let folder = Folder::new(building.path());
    write_files(&folder, &files)?;
    let keyring = Keyring::unlock(&folder.keyring(), passphrase).map_err(|error: KeyringError| inside(error))?;
    let erased = list.as_deref().map(|bytes| proved(bytes, &keyring, &backup)).transpose()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let erased = runtime.block_on(async {
        let store: AnyStore = Arc::new(SledStore::open(folder.path()).map_err(inside)?);
        write_rows(&store, &mut backup)?;
        let keys = Arc::new(SharedKeyring::new(keyring));
        let vault = Vault::open(store, keys, me.id(), World::system()).await.map_err(inside)?;
        let again = erase_again(&vault, erased.as_ref()).await?;
        begin_recovery(&vault, actor, backup.header.made).await.map_err(inside)?;
        Ok::<_, RestoreFault>(again)
    })?;
    drop(runtime);
    building.finish(dir).map_err(inside)?;
    Ok(RestoredView {
        dir: dir.display().to_string(),
        agency: me.id().to_string(),
        name: me.name().to_owned(),
        made: backup.header.made,
        erased_again: erased.unwrap_or_default(),
        with_list: erased.is_some(),
    })
}

fn small_files(backup: &mut OpenedBackup) -> Result<BTreeMap<File, Zeroizing<Vec<u8>>>, RestoreFault> {
    let mut files = BTreeMap::new();
    backup.read(|item| {
        if let Item::File(file, bytes) = item {
            files.insert(file, Zeroizing::new(bytes));
        }
        Ok(())
    })?;
    let all = [File::Keyring, File::Config, File::TransportKey, File::PublicRecord];
    if all.iter().all(|file| files.contains_key(file)) { Ok(files) } else { Err(inside("a file is missing")) }
}

fn bytes_of(files: &BTreeMap<File, Zeroizing<Vec<u8>>>, file: File) -> &[u8] {
    files.get(&file).map_or(&[], |bytes| bytes.as_slice())
}

fn own_record(
    backup: &OpenedBackup,
    files: &BTreeMap<File, Zeroizing<Vec<u8>>>,
) -> Result<VerifiedAgency, RestoreFault> {
    let text = std::str::from_utf8(bytes_of(files, File::Config)).map_err(inside)?;
    let config = Config::parse(text).map_err(inside)?;
    let record = PublicRecord::from_bytes(bytes_of(files, File::PublicRecord)).map_err(inside)?;
    let me = record.verify(NetworkId::from_name(config.network.as_str())).map_err(inside)?;
    if me.id() == backup.header.agency { Ok(me) } else { Err(inside("the record is another agency's")) }
}

/// The list's bytes; none if it is lost.
fn read_list(file: &Path, list: &ErasedList) -> Result<Option<Vec<u8>>, RestoreFault> {
    let path = match list {
        ErasedList::Lost => return Ok(None),
        ErasedList::Beside => list_of(file),
        ErasedList::At(path) => path.clone(),
    };
    let length = fs::metadata(&path).map_err(|_| RestoreFault::NoList(path.clone()))?.len();
    if length > MAX_LIST {
        return Err(RestoreFault::List("this is no list of what was erased: it is too long"));
    }
    fs::read(&path).map(Some).map_err(|_| RestoreFault::NoList(path))
}

fn proved(bytes: &[u8], keyring: &Keyring, backup: &OpenedBackup) -> Result<Erased, RestoreFault> {
    let erased = Erased::from_bytes(bytes, keyring.tombstone_key(), backup.header.agency);
    let erased = erased.map_err(|fault| match fault {
        ErasedFault::Damaged => RestoreFault::List("this is no list of what was erased, or it is damaged"),
        ErasedFault::Other => RestoreFault::List("this list of what was erased belongs to another agency's backup"),
    })?;
    if erased.written < backup.header.made {
        return Err(RestoreFault::List("this list of what was erased is older than the backup: fetch the newest"));
    }
    Ok(erased)
}

fn write_files(folder: &Folder, files: &BTreeMap<File, Zeroizing<Vec<u8>>>) -> Result<(), RestoreFault> {
    for (file, bytes) in files {
        let path = match file {
            File::Keyring => folder.keyring(),
            File::Config => folder.config(),
            File::TransportKey => folder.transport_key(),
            File::PublicRecord => folder.public_record(),
        };
        let mut disk = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        disk.write_all(bytes)?;
        disk.sync_all()?;
    }
    TransportKey::load(&folder.transport_key()).map(drop).map_err(inside)
}

fn write_rows(store: &AnyStore, backup: &mut OpenedBackup) -> Result<(), RestoreFault> {
    let runtime = tokio::runtime::Handle::current();
    let (mut batch, mut bytes) = (Batch::new(), 0);
    let failed = |error: crate::store::CommitError| BackupError::Io(io::Error::other(error));
    let commit = |batch: Batch| tokio::task::block_in_place(|| runtime.block_on(store.commit(batch))).map_err(failed);
    backup.read(|item| {
        if let Item::Row(key, value) = item {
            bytes += key.len() + value.as_ref().map_or(0, Vec::len);
            let before = std::mem::take(&mut batch);
            batch = match value {
                Some(value) => before.put(&key, value),
                None => before.delete(&key),
            };
            if batch.len() >= WRITES || bytes >= BYTES {
                bytes = 0;
                commit(std::mem::take(&mut batch))?;
            }
        }
        Ok(())
    })?;
    Ok(commit(batch).map_err(BackupFault::Backup)?)
}

/// Destroys the keys of what the backup brought back and the list says was erased. How many; `None` without a list.
async fn erase_again(vault: &Vault, erased: Option<&Erased>) -> Result<Option<usize>, RestoreFault> {
    let Some(erased) = erased else { return Ok(None) };
    let owners = vault.owners_named(&erased.tombstones, &tombstone).await.map_err(inside)?;
    vault.erase(&owners).await.map_err(inside)?;
    Ok(Some(owners.len()))
}

/// Says that the node of `folder` is the one that goes on, after its peers saw two: at its next start it begins as after a
/// restore. The folder is locked meanwhile, and nothing listens.
///
/// # Errors
/// [`StartError`] if the folder is in use, or the passphrase is wrong.
pub fn go_on_here(folder: &Folder, actor: &Actor, passphrase: Zeroizing<Vec<u8>>) -> Result<(), StartError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let file = folder.keyring();
        let (_lock, ground, keyring) =
            begin(folder, World::system(), move || try_passphrase(file, &passphrase)).await?;
        let opened = ground.unlock(keyring).await?;
        let now = opened.vault.world().now();
        let begun = begin_recovery(&opened.vault, actor, now).await;
        begun.map_err(|error| StartError::System(io::Error::other(error)))
    })
}
