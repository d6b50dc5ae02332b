//! The origin's ledger: who holds what about a child, under which consent, since when, and what was erased.

use std::collections::BTreeSet;

use keys::label::{self, Label};
use protocol::{
    CaseId,
    consent::Release,
    custody::{Custody, CustodyEntry},
    exchange::{Disclosure, End, State},
    packet::Body,
};

use super::work::Work;
use crate::{
    service::{
        Actor, Service, ServiceError,
        access::UseCase,
        rows::{CustodyRow, DraftRow, ReceiptRow},
    },
    vault::{Direction, Owner, Stamp},
    view::{CustodyLine, CustodyView},
};

/// Hash of a signed receipt, in the ledger.
const RECEIPT_HASH: Label = Label::new("spean/receipt/hash");
/// Lines of one answer.
const LINES: usize = 1_000;

impl Service {
    /// Who holds what about this child.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] and the like for the id; [`ServiceError::Store`].
    pub async fn custody(&self, actor: &Actor, case: &str) -> Result<CustodyView, ServiceError> {
        self.may(actor, UseCase::Custody).await?;
        let case = self.resolve_case(case)?;
        self.must_see_case(actor, &case, UseCase::Custody).await?;
        self.audit_read(actor, "custody.show", case.as_bytes()).await?;
        let rows =
            self.vault.scan::<CustodyRow>(&Owner::Ledger, case.as_bytes(), None, LINES, Direction::Forward).await?;
        let mut lines: Vec<_> = rows.into_iter().map(|row| self.line(&row.value)).collect();
        lines.sort_by_key(|line| line.0);
        Ok(CustodyView { case: case.to_string(), lines: lines.into_iter().map(|line| line.1).collect() })
    }

    /// Notes that a disclosure was sent.
    pub(super) async fn custody_disclosed(
        &self,
        work: &mut Work,
        disclosure: Disclosure,
        said: Option<&Body>,
    ) -> Result<(), ServiceError> {
        let (Some(case), Some(consent)) = (work.row.case, work.row.consent) else { return Ok(()) };
        match disclosure {
            Disclosure::Triage => {
                let peer = work.row.exchange.parties().peer();
                let entry = CustodyEntry::offered(work.id, peer, consent, work.now);
                work.tx.put(&Owner::Ledger, &key(&case, work), &CustodyRow { entry });
            }
            Disclosure::Categories => {
                let Some((row, stamp)) = self.custody_row(&case, work).await? else { return Ok(()) };
                let categories = match said {
                    Some(said) => released_categories(said),
                    // Sent before a restore: what was prepared then, of which the release took no more.
                    None => self.prepared_categories(work).await?,
                };
                let released = row.entry.released(categories);
                let mut entry = released.map_err(|_| ServiceError::Internal("a release was noted twice"))?;
                entry.consent = consent;
                self.put_custody(work, &case, &stamp, entry);
            }
        }
        Ok(())
    }

    /// Notes that the exchange ended.
    pub(super) async fn custody_ended(&self, work: &mut Work) -> Result<(), ServiceError> {
        let Some(case) = work.row.case else { return Ok(()) };
        let Some(end) = end(work.row.exchange.state()) else { return Ok(()) };
        if let Some((row, stamp)) = self.custody_row(&case, work).await? {
            let entry = row.entry.ended(end, work.now);
            self.put_custody(work, &case, &stamp, entry);
        }
        Ok(())
    }

    /// Notes a checked receipt, and keeps its exact bytes.
    pub(super) async fn custody_receipt(&self, work: &mut Work) -> Result<(), ServiceError> {
        let Some((receipt, bytes)) = work.receipt.take() else { return Ok(()) };
        let complete = !work.row.exchange.receipt_owed();
        if complete {
            work.row.erased = Some(receipt.erased_at);
        }
        work.tx.put(&Owner::Ledger, work.id.as_bytes(), &ReceiptRow { receipt: bytes.clone() });
        let Some(case) = work.row.case else { return Ok(()) };
        if let Some((row, stamp)) = self.custody_row(&case, work).await? {
            let entry = row.entry.erased(&receipt, label::hash(RECEIPT_HASH, &bytes), complete);
            self.put_custody(work, &case, &stamp, entry);
        }
        Ok(())
    }

    async fn prepared_categories(&self, work: &Work) -> Result<BTreeSet<String>, ServiceError> {
        let draft = self.vault.read::<DraftRow>(&work.content(), b"").await?;
        Ok(draft.map(|(draft, _)| categories_in(&draft.release)).unwrap_or_default())
    }

    async fn custody_row(&self, case: &CaseId, work: &Work) -> Result<Option<(CustodyRow, Stamp)>, ServiceError> {
        Ok(self.vault.read::<CustodyRow>(&Owner::Ledger, &key(case, work)).await?)
    }

    fn put_custody(&self, work: &mut Work, case: &CaseId, stamp: &Stamp, entry: CustodyEntry) {
        let key = key(case, work);
        work.tx.expect(stamp);
        work.tx.put(&Owner::Ledger, &key, &CustodyRow { entry });
    }

    fn line(&self, row: &CustodyRow) -> (keys::Timestamp, CustodyLine) {
        let entry = &row.entry;
        let holds = std::iter::once("triage".to_owned()).chain(entry.categories.iter().cloned());
        // Of an offer that was refused the other side keeps nothing but its place.
        let refused = self.board().line(&entry.exchange).is_none_or(|line| line.void);
        let (state, since, erased) = match &entry.custody {
            Custody::Offered if refused => ("refused", entry.since, None),
            Custody::Offered => ("offered", entry.since, None),
            Custody::Released => ("holding", entry.since, None),
            Custody::Kept { since } => ("holding", *since, None),
            Custody::EraseOwed { since } => ("erase_asked", *since, None),
            Custody::Erased(note) => ("erased", note.at, Some(note)),
        };
        let line = CustodyLine {
            exchange: entry.exchange.to_string(),
            peer: self.peer_name(&entry.peer),
            peer_id: entry.peer.to_string(),
            consent: entry.consent.to_string(),
            holds: if erased.is_some() || state == "refused" { Vec::new() } else { holds.collect() },
            state: state.into(),
            since,
            erased_at: erased.map(|note| note.at),
            method: erased.map(|note| note.method.clone()),
        };
        (entry.since, line)
    }
}

/// The ledger's key: all disclosures of a case stand together.
fn key(case: &CaseId, work: &Work) -> Vec<u8> {
    [case.as_bytes().as_slice(), work.id.as_bytes()].concat()
}

/// The end that a state is.
pub(super) fn end(state: State) -> Option<End> {
    match state {
        State::Offered | State::Accepted | State::Released => None,
        State::Completed => Some(End::Completed),
        State::Declined => Some(End::Declined),
        State::Returned => Some(End::Returned),
        State::Withdrawn => Some(End::Withdrawn),
    }
}

/// The categories that a release's body holds.
fn released_categories(said: &Body) -> BTreeSet<String> {
    let Body::Release(body) = said else { return BTreeSet::new() };
    categories_in(&body.release.0)
}

fn categories_in(release: &[u8]) -> BTreeSet<String> {
    let release = Release::from_bytes(release);
    release.map(|release| release.categories().map(|category| category.code().to_owned()).collect()).unwrap_or_default()
}
