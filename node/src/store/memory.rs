//! A store that forgets: for tests, and the model that the others are compared with.

use std::{
    collections::BTreeMap,
    ops::Bound,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use super::{
    Batch, CommitError, Direction, Entry, Health, Pending, Range, ReadError, Store, View, Watch, batch::Overlay,
};

type Map = BTreeMap<Vec<u8>, Vec<u8>>;

/// Keeps everything in memory. Clones share one "disk", so that a clone is what a restart sees.
#[derive(Clone, Default)]
pub struct MemoryStore {
    disk: Arc<Mutex<Map>>,
    refuses: Arc<AtomicBool>,
    watch: Arc<Watch>,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A store with a "disk" of its own that holds this: what was copied earlier, put back.
    #[must_use]
    pub fn holding(contents: BTreeMap<Vec<u8>, Vec<u8>>) -> Self {
        Self { disk: Arc::new(Mutex::new(contents)), ..Self::default() }
    }

    /// A copy of all that it holds, by key.
    #[must_use]
    pub fn contents(&self) -> BTreeMap<Vec<u8>, Vec<u8>> {
        self.disk().clone()
    }

    /// From now on (or no longer) every change fails as on a disk that confirms nothing, at every clone.
    pub fn refuse_changes(&self, refuses: bool) {
        self.refuses.store(refuses, Ordering::Relaxed);
    }

    fn disk(&self) -> MutexGuard<'_, Map> {
        self.disk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn apply(&self, batch: Batch) -> Result<(), CommitError> {
        if self.refuses.load(Ordering::Relaxed) {
            return Err(CommitError::Failed("told to refuse".into()));
        }
        let mut writing = self.watch.writing();
        let mut disk = self.disk();
        let mut overlay = Overlay::over(&*disk);
        overlay.add(batch)?;
        let changes = overlay.into_changes();
        writing.note(changes.keys());
        for (key, change) in changes {
            match change {
                Some(value) => disk.insert(key, value),
                None => disk.remove(&key),
            };
        }
        Ok(())
    }
}

impl View for Map {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, ReadError> {
        Ok(BTreeMap::get(self, key).cloned())
    }
}

impl Store for MemoryStore {
    fn get<'a>(&'a self, key: &'a [u8]) -> Pending<'a, Result<Option<Vec<u8>>, ReadError>> {
        Box::pin(async move { View::get(&*self.disk(), key) })
    }

    fn scan(&self, range: Range) -> Pending<'_, Result<Vec<Entry>, ReadError>> {
        Box::pin(async move {
            let disk = self.disk();
            let under_prefix = disk
                .range::<[u8], _>((Bound::Included(range.prefix.as_slice()), Bound::Unbounded))
                .take_while(|(key, _)| key.starts_with(&range.prefix))
                .map(|(key, value)| Entry { key: key.clone(), value: value.clone() });
            let after = range.after;
            Ok(match range.direction {
                Direction::Forward => under_prefix
                    .skip_while(|e| after.as_ref().is_some_and(|after| e.key <= *after))
                    .take(range.limit)
                    .collect(),
                Direction::Backward => {
                    let mut found: Vec<_> =
                        under_prefix.take_while(|e| after.as_ref().is_none_or(|after| e.key < *after)).collect();
                    found.reverse();
                    found.truncate(range.limit);
                    found
                }
            })
        })
    }

    fn commit(&self, batch: Batch) -> Pending<'_, Result<(), CommitError>> {
        Box::pin(async move { self.apply(batch) })
    }

    fn health(&self) -> Health {
        Health { free_bytes: u64::MAX, ..Health::default() }
    }

    fn watch(&self) -> Option<&Watch> {
        Some(&self.watch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::conformance;

    #[tokio::test]
    async fn the_memory_store_keeps_the_contract() {
        let disk = std::sync::Mutex::new(MemoryStore::new());
        conformance::all(async || disk.lock().unwrap().clone(), async || *disk.lock().unwrap() = MemoryStore::new())
            .await;
    }
}
