//! What time brings about: offers lapse, late things are shown. No state depends on two clocks.

use keys::Timestamp;
use protocol::{
    ExchangeId,
    code::{DeclineReason, WithdrawReason},
    exchange::Due,
    packet::{Body, DeclineBody, WithdrawBody},
};

use crate::service::{Actor, Service, ServiceError, read};

impl Service {
    /// Ends the offers whose time is over, and tries what waited. Called once a minute and at start.
    ///
    /// # Errors
    /// [`ServiceError::Store`]: the first fault; what it did not concern was done all the same.
    pub async fn tick(&self) -> Result<(), ServiceError> {
        if self.change_waits() {
            self.resume_change().await?;
        }
        self.flag_revoked().await?;
        self.keep_erased().await;
        self.recover().await?;
        if self.world.clock_doubt().is_some() {
            // Nothing ends or is destroyed by a clock that is in doubt; a release that waits for it waits on.
            return Ok(());
        }
        let now = self.world.now();
        let mut failed = None;
        let lapsed = self.board().lapsed(now);
        for (id, _) in lapsed {
            failed = failed.or(self.lapse(id, now).await.err());
        }
        let with_seeds: Vec<ExchangeId> = read(&self.seeds).values().copied().collect();
        let long_ended = self.board().long_ended(with_seeds.into_iter(), now);
        for id in long_ended {
            failed = failed.or(self.end_old_seeds(id, now).await.err());
        }
        failed = failed.or(self.release_blocked().await.err());
        failed = failed.or(self.renew_sealing_key().await.err());
        failed = failed.or(self.end_sealing_keys().await.err());
        failed = failed.or(self.end_old_answers(now).await.err());
        failed = failed.or(self.end_old_exchanges(now).await.err());
        failed = failed.or(self.end_requests().await.err());
        failed = failed.or(self.end_decisions().await.err());
        failed = failed.or(self.end_drafts(now).await.err());
        self.records_due(now);
        failed.map_or(Ok(()), Err)
    }

    /// Destroys the exchange keys of an end that the other side never showed that it knows
    /// (`docs/protocol.md` 3.6).
    async fn end_old_seeds(&self, id: ExchangeId, now: Timestamp) -> Result<(), ServiceError> {
        let _lock = self.stripes.lock(id.as_bytes()[0]).await;
        let mut work = self.work_on(id).await?;
        let over = work.row.exchange.end_old_seeds(now);
        if over.is_empty() {
            return Ok(());
        }
        over.into_iter().for_each(|kid| work.end_seed(kid));
        self.finish(work).await
    }

    /// Ends one offer, if its time is over.
    async fn lapse(&self, id: ExchangeId, now: Timestamp) -> Result<(), ServiceError> {
        let due = {
            let _lock = self.stripes.lock(id.as_bytes()[0]).await;
            self.work_on(id).await?.row.exchange.due(now)
        };
        let body = match due {
            Some(Due::WithdrawLapsed) => Body::Withdraw(WithdrawBody { reason: WithdrawReason::Lapsed }),
            Some(Due::DeclineLapsed) => Body::Decline(DeclineBody { reason: DeclineReason::Lapsed, text: None }),
            None => return Ok(()),
        };
        match self.send(&Actor::Node, id, "offer.lapse", (body, None)).await {
            // An answer came between looking and acting.
            Ok(_) | Err(ServiceError::WrongState { .. } | ServiceError::Busy | ServiceError::Recovering { .. }) => {
                Ok(())
            }
            Err(error) => Err(error),
        }
    }
}
