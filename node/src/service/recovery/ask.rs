//! What a peer is asked after a restore, and what is made of its answer.

use keys::{AgencyId, Outcome, PublicRecord, record::merge};
use protocol::heads::Heads;

use super::{Asking, HeadsQuestion, WaitRow};
use crate::{
    observe::safe,
    service::{Service, ServiceError},
    vault::Owner,
};

impl Service {
    /// What is to be asked of the peer now.
    #[must_use]
    pub fn heads_wanted(&self, peer: AgencyId) -> Option<HeadsQuestion> {
        let head = self.me().head().seq;
        let state = self.recovery.lock();
        let asking = state.waiting.get(&peer).filter(|asking| !asking.heard || state.told())?;
        Some(HeadsQuestion { nonce: asking.nonce, after: asking.after, head })
    }

    /// Whose answer is wanted.
    pub(in crate::service) fn peers_not_heard(&self) -> Vec<AgencyId> {
        let state = self.recovery.lock();
        let told = state.told();
        state.waiting.iter().filter(|(_, asking)| !asking.heard || told).map(|(id, _)| *id).collect()
    }

    /// Takes what the peer's node answered. Whether it counts.
    ///
    /// # Errors
    /// [`ServiceError::Store`]: it is asked again.
    pub async fn heads_came(&self, id: AgencyId, ask: HeadsQuestion, answer: &[u8]) -> Result<bool, ServiceError> {
        let asking = self.recovery.lock().waiting.get(&id).copied();
        let Some(asking) = asking.filter(|asking| asking.nonce == ask.nonce && asking.after == ask.after) else {
            return Ok(false);
        };
        let Some(peer) = self.peer(&id) else { return Ok(false) };
        let me = self.me();
        let heads = Heads::verify(answer, &peer.agency, (me.id(), me.network()), ask.nonce, ask.after);
        let heads = match heads {
            Ok(heads) => heads,
            Err(error) => {
                tracing::warn!(peer = %safe(&id), code = error.code(), "what a peer remembers of this node does not count");
                return Ok(false);
            }
        };
        if let Some(record) = &heads.record {
            self.learn_own(record).await?;
        }
        for one in &heads.exchanges {
            self.rebuild(&peer, one, asking.heard).await?;
        }
        match heads.exchanges.last() {
            Some(last) if heads.more => {
                if let Some(asking) = self.recovery.lock().waiting.get_mut(&id) {
                    asking.after = Some(last.exchange);
                }
                Ok(true)
            }
            _ => self.told_all(id, asking).await.map(|()| true),
        }
    }

    /// The peer told everything, or, when it had before, showed that it was asked by the restored node.
    async fn told_all(&self, id: AgencyId, asking: Asking) -> Result<(), ServiceError> {
        let told = self.recovery.lock().told();
        let mut tx = self.vault.begin();
        if asking.heard && told {
            tx.delete::<WaitRow>(&Owner::Ledger, id.as_bytes());
            tx.commit().await?;
            self.recovery.lock().waiting.remove(&id);
        } else {
            tx.put(&Owner::Ledger, id.as_bytes(), &WaitRow { heard: true });
            tx.commit().await?;
            self.recovery.lock().waiting.insert(id, Asking::new(&self.world, true));
        }
        self.erasure_wake.notify_one();
        self.recover().await
    }

    /// What others know of this agency and the backup did not hold: the log can only be gone on with from there.
    async fn learn_own(&self, record: &[u8]) -> Result<(), ServiceError> {
        let _one = self.changing_keys.lock().await;
        let Ok(record) = PublicRecord::from_bytes(record) else { return Ok(()) };
        match merge(&self.me(), &record) {
            Outcome::Longer(now) | Outcome::Supersedes { now, .. } => self.publish(now).await,
            Outcome::Fork(_) => {
                tracing::error!("a peer knows another history of this agency's keys than this node");
                Ok(())
            }
            Outcome::Same | Outcome::Shorter | Outcome::Superseded { .. } | Outcome::Refused(_) => Ok(()),
        }
    }
}
