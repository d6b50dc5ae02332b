//! Wakes sled when it sleeps over an error of its own.
//!
//! A thread that waits in sled for a buffer to be written is not woken if another thread's write of it fails: only
//! one of the two places that note such an error tells the waiting. The next caller of `flush` tells them all. So when
//! the committer takes long, others call it; where nothing failed they wait beside it, and change nothing.

use std::{sync::Weak, thread, time::Duration};

use super::shared::Shared;

/// A group takes milliseconds. What takes so long is looked after, then again after twice as long, and so on.
const LONG: Duration = Duration::from_millis(500);

/// Runs until the store is gone.
pub(super) fn watch(shared: &Weak<Shared>) {
    let mut next = LONG;
    loop {
        thread::sleep(LONG);
        let Some(store) = shared.upgrade() else { return };
        let busy = store.busy_for().unwrap_or_default();
        if busy < LONG {
            next = LONG;
        } else if busy >= next {
            next = busy.saturating_mul(2);
            // On a thread of its own: it may have to wait too, and then the next one wakes both.
            let nudge = move || store.drain();
            if thread::Builder::new().name("store-nudge".into()).spawn(nudge).is_err() {
                tracing::warn!("the disk is slow, and no thread could be started to look after it");
            }
        }
    }
}
