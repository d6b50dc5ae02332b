//! What readers, the committer and the store's owner share: the engine, and what is known of the disk.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError, RwLock},
    time::{Duration, Instant},
};

use super::{
    super::{CommitError, Health, OpenError, ReadError, View, batch::Need},
    engine::{Engine, Undo, has_blobs},
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
    }

    /// Makes room, opens the engine again and takes back what the failed group may have left. sled's errors stick, so
    /// that nothing less helps. `unsettled` is gone only if that is on disk.
    pub(super) fn reopen(&self, unsettled: &mut Option<Undo>) -> Result<(), CommitError> {
        self.free_ballast();
        if free_bytes(&self.path) < self.limits.floor.max(ROOM_TO_OPEN) {
            // It could not be opened again now; closed, it could not even be read.
            return Err(CommitError::Full);
        }
        let mut engine = self.engine.write().unwrap_or_else(PoisonError::into_inner);
        close(engine.take());
        let opened = open_engine(&self.path).map_err(|error| match error {
            OpenError::Full { .. } => CommitError::Full,
            error => CommitError::Failed(format!("the store could not be opened again: {error}")),
        })?;
        if let Some(undo) = unsettled.as_ref() {
            let undone = catch_unwind(AssertUnwindSafe(|| opened.apply(undo.batch())));
            let undone = undone.unwrap_or_else(|_| Err(CommitError::Failed("the engine stopped".into())));
            if let Err(error) = undone {
                // Open for reading; the next attempt opens it anew.
                *engine = Some(opened);
                return Err(error);
            }
            *unsettled = None;
        }
        *engine = Some(opened);
        drop(engine);
        self.lock_health().failed = false;
        tracing::info!("the store is open again");
        Ok(())
    }

    /// Notes that the committer begins something, or has ended it.
    pub(super) fn busy(&self, busy: bool) {
        *self.busy_since.lock().unwrap_or_else(PoisonError::into_inner) = busy.then(Instant::now);
    }

    /// Whether the committer has been at one thing for longer than `limit`. Then nobody waits for it any more: what it
    /// still does is not known to anybody, and only a new process finds out.
    pub(super) fn hangs(&self, limit: Duration) -> bool {
        let since = *self.busy_since.lock().unwrap_or_else(PoisonError::into_inner);
        let mut health = self.lock_health();
        if !health.stopped && since.is_some_and(|since| since.elapsed() >= limit) {
            tracing::error!("the disk has not answered for {} s: the store has stopped", limit.as_secs());
            health.stopped = true;
        }
        health.stopped
    }
}

/// sled's own panics over a full disk are no sign of damage.
fn open_engine(path: &Path) -> Result<Engine, OpenError> {
    match Engine::open(path) {
        Err(OpenError::Damaged { path, .. }) if free_bytes(&path) < ROOM_TO_OPEN => Err(OpenError::Full { path }),
        opened => opened,
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
pub(super) struct EngineView<'a>(pub(super) &'a Shared);

impl View for EngineView<'_> {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, ReadError> {
        self.0.read(|engine| engine.get(key))
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
