//! The agency's own cases: adding, changing, finding and opening them.
//!
//! A case lies under a data key of its own; what the index in memory needs of it lies beside it, in the same batch.
//! Looking at a case is an act: it stands in the audit log before anything is shown.
//!
//! * [`save`]: adding and changing
//! * [`alike`]: who may be the same child, before a second record is made
//! * [`find`]: list, search, opening one
//! * [`summary`]: what the index is told of a record

mod alike;
mod find;
mod save;
mod summary;

use jiff::{civil::Date, tz::TimeZone};
use keys::Timestamp;
use protocol::{CaseId, record::CaseRecord};

use super::{
    Service, ServiceError,
    rows::{CaseIndexRow, CaseRow},
};
use crate::vault::{Owner, Stamp};

/// A case as it lies on disk.
pub(super) struct StoredCase {
    /// The row with version and times.
    pub(super) row: CaseRow,
    /// The record in it, parsed.
    pub(super) record: CaseRecord,
    /// For a change that must not overwrite another.
    pub(super) stamp: Stamp,
}

/// Whether this is a place in the list of cases; for the fuzz targets.
pub(crate) fn is_cursor(text: &str) -> bool {
    text.parse::<super::index::Cursor>().is_ok()
}

/// Whose key a case, its consents and its index row lie under.
pub(super) fn owner_of(case: &CaseId) -> Owner {
    Owner::Case(*case.as_bytes())
}

/// The day of a time, in UTC as everything on the wire.
pub(super) fn day_of(time: Timestamp) -> Date {
    let seconds = i64::try_from(time.0).unwrap_or(i64::MAX);
    let time = jiff::Timestamp::from_second(seconds).unwrap_or(jiff::Timestamp::MAX);
    TimeZone::UTC.to_datetime(time).date()
}

impl Service {
    /// The case with this id.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is none (any more).
    pub(super) async fn read_case(&self, id: &CaseId) -> Result<StoredCase, ServiceError> {
        let found = self.vault.read::<CaseRow>(&owner_of(id), id.as_bytes()).await?;
        let (row, stamp) = found.ok_or(ServiceError::NotFound { what: "case" })?;
        let record = CaseRecord::from_kept_bytes(&row.record);
        let record = record.map_err(|_| ServiceError::Internal("a stored case can't be read"))?;
        Ok(StoredCase { row, record, stamp })
    }

    /// What the index is built from, as it lies on disk.
    pub(super) async fn read_case_index(&self, id: &CaseId) -> Result<(CaseIndexRow, Stamp), ServiceError> {
        let found = self.vault.read::<CaseIndexRow>(&owner_of(id), id.as_bytes()).await?;
        found.ok_or(ServiceError::NotFound { what: "case" })
    }
}

#[cfg(test)]
mod tests;
