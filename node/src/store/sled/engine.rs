//! An opened sled database and the handle on which it is synced.

use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap},
    fs::{self, File},
    io::{self, Write as _},
    ops::Bound,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
};

use rustix::{
    fs::{Advice, fadvise},
    io::Errno,
};

use super::{
    super::{CommitError, Direction, Entry, OpenError, Range, ReadError},
    pieces::{Slot, end_of_values, key_of, slot_key, split},
};

/// Content of `<folder>/store/format`.
const FORMAT: &str = "spean-store 1";
/// Pages of more than a quarter of this become blobs. Fixed when the store is made.
const SEGMENT: usize = 8 << 20;
/// sled's default is 1 GiB. In memory a page takes about twice what it counts, and the system caches the file anyway:
/// with 64 MiB an idle node with 10,000 cases held 88 MiB.
const CACHE: u64 = 16 << 20;
/// How often a value is read again that is replaced under the reader's eyes.
const READ_ATTEMPTS: usize = 16;

/// Opened; dropping it releases sled's own lock.
pub(super) struct Engine {
    db: sled::Db,
    /// Same inode as sled's: `fdatasync` here takes data, size and extents to the disk.
    file: File,
}

impl Engine {
    /// Opens or makes the store in `path`; sled's panics over damaged files become [`OpenError::Damaged`].
    pub(super) fn open(path: &Path) -> Result<Self, OpenError> {
        let io = |source| touched(path, source);
        prepare(path)?;
        if has_blobs(path) {
            let reason = "it holds blobs, which a power cut may tear".to_owned();
            return Err(OpenError::Damaged { path: path.to_path_buf(), reason });
        }
        forget_cache(path).and_then(|()| remove_half_snapshots(path)).map_err(io)?;
        let db = catch_unwind(AssertUnwindSafe(|| open_checked(path)))
            .map_err(|_| OpenError::Damaged { path: path.to_path_buf(), reason: "the engine stopped".into() })?
            .map_err(|error| refused(path, error))?;
        let file = File::open(path.join("db")).map_err(io)?;
        file.sync_all().map_err(io)?;
        File::open(path).and_then(|dir| dir.sync_all()).map_err(io)?;
        Ok(Self { db, file })
    }

    pub(super) fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, ReadError> {
        for _ in 0..READ_ATTEMPTS {
            let Some(slot) = self.db.get(slot_key(key)).map_err(|e| failed(&e))? else { return Ok(None) };
            let slot = Slot::parse(&slot)?;
            if let Some(value) = slot.assemble(|piece| self.piece(piece))? {
                return Ok(Some(value));
            }
        }
        Err(ReadError::Damaged)
    }

    /// As [`get`](Self::get) for the thread that writes; what it finds is kept in `found` for [`prepare`](Self::prepare).
    pub(super) fn get_and_keep(&self, key: &[u8], found: &Found) -> Result<Option<Vec<u8>>, ReadError> {
        let Some(slot) = found.slot(self, &slot_key(key)).map_err(|e| failed(&e))? else { return Ok(None) };
        // Nobody else writes, so no piece is missing but by damage.
        Slot::parse(&slot)?.assemble(|piece| self.piece(piece))?.map(Some).ok_or(ReadError::Damaged)
    }

    fn piece(&self, key: &[u8]) -> Result<Option<Vec<u8>>, ReadError> {
        Ok(self.db.get(key).map_err(|e| failed(&e))?.map(|bytes| bytes.to_vec()))
    }

    pub(super) fn scan(&self, range: &Range) -> Result<Vec<Entry>, ReadError> {
        let found = self.db.range::<Vec<u8>, _>(bounds(range));
        let mut entries = Vec::new();
        match range.direction {
            Direction::Forward => self.collect(found, range.limit, &mut entries)?,
            Direction::Backward => self.collect(found.rev(), range.limit, &mut entries)?,
        }
        Ok(entries)
    }

    fn collect(
        &self,
        found: impl Iterator<Item = sled::Result<(sled::IVec, sled::IVec)>>,
        limit: usize,
        entries: &mut Vec<Entry>,
    ) -> Result<(), ReadError> {
        for item in found {
            if entries.len() >= limit {
                break;
            }
            let (slot_key, slot) = item.map_err(|e| failed(&e))?;
            let key = key_of(&slot_key);
            let value = match Slot::parse(&slot)?.assemble(|piece| self.piece(piece))? {
                Some(value) => Some(value),
                None => self.get(key)?,
            };
            entries.extend(value.map(|value| Entry { key: key.to_vec(), value }));
        }
        Ok(())
    }

    /// What `changes` mean to sled. Writes nothing. `found` is what was read since the last write.
    pub(super) fn prepare(
        &self,
        changes: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
        found: &Found,
    ) -> Result<Prepared, ReadError> {
        let mut prepared = Prepared::default();
        for (key, change) in changes {
            self.add(&mut prepared, (&key, change), found).map_err(|e| failed(&e))?;
        }
        Ok(prepared)
    }

    /// Applies it all as one, and returns when it is on disk.
    pub(super) fn apply(&self, batch: sled::Batch) -> Result<(), CommitError> {
        self.write(batch)?;
        self.confirm()
    }

    /// Applies it all as one; on disk it is only after [`confirm`](Self::confirm).
    pub(super) fn write(&self, batch: sled::Batch) -> Result<(), CommitError> {
        self.db.apply_batch(batch).map_err(|e| not_confirmed(&e))
    }

    /// Returns when all that was written is on disk.
    pub(super) fn confirm(&self) -> Result<(), CommitError> {
        if cfg!(feature = "break-ack-before-sync") { Ok(()) } else { self.sync() }
    }

    fn add(&self, prepared: &mut Prepared, (key, change): (&[u8], Option<Vec<u8>>), found: &Found) -> sled::Result<()> {
        let slot_key = slot_key(key);
        let old = found.slot(self, &slot_key)?;
        if let Some(old) = &old
            && let Ok(old) = Slot::parse(old)
        {
            for piece in old.piece_keys() {
                let before = self.db.get(&piece)?;
                prepared.change(piece, None, before);
            }
        }
        let new = match change {
            None => None,
            Some(value) => {
                let parts = split(&value, || self.db.generate_id())?;
                parts.pieces.into_iter().for_each(|(key, piece)| prepared.change(key, Some(piece), None));
                Some(parts.slot)
            }
        };
        prepared.change(slot_key, new, old);
        Ok(())
    }

    /// Wakes who sleeps in sled over a failed write. See [`nudge`](super::nudge).
    pub(super) fn nudge(&self) {
        // Its outcome is the committer's to judge.
        let _judged_elsewhere = self.db.flush();
    }

    /// sled's `flush` hands its buffers to the system; only `fdatasync` brings them through a power cut.
    pub(super) fn sync(&self) -> Result<(), CommitError> {
        self.db.flush().map_err(|e| not_confirmed(&e))?;
        self.file.sync_data().map_err(|e| not_confirmed(&sled::Error::from(e)))
    }
}

/// What the thread that writes has read for the group at hand, by sled's keys: a batch looks at most keys before it
/// changes them, and what stood there is needed again to take a failed group back. True until that thread writes.
#[derive(Default)]
pub(super) struct Found(RefCell<HashMap<Vec<u8>, Option<sled::IVec>>>);

impl Found {
    fn slot(&self, engine: &Engine, slot_key: &[u8]) -> sled::Result<Option<sled::IVec>> {
        if let Some(found) = self.0.borrow().get(slot_key) {
            return Ok(found.clone());
        }
        let slot = engine.db.get(slot_key)?;
        self.0.borrow_mut().insert(slot_key.to_vec(), slot.clone());
        Ok(slot)
    }
}

/// A group of changes in sled's own keys and values, and how to take it back.
#[derive(Default)]
pub(super) struct Prepared {
    pub(super) batch: sled::Batch,
    pub(super) undo: Undo,
}

impl Prepared {
    fn change(&mut self, key: Vec<u8>, new: Option<Vec<u8>>, before: Option<sled::IVec>) {
        match new {
            Some(new) => self.batch.insert(key.as_slice(), new),
            None => self.batch.remove(key.as_slice()),
        }
        self.undo.0.push((key, before));
    }
}

/// What stood where groups wrote, or were to write, in their order.
#[derive(Default)]
pub(super) struct Undo(Vec<(Vec<u8>, Option<sled::IVec>)>);

impl Undo {
    /// A later group follows.
    pub(super) fn then(&mut self, later: Self) {
        self.0.extend(later.0);
    }

    /// Puts it back, whether or not the groups are there. Of a key that several wrote, what stood there first.
    pub(super) fn batch(&self) -> sled::Batch {
        let mut batch = sled::Batch::default();
        for (key, before) in self.0.iter().rev() {
            match before {
                Some(before) => batch.insert(key.as_slice(), before),
                None => batch.remove(key.as_slice()),
            }
        }
        batch
    }
}

/// Whether sled moved a page to a file of its own, which it never syncs.
pub(super) fn has_blobs(path: &Path) -> bool {
    fs::read_dir(path.join("blobs")).is_ok_and(|mut entries| entries.next().is_some())
}

/// Syncs sled's file on a handle of its own, if there is one yet.
pub(super) fn sync_file(path: &Path) -> io::Result<Option<File>> {
    match File::open(path.join("db")) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
        Ok(db) => db.sync_all().map(|()| Some(db)),
    }
}

/// After a sync that failed, the system may take pages for written that never reached the disk, and a second sync
/// succeeds over them. So what is cached is written out if it can be, and all is read from the disk itself: what sled
/// then finds is what a power cut would leave.
fn forget_cache(path: &Path) -> io::Result<()> {
    let Some(db) = sync_file(path)? else { return Ok(()) };
    match fadvise(&db, 0, None, Advice::DontNeed) {
        // A file system that keeps everything in memory has no cache to forget.
        Ok(()) | Err(Errno::OPNOTSUPP | Errno::NOSYS) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// sled writes a snapshot when it opens, under another name until it is whole. One that was never finished, for the disk
/// was full or the power failed, it would take for the newest, and call the whole store damaged.
fn remove_half_snapshots(path: &Path) -> io::Result<()> {
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().ends_with(".generating") {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

fn open_checked(path: &Path) -> sled::Result<sled::Db> {
    let db = sled::Config::new()
        .path(path)
        .segment_size(SEGMENT)
        .cache_capacity(CACHE)
        .flush_every_ms(Some(100))
        .mode(sled::Mode::HighThroughput)
        .open()?;
    // The first and last leaf: damage that sled notices only when it reads.
    db.first()?;
    db.last()?;
    Ok(db)
}

/// Makes the folder and its format marker, or checks the marker that is there.
fn prepare(path: &Path) -> Result<(), OpenError> {
    let io = |source| touched(path, source);
    let marker = path.join("format");
    match fs::read_to_string(&marker) {
        Ok(found) if found.trim_end() == FORMAT => Ok(()),
        Ok(found) => {
            // Only a known shape is repeated to the terminal.
            let found = found.trim_end().chars().take(40).filter(|c| c.is_ascii_graphic() || *c == ' ').collect();
            Err(OpenError::NewerFormat { path: path.to_path_buf(), found, known: FORMAT })
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            fs::create_dir_all(path).map_err(io)?;
            if holds_foreign_files(path).map_err(io)? {
                return Err(OpenError::NotAStore { path: path.to_path_buf() });
            }
            write_marker(path, &marker).map_err(io)
        }
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            Err(OpenError::Damaged { path: path.to_path_buf(), reason: "its format marker is no text".into() })
        }
        Err(error) => Err(io(error)),
    }
}

/// A marker that was being written when the power failed is no foreign file.
fn holds_foreign_files(path: &Path) -> io::Result<bool> {
    for entry in fs::read_dir(path)? {
        if entry?.file_name() != "format.new" {
            return Ok(true);
        }
    }
    Ok(false)
}

fn write_marker(path: &Path, marker: &PathBuf) -> io::Result<()> {
    let new = path.join("format.new");
    let mut file = File::create(&new)?;
    writeln!(file, "{FORMAT}")?;
    file.sync_all()?;
    fs::rename(&new, marker)?;
    File::open(path)?.sync_all()?;
    path.parent().map_or(Ok(()), |parent| File::open(parent)?.sync_all())
}

/// sled's bounds for a range of the contract.
fn bounds(range: &Range) -> (Bound<Vec<u8>>, Bound<Vec<u8>>) {
    let prefix = slot_key(&range.prefix);
    let end = successor(&prefix).unwrap_or_else(|| end_of_values().to_vec());
    let after = range.after.as_deref().map(slot_key);
    match (range.direction, after) {
        (Direction::Forward, Some(after)) if after >= end => (Bound::Included(end.clone()), Bound::Excluded(end)),
        (Direction::Forward, Some(after)) if after >= prefix => (Bound::Excluded(after), Bound::Excluded(end)),
        (Direction::Backward, Some(after)) if after <= prefix => {
            (Bound::Included(prefix.clone()), Bound::Excluded(prefix))
        }
        (Direction::Backward, Some(after)) if after < end => (Bound::Included(prefix), Bound::Excluded(after)),
        (Direction::Forward | Direction::Backward, _) => (Bound::Included(prefix), Bound::Excluded(end)),
    }
}

/// The first key after all that begin with `prefix`.
fn successor(prefix: &[u8]) -> Option<Vec<u8>> {
    let last = prefix.iter().rposition(|byte| *byte != u8::MAX)?;
    let mut out = prefix.get(..=last)?.to_vec();
    *out.last_mut()? += 1;
    Some(out)
}

fn failed(error: &sled::Error) -> ReadError {
    match error {
        sled::Error::Corruption { .. } => ReadError::Damaged,
        other => ReadError::Failed(describe(other)),
    }
}

fn not_confirmed(error: &sled::Error) -> CommitError {
    if is_full(error) { CommitError::Full } else { CommitError::Failed(describe(error)) }
}

fn is_full(error: &sled::Error) -> bool {
    matches!(error, sled::Error::Io(e) if means_full(e))
}

fn means_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

fn touched(path: &Path, source: io::Error) -> OpenError {
    let path = path.to_path_buf();
    if means_full(&source) { OpenError::Full { path } } else { OpenError::Io { path, source } }
}

fn refused(path: &Path, error: sled::Error) -> OpenError {
    let path = path.to_path_buf();
    match error {
        error if is_full(&error) => OpenError::Full { path },
        sled::Error::Io(e) if e.to_string().contains("lock") => OpenError::InUse { path },
        sled::Error::Io(source) => OpenError::Io { path, source },
        other => OpenError::Damaged { path, reason: describe(&other) },
    }
}

/// Without the keys and values that sled's own texts may carry.
fn describe(error: &sled::Error) -> String {
    match error {
        sled::Error::Io(e) => e.to_string(),
        sled::Error::Corruption { .. } => "damaged data".into(),
        sled::Error::Unsupported(_) => "unsupported operation".into(),
        sled::Error::ReportableBug(_) => "an error inside the engine".into(),
        sled::Error::CollectionNotFound(_) => "a missing collection".into(),
    }
}
