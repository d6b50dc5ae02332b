//! What a commit consists of, its limits, and how it is resolved against what is there.

use std::{collections::BTreeMap, sync::Arc};

use super::{CommitError, ReadError, Sequencer, View};

/// Bytes of the longest key.
pub const MAX_KEY: usize = 256;
/// Bytes of the longest value: a packet of 1 MiB and what encrypting it adds.
pub const MAX_VALUE: usize = (1 << 20) + (64 << 10);
/// Writes in one batch. Larger groups cost sled memory and disk out of proportion.
pub const MAX_BATCH: usize = 256;
/// Bytes of keys and values in one batch.
pub const MAX_BATCH_BYTES: usize = 3 << 20;

/// A key and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The key.
    pub key: Vec<u8>,
    /// The value.
    pub value: Vec<u8>,
}

/// Which way a scan goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// Ascending keys.
    #[default]
    Forward,
    /// Descending keys.
    Backward,
}

/// What a scan returns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Range {
    /// Only keys that begin so.
    pub prefix: Vec<u8>,
    /// Only keys after this one, in the scan's direction; the key itself is left out and need not exist.
    pub after: Option<Vec<u8>>,
    /// At most so many.
    pub limit: usize,
    /// Which way.
    pub direction: Direction,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write {
    /// The key.
    pub key: Vec<u8>,
    /// The new value, or `None` to remove the key.
    pub value: Option<Vec<u8>>,
}

/// What must be under a key for a batch to be applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Nothing.
    Absent,
    /// Exactly this value.
    Value(Vec<u8>),
    /// A value that begins so: for values that begin with a mark that no two writes share.
    Beginning(Vec<u8>),
}

impl Expected {
    fn holds(&self, found: Option<&[u8]>) -> bool {
        match (self, found) {
            (Self::Absent, found) => found.is_none(),
            (Self::Value(value), Some(found)) => value == found,
            (Self::Beginning(start), Some(found)) => found.starts_with(start),
            (Self::Value(_) | Self::Beginning(_), None) => false,
        }
    }
}

/// A condition of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// The key looked at.
    pub key: Vec<u8>,
    /// What must be there.
    pub expected: Expected,
}

/// An item for a [`Sequencer`].
#[derive(Clone)]
pub struct Chained {
    /// Who turns it into writes.
    pub sequencer: Arc<dyn Sequencer>,
    /// The item, in the sequencer's own form. Never logged.
    pub item: Vec<u8>,
}

/// What becomes of a batch when the disk fills up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Need {
    /// Withdrawals, erasures, audit entries: taken as long as the reserve lasts.
    #[default]
    Duty,
    /// What goes on with something begun, such as a release: refused when part of the reserve is used up.
    CanWait,
    /// A case, an offer: refused below the free-space mark.
    NewWork,
}

/// Checks and writes that take effect together.
#[derive(Clone, Default)]
pub struct Batch {
    checks: Vec<Check>,
    writes: Vec<Write>,
    chained: Vec<Chained>,
    need: Need,
}

impl Batch {
    /// An empty batch. Committing it waits until all that was visible is on disk.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty batch with room for so many conditions and writes.
    #[must_use]
    pub(crate) fn sized(checks: usize, writes: usize) -> Self {
        Self { checks: Vec::with_capacity(checks), writes: Vec::with_capacity(writes), ..Self::default() }
    }

    /// Adds a condition; the first added has index 0 in [`CommitError::Conflict`].
    #[must_use]
    pub fn check(mut self, key: &[u8], expected: Expected) -> Self {
        self.checks.push(Check { key: key.to_vec(), expected });
        self
    }

    /// Sets `key` to `value`. Of several writes to a key the last counts.
    #[must_use]
    pub fn put(mut self, key: &[u8], value: impl Into<Vec<u8>>) -> Self {
        self.writes.push(Write { key: key.to_vec(), value: Some(value.into()) });
        self
    }

    /// Removes `key`, if it is there.
    #[must_use]
    pub fn delete(mut self, key: &[u8]) -> Self {
        self.writes.push(Write { key: key.to_vec(), value: None });
        self
    }

    /// Adds an item that `sequencer` turns into writes when the batch is applied.
    #[must_use]
    pub fn chain(mut self, sequencer: Arc<dyn Sequencer>, item: Vec<u8>) -> Self {
        self.chained.push(Chained { sequencer, item });
        self
    }

    /// Says what becomes of the batch when the disk fills up.
    #[must_use]
    pub fn need(mut self, need: Need) -> Self {
        self.need = need;
        self
    }

    /// What becomes of it when the disk fills up.
    pub(super) const fn needed(&self) -> Need {
        self.need
    }

    /// Whether it writes nothing and checks nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.checks.is_empty() && self.writes.is_empty() && self.chained.is_empty()
    }

    /// How many writes it has, chained items not counted.
    #[must_use]
    pub fn len(&self) -> usize {
        self.writes.len()
    }

    /// Its writes, chained items not among them.
    #[must_use]
    pub fn writes(&self) -> &[Write] {
        &self.writes
    }

    /// What it asks for before it is applied.
    #[must_use]
    pub fn checks(&self) -> &[Check] {
        &self.checks
    }

    /// The same batch with each key that it looks at or writes replaced; what is chained stays. For whoever writes what was
    /// recorded once more, as a benchmark does.
    #[must_use]
    pub fn under_keys(&self, key: impl Fn(&[u8]) -> Vec<u8>) -> Self {
        let checks = self.checks.iter().map(|check| Check { key: key(&check.key), expected: check.expected.clone() });
        let writes = self.writes.iter().map(|write| Write { key: key(&write.key), value: write.value.clone() });
        Self { checks: checks.collect(), writes: writes.collect(), chained: self.chained.clone(), need: self.need }
    }

    /// Bytes of its keys and values.
    pub(super) fn bytes(&self) -> usize {
        self.writes.iter().map(|w| w.key.len() + w.value.as_ref().map_or(0, Vec::len)).sum()
    }

    /// # Errors
    /// [`CommitError::TooLarge`], with the limit's name.
    pub(super) fn within_limits(&self) -> Result<(), CommitError> {
        if self.writes.len() + self.chained.len() > MAX_BATCH {
            return Err(CommitError::TooLarge("more than 256 writes in one batch"));
        }
        if self.bytes() > MAX_BATCH_BYTES {
            return Err(CommitError::TooLarge("a batch of more than 3 MiB"));
        }
        self.writes.iter().try_for_each(Write::within_limits)
    }
}

impl Write {
    fn within_limits(&self) -> Result<(), CommitError> {
        if self.key.len() > MAX_KEY {
            return Err(CommitError::TooLarge("a key of more than 256 bytes"));
        }
        if self.value.as_ref().is_some_and(|v| v.len() > MAX_VALUE) {
            return Err(CommitError::TooLarge("a value of more than 1 MiB"));
        }
        Ok(())
    }
}

/// Changes that are decided and not yet applied, over what is there.
pub(super) struct Overlay<'a> {
    base: &'a dyn View,
    changes: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
}

impl<'a> Overlay<'a> {
    pub(super) fn over(base: &'a dyn View) -> Self {
        Self { base, changes: BTreeMap::new() }
    }

    /// Adds the batch's writes if its checks hold; adds nothing otherwise.
    pub(super) fn add(&mut self, batch: Batch) -> Result<(), CommitError> {
        batch.within_limits()?;
        for (index, check) in batch.checks.iter().enumerate() {
            if !check.expected.holds(self.get(&check.key)?.as_deref()) {
                return Err(CommitError::Conflict { check: index });
            }
        }
        let mut own = Overlay::over(self);
        own.put_all(batch.writes);
        for chained in batch.chained {
            let writes = chained.sequencer.link(&own, &chained.item)?;
            writes.iter().try_for_each(Write::within_limits)?;
            own.put_all(writes);
        }
        let changes = own.changes;
        self.changes.extend(changes);
        Ok(())
    }

    fn put_all(&mut self, writes: Vec<Write>) {
        self.changes.extend(writes.into_iter().map(|w| (w.key, w.value)));
    }

    pub(super) fn into_changes(self) -> BTreeMap<Vec<u8>, Option<Vec<u8>>> {
        self.changes
    }
}

impl View for Overlay<'_> {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, ReadError> {
        match self.changes.get(key) {
            Some(change) => Ok(change.clone()),
            None => self.base.get(key),
        }
    }
}
