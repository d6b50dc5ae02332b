//! The audit log as an auditor sees it, and this agency's own card and digits.
//!
//! Looking at the log is an act too and stands in it.

use keys::{Card, Digest, Fingerprint, card::QrPayload};

use super::{Actor, Service, ServiceError, access::UseCase};
use crate::{
    audit::{AuditError, Entry},
    vault::VaultError,
    view::{AuditEntryView, AuditPage, AuditReport, CardView, FingerprintView},
};

/// Entries of one page.
const PAGE: usize = 200;
/// Entries of one page of a screen.
const SHOWN: usize = 50;
/// Entries that are looked at for one page of a screen.
const LOOKED_AT: usize = 5_000;

/// Which entries are wanted; empty: all.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// A part of the name or id of whoever acted, or of the second person.
    pub who: String,
    /// The beginning of the act's code.
    pub act: String,
    /// Only what was refused.
    pub refused: bool,
}

impl Service {
    /// Entries after number `after`, oldest first, at most 200.
    ///
    /// # Errors
    /// [`ServiceError::Store`], or [`ServiceError::Internal`] if an entry was damaged: then verify the log.
    pub async fn audit_page(&self, actor: &Actor, after: Option<u64>) -> Result<AuditPage, ServiceError> {
        self.may(actor, UseCase::AuditRead).await?;
        self.audit_read(actor, "audit.read", &[]).await?;
        let found = self.vault.audit().read(after, PAGE).await.map_err(unread)?;
        let next = (found.len() == PAGE).then(|| found.last().map(|last| last.entry.seq)).flatten();
        Ok(AuditPage { entries: found.into_iter().map(|found| entry_view(found.entry)).collect(), next })
    }

    /// Entries before number `before` (the newest, if `None`) that `wanted` lets through, newest first, at most 50. So
    /// that one page does not read the whole log, it looks at 5,000 entries; [`AuditPage::next`] goes on from there.
    ///
    /// # Errors
    /// As [`Service::audit_page`].
    pub async fn audit_back(
        &self,
        actor: &Actor,
        before: Option<u64>,
        wanted: AuditFilter,
    ) -> Result<AuditPage, ServiceError> {
        self.may(actor, UseCase::AuditRead).await?;
        self.audit_read(actor, "audit.read", &[]).await?;
        let (mut from, mut entries, mut looked) = (before, Vec::new(), 0);
        loop {
            let found = self.vault.audit().read_back(from, PAGE).await.map_err(unread)?;
            let whole = found.len() == PAGE;
            for numbered in found {
                from = Some(numbered.entry.seq);
                looked += 1;
                let view = entry_view(numbered.entry);
                if passes(&wanted, &view) {
                    entries.push(view);
                }
                if entries.len() == SHOWN {
                    return Ok(AuditPage { entries, next: from.filter(|seq| *seq > 1) });
                }
            }
            if !whole || looked >= LOOKED_AT {
                return Ok(AuditPage { entries, next: from.filter(|seq| whole && *seq > 1) });
            }
        }
    }

    /// Checks the whole chain.
    ///
    /// # Errors
    /// [`ServiceError::Store`] if it can't be read. A broken chain is a report, not an error.
    pub async fn audit_verify(&self, actor: &Actor) -> Result<AuditReport, ServiceError> {
        self.may(actor, UseCase::AuditVerify).await?;
        self.audit_read(actor, "audit.verify", &[]).await?;
        let report = self.vault.audit().verify().await.map_err(VaultError::from)?;
        Ok(AuditReport {
            entries: report.entries,
            head: report.head.to_string(),
            fault: report.fault.map(|fault| fault.to_string()),
        })
    }

    /// This agency's introduction card: public, so that reading it leaves no mark.
    ///
    /// # Errors
    /// None today.
    pub async fn agency_card(&self, actor: &Actor) -> Result<CardView, ServiceError> {
        self.may(actor, UseCase::AgencyCard).await?;
        let me = self.me();
        Ok(CardView { text: Card::new(me.record().clone()).to_text(), qr: QrPayload::of(&me).to_string() })
    }

    /// The digits of this agency, or of the peer that `peer` names: what two people compare by telephone.
    ///
    /// # Errors
    /// The peer is not known: [`ServiceError::NotFound`], [`ServiceError::Ambiguous`], [`ServiceError::MalformedId`].
    pub async fn agency_fingerprint(&self, actor: &Actor, peer: Option<&str>) -> Result<FingerprintView, ServiceError> {
        self.may(actor, UseCase::AgencyCard).await?;
        let (id, name) = match peer {
            None => (self.me().id(), self.me().name().to_owned()),
            Some(text) => self.resolve_peer(text).map(|id| (id, self.peer_name(&id)))?,
        };
        Ok(FingerprintView { agency: id.to_string(), name, digits: Fingerprint::of(id).to_string() })
    }
}

pub(super) fn unread(error: AuditError) -> ServiceError {
    match error {
        AuditError::Read(error) => VaultError::from(error).into(),
        AuditError::Unreadable { .. } => {
            ServiceError::Internal("an entry of the audit log can't be read: run `spean audit verify`")
        }
    }
}

/// An entry as it is shown.
pub(crate) fn entry_view(entry: Entry) -> AuditEntryView {
    let Entry { seq, prev, at, actor, by, approved_by, action, object, purpose: _, outcome, .. } = entry;
    AuditEntryView {
        seq,
        at,
        actor: by.map_or_else(|| actor.clone(), |by| format!("{by} ({actor})")),
        approved_by,
        action,
        object: object.as_ref().map(Digest::to_string).unwrap_or_default(),
        outcome: outcome.to_string(),
        prev: prev.to_string(),
    }
}

fn passes(wanted: &AuditFilter, entry: &AuditEntryView) -> bool {
    let who = wanted.who.trim().to_lowercase();
    let by = |name: &str| name.to_lowercase().contains(&who);
    let person = who.is_empty() || by(&entry.actor) || entry.approved_by.as_deref().is_some_and(by);
    let refused = !wanted.refused || entry.outcome.starts_with("refused");
    person && refused && entry.action.starts_with(wanted.act.trim())
}
