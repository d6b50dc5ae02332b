//! What time brings about: offers lapse, late things are shown. No state depends on two clocks.

use protocol::{
    code::{DeclineReason, WithdrawReason},
    exchange::Due,
    packet::{Body, DeclineBody, WithdrawBody},
};

use crate::service::{Actor, Service, ServiceError};

impl Service {
    /// Ends the offers whose time is over, and tries what waited. Called once a minute and at start.
    ///
    /// # Errors
    /// [`ServiceError::Store`]; the rest is tried at the next call.
    pub async fn tick(&self) -> Result<(), ServiceError> {
        let now = self.world.now();
        let lapsed = self.board().lapsed(now);
        for (id, _) in lapsed {
            let due = {
                let _lock = self.stripes.lock(id.as_bytes()[0]).await;
                self.work_on(id).await?.row.exchange.due(now)
            };
            let ended = match due {
                Some(Due::WithdrawLapsed) => {
                    let body = Body::Withdraw(WithdrawBody { reason: WithdrawReason::Lapsed });
                    self.send(&Actor::Node, id, "offer.lapse", body).await
                }
                Some(Due::DeclineLapsed) => {
                    let body = Body::Decline(DeclineBody { reason: DeclineReason::Lapsed, text: None });
                    self.send(&Actor::Node, id, "offer.lapse", body).await
                }
                None => continue,
            };
            match ended {
                // An answer came between looking and acting.
                Ok(_) | Err(ServiceError::WrongState { .. } | ServiceError::Busy) => {}
                Err(error) => return Err(error),
            }
        }
        self.release_blocked().await?;
        self.renew_sealing_key().await?;
        Ok(())
    }
}
