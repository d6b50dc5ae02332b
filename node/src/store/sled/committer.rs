//! The one thread that writes: groups what waits, applies each group as one, syncs once, answers all.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError},
    },
    time::{Duration, Instant},
};

use tokio::sync::{OwnedSemaphorePermit, oneshot};

use super::{
    super::{Batch, CommitError, Health, batch::Overlay},
    engine::{Engine, Found, Undo},
    pieces::PIECE,
    shared::{EngineView, Shared},
};

/// A group ends at so many sled writes or bytes: larger ones cost sled memory and disk out of proportion.
const GROUP_WRITES: usize = 256;
const GROUP_BYTES: usize = 1 << 20;
/// Full groups that share one sync: the slower the disk, the more of them.
const GROUPS: usize = 8;
/// How often blobs, ballast and room are looked at without being asked.
const ROUND: Duration = Duration::from_mins(1);
/// How often a failed store is tried again, and a freed reserve is looked after.
const RETRY: Duration = Duration::from_secs(2);

/// A batch and who waits for it.
pub(super) struct Request {
    pub(super) batch: Batch,
    pub(super) answer: oneshot::Sender<Result<(), CommitError>>,
    /// Given back when the batch is answered.
    pub(super) permit: OwnedSemaphorePermit,
}

/// The thread's own state.
pub(super) struct Committer {
    shared: Arc<Shared>,
    /// What a failed group may have left on disk, to be taken back before anything else is written.
    unsettled: Option<Undo>,
    last_round: Instant,
    /// What was said last of the room.
    low_space: bool,
}

impl Committer {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self { shared, unsettled: None, last_round: Instant::now(), low_space: false }
    }

    /// Serves requests until all senders are gone, then leaves everything on disk. A fault of the program in one
    /// request ends that request only: the store is opened again, and the thread goes on.
    pub(super) fn run(mut self, requests: &Receiver<Request>) {
        loop {
            let turn = catch_unwind(AssertUnwindSafe(|| self.turn(requests)));
            self.shared.busy(false);
            match turn {
                Ok(true) => {}
                Ok(false) => break,
                Err(_) => {
                    tracing::error!("the thread that writes stumbled: the store is opened again");
                    self.shared.note_failure();
                }
            }
        }
        self.shared.busy(true);
        self.shared.drain();
        self.shared.busy(false);
    }

    /// Waits for a group and serves it. Whether there can be more.
    fn turn(&mut self, requests: &Receiver<Request>) -> bool {
        let first = match requests.recv_timeout(RETRY) {
            Ok(first) => Some(first),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => return false,
        };
        self.shared.busy(true);
        match first {
            Some(first) => self.serve(first, requests),
            None if self.shared.has_failed() => {
                // The error was logged when it happened; success will be.
                let _still_failed = self.shared.reopen(&mut self.unsettled);
            }
            None => {}
        }
        self.look_around();
        true
    }

    fn look_around(&mut self) {
        let health = self.shared.health();
        let round = if health.reserve_in_use && !health.failed { RETRY } else { ROUND };
        if self.last_round.elapsed() >= round {
            self.shared.look_around();
            self.last_round = Instant::now();
        }
        self.tell(self.shared.health());
    }

    /// Says it once when new work begins or ends to be refused.
    fn tell(&mut self, health: Health) {
        if health.low_space == self.low_space {
            return;
        }
        self.low_space = health.low_space;
        let free_mib = health.free_bytes >> 20;
        if health.low_space {
            tracing::warn!(free_mib, "the disk is nearly full: no new cases and offers are taken; make room");
        } else {
            tracing::info!(free_mib, "there is room on the disk again: new cases and offers are taken");
        }
    }

    /// Applies `first` and what else waits, group by group, syncs once, and only then answers all.
    fn serve(&mut self, first: Request, requests: &Receiver<Request>) {
        let mut waiting = Vec::new();
        let mut outcome = self.ready();
        let mut next = Some(first);
        for _ in 0..GROUPS {
            let Some(first) = next.take() else { break };
            let (group, full) = group(first, requests);
            let (batches, callers): (Vec<_>, Vec<_>) =
                group.into_iter().map(|r| (r.batch, (r.answer, r.permit))).unzip();
            let mut answers = vec![Ok(()); callers.len()];
            outcome = outcome.and_then(|()| self.write(batches, &mut answers));
            waiting.extend(callers.into_iter().zip(answers));
            // What came while one was written that was not full waits for the next sync, and comes together by then: each
            // group costs sled buffers of its own, and all its threads are woken for each of them.
            if outcome.is_ok() && full {
                next = requests.try_recv().ok();
            }
        }
        let outcome = outcome.and_then(|()| self.sync());
        for ((answer, _permit), own) in waiting {
            // Whoever asked may have gone; the batch is applied all the same.
            let _gone = answer.send(outcome.clone().and(own));
        }
    }

    /// Opens a failed store again, if it can be.
    fn ready(&mut self) -> Result<(), CommitError> {
        if self.shared.has_failed() { self.shared.reopen(&mut self.unsettled) } else { Ok(()) }
    }

    /// Resolves and applies `batches` as one; one answer for each, to be given after the sync.
    fn write(&mut self, batches: Vec<Batch>, answers: &mut [Result<(), CommitError>]) -> Result<(), CommitError> {
        self.shared.make_room();
        let health = self.shared.health();
        let shared = Arc::clone(&self.shared);
        let found = Found::default();
        let view = EngineView { shared: &shared, found: &found };
        let mut group = Overlay::over(&view);
        for (batch, answer) in batches.into_iter().zip(answers) {
            let room = if batch.is_empty() { Ok(()) } else { shared.admit(batch.needed(), health) };
            *answer = room.and_then(|()| group.add(batch));
        }
        let changes = group.into_changes();
        if changes.is_empty() {
            return Ok(());
        }
        let mut writing = shared.watch().writing();
        writing.note(changes.keys());
        let written = self.with_engine(|engine, unsettled| {
            let prepared = engine.prepare(changes, &found)?;
            unsettled.get_or_insert_default().then(prepared.undo);
            engine.write(prepared.batch)
        });
        drop(writing);
        self.or_fail(written)
    }

    /// Nothing written means nothing to sync: this thread alone writes, and what it wrote before is on disk.
    fn sync(&mut self) -> Result<(), CommitError> {
        if self.unsettled.is_none() {
            return Ok(());
        }
        let synced = self.with_engine(|engine, _| engine.confirm());
        self.or_fail(synced)?;
        self.unsettled = None;
        Ok(())
    }

    fn with_engine(
        &mut self,
        act: impl FnOnce(&Engine, &mut Option<Undo>) -> Result<(), CommitError>,
    ) -> Result<(), CommitError> {
        let shared = Arc::clone(&self.shared);
        let mut outcome = Ok(());
        shared
            .read(|engine| {
                outcome = act(engine, &mut self.unsettled);
                Ok(())
            })
            .map_err(CommitError::from)?;
        outcome
    }

    fn or_fail(&mut self, outcome: Result<(), CommitError>) -> Result<(), CommitError> {
        if let Err(error) = &outcome {
            self.fail(error);
        }
        outcome
    }

    fn fail(&mut self, error: &CommitError) {
        tracing::error!(%error, "a write failed: the store is opened again");
        self.shared.note_failure();
        if let Err(error) = self.shared.reopen(&mut self.unsettled) {
            tracing::error!(%error, "the store takes no changes for now; it is tried again every few seconds");
        }
    }
}

/// `first` and what else waits, up to the limits of a group; whether they were reached.
fn group(first: Request, requests: &Receiver<Request>) -> (Vec<Request>, bool) {
    let mut size = Size::of(&first.batch);
    let mut group = vec![first];
    while size.writes < GROUP_WRITES && size.bytes < GROUP_BYTES {
        let Ok(next) = requests.try_recv() else { return (group, false) };
        size = size.plus(Size::of(&next.batch));
        group.push(next);
    }
    (group, true)
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
