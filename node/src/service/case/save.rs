//! Adding a case and changing it.

use jiff::civil::Date;
use protocol::{
    CaseId,
    record::{CaseRecord, MAX_RECORD, RecordErrors},
};
use serde_json::Value;

use super::{StoredCase, day_of, owner_of, summary::summarise};
use crate::{
    service::{Actor, Service, ServiceError, access::UseCase, need::Thing, rows::CaseRow, write},
    view::{CaseSaved, Fault},
};

impl Service {
    /// Adds a case.
    ///
    /// # Errors
    /// [`ServiceError::CaseInvalid`] names every faulty place; [`ServiceError::DiskFull`].
    pub async fn case_add(&self, actor: &Actor, case: Value) -> Result<CaseSaved, ServiceError> {
        self.may(actor, UseCase::CaseAdd).await?;
        let now = self.world.now();
        let (record, bytes) = parsed(&case, day_of(now))?;
        let id = CaseId::random_new(&mut self.world.entropy());
        let row = CaseRow { version: 1, created: now, updated: now, record: bytes };
        let index = summarise(&record, &row, Vec::new(), day_of(now));
        let owner = owner_of(&id);
        let mut tx = self.vault.begin();
        tx.new_work();
        tx.create_key(&owner);
        tx.put(&owner, id.as_bytes(), &row);
        tx.put(&owner, id.as_bytes(), &index);
        let taken = self.take_on(&mut tx, actor, Thing::Case(id), None);
        tx.audit(actor.event("case.add").object(id.as_bytes()));
        tx.commit().await?;
        self.taken_on(taken);
        write(&self.index).set(id, &index);
        Ok(CaseSaved { id: id.to_string(), version: row.version, remade_releases: 0 })
    }

    /// Replaces the whole record of a case. Consents, exchanges and what was released stay as they are; releases
    /// that wait for an acceptance are made anew.
    ///
    /// # Errors
    /// As [`Service::case_add`], and [`ServiceError::NotFound`], [`ServiceError::Ambiguous`],
    /// [`ServiceError::MalformedId`] for the id.
    pub async fn case_edit(&self, actor: &Actor, id: &str, case: Value) -> Result<CaseSaved, ServiceError> {
        self.may(actor, UseCase::CaseEdit).await?;
        let saved = self.replace(actor, id, None, &case).await?;
        saved.ok_or(ServiceError::Internal("a case was not replaced and nothing stood against it"))
    }

    /// As [`Service::case_edit`], if the case still is as it was in version `seen`; else nothing is written, and there
    /// is no answer.
    ///
    /// # Errors
    /// As [`Service::case_edit`].
    pub async fn case_edit_from(
        &self,
        actor: &Actor,
        id: &str,
        seen: u64,
        case: Value,
    ) -> Result<Option<CaseSaved>, ServiceError> {
        self.may(actor, UseCase::CaseEdit).await?;
        self.replace(actor, id, Some(seen), &case).await
    }

    async fn replace(
        &self,
        actor: &Actor,
        id: &str,
        seen: Option<u64>,
        case: &Value,
    ) -> Result<Option<CaseSaved>, ServiceError> {
        let now = self.world.now();
        let id = self.resolve_case(id)?;
        self.must_see_case(actor, &id, UseCase::CaseEdit).await?;
        let (record, bytes) = parsed(case, day_of(now))?;
        let owner = owner_of(&id);
        let version = {
            let _lock = self.stripes.lock(id.as_bytes()[0]).await;
            let StoredCase { row: old, stamp, .. } = self.read_case(&id).await?;
            if seen.is_some_and(|seen| seen != old.version) {
                return Ok(None);
            }
            let (old_index, index_stamp) = self.read_case_index(&id).await?;
            // A clock that was put back must not make the newest change look old.
            let row = CaseRow {
                version: old.version + 1,
                created: old.created,
                updated: now.max(old.updated),
                record: bytes,
            };
            let index = summarise(&record, &row, old_index.consents, day_of(now));
            let mut tx = self.vault.begin();
            tx.can_wait();
            tx.expect(&stamp);
            tx.expect(&index_stamp);
            tx.put(&owner, id.as_bytes(), &row);
            tx.put(&owner, id.as_bytes(), &index);
            tx.audit(actor.event("case.edit").object(id.as_bytes()));
            tx.commit().await?;
            write(&self.index).set(id, &index);
            row.version
        };
        // Outside the lock: a function holds one stripe at a time.
        let remade_releases = self.remake_releases(&id, actor).await?;
        Ok(Some(CaseSaved { id: id.to_string(), version, remade_releases }))
    }
}

pub(super) fn parsed(case: &Value, today: Date) -> Result<(CaseRecord, Vec<u8>), ServiceError> {
    let record = CaseRecord::entered(case, today).map_err(|errors| refused(case, &errors))?;
    let bytes = record.to_bytes().map_err(|_| ServiceError::Internal("a case that was parsed can't be encoded"))?;
    Ok((record, bytes))
}

fn refused(case: &Value, errors: &RecordErrors) -> ServiceError {
    let bytes = case.to_string().len();
    // With too many values rather than too many bytes the fault itself says more.
    if let Some(largest) = errors.too_large().filter(|_| bytes > MAX_RECORD) {
        return ServiceError::CaseTooLarge { bytes, limit: MAX_RECORD, largest: largest.to_owned() };
    }
    let fault = |fault: &protocol::record::RecordFault| Fault { path: fault.path.clone(), what: fault.problem.clone() };
    ServiceError::CaseInvalid { faults: errors.faults().iter().map(fault).collect() }
}
