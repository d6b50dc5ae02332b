//! Cryptography that takes its time: beside the runtime's own threads, and no more at once than the machine has cores.
//!
//! The runtime's pool for blocking work would make a thread for every call that waits, and under load they would only
//! take turns on the same cores, each with a stack and caches of its own. What waits here waits in order.

use std::{num::NonZero, sync::Arc, thread};

use tokio::sync::Semaphore;

use super::ServiceError;

/// Leave to compute.
pub(super) struct Hands(Arc<Semaphore>);

impl Hands {
    /// As many as there are cores.
    pub(super) fn new() -> Self {
        Self(Arc::new(Semaphore::new(thread::available_parallelism().map_or(1, NonZero::get))))
    }

    /// Does `work` when it is its turn. If the caller is dropped meanwhile, what was begun is done for nobody.
    ///
    /// # Errors
    /// [`ServiceError::Internal`] if it panicked.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ServiceError> {
        let stopped = "cryptography was stopped";
        let turn = Arc::clone(&self.0).acquire_owned().await.map_err(|_| ServiceError::Internal(stopped))?;
        let work = move || {
            let done = work();
            drop(turn);
            done
        };
        tokio::task::spawn_blocking(work).await.map_err(|_| ServiceError::Internal(stopped))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_ends_its_own_work_only() {
        let hands = Hands::new();
        for _ in 0..64 {
            let broken: Result<(), _> = hands.run(|| std::panic::panic_any("broken on purpose")).await;
            assert!(matches!(broken, Err(ServiceError::Internal(_))));
        }
        assert_eq!(hands.run(|| 7).await.unwrap(), 7);
    }
}
