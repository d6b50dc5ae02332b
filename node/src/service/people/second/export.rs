//! A part of the audit log for somebody outside, signed by the agency: asked, confirmed by a second person where the
//! agency wants that, and fetched by who asked.
//!
//! What is confirmed is the time that it covers. It is made when it is fetched, from the log as it is checked then.

use keys::{Fingerprint, Timestamp};
use protocol::audit_export::AuditExport;
use serde::{Deserialize, Serialize};

use super::{Decided, GOOD_FOR, Hand, MOST, RequestId, RequestRow, Wish};
use crate::{
    audit::{Stretch, write_export},
    service::{Actor, PersonName, Service, ServiceError, access::UseCase, audit_view::unread, people::PersonId, read},
    vault::{Owner, Record, Row, Table, VaultError},
    view::{ExportFile, ExportList, ExportRequest, ExportView},
};

/// Entries of one export: about 30 MB as text.
const MOST_ENTRIES: u64 = 50_000;
/// In the audit log.
const FETCH: &str = "audit.export";

/// An export that may be fetched. Key: the request's id.
#[derive(Clone, Serialize, Deserialize)]
pub(in crate::service) struct ExportRow {
    asked_by: [u8; 16],
    name: PersonName,
    since: Timestamp,
    until: Timestamp,
    at: Timestamp,
    /// It can be fetched until just before.
    ends: Timestamp,
    /// Who confirmed it.
    approved_by: Option<String>,
}

impl Record for ExportRow {
    const TABLE: Table = Table::new(51);
    const VERSION: u8 = 1;
}

impl Service {
    /// The signed part of the log, at once: for whoever may decide that alone.
    ///
    /// # Errors
    /// [`ServiceError::NotAllowed`], [`ServiceError::NeedsSecondPerson`]; [`ServiceError::Field`] for `since` (no entry, or
    /// no time) and `until` (too many entries); [`ServiceError::Internal`] if the log is broken; [`ServiceError::Store`].
    pub async fn audit_export(&self, actor: &Actor, ask: ExportRequest) -> Result<ExportFile, ServiceError> {
        self.may(actor, UseCase::AuditExport).await?;
        self.not_for_one(actor, FETCH, &[]).await?;
        let made = self.made(self.time_of(ask)).await;
        let (file, stretch) = self.audited(actor, FETCH, &[], made).await?;
        self.vault.record(actor.event(FETCH).purpose(numbers(&stretch))).await?;
        Ok(file)
    }

    /// Asks for a part of the log. Where it takes two, a key administrator confirms it; then it can be fetched.
    ///
    /// # Errors
    /// As [`Service::audit_export`]; [`ServiceError::Field`] for `request`: too many wait.
    pub async fn ask_export(&self, actor: &Actor, ask: ExportRequest) -> Result<Decided<ExportView>, ServiceError> {
        self.may(actor, UseCase::AuditExport).await?;
        let Actor::Person { id: person, name, .. } = actor else {
            return Err(ServiceError::Internal("only who signed in asks for a second person"));
        };
        let (since, until) = self.time_of(ask);
        let there = self.stretch((since, until)).await.map(drop);
        self.audited(actor, FETCH, &[], there).await?;
        let _changing = self.people.changing.lock().await;
        let wish = Wish::Export { since, until };
        if self.takes_two(actor) {
            return self.request(actor, wish).await.map(Decided::Waits);
        }
        let now = self.world.now();
        let row = RequestRow::new(*person, name.clone(), (now, now.plus(GOOD_FOR)), wish);
        let id = row.id().ok_or(ServiceError::Internal("a request can't be written down"))?;
        self.allow_export(Hand::One(actor), id, (*person, name.clone()), (since, until)).await.map(Decided::Done)
    }

    /// Lets `whose` fetch it. The caller holds `changing`, and has judged it.
    pub(super) async fn allow_export(
        &self,
        hand: Hand<'_>,
        id: RequestId,
        (person, name): (PersonId, PersonName),
        (since, until): (Timestamp, Timestamp),
    ) -> Result<ExportView, ServiceError> {
        let now = self.world.now();
        if self.vault.read_all::<ExportRow>().await?.len() >= MOST {
            return Err(ServiceError::Field { field: "request", why: format!("no more than {MOST} exports may wait") });
        }
        let approved_by = match hand {
            Hand::One(_) => None,
            Hand::Two { confirms, .. } => Some(confirms.audit_name()),
        };
        let (asked_by, ends) = (*person.as_bytes(), now.plus(GOOD_FOR));
        let row = ExportRow { asked_by, name, since, until, at: now, ends, approved_by };
        let mut tx = self.vault.begin();
        tx.put(&Owner::Ledger, id.as_bytes(), &row);
        hand.settle(&mut tx);
        tx.audit(hand.event("audit.allow-export").object(id.as_bytes()));
        tx.commit().await?;
        Ok(ready(id, &row))
    }

    /// What this person asked for, and may fetch or waits for.
    ///
    /// # Errors
    /// [`ServiceError::NotAllowed`], [`ServiceError::Store`].
    pub async fn exports(&self, actor: &Actor) -> Result<ExportList, ServiceError> {
        self.may(actor, UseCase::AuditExport).await?;
        let (now, me) = (self.world.now(), actor.person());
        let mut exports: Vec<ExportView> = read(&self.people.requests)
            .iter()
            .filter(|(_, row)| now < row.ends && Some(row.asked_by()) == me)
            .filter_map(|(id, row)| waiting(*id, row))
            .collect();
        for Row { key, value: row, .. } in self.vault.read_all::<ExportRow>().await? {
            if let Some(id) = RequestId::of_key(&key)
                && now < row.ends
                && Some(PersonId::new(row.asked_by)) == me
            {
                exports.push(ready(id, &row));
            }
        }
        exports.sort_by_key(|export| std::cmp::Reverse(export.at));
        Ok(ExportList { exports, two_persons: self.two_persons().code().into() })
    }

    /// The signed part of the log that was allowed under this id, for who asked it. It is written down before it is given.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`]: none, not theirs, not confirmed yet, or over; as [`Service::audit_export`].
    pub async fn export_fetch(&self, actor: &Actor, id: &str) -> Result<ExportFile, ServiceError> {
        self.may(actor, UseCase::AuditExport).await?;
        let (id, row) = self.allowed(actor, id).await?;
        let made = self.made((row.since, row.until)).await;
        let (file, stretch) = self.audited(actor, FETCH, id.as_bytes(), made).await?;
        let event = actor.event(FETCH).approved_by(row.approved_by).object(id.as_bytes());
        self.vault.record(event.purpose(numbers(&stretch))).await?;
        Ok(file)
    }

    async fn allowed(&self, actor: &Actor, text: &str) -> Result<(RequestId, ExportRow), ServiceError> {
        let now = self.world.now();
        let found =
            self.vault.read_all::<ExportRow>().await?.into_iter().find_map(|Row { key, value: row, .. }| {
                let id = RequestId::of_key(&key).filter(|id| id.to_string() == text)?;
                let theirs = now < row.ends && actor.person() == Some(PersonId::new(row.asked_by));
                theirs.then_some((id, row))
            });
        found.ok_or(ServiceError::NotFound { what: "request" })
    }

    /// What may be fetched no longer.
    ///
    /// # Errors
    /// [`ServiceError::Store`]: it is tried again.
    pub(super) async fn end_exports(&self, now: Timestamp) -> Result<(), ServiceError> {
        let over = self.vault.read_all::<ExportRow>().await?.into_iter().filter(|row| row.value.ends <= now);
        let mut tx = self.vault.begin();
        let mut some = false;
        for row in over {
            tx.delete::<ExportRow>(&Owner::Ledger, &row.key);
            some = true;
        }
        if some { Ok(tx.commit().await?) } else { Ok(()) }
    }

    /// Nothing of this very second: more may be written in it.
    fn time_of(&self, ask: ExportRequest) -> (Timestamp, Timestamp) {
        (ask.since, ask.until.min(self.world.now()))
    }

    async fn stretch(&self, (since, until): (Timestamp, Timestamp)) -> Result<Stretch, ServiceError> {
        let wrong = |field, why: &str| Err(ServiceError::Field { field, why: why.into() });
        if since >= until {
            return wrong("since", "a time that is over, and begins before it ends");
        }
        let Some(stretch) = self.vault.audit().stretch(since, until).await.map_err(unread)? else {
            return wrong("since", "nothing was done in this time");
        };
        if stretch.count() > MOST_ENTRIES {
            return wrong(
                "until",
                &format!("{} entries lie in this time: at most {MOST_ENTRIES} at once", stretch.count()),
            );
        }
        Ok(stretch)
    }

    /// Makes and signs it, if the whole log holds.
    async fn made(&self, (since, until): (Timestamp, Timestamp)) -> Result<(ExportFile, Stretch), ServiceError> {
        let _one = self.exporting.lock().await;
        let report = self.vault.audit().verify().await.map_err(VaultError::from)?;
        if report.fault.is_some() {
            return Err(ServiceError::Internal("the audit log is broken: run `spean audit verify`"));
        }
        let stretch = self.stretch((since, until)).await?;
        let lines = self.vault.audit().lines(&stretch).await.map_err(unread)?;
        let Stretch { before, last, newest } = stretch;
        let key = self.signing()?;
        let common = self.common(&key, self.world.now());
        let signed = AuditExport { common, since, until, before, last, newest }.sign(&key);
        let me = self.me();
        let file = ExportFile {
            text: write_export(&me, &self.settings.network, &signed, &lines),
            entries: stretch.count(),
            first: before.seq.saturating_add(1),
            last: last.seq,
            digits: Fingerprint::of(me.id()).to_string(),
        };
        Ok((file, stretch))
    }
}

/// Which entries it was, for the audit log.
fn numbers(stretch: &Stretch) -> String {
    format!("{}-{}", stretch.before.seq.saturating_add(1), stretch.last.seq)
}

fn waiting(id: RequestId, row: &RequestRow) -> Option<ExportView> {
    let Wish::Export { since, until } = row.wish else { return None };
    let (id, asked_by) = (id.to_string(), row.name.as_str().to_owned());
    Some(ExportView { id, asked_by, since, until, at: row.at, ends: row.ends, ready: false, approved_by: None })
}

fn ready(id: RequestId, row: &ExportRow) -> ExportView {
    let ExportRow { since, until, at, ends, .. } = *row;
    let (id, asked_by, approved_by) = (id.to_string(), row.name.as_str().to_owned(), row.approved_by.clone());
    ExportView { id, asked_by, since, until, at, ends, ready: true, approved_by }
}

#[cfg(test)]
mod tests;
