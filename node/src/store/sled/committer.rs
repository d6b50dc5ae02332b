//! The one thread that writes: groups what waits, applies it as one, syncs once, answers all.

use std::{
    path::{Path, PathBuf},
    sync::{
        Mutex, MutexGuard, PoisonError, RwLock,
        mpsc::{Receiver, RecvTimeoutError},
    },
    time::{Duration, Instant},
};

use tokio::sync::{OwnedSemaphorePermit, oneshot};

use super::{
    super::{Batch, CommitError, Health, OpenError, ReadError, View, batch::Overlay},
    engine::{Engine, has_blobs},
    guarded,
    pieces::PIECE,
    space::{Ballast, SpaceLimits, free_bytes},
};

/// A group ends at so many sled writes or bytes: larger ones cost sled memory and disk out of proportion.
const GROUP_WRITES: usize = 256;
const GROUP_BYTES: usize = 1 << 20;
/// How often blobs, ballast and room are looked at without being asked.
const ROUND: Duration = Duration::from_mins(1);
/// How often a failed store is tried again.
const RETRY: Duration = Duration::from_secs(2);

/// sled needs a segment and a snapshot to open on a disk that was full.
const ROOM_TO_OPEN: u64 = 12 << 20;

/// A batch and who waits for it.
pub(super) struct Request {
    pub(super) batch: Batch,
    pub(super) answer: oneshot::Sender<Result<(), CommitError>>,
    /// Given back when the batch is answered.
    pub(super) permit: OwnedSemaphorePermit,
}

/// What readers, the committer and the store's owner share.
pub(super) struct Shared {
    path: PathBuf,
    limits: SpaceLimits,
    ballast: Ballast,
    /// `None` only while a reopening failed. Readers hold it for one read; the committer writes it to reopen.
    engine: RwLock<Option<Engine>>,
    health: Mutex<Health>,
}

impl Shared {
    pub(super) fn open(folder: &Path, limits: SpaceLimits) -> Result<Self, OpenError> {
        let path = folder.join("store");
        let ballast = Ballast::new(folder.join("ballast"), limits.ballast);
        let engine = match Engine::open(&path) {
            // The engine writes when it opens; that is what the ballast is for.
            Err(OpenError::Full { .. }) if ballast.free() => Engine::open(&path)?,
            opened => opened?,
        };
        let shared =
            Self { path, limits, ballast, engine: RwLock::new(Some(engine)), health: Mutex::new(Health::default()) };
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
        health
    }

    fn lock_health(&self) -> MutexGuard<'_, Health> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remakes the ballast when there is room for it, and looks for blobs.
    fn look_around(&self) {
        let room = free_bytes(&self.path) > self.limits.ballast.saturating_add(self.limits.floor);
        if !self.ballast.is_there()
            && room
            && let Err(error) = self.ballast.make()
        {
            tracing::warn!(%error, "the reserve for a full disk could not be made");
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
    fn make_room(&self) {
        if free_bytes(&self.path) < self.limits.floor {
            self.free_ballast();
        }
    }

    fn free_ballast(&self) {
        if self.ballast.free() {
            tracing::warn!("the disk is nearly full: the reserve is in use, no new work is taken");
        }
        self.lock_health().reserve_in_use = true;
    }

    /// Makes room and opens the engine again. sled's errors stick, so that nothing less helps.
    fn reopen(&self) -> Result<(), CommitError> {
        self.free_ballast();
        if free_bytes(&self.path) < self.limits.floor.max(ROOM_TO_OPEN) {
            // It could not be opened again now; closed, it could not even be read.
            return Err(CommitError::Full);
        }
        let mut engine = self.engine.write().unwrap_or_else(PoisonError::into_inner);
        *engine = None;
        let opened = Engine::open(&self.path).map_err(|error| match error {
            OpenError::Full { .. } => CommitError::Full,
            error => {
                tracing::error!(%error, "the store could not be opened again");
                CommitError::Failed("the store could not be opened again".into())
            }
        })?;
        *engine = Some(opened);
        drop(engine);
        self.lock_health().failed = false;
        tracing::info!("the store is open again");
        Ok(())
    }

    fn admit(&self, batch: &Batch, health: Health) -> Result<(), CommitError> {
        let full = health.free_bytes < self.limits.floor / 2 || (batch.is_new_work() && health.low_space);
        if full && !batch.is_empty() { Err(CommitError::Full) } else { Ok(()) }
    }

    /// Resolves, applies and syncs `batches`; one answer for each.
    fn commit(&self, batches: Vec<Batch>) -> Vec<Result<(), CommitError>> {
        if self.lock_health().failed
            && let Err(error) = self.reopen()
        {
            return batches.iter().map(|_| Err(error.clone())).collect();
        }
        self.make_room();
        let health = self.health();
        let count = batches.len();
        let mut answers = Vec::with_capacity(count);
        let applied = {
            let view = EngineView(self);
            let mut group = Overlay::over(&view);
            for batch in batches {
                answers.push(self.admit(&batch, health).and_then(|()| group.add(batch)));
            }
            self.apply(group.into_changes())
        };
        match applied {
            Ok(()) => answers,
            Err(error) => {
                self.fail(&error);
                vec![Err(error); count]
            }
        }
    }

    /// Nothing to write means nothing to sync: this thread alone writes, and what it wrote before is on disk.
    fn apply(&self, changes: std::collections::BTreeMap<Vec<u8>, Option<Vec<u8>>>) -> Result<(), CommitError> {
        if changes.is_empty() {
            return Ok(());
        }
        let mut outcome = Ok(());
        self.read(|engine| {
            outcome = engine.apply(changes);
            Ok(())
        })
        .map_err(CommitError::from)?;
        outcome
    }

    fn fail(&self, error: &CommitError) {
        tracing::error!(%error, "a write failed: the store is opened again");
        self.lock_health().failed = true;
        if let Err(error) = self.reopen() {
            tracing::error!(%error, "the store takes no writes for now");
        }
    }
}

struct EngineView<'a>(&'a Shared);

impl View for EngineView<'_> {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, ReadError> {
        self.0.read(|engine| engine.get(key))
    }
}

/// Serves requests until all senders are gone, then leaves everything on disk.
pub(super) fn run(shared: &Shared, requests: &Receiver<Request>) {
    let mut last_round = Instant::now();
    loop {
        match requests.recv_timeout(RETRY) {
            Ok(first) => serve(shared, group(first, requests)),
            Err(RecvTimeoutError::Timeout) if shared.lock_health().failed => {
                // The error was logged when it happened; success will be.
                let _still_failed = shared.reopen();
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        if last_round.elapsed() >= ROUND {
            shared.look_around();
            last_round = Instant::now();
        }
    }
}

fn serve(shared: &Shared, group: Vec<Request>) {
    let (batches, waiting): (Vec<_>, Vec<_>) = group.into_iter().map(|r| (r.batch, (r.answer, r.permit))).unzip();
    for ((answer, _permit), outcome) in waiting.into_iter().zip(shared.commit(batches)) {
        // Whoever asked may have gone; the batch is applied all the same.
        let _gone = answer.send(outcome);
    }
}

/// `first` and what else waits, up to the limits of a group.
fn group(first: Request, requests: &Receiver<Request>) -> Vec<Request> {
    let mut size = Size::of(&first.batch);
    let mut group = vec![first];
    while size.writes < GROUP_WRITES && size.bytes < GROUP_BYTES {
        let Ok(next) = requests.try_recv() else { break };
        size = size.plus(Size::of(&next.batch));
        group.push(next);
    }
    group
}

/// What a batch costs sled.
#[derive(Clone, Copy)]
struct Size {
    writes: usize,
    bytes: usize,
}

impl Size {
    fn of(batch: &Batch) -> Self {
        let bytes = batch.bytes();
        Self { writes: batch.len() + bytes / PIECE, bytes }
    }

    fn plus(&self, other: Self) -> Self {
        Self { writes: self.writes + other.writes, bytes: self.bytes + other.bytes }
    }
}

#[cfg(test)]
impl Shared {
    /// As after a write that the disk refused.
    pub(super) fn fail_for_test(&self) {
        self.free_ballast();
        self.lock_health().failed = true;
    }

    pub(super) fn look_around_for_test(&self) {
        self.look_around();
    }
}
