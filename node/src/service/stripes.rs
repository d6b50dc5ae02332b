//! One thing at a time for one exchange or case.

use tokio::sync::{Mutex, MutexGuard};

/// 256 locks; a thing's lock is chosen by the first byte of its random id.
///
/// The store's checks keep changes apart in any case; the locks only spare tries that would fail. A function holds
/// at most one of them at a time, so that none waits in a circle.
pub struct Stripes(Vec<Mutex<()>>);

impl Default for Stripes {
    fn default() -> Self {
        Self((0..256).map(|_| Mutex::new(())).collect())
    }
}

impl Stripes {
    /// Waits for the lock of the thing whose id begins with `first`.
    pub async fn lock(&self, first: u8) -> MutexGuard<'_, ()> {
        self.0[usize::from(first)].lock().await
    }
}
