//! One thing at a time for one exchange or case.

use tokio::sync::{Mutex, MutexGuard};

/// 256 locks; a thing's lock is chosen by the first byte of its random id.
///
/// The store's checks keep changes apart in any case; the locks only spare tries that would fail. A function holds
/// one of them at a time, so that none waits in a circle; a change of keys holds all.
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

    /// Waits for all of them, in their order: whoever holds one waits for no other. For one task at a time.
    pub async fn all(&self) -> Vec<MutexGuard<'_, ()>> {
        let mut all = Vec::with_capacity(self.0.len());
        for stripe in &self.0 {
            all.push(stripe.lock().await);
        }
        all
    }
}
