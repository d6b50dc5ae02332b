//! Inbox, outbox, and the list of all exchanges.

use protocol::{ExchangeId, exchange::Role};

use super::board::Line;
use crate::{
    service::{
        Actor, Service, ServiceError, Trust,
        access::UseCase,
        need::{Thing, Whose},
    },
    view::{Delivery, ExchangeList, ExchangeSummary, Side},
};

/// Exchanges in the order of a list.
type Lines<'a> = Box<dyn Iterator<Item = (ExchangeId, &'a Line)> + 'a>;

/// The most lines of one answer.
const MAX_PAGE: usize = 200;

impl Service {
    /// What other agencies ask of this one: unanswered offers first, most urgent first. At most 200.
    ///
    /// # Errors
    /// [`ServiceError::Store`] if the act could not be audited.
    pub async fn inbox(&self, actor: &Actor) -> Result<ExchangeList, ServiceError> {
        self.may(actor, UseCase::Inbox).await?;
        self.inbox_page(actor, None, MAX_PAGE).await
    }

    /// A page of the inbox: at most `limit`, 1 to 200. `after` is the `next` of the page before.
    ///
    /// # Errors
    /// [`ServiceError::Field`] for another `after`, or if what it names has left the list;
    /// [`ServiceError::Store`] if the act could not be audited.
    pub async fn inbox_page(
        &self,
        actor: &Actor,
        after: Option<&str>,
        limit: usize,
    ) -> Result<ExchangeList, ServiceError> {
        self.may(actor, UseCase::Inbox).await?;
        self.audit_read(actor, "exchange.list", b"inbox").await?;
        self.page_of((actor, Whose::All), (after, limit), |board| Box::new(board.inbox()))
    }

    /// What of the inbox the actor has themselves, or their teams. At most 200.
    ///
    /// # Errors
    /// [`ServiceError::Store`] if the act could not be audited.
    pub async fn inbox_of(&self, actor: &Actor, whose: Whose) -> Result<ExchangeList, ServiceError> {
        self.may(actor, UseCase::Inbox).await?;
        self.audit_read(actor, "exchange.list", b"inbox").await?;
        self.page_of((actor, whose), (None, MAX_PAGE), |board| Box::new(board.inbox()))
    }

    /// What this agency asks of others: unanswered offers first, most urgent first. At most 200.
    ///
    /// # Errors
    /// [`ServiceError::Store`] if the act could not be audited.
    pub async fn outbox(&self, actor: &Actor) -> Result<ExchangeList, ServiceError> {
        self.may(actor, UseCase::Outbox).await?;
        self.outbox_page(actor, None, MAX_PAGE).await
    }

    /// A page of the outbox.
    ///
    /// # Errors
    /// As [`Service::inbox_page`].
    pub async fn outbox_page(
        &self,
        actor: &Actor,
        after: Option<&str>,
        limit: usize,
    ) -> Result<ExchangeList, ServiceError> {
        self.may(actor, UseCase::Outbox).await?;
        self.audit_read(actor, "exchange.list", b"outbox").await?;
        self.page_of((actor, Whose::All), (after, limit), |board| Box::new(board.outbox()))
    }

    /// All exchanges, newest first, 200 at a time: those after the exchange `after`.
    ///
    /// # Errors
    /// [`ServiceError::Store`] if the act could not be audited; as [`Self::exchange_show`] if there is no `after`.
    pub async fn exchange_list(&self, actor: &Actor, after: Option<&str>) -> Result<ExchangeList, ServiceError> {
        self.may(actor, UseCase::ExchangeList).await?;
        self.exchange_page(actor, after, MAX_PAGE).await
    }

    /// A page of all exchanges: at most `limit`, 1 to 200.
    ///
    /// # Errors
    /// As [`Self::exchange_list`].
    pub async fn exchange_page(
        &self,
        actor: &Actor,
        after: Option<&str>,
        limit: usize,
    ) -> Result<ExchangeList, ServiceError> {
        self.may(actor, UseCase::ExchangeList).await?;
        let after = after.map(|id| self.resolve_exchange(id)).transpose()?;
        if let Some(after) = after {
            self.must_see_exchange(actor, after, UseCase::ExchangeList.code()).await?;
        }
        self.audit_read(actor, "exchange.list", b"all").await?;
        Ok(self.page_of_exchanges(actor, after, limit.clamp(1, MAX_PAGE)))
    }

    pub(super) fn page_of_exchanges(&self, actor: &Actor, after: Option<ExchangeId>, limit: usize) -> ExchangeList {
        let board = self.board();
        let seen = board.newest(after).filter(|(id, line)| self.sees_exchange(actor, *id, line));
        let page: Vec<(ExchangeId, Line)> = seen.take(limit + 1).map(|(id, line)| (id, line.clone())).collect();
        drop(board);
        self.page_ending(page, limit)
    }

    /// Those of the lines that the actor sees and asks for, after the line `after`.
    fn page_of(
        &self,
        (actor, whose): (&Actor, Whose),
        (after, limit): (Option<&str>, usize),
        lines: impl FnOnce(&super::Board) -> Lines<'_>,
    ) -> Result<ExchangeList, ServiceError> {
        let limit = limit.clamp(1, MAX_PAGE);
        let board = self.board();
        let shown = |id, line: &Line| self.sees_exchange(actor, id, line) && self.is_whose(actor, id, line, whose);
        let mut seen = lines(&board).filter(|(id, line)| shown(*id, line));
        if let Some(after) = after {
            let last = after.parse::<ExchangeId>().ok();
            // The list is sorted by what changes, so that a place in it is where somebody stands.
            if !seen.by_ref().any(|(id, _)| Some(id) == last) {
                let why = "the `next` of the page before; the list has changed since: begin anew".into();
                return Err(ServiceError::Field { field: "after", why });
            }
        }
        let page: Vec<(ExchangeId, Line)> = seen.take(limit + 1).map(|(id, line)| (id, line.clone())).collect();
        drop(board);
        Ok(self.page_ending(page, limit))
    }

    /// The page, of which one line too many was looked at.
    fn page_ending(&self, mut page: Vec<(ExchangeId, Line)>, limit: usize) -> ExchangeList {
        let more = page.len() > limit;
        page.truncate(limit);
        let next = page.last().filter(|_| more).map(|(id, _)| id.to_string());
        ExchangeList { exchanges: page.into_iter().map(|(id, line)| self.summary(id, &line)).collect(), next }
    }

    /// The line as a person reads it.
    pub(super) fn summary(&self, id: ExchangeId, line: &Line) -> ExchangeSummary {
        ExchangeSummary {
            id: id.to_string(),
            reference: id.reference(),
            side: side(line.role),
            peer: self.peer_name(&line.peer),
            peer_id: line.peer.to_string(),
            state: line.state_code().into(),
            services: line.services.clone(),
            urgency: line.urgency.clone(),
            sex: line.sex.clone(),
            age_band: line.age_band.clone(),
            languages: line.languages.clone(),
            peer_verified: self.peer(&line.peer).is_some_and(|peer| peer.row.trust == Trust::Verified),
            offered: line.offered,
            answer_by: line.answer_by,
            since: line.since,
            delivery: match self.pending().delivery(id) {
                // What memory forgot at a restart stands in the chain.
                Delivery::Delivered if line.refused => Delivery::Refused,
                delivery => delivery,
            },
            late: line.late(self.world.now()),
            case: line.case.map(|case| case.to_string()),
            erased: line.erased,
            assigned: self.holders_of(Thing::Exchange(id)),
        }
    }
}

/// Which end this node is.
pub(super) const fn side(role: Role) -> Side {
    match role {
        Role::Origin => Side::Sent,
        Role::Recipient => Side::Received,
    }
}
