//! The contract over sled 0.34, whose limits were measured and are owned here.
//!
//! * sled's own `flush` is no `fsync`: after it the `db` file is synced on a handle of our own, before any answer.
//! * Pages over a quarter of a segment go to `blobs/`, which nobody syncs: segments are 8 MiB and large values lie
//!   in pieces ([`pieces`]), so that no blob ever comes into being; that none does is looked at every minute.
//! * A failed write may leave sled's own threads asleep for ever: they are woken ([`nudge`]).
//! * A failed write makes sled refuse all later ones until it is reopened, and on a full disk it can't be reopened:
//!   a ballast file is freed first, and the store reopened in the same process ([`space`], [`shared`]).
//! * After a failed sync nothing in the system's cache is trusted: the store is read from the disk anew, and what the
//!   failed group may have left is taken back, so that a commit that failed changed nothing ([`engine`], [`committer`]).

mod committer;
mod engine;
mod nudge;
mod pieces;
mod shared;
mod space;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread::JoinHandle,
    time::Duration,
};

use tokio::sync::{Semaphore, oneshot};

pub(crate) use self::pieces::is_slot;
pub use self::space::SpaceLimits;
use self::{
    committer::{Committer, Request},
    engine::Engine,
    shared::Shared,
};
use super::{Batch, CommitError, Entry, Health, OpenError, Pending, Range, ReadError, Store, Watch};

/// Commits that may wait for the committer; further callers wait outside, so that memory stays bounded.
const MAX_WAITING: usize = 1024;
/// A disk that has not answered for so long is given up.
const PATIENCE: Duration = Duration::from_mins(3);
/// A scan of up to so many entries is done at once, a longer one on a thread for blocking work.
const SHORT_SCAN: usize = 32;

/// The embedded store: `<folder>/store/`, with its reserve in `<folder>/ballast`.
///
/// Dropping it waits until what was handed over is on disk.
pub struct SledStore {
    shared: Arc<Shared>,
    queue: Option<mpsc::Sender<Request>>,
    waiting: Arc<Semaphore>,
    patience: Duration,
    committer: Mutex<Option<JoinHandle<()>>>,
}

impl SledStore {
    /// Opens the store in `folder`, or makes it. One process at a time: see [`FolderLock`](super::FolderLock).
    ///
    /// # Errors
    /// [`OpenError`]; nothing is changed then.
    pub fn open(folder: &Path) -> Result<Self, OpenError> {
        Self::open_with(folder, SpaceLimits::default())
    }

    /// As [`open`](Self::open), with other limits than the usual ones, for small disks.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn open_with(folder: &Path, limits: SpaceLimits) -> Result<Self, OpenError> {
        let shared = Arc::new(Shared::open(folder, limits)?);
        let (queue, requests) = mpsc::channel();
        let for_thread = Arc::clone(&shared);
        let committer = std::thread::Builder::new()
            .name("store-committer".into())
            .spawn(move || Committer::new(for_thread).run(&requests))
            .map_err(|source| OpenError::Io { path: folder.to_path_buf(), source })?;
        let watched = Arc::downgrade(&shared);
        std::thread::Builder::new()
            .name("store-watch".into())
            .spawn(move || nudge::watch(&watched))
            .map_err(|source| OpenError::Io { path: folder.to_path_buf(), source })?;
        Ok(Self {
            shared,
            queue: Some(queue),
            waiting: Arc::new(Semaphore::new(MAX_WAITING)),
            patience: PATIENCE,
            committer: Mutex::new(Some(committer)),
        })
    }

    /// Waits for the answer as long as the committer lives.
    async fn hand_over(&self, batch: Batch) -> Result<(), CommitError> {
        let mut answer = std::pin::pin!(self.ask(batch));
        loop {
            if self.shared.hangs(self.patience) {
                return Err(CommitError::Failed("the disk does not answer: the node must be started again".into()));
            }
            if let Ok(answer) = tokio::time::timeout(self.patience / 4, &mut answer).await {
                return answer;
            }
        }
    }

    async fn ask(&self, batch: Batch) -> Result<(), CommitError> {
        let stopped = || CommitError::Failed("the store has stopped".into());
        let permit = Arc::clone(&self.waiting).acquire_owned().await.map_err(|_| stopped())?;
        let (answer, answered) = oneshot::channel();
        let queue = self.queue.as_ref().ok_or_else(stopped)?;
        queue.send(Request { batch, answer, permit }).map_err(|_| stopped())?;
        answered.await.map_err(|_| stopped())?
    }
}

impl Store for SledStore {
    fn get<'a>(&'a self, key: &'a [u8]) -> Pending<'a, Result<Option<Vec<u8>>, ReadError>> {
        Box::pin(async move { self.shared.read(|engine| engine.get(key)) })
    }

    fn scan(&self, range: Range) -> Pending<'_, Result<Vec<Entry>, ReadError>> {
        let shared = Arc::clone(&self.shared);
        Box::pin(async move {
            if range.limit <= SHORT_SCAN {
                return shared.read(|engine| engine.scan(&range));
            }
            tokio::task::spawn_blocking(move || shared.read(|engine| engine.scan(&range)))
                .await
                .unwrap_or_else(|_| Err(ReadError::Failed("the read was stopped".into())))
        })
    }

    fn commit(&self, batch: Batch) -> Pending<'_, Result<(), CommitError>> {
        Box::pin(async move {
            batch.within_limits()?;
            self.hand_over(batch).await
        })
    }

    fn health(&self) -> Health {
        self.shared.health()
    }

    fn watch(&self) -> Option<&Watch> {
        Some(self.shared.watch())
    }
}

impl Drop for SledStore {
    fn drop(&mut self) {
        self.queue = None;
        let committer = self.committer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(committer) = committer
            && !self.shared.health().stopped
        {
            // It ended either way; a panic in it was already reported to those who waited.
            let _ended = committer.join();
        }
    }
}

/// sled panics over damaged pages; to the caller that is an error.
fn guarded<T>(read: impl FnOnce(&Engine) -> Result<T, ReadError>, engine: &Engine) -> Result<T, ReadError> {
    catch_unwind(AssertUnwindSafe(|| read(engine))).unwrap_or(Err(ReadError::Damaged))
}

#[cfg(test)]
mod tests;
