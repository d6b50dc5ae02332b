//! Finding cases and opening one.

use std::str::FromStr;

use keys::Timestamp;
use protocol::CaseId;

use super::StoredCase;
use crate::{
    service::{Actor, Service, ServiceError, access::UseCase, index::Cursor, need::Thing, read, rows::CaseIndexRow},
    view::{CaseList, CaseSummary, CaseView, SearchRequest},
};

/// The most cases of one page.
const MAX_PAGE: usize = 200;
/// The most characters of a search term.
const MAX_TERM: usize = 120;

impl Service {
    /// A page of cases, the one that changed last first: at most `limit`, 1 to 200. `after` is the `next` of the
    /// page before.
    ///
    /// # Errors
    /// [`ServiceError::Field`] for another `after`; [`ServiceError::Store`] if the audit entry could not be written.
    pub async fn case_list(&self, actor: &Actor, after: Option<&str>, limit: usize) -> Result<CaseList, ServiceError> {
        self.may(actor, UseCase::CaseList).await?;
        let after = after.map(str::parse::<Cursor>).transpose()?;
        let limit = limit.clamp(1, MAX_PAGE);
        self.audit_read(actor, "case.list", &[]).await?;
        let mut page = match self.own_cases(actor) {
            None => read(&self.index).page(after, limit + 1),
            Some(own) => read(&self.index).page_of(&own, after, limit + 1),
        };
        let more = page.len() > limit;
        page.truncate(limit);
        let next = page.last().filter(|_| more).map(|(id, row)| Cursor { updated: row.updated, id: *id }.to_string());
        Ok(CaseList { cases: self.summaries(page), next })
    }

    /// Cases with a name like the term, in either script, the best first, at most 50. The term stands in no log.
    ///
    /// # Errors
    /// [`ServiceError::Field`] if the term is empty or longer than 120 characters.
    pub async fn case_search(&self, actor: &Actor, request: SearchRequest) -> Result<CaseList, ServiceError> {
        self.may(actor, UseCase::CaseSearch).await?;
        let term = request.term.trim();
        if !(1..=MAX_TERM).contains(&term.chars().count()) {
            return Err(ServiceError::Field {
                field: "term",
                why: format!("a name, or a part of one, of at most {MAX_TERM} characters"),
            });
        }
        self.audit_read(actor, "case.search", &[]).await?;
        let own = self.own_cases(actor);
        let found = read(&self.index).search(term, own.as_ref());
        Ok(CaseList { cases: self.summaries(found), next: None })
    }

    /// Opens a case.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`], [`ServiceError::Ambiguous`], [`ServiceError::MalformedId`];
    /// [`ServiceError::Store`] if the audit entry could not be written: then nothing is shown.
    pub async fn case_show(&self, actor: &Actor, case: &str) -> Result<CaseView, ServiceError> {
        self.may(actor, UseCase::CaseShow).await?;
        let id = self.resolve_case(case)?;
        self.must_see_case(actor, &id, UseCase::CaseShow).await?;
        let StoredCase { row, record, .. } = self.read_case(&id).await?;
        self.audit_read(actor, "case.open", id.as_bytes()).await?;
        Ok(CaseView {
            id: id.to_string(),
            version: row.version,
            created: row.created,
            updated: row.updated,
            record: record.to_json(),
        })
    }

    pub(super) fn summaries(&self, found: Vec<(CaseId, CaseIndexRow)>) -> Vec<CaseSummary> {
        let board = self.board();
        let summary = |(id, row): (CaseId, CaseIndexRow)| CaseSummary {
            id: id.to_string(),
            name_km: row.name_km,
            // A child known by a nickname only must not be a blank line.
            name_latin: row.name_latin.or_else(|| row.other_names.into_iter().next()),
            sex: row.sex,
            age: row.age,
            updated: row.updated,
            open_exchanges: board.open_of_case(&id),
            assigned: self.holders_of(Thing::Case(id)),
        };
        found.into_iter().map(summary).collect()
    }
}

/// Text form: seconds, a dash, the id.
impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.updated.0, self.id)
    }
}

impl FromStr for Cursor {
    type Err = ServiceError;

    fn from_str(text: &str) -> Result<Self, ServiceError> {
        let parsed = text
            .split_once('-')
            .and_then(|(updated, id)| Some(Self { updated: Timestamp(updated.parse().ok()?), id: id.parse().ok()? }));
        parsed.ok_or_else(|| ServiceError::Field { field: "after", why: "the `next` of the page before".into() })
    }
}
