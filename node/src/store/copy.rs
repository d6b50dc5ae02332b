//! A copy of the whole store as of one moment, made while it is written to.
//!
//! First all entries are read, page after page; which keys change meanwhile is noted, and they are read again. Only the
//! last few are read while nothing is written: that moment is the one of which the copy is.

use std::{
    collections::BTreeSet,
    io,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{Range, ReadError, Store, Write};

/// Entries read at once: a value may have a mebibyte.
const PAGE: usize = 32;
/// Changes that may be left to be read while nothing is written.
const FEW: usize = 64;
/// How often what changed meanwhile is read again before writing is stopped for it.
const ROUNDS: usize = 8;
/// Keys that are noted at most: more would fill the memory.
const MOST_NOTED: usize = 1 << 20;

/// Which keys change while a copy is made.
#[derive(Debug, Default)]
pub struct Watch(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// `None` while no copy is made.
    changed: Option<BTreeSet<Vec<u8>>>,
    /// What was noted does not tell everything any more.
    spoiled: bool,
}

/// Why there is no copy.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// One is being made already, or this store can't be copied.
    #[error("a copy is being made already")]
    Busy,
    /// The store failed meanwhile, or too much changed.
    #[error("the store was disturbed while it was copied: try again")]
    Disturbed,
    /// The store could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// What was read could not be written.
    #[error(transparent)]
    Write(#[from] io::Error),
}

/// Nothing is written as long as it lives.
pub(super) struct Writing<'a>(MutexGuard<'a, State>);

impl Writing<'_> {
    /// Notes what is about to be written.
    pub(super) fn note<'k>(&mut self, keys: impl Iterator<Item = &'k Vec<u8>>) {
        let State { changed: Some(changed), spoiled } = &mut *self.0 else { return };
        changed.extend(keys.cloned());
        *spoiled |= changed.len() > MOST_NOTED;
        if *spoiled {
            changed.clear();
        }
    }

    fn take(&mut self) -> BTreeSet<Vec<u8>> {
        self.0.changed.replace(BTreeSet::new()).unwrap_or_default()
    }
}

impl Watch {
    /// For who writes, and for who stops it for a moment.
    pub(super) fn writing(&self) -> Writing<'_> {
        Writing(self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What was written may have been taken back.
    pub(super) fn spoil(&self) {
        self.writing().0.spoiled = true;
    }

    fn begin(&self) -> Result<Watching<'_>, CopyError> {
        let mut state = self.writing().0;
        if state.changed.is_some() {
            return Err(CopyError::Busy);
        }
        *state = State { changed: Some(BTreeSet::new()), spoiled: false };
        Ok(Watching(self))
    }
}

/// A copy under way; dropping it ends the noting.
struct Watching<'a>(&'a Watch);

impl Drop for Watching<'_> {
    fn drop(&mut self) {
        *self.0.writing().0 = State::default();
    }
}

/// Gives all entries to `out`, of a key that changes meanwhile the last one last, as of the moment at which `at_rest` is
/// called: nothing is written while that runs. Blocks: not on a thread that serves others.
///
/// # Errors
/// [`CopyError`]; what was given out is then of no moment.
pub async fn copy(
    store: &dyn Store,
    out: &mut (dyn FnMut(Write) -> io::Result<()> + Send),
    at_rest: &mut (dyn FnMut() -> io::Result<()> + Send),
) -> Result<(), CopyError> {
    let watch = store.watch().ok_or(CopyError::Busy)?;
    let watching = watch.begin()?;
    let mut after = None;
    loop {
        let page = store.scan(Range { after, limit: PAGE, ..Range::default() }).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.key.clone());
        page.into_iter().try_for_each(|entry| out(Write { key: entry.key, value: Some(entry.value) }))?;
    }
    for _ in 0..ROUNDS {
        let changed = watch.writing().take();
        let few = changed.len() < FEW;
        again(store, changed, out).await?;
        if few {
            break;
        }
    }
    let mut still = watch.writing();
    let changed = still.take();
    again(store, changed, out).await?;
    at_rest()?;
    let spoiled = still.0.spoiled;
    drop(still);
    drop(watching);
    if spoiled { Err(CopyError::Disturbed) } else { Ok(()) }
}

async fn again(
    store: &dyn Store,
    keys: BTreeSet<Vec<u8>>,
    out: &mut (dyn FnMut(Write) -> io::Result<()> + Send),
) -> Result<(), CopyError> {
    for key in keys {
        let value = store.get(&key).await?;
        out(Write { key, value })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, sync::Arc};

    use super::*;
    use crate::store::{Batch, MemoryStore, SledStore};

    /// Two keys that are only ever changed together, many others beside them, and a writer that never rests.
    async fn a_copy_is_of_one_moment(store: Arc<dyn Store>) {
        for n in 0..400_u32 {
            store.commit(Batch::new().put(&n.to_be_bytes(), vec![7; 100])).await.unwrap();
        }
        let writer = Arc::clone(&store);
        let writes = tokio::spawn(async move {
            for n in 0..u64::MAX {
                let batch = Batch::new().put(b"\0", n.to_be_bytes()).put(b"\xff", n.to_be_bytes());
                writer.commit(batch.delete(&(u32::try_from(n % 400).unwrap()).to_be_bytes())).await.unwrap();
                tokio::task::yield_now().await;
            }
        });
        for _ in 0..3 {
            let from = Arc::clone(&store);
            let handle = tokio::runtime::Handle::current();
            let copied = tokio::task::spawn_blocking(move || {
                let (mut copied, mut rests) = (BTreeMap::new(), 0);
                let mut out = |write: Write| {
                    match write.value {
                        Some(value) => copied.insert(write.key, value),
                        None => copied.remove(&write.key),
                    };
                    Ok(())
                };
                let mut at_rest = || {
                    rests += 1;
                    Ok(())
                };
                handle.block_on(copy(&*from, &mut out, &mut at_rest)).unwrap();
                assert_eq!(rests, 1);
                copied
            });
            let copied = copied.await.unwrap();
            assert_eq!(copied.get(&b"\0"[..]), copied.get(&b"\xff"[..]));
        }
        writes.abort();
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn each_store_is_copied_as_of_one_moment_while_it_is_written() {
        a_copy_is_of_one_moment(Arc::new(MemoryStore::new())).await;
        let folder = tempfile::tempdir().unwrap();
        a_copy_is_of_one_moment(Arc::new(SledStore::open(folder.path()).unwrap())).await;
    }

    #[test]
    fn one_copy_at_a_time_and_a_store_that_failed_gives_none() {
        let watch = Watch::default();
        let first = watch.begin().unwrap();
        assert!(matches!(watch.begin(), Err(CopyError::Busy)));
        watch.spoil();
        assert!(watch.writing().0.spoiled);
        drop(first);
        assert!(watch.begin().is_ok() && !watch.writing().0.spoiled);
    }
}
