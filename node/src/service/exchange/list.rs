//! Inbox, outbox, and the list of all exchanges.

use protocol::{ExchangeId, exchange::Role};

use super::board::Line;
use crate::{
    service::{Actor, Service, ServiceError, Trust, access::UseCase, need::Thing},
    view::{Delivery, ExchangeList, ExchangeSummary, Side},
};

/// Exchanges in the order of a list.
type Lines<'a> = Box<dyn Iterator<Item = (ExchangeId, &'a Line)> + 'a>;

/// Lines of one answer.
const PAGE: usize = 200;

impl Service {
    /// What other agencies ask of this one: unanswered offers first, most urgent first. At most 200.
    ///
    /// # Errors
    /// [`ServiceError::Store`] if the act could not be audited.
    pub async fn inbox(&self, actor: &Actor) -> Result<ExchangeList, ServiceError> {
        self.may(actor, UseCase::Inbox).await?;
        self.audit_read(actor, "exchange.list", b"inbox").await?;
        Ok(self.list_of(actor, PAGE, |board| Box::new(board.inbox())))
    }

    /// What this agency asks of others: unanswered offers first, most urgent first. At most 200.
    ///
    /// # Errors
    /// [`ServiceError::Store`] if the act could not be audited.
    pub async fn outbox(&self, actor: &Actor) -> Result<ExchangeList, ServiceError> {
        self.may(actor, UseCase::Outbox).await?;
        self.audit_read(actor, "exchange.list", b"outbox").await?;
        Ok(self.list_of(actor, PAGE, |board| Box::new(board.outbox())))
    }

    /// All exchanges, newest first, 200 at a time: those after the exchange `after`.
    ///
    /// # Errors
    /// [`ServiceError::Store`] if the act could not be audited; as [`Self::exchange_show`] if there is no `after`.
    pub async fn exchange_list(&self, actor: &Actor, after: Option<&str>) -> Result<ExchangeList, ServiceError> {
        self.may(actor, UseCase::ExchangeList).await?;
        let after = after.map(|id| self.resolve_exchange(id)).transpose()?;
        if let Some(after) = after {
            self.must_see_exchange(actor, after, UseCase::ExchangeList.code()).await?;
        }
        self.audit_read(actor, "exchange.list", b"all").await?;
        Ok(self.page_of_exchanges(actor, after, PAGE))
    }

    pub(super) fn page_of_exchanges(&self, actor: &Actor, after: Option<ExchangeId>, limit: usize) -> ExchangeList {
        let mut list = self.list_of(actor, limit + 1, |board| Box::new(board.newest(after)));
        if list.exchanges.len() > limit {
            list.exchanges.truncate(limit);
            list.next = list.exchanges.last().map(|last| last.id.clone());
        }
        list
    }

    /// Those of the lines, at most `limit`, that the actor sees.
    fn list_of(&self, actor: &Actor, limit: usize, lines: impl FnOnce(&super::Board) -> Lines<'_>) -> ExchangeList {
        let board = self.board();
        let seen = lines(&board).filter(|(id, line)| self.sees_exchange(actor, *id, line)).take(limit);
        let seen: Vec<(ExchangeId, Line)> = seen.map(|(id, line)| (id, line.clone())).collect();
        drop(board);
        ExchangeList { exchanges: seen.into_iter().map(|(id, line)| self.summary(id, &line)).collect(), next: None }
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
