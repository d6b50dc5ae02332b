//! What readers, the committer and the store's owner share: the engine, and what is known of the disk.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError, RwLock, mpsc},
    thread,
    time::{Duration, Instant},
};

use super::{
    super::{CommitError, Health, OpenError, ReadError, View, Watch, batch::Need},
    PATIENCE,
    engine::{Engine, Found, Undo, has_blobs, sync_file},
    guarded,
    space::{Ballast, SpaceLimits, free_bytes},
};

/// sled needs a segment and a snapshot to open on a disk that was full.
const ROOM_TO_OPEN: u64 = 12 << 20;

/// The engine and the disk under it.
pub(super) struct Shared {
    path: PathBuf,
    limits: SpaceLimits,
    ballast: Ballast,
    /// `None` only while a reopening failed. Readers hold it for one read; the committer writes it to reopen.
    engine: RwLock<Option<Engine>>,
    health: Mutex<Health>,
    /// Since when the committer is at work on one thing.
    busy_since: Mutex<Option<Instant>>,
    /// For copies.
    watch: Watch,
}

impl Shared {
    pub(super) fn open(folder: &Path, limits: SpaceLimits) -> Result<Self, OpenError> {
        let path = folder.join("store");
        let ballast = Ballast::new(folder.join("ballast"), limits.ballast);
        // The engine writes when it opens; that is what the ballast is for.
        if free_bytes(folder) < ROOM_TO_OPEN {
            ballast.free();
        }
        let engine = match open_engine(&path) {
            Err(OpenError::Full { .. }) if ballast.free() => open_engine(&path)?,
            opened => opened?,
        };
        let shared = Self {
            path,
            limits,
            ballast,
            engine: RwLock::new(Some(engine)),
            health: Mutex::new(Health::default()),
            busy_since: Mutex::new(None),
            watch: Watch::default(),
        };
        shared.look_around();
        Ok(shared)
    }

    /// One read, with the engine's panics turned into errors.
    pub(super) fn read<T>(&self, read: impl FnOnce(&Engine) -> Result<T, ReadError>) -> Result<T, ReadError> {
        match &*self.engine.read().unwrap_or_else(PoisonError::into_inner) {
            Some(engine) => guarded(read, engine),
            None => Err(ReadError::Failed("it is being opened again".into())),
        }
    }

    /// Writes and syncs, with the engine's panics turned into errors.
    pub(super) fn apply(&self, batch: sled::Batch) -> Result<(), CommitError> {
        let mut outcome = Ok(());
        self.read(|engine| {
            outcome = engine.apply(batch);
            Ok(())
        })?;
        outcome
    }

    pub(super) fn health(&self) -> Health {
        let mut health = *self.lock_health();
        health.free_bytes = free_bytes(&self.path);
        health.low_space = health.reserve_in_use || health.free_bytes < self.limits.mark;
        health.duties_only = health.reserve_in_use && health.free_bytes < self.limits.duties_only();
        health
    }

    fn lock_health(&self) -> MutexGuard<'_, Health> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remakes the ballast when there is room for it, and looks for blobs.
    pub(super) fn look_around(&self) {
        let room = free_bytes(&self.path) > self.limits.ballast.saturating_add(self.limits.floor);
        if !self.ballast.is_there() && room {
            match self.ballast.make() {
                Ok(()) => tracing::info!("the reserve for a full disk is there"),
                Err(error) => tracing::warn!(%error, "the reserve for a full disk could not be made"),
            }
        }
        let damaged = has_blobs(&self.path);
        if damaged {
            tracing::error!("the store holds blobs, which a power cut may tear: restart the node");
        }
        let mut health = self.lock_health();
        health.damaged = damaged;
        health.reserve_in_use = !self.ballast.is_there();
    }

    /// Frees the ballast when the disk is nearly full.
    pub(super) fn make_room(&self) {
        if free_bytes(&self.path) < self.limits.floor {
            self.free_ballast();
        }
    }

    fn free_ballast(&self) {
        if self.ballast.free() {
            tracing::warn!("the disk is nearly full or fails: the reserve is in use, no new work is taken");
        }
        self.lock_health().reserve_in_use = true;
    }

    /// What changes while the store is copied.
    pub(super) const fn watch(&self) -> &Watch {
        &self.watch
    }

    /// Whether there is room for a batch.
    pub(super) fn admit(&self, need: Need, health: Health) -> Result<(), CommitError> {
        let full = health.free_bytes < self.limits.floor / 2
            || match need {
                Need::NewWork => health.low_space,
                Need::CanWait => health.duties_only,
                Need::Duty => false,
            };
        if full { Err(CommitError::Full) } else { Ok(()) }
    }

    /// Whether the last write failed, and nothing can be written before [`reopen`](Self::reopen).
    pub(super) fn has_failed(&self) -> bool {
        self.lock_health().failed
    }

    pub(super) fn note_failure(&self) {
        self.lock_health().failed = true;
        self.watch.spoil();
    }

    /// Makes room, opens the engine again and takes back what the failed group may have left. sled's errors stick, so
    /// that nothing less helps. `unsettled` is gone only if that is on disk.
    pub(super) fn reopen(&self, unsettled: &mut Option<Undo>) -> Result<(), CommitError> {
        self.free_ballast();
        if free_bytes(&self.path) < self.limits.floor.max(ROOM_TO_OPEN) {
            // It could not be opened again now; closed, it could not even be read.
            return Err(CommitError::Full);
        }
        // While it does not sync, nothing is gained, and the open engine can be read.
        sync_file(&self.path).map_err(|error| CommitError::Failed(error.to_string()))?;
        self.drain();
        let mut engine = self.engine.write().unwrap_or_else(PoisonError::into_inner);
        close(engine.take());
        let opened = open_engine(&self.path).map_err(|error| match error {
            OpenError::Full { .. } => CommitError::Full,
            error => CommitError::Failed(format!("the store could not be opened again: {error}")),
        })?;
        *engine = Some(opened);
        drop(engine);
        if let Some(undo) = unsettled.as_ref() {
            // Not under the lock: who sleeps in sled is woken by readers.
            self.apply(undo.batch())?;
            *unsettled = None;
        }
        self.lock_health().failed = false;
        tracing::info!("the store is open again");
        Ok(())
    }

    /// Waits until sled has written what it can, where it can still be woken: once it closes, it can't.
    pub(super) fn drain(&self) {
        let _judged_by_the_committer = self.read(|engine| {
            engine.nudge();
            Ok(())
        });
    }

    /// Notes that the committer begins something, or has ended it.
    pub(super) fn busy(&self, busy: bool) {
        *self.busy_since.lock().unwrap_or_else(PoisonError::into_inner) = busy.then(Instant::now);
    }

    /// For how long the committer has been at one thing; `None` if it waits for work.
    pub(super) fn busy_for(&self) -> Option<Duration> {
        self.busy_since.lock().unwrap_or_else(PoisonError::into_inner).map(|since| since.elapsed())
    }

    /// Whether the committer has been at one thing for longer than `limit`. Then nobody waits for it any more: what it
    /// still does is not known to anybody, and only a new process finds out.
    pub(super) fn hangs(&self, limit: Duration) -> bool {
        let busy = self.busy_for();
        let mut health = self.lock_health();
        if !health.stopped && busy.is_some_and(|busy| busy >= limit) {
            tracing::error!("the disk has not answered for {} s: the store has stopped", limit.as_secs());
            health.stopped = true;
        }
        health.stopped
    }
}

/// Opens the engine on a thread of its own, for on a failing disk it may never return. Its panics over a full disk are
/// no sign of damage.
fn open_engine(path: &Path) -> Result<Engine, OpenError> {
    let io = |source| OpenError::Io { path: path.to_path_buf(), source };
    let (opened, waiting) = mpsc::channel();
    let for_thread = path.to_path_buf();
    let open = move || {
        // Who waited has given up: the process ends.
        let _too_late = opened.send(Engine::open(&for_thread));
    };
    thread::Builder::new().name("store-open".into()).spawn(open).map_err(io)?;
    match waiting.recv_timeout(PATIENCE) {
        Ok(Err(OpenError::Damaged { path, .. })) if free_bytes(&path) < ROOM_TO_OPEN => Err(OpenError::Full { path }),
        Ok(opened) => opened,
        Err(_) => Err(io(io::Error::new(io::ErrorKind::TimedOut, "the disk does not answer"))),
    }
}

/// Closes the engine. sled panics if its last sync fails; what is on disk is found out at the next opening.
pub(super) fn close(engine: Option<Engine>) {
    if catch_unwind(AssertUnwindSafe(move || drop(engine))).is_err() {
        tracing::warn!("the store was closed over a disk that does not confirm");
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        close(self.engine.get_mut().unwrap_or_else(PoisonError::into_inner).take());
    }
}

/// The engine as a batch sees it.
pub(super) struct EngineView<'a> {
    pub(super) shared: &'a Shared,
    pub(super) found: &'a Found,
}

impl View for EngineView<'_> {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, ReadError> {
        self.shared.read(|engine| engine.get_and_keep(key, self.found))
    }
}

#[cfg(test)]
impl Shared {
    /// As after a write that the disk refused.
    pub(super) fn fail_for_test(&self) {
        self.free_ballast();
        self.note_failure();
    }

    pub(super) fn free_ballast_for_test(&self) {
        self.free_ballast();
    }
}
