//! Threads for cryptography that takes its time: as many as the machine has cores, made once.
//!
//! The runtime's own threads serve everybody and must not be held up; its pool for blocking work makes a thread for
//! every call that waits, and under load they would only take turns on the same cores, each with a stack and caches of
//! its own. What waits here waits in order.

use std::{
    num::NonZero,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{self, Receiver, Sender},
    },
    thread,
};

use tokio::sync::oneshot;

use super::ServiceError;

type Work = Box<dyn FnOnce() + Send>;

/// The threads. They end when it is dropped and what waits is done.
pub(super) struct Hands {
    work: Sender<Work>,
}

impl Hands {
    /// One thread for each core.
    ///
    /// # Errors
    /// If the system gives no thread.
    pub(super) fn new() -> std::io::Result<Self> {
        let (work, waiting) = mpsc::channel();
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..thread::available_parallelism().map_or(1, NonZero::get) {
            let waiting = Arc::clone(&waiting);
            thread::Builder::new().name("crypto".into()).spawn(move || serve(&waiting))?;
        }
        Ok(Self { work })
    }

    /// Does `work` on one of the threads. If the caller is dropped meanwhile, the work is done for nobody.
    ///
    /// # Errors
    /// [`ServiceError::Internal`] if it panicked.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ServiceError> {
        let stopped = || ServiceError::Internal("cryptography was stopped");
        let (done, result) = oneshot::channel();
        let work = move || {
            // Whoever asked may have gone.
            let _gone = done.send(work());
        };
        self.work.send(Box::new(work)).map_err(|_| stopped())?;
        result.await.map_err(|_| stopped())
    }
}

fn serve(waiting: &Mutex<Receiver<Work>>) {
    loop {
        // The lock is held while waiting for work and not while doing it.
        let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(work) = next else { return };
        // A panic ends this one piece of work: its caller learns of it by the channel that is dropped.
        let _panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
    }
}

#[cfg(test)]
mod tests {
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
}
