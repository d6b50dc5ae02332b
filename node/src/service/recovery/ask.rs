//! What a peer is asked after a restore, and what is made of its answer.

use keys::{AgencyId, Outcome, PublicRecord, record::merge};
use protocol::{ExchangeId, heads::Heads};

use super::{Asking, HeadsQuestion, State, Wait, WaitRow};
use crate::{
    observe::safe,
    service::{Actor, Service, ServiceError},
    vault::Owner,
};

/// Whose work it is that a peer tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub(in crate::service) enum Own {
    /// This node's, or its own of before it was restored.
    Here,
    /// That of another node with the same keys: this one is a copy, or has one.
    Another,
}

impl Asking {
    /// Whether the peer can answer now what is waited for.
    fn is_due(&self, state: &State) -> bool {
        self.wait != Wait::Notice || state.told()
    }
}

impl Service {
    /// What is to be asked of the peer now.
    #[must_use]
    pub fn heads_wanted(&self, peer: AgencyId) -> Option<HeadsQuestion> {
        let head = self.me().head().seq;
        let state = self.recovery.lock();
        let asking = state.waiting.get(&peer).filter(|asking| asking.is_due(&state))?;
        Some(HeadsQuestion { nonce: asking.nonce, after: asking.after, head })
    }

    /// Whose answer is wanted.
    pub(in crate::service) fn peers_not_heard(&self) -> Vec<AgencyId> {
        let state = self.recovery.lock();
        state.waiting.iter().filter(|(_, asking)| asking.is_due(&state)).map(|(id, _)| *id).collect()
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
        if let Some(record) = &heads.record
            && self.learn_own(record).await? == Own::Another
        {
            return self.stop_as_copy(id).await.map(|()| false);
        }
        for one in &heads.exchanges {
            if self.rebuild(&peer, one, asking.wait).await? == Own::Another {
                return self.stop_as_copy(id).await.map(|()| false);
            }
        }
        match heads.exchanges.last() {
            Some(last) if heads.more && self.may_tell_more(id, last.exchange, heads.exchanges.len()) => Ok(true),
            _ => self.told_all(id, asking).await.map(|()| true),
        }
    }

    /// Notes how far the peer told. Whether it is asked for the next page.
    fn may_tell_more(&self, id: AgencyId, last: ExchangeId, exchanges: usize) -> bool {
        let more = self.recovery.lock().waiting.get_mut(&id).is_none_or(|asking| asking.goes_on(last, exchanges));
        if !more {
            tracing::warn!(peer = %safe(&id), "a peer remembers more exchanges than can be: the rest is not asked for");
        }
        more
    }

    /// The peer told everything, or, when it had before, showed that it was asked by the restored node.
    async fn told_all(&self, id: AgencyId, asking: Asking) -> Result<(), ServiceError> {
        let told = self.recovery.lock().told();
        let mut tx = self.vault.begin();
        if asking.wait == Wait::Proof || (asking.wait == Wait::Notice && told) {
            if asking.wait == Wait::Proof {
                tracing::warn!(peer = %safe(&id), "a peer says that it saw another copy of this node, and shows nothing of it");
                tx.audit(Actor::Node.event("node.not-copied").object(id.as_bytes()));
            }
            tx.delete::<WaitRow>(&Owner::Ledger, id.as_bytes());
            tx.commit().await?;
            self.recovery.lock().waiting.remove(&id);
        } else {
            tx.put(&Owner::Ledger, id.as_bytes(), &WaitRow { wait: Wait::Notice });
            tx.commit().await?;
            self.recovery.lock().waiting.insert(id, Asking::new(&self.world, Wait::Notice));
        }
        self.erasure_wake.notify_one();
        self.outbox_wake.notify_one();
        self.recover().await
    }

    /// What others know of this agency and the backup did not hold: the log can only be gone on with from there. A node
    /// that was not restored and finds its restore in the log is the copy that went on.
    async fn learn_own(&self, record: &[u8]) -> Result<Own, ServiceError> {
        let _one = self.changing_keys.lock().await;
        let Ok(record) = PublicRecord::from_bytes(record) else { return Ok(Own::Here) };
        let me = self.me();
        match merge(&me, &record) {
            Outcome::Longer(now) | Outcome::Supersedes { now, .. } => {
                if self.sends_in_its_incarnation() && now.incarnation() > me.incarnation() {
                    return Ok(Own::Another);
                }
                self.publish(now).await?;
            }
            Outcome::Fork(_) => tracing::error!("a peer knows another history of this agency's keys than this node"),
            Outcome::Same | Outcome::Shorter | Outcome::Superseded { .. } | Outcome::Refused(_) => {}
        }
        Ok(Own::Here)
    }
}
