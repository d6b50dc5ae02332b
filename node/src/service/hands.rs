//! Cryptography that takes its time: beside the runtime's own threads, and no more at once than the machine has cores.
//!
//! The threads are its own. The runtime's pool for blocking work would make a thread for every call that waits, and
//! under load they would only take turns on the same cores; held to a few, it puts each thread to sleep after each call
//! and wakes another for the next. Here whoever is done takes what waits, in order.

use std::{
    io,
    num::NonZero,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
};

use tokio::sync::oneshot;

use super::ServiceError;

type Work = Box<dyn FnOnce() + Send>;

/// Those who compute. They end when it is dropped, and what waits then is done for nobody.
pub(super) struct Hands(mpsc::Sender<Work>);

impl Hands {
    /// As many as there are cores.
    ///
    /// # Errors
    /// If the system gives no threads.
    pub(super) fn new() -> io::Result<Self> {
        let (queue, waiting) = mpsc::channel();
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..thread::available_parallelism().map_or(1, NonZero::get) {
            let waiting = Arc::clone(&waiting);
            thread::Builder::new().name("hands".into()).spawn(move || {
                while let Some(work) = next(&waiting) {
                    work();
                }
            })?;
        }
        Ok(Self(queue))
    }

    /// Does `work` when it is its turn. If the caller is dropped before that, it is not begun; what was begun is done
    /// for nobody.
    ///
    /// # Errors
    /// [`ServiceError::Internal`] if it panicked.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ServiceError> {
        let stopped = ServiceError::Internal("cryptography was stopped");
        let (done, outcome) = oneshot::channel();
        let work = move || {
            if !done.is_closed()
                && let Ok(result) = catch_unwind(AssertUnwindSafe(work))
            {
                let _nobody_waits = done.send(result);
            }
        };
        if self.0.send(Box::new(work)).is_err() {
            return Err(stopped);
        }
        outcome.await.map_err(|_| stopped)
    }
}

/// The next work, when there is some; `None` at the end. The lock is held while waiting, not while working.
fn next(waiting: &Mutex<mpsc::Receiver<Work>>) -> Option<Work> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

#[cfg(test)]
mod tests {
    use std::{
        sync::{
            Barrier,
            atomic::{AtomicBool, Ordering},
        },
        time::Duration,
    };

    use super::*;

    #[tokio::test]
    async fn a_panic_ends_its_own_work_only() {
        let hands = Hands::new().unwrap();
        for _ in 0..64 {
            let broken: Result<(), _> = hands.run(|| std::panic::panic_any("broken on purpose")).await;
            assert!(matches!(broken, Err(ServiceError::Internal(_))));
        }
        assert_eq!(hands.run(|| 7).await.unwrap(), 7);
    }

    #[tokio::test]
    async fn what_nobody_waits_for_any_more_is_not_begun() {
        let hands = Arc::new(Hands::new().unwrap());
        let busy = thread::available_parallelism().map_or(1, NonZero::get);
        let gate = Arc::new(Barrier::new(busy + 1));
        let working: Vec<_> = (0..busy)
            .map(|_| {
                let (hands, gate) = (Arc::clone(&hands), Arc::clone(&gate));
                tokio::spawn(async move { hands.run(move || gate.wait()).await.map(|_| ()) })
            })
            .collect();
        tokio::task::yield_now().await;
        let begun = Arc::new(AtomicBool::new(false));
        let begins = Arc::clone(&begun);
        let given_up = hands.run(move || begins.store(true, Ordering::SeqCst));
        assert!(tokio::time::timeout(Duration::from_millis(20), given_up).await.is_err());
        tokio::task::spawn_blocking(move || gate.wait()).await.unwrap();
        for one in working {
            one.await.unwrap().unwrap();
        }
        assert_eq!(hands.run(|| 7).await.unwrap(), 7);
        assert!(!begun.load(Ordering::SeqCst));
    }
}
