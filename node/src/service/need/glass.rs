//! Breaking the glass: opening what is not one's own, in an emergency, with a reason, for an hour, before the supervisors'
//! eyes.

use keys::Timestamp;
use protocol::exchange::Role as End;

use super::{
    Thing, limited,
    rows::{GlassRow, ReasonRow, key},
};
use crate::{
    service::{Actor, Service, ServiceError, access::UseCase, people::PersonId, read, write},
    vault::Owner,
    view::{BrokenGlass, BrokenGlassList, OpenRequest, OpenedView},
};

/// Seconds for which it stays open.
pub(super) const OPEN_FOR: u64 = 3_600;
/// Characters of a reason.
const REASON: std::ops::RangeInclusive<usize> = 10..=500;
/// Lines of the list.
const PAGE: usize = 200;

/// One opening, as memory holds it.
#[derive(Clone)]
pub(super) struct Opened {
    /// As the person was called.
    pub(super) name: String,
    pub(super) until: Timestamp,
}

impl Service {
    /// Opens a case that is not one's own, for an hour. The reason lands before the supervisors.
    ///
    /// # Errors
    /// [`ServiceError::NotAllowed`]; [`ServiceError::NotFound`] and the like for the id; [`ServiceError::Field`]: the
    /// reason has fewer than 10 or more than 500 characters; [`ServiceError::Store`]: then nothing is open.
    pub async fn case_break_glass(
        &self,
        actor: &Actor,
        case: &str,
        ask: OpenRequest,
    ) -> Result<OpenedView, ServiceError> {
        self.may(actor, UseCase::BreakGlass).await?;
        let case = self.resolve_case(case)?;
        let thing = Thing::Case(case);
        self.open_for_an_hour(actor, thing, thing.owner(), &ask).await
    }

    /// As [`Service::case_break_glass`], of an exchange that another agency began. One that began here is opened by its
    /// case.
    ///
    /// # Errors
    /// As [`Service::case_break_glass`]; [`ServiceError::NotYours`]: it began here; [`ServiceError::WrongState`]: it
    /// is over, and nothing is left to open.
    pub async fn exchange_break_glass(
        &self,
        actor: &Actor,
        id: &str,
        ask: OpenRequest,
    ) -> Result<OpenedView, ServiceError> {
        self.may(actor, UseCase::BreakGlass).await?;
        let id = self.resolve_exchange(id)?;
        let content = Owner::Content(*id.as_bytes());
        let line = self.board().line(&id).cloned().ok_or(ServiceError::NotFound { what: "exchange" })?;
        let possible = match line.role {
            End::Origin => Err(ServiceError::NotYours { act: "open", side: "received" }),
            End::Recipient if line.erased || !self.vault.has_key(&content).await? => {
                Err(ServiceError::WrongState { act: "open", state: line.state_code().to_owned() })
            }
            End::Recipient => Ok(()),
        };
        self.audited(actor, UseCase::BreakGlass.code(), id.as_bytes(), possible).await?;
        self.open_for_an_hour(actor, Thing::Exchange(id), content, &ask).await
    }

    async fn open_for_an_hour(
        &self,
        actor: &Actor,
        thing: Thing,
        words: Owner,
        ask: &OpenRequest,
    ) -> Result<OpenedView, ServiceError> {
        let reason = self.audited(actor, UseCase::BreakGlass.code(), thing.bytes(), reason(&ask.reason)).await?;
        let now = self.world.now();
        let until = Timestamp(now.0.saturating_add(OPEN_FOR));
        // Whoever sees all anyhow has nothing to open.
        let Actor::Person { id, name, .. } = actor else { return Ok(OpenedView { until }) };
        let row = GlassRow::new(*id, name.as_str(), now, until);
        let opened = Opened { name: row.name.clone(), until };
        let mut tx = self.vault.begin();
        tx.put(&thing.owner(), &key(now, *id), &row);
        tx.put(&words, &key(now, *id), &ReasonRow { reason });
        tx.audit(actor.event(UseCase::BreakGlass.code()).object(thing.bytes()));
        tx.commit().await?;
        write(&self.need).glass.insert((now, *id, thing), opened);
        Ok(OpenedView { until })
    }

    /// Until when `actor` sees this case, which is not theirs: for the bar above its pages. Nothing of the case, so no
    /// entry in the audit log; none for an id that they did not open.
    #[must_use]
    pub fn case_open_until(&self, actor: &Actor, case: &str) -> Option<Timestamp> {
        self.allows(actor, UseCase::BreakGlass).then_some(())?;
        let person = limited(actor)?;
        let thing = Thing::Case(self.resolve_case(case).ok()?);
        read(&self.need).open_until(person, thing, self.world.now())
    }

    /// As [`Service::case_open_until`], of an exchange: opened itself, or by its case.
    #[must_use]
    pub fn exchange_open_until(&self, actor: &Actor, id: &str) -> Option<Timestamp> {
        self.allows(actor, UseCase::BreakGlass).then_some(())?;
        let person = limited(actor)?;
        let id = self.resolve_exchange(id).ok()?;
        let case = self.board().line(&id).and_then(|line| line.case);
        let thing = case.map_or(Thing::Exchange(id), Thing::Case);
        read(&self.need).open_until(person, thing, self.world.now())
    }

    /// What was opened so, newest first, at most 200: who, what, when, why.
    ///
    /// # Errors
    /// [`ServiceError::NotAllowed`], [`ServiceError::Store`].
    pub async fn broken_glass(&self, actor: &Actor) -> Result<BrokenGlassList, ServiceError> {
        self.may(actor, UseCase::BrokenGlass).await?;
        self.audit_read(actor, UseCase::BrokenGlass.code(), &[]).await?;
        let newest: Vec<((Timestamp, PersonId, Thing), Opened)> =
            read(&self.need).glass.iter().rev().take(PAGE).map(|(at, opened)| (*at, opened.clone())).collect();
        let mut opened = Vec::with_capacity(newest.len());
        for ((at, person, thing), Opened { name, until }) in newest {
            let (case, exchange, words) = match thing {
                Thing::Case(id) => (Some(id.to_string()), None, thing.owner()),
                Thing::Exchange(id) => (None, Some(id.to_string()), Owner::Content(*id.as_bytes())),
            };
            // With what it was about its reason goes too.
            let found = self.vault.read::<ReasonRow>(&words, &key(at, person)).await?;
            let reason = found.map(|(row, _)| row.reason);
            opened.push(BrokenGlass { at, until, by: name, case, exchange, reason });
        }
        Ok(BrokenGlassList { opened })
    }
}

fn reason(text: &str) -> Result<String, ServiceError> {
    let text = text.trim();
    let whole = REASON.contains(&text.chars().count()) && !text.chars().any(|c| c.is_control() && c != '\n');
    if whole {
        Ok(text.to_owned())
    } else {
        let why = format!("why it must be opened, in {} to {} characters", REASON.start(), REASON.end());
        Err(ServiceError::Field { field: "reason", why })
    }
}
