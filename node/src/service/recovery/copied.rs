//! Two nodes with the same keys: one of them is told so by the first peer that sees both, and stops when it is shown it.
//! A peer's bare word stops nothing but what goes to that peer.

use keys::AgencyId;
use protocol::exchange::Refusal;

use super::{Asking, CopiedRow, RecoveryRow, Wait, WaitRow};
use crate::{
    observe::safe,
    service::{Actor, Service, ServiceError},
    vault::Owner,
};

impl Service {
    /// A peer refused a packet that this node made in its present incarnation. Does it know another node of this agency?
    pub(in crate::service) async fn told_of_another_self(
        &self,
        peer: AgencyId,
        incarnation: u64,
        why: Refusal,
    ) -> Result<(), ServiceError> {
        if incarnation != self.me().incarnation() {
            return Ok(());
        }
        match why {
            Refusal::OldIncarnation | Refusal::Forked => self.ask_for_proof(peer).await,
            // The other one went on until this one was restored: what it sent is asked for.
            Refusal::Behind => self.ask_from_the_beginning(peer).await,
            _ => Ok(()),
        }
    }

    /// Whether it was not restored, or its log says that it was: each packet of its incarnation was made here, by this node.
    pub(in crate::service) fn sends_in_its_incarnation(&self) -> bool {
        self.recovery.lock().told()
    }

    /// The peer must show it: only this agency signs its packets and its log.
    async fn ask_for_proof(&self, peer: AgencyId) -> Result<(), ServiceError> {
        let wait = match self.recovery.lock().waiting.get(&peer).map(|asking| asking.wait) {
            // Several packets were under way: one question does for all.
            Some(Wait::Proof) => return Ok(()),
            Some(Wait::Memory | Wait::Notice) => Wait::Memory,
            None => Wait::Proof,
        };
        let mut tx = self.vault.begin();
        tx.put(&Owner::Ledger, peer.as_bytes(), &WaitRow { wait });
        tx.commit().await?;
        self.recovery.lock().waiting.insert(peer, Asking::new(&self.world, wait));
        tracing::warn!(peer = %safe(&peer), "a peer says that it saw another copy of this node: it is asked to show it");
        self.ask_again(peer);
        Ok(())
    }

    pub(super) async fn stop_as_copy(&self, peer: AgencyId) -> Result<(), ServiceError> {
        let row = CopiedRow { by: peer, at: self.world.now() };
        let mut tx = self.vault.begin();
        tx.put(&Owner::Ledger, b"", &row);
        tx.audit(Actor::Node.event("node.copied").object(peer.as_bytes()));
        tx.commit().await?;
        self.recovery.lock().copied = Some(row);
        tracing::error!(peer = %safe(&peer), "a peer saw another copy of this node at work: this one sends nothing more");
        Ok(())
    }

    async fn ask_from_the_beginning(&self, peer: AgencyId) -> Result<(), ServiceError> {
        let now = self.world.now();
        let row = self.recovery.lock().row.unwrap_or(RecoveryRow { backup: now, since: now, told: true });
        let mut tx = self.vault.begin();
        tx.put(&Owner::Ledger, b"", &row);
        tx.put(&Owner::Ledger, peer.as_bytes(), &WaitRow { wait: Wait::Memory });
        tx.commit().await?;
        let mut state = self.recovery.lock();
        state.row = Some(row);
        state.waiting.insert(peer, Asking::new(&self.world, Wait::Memory));
        drop(state);
        self.ask_again(peer);
        Ok(())
    }
}
