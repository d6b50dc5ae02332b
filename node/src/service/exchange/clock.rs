//! What time brings about: offers lapse, late things are shown. No state depends on two clocks.

use keys::Timestamp;
use protocol::{
    ExchangeId,
    code::{DeclineReason, WithdrawReason},
    exchange::Due,
    packet::{Body, DeclineBody, WithdrawBody},
};

use crate::service::{Actor, Service, ServiceError};

impl Service {
    /// Ends the offers whose time is over, and tries what waited. Called once a minute and at start.
    ///
    /// # Errors
    /// [`ServiceError::Store`]: the first fault; what it did not concern was done all the same.
    pub async fn tick(&self) -> Result<(), ServiceError> {
        let now = self.world.now();
        let mut failed = None;
        let lapsed = self.board().lapsed(now);
        for (id, _) in lapsed {
            failed = failed.or(self.lapse(id, now).await.err());
        }
        failed = failed.or(self.release_blocked().await.err());
        failed = failed.or(self.renew_sealing_key().await.err());
        failed.map_or(Ok(()), Err)
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
        match self.send(&Actor::Node, id, "offer.lapse", body).await {
            // An answer came between looking and acting.
            Ok(_) | Err(ServiceError::WrongState { .. } | ServiceError::Busy) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
