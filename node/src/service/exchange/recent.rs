//! Exchanges whose newest packet was just stored: its answer comes at once, and changes them again.

use std::collections::HashMap;

use protocol::ExchangeId;

use crate::{service::rows::ExchangeRow, vault::Stamp};

/// How many are held at most. What is not is read again.
pub(super) const MOST: usize = 256;

/// Rows as they were last written, each until somebody goes on with it. Whether one is still the newest, its stamp says
/// when the change is committed.
#[derive(Default)]
pub(crate) struct Recent(HashMap<ExchangeId, (ExchangeRow, Stamp)>);

impl Recent {
    pub(crate) fn hold(&mut self, id: ExchangeId, row: ExchangeRow, stamp: Stamp) {
        if self.0.len() >= MOST {
            // Their answers are late: they may as well be read.
            self.0.clear();
        }
        self.0.insert(id, (row, stamp));
    }

    /// Gives it away: whoever fails with it must read.
    pub(crate) fn take(&mut self, id: ExchangeId) -> Option<(ExchangeRow, Stamp)> {
        self.0.remove(&id)
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}
