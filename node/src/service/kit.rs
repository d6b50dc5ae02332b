//! The recovery kit, as far as the node knows of it: whether somebody proved that the paper is right, and when.
//!
//! The node keeps a commitment to the kit's key and nothing else of it (`docs/protocol.md` 3.3). A drill compares and
//! forgets; it uses nothing up.

use keys::{Digest, Timestamp, kit};
use serde::{Deserialize, Serialize};

use super::{Actor, Service, ServiceError, access::UseCase};
use crate::{
    vault::{Owner, Record, Table},
    view::{KitDrill, KitView},
};

/// A kit is to be proved again after this, in seconds: paper is lost unnoticed, and so is where it lies.
const PROVED_FOR: u64 = 365 * Timestamp::DAY;

/// The last drill. One row, in the ledger.
#[derive(Serialize, Deserialize)]
struct KitRow {
    /// The commitment in force then: the drill of a kit that was used since says nothing of the next.
    commitment: Digest,
    at: Timestamp,
    by: String,
}

impl Record for KitRow {
    const TABLE: Table = Table::new(64);
    const VERSION: u8 = 1;
}

impl Service {
    /// Whether the recovery kit was proved to be right, when and by whom.
    ///
    /// # Errors
    /// [`ServiceError::NotAllowed`], [`ServiceError::Store`].
    pub async fn kit(&self, actor: &Actor) -> Result<KitView, ServiceError> {
        self.may(actor, UseCase::KeyList).await?;
        self.kit_now().await
    }

    /// Proves that this is the secret of the kit which is good now. It is compared and forgotten, the kit stays good.
    ///
    /// # Errors
    /// [`ServiceError::KitMistyped`] for no secret of any kit, [`ServiceError::OtherKit`] for that of another or used one.
    pub async fn kit_drill(&self, actor: &Actor, request: KitDrill) -> Result<KitView, ServiceError> {
        self.may(actor, UseCase::KitDrill).await?;
        let me = self.me();
        let read = kit::read(&request.secret).map_err(|_| ServiceError::KitMistyped);
        let fits = read.and_then(|seed| if kit::fits(&seed, me.keys()) { Ok(()) } else { Err(ServiceError::OtherKit) });
        self.audited(actor, UseCase::KitDrill.code(), me.id().as_bytes(), fits).await?;
        let row = KitRow { commitment: me.keys().next_root_hash(), at: self.world.now(), by: actor.audit_name() };
        let mut tx = self.vault.begin();
        tx.put(&Owner::Ledger, b"", &row);
        tx.audit(actor.event(UseCase::KitDrill.code()).object(me.id().as_bytes()));
        tx.commit().await?;
        self.kit_now().await
    }

    async fn kit_now(&self) -> Result<KitView, ServiceError> {
        let found = self.vault.read::<KitRow>(&Owner::Ledger, b"").await?.map(|(row, _)| row);
        let proof = found.filter(|row| row.commitment == self.me().keys().next_root_hash());
        let due = proof.as_ref().is_none_or(|row| row.at.plus(PROVED_FOR) <= self.world.now());
        let (proven, by) = proof.map_or((None, None), |row| (Some(row.at), Some(row.by)));
        Ok(KitView { proven, by, due })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::testing::{Node, worker};

    fn typed(seed: &keys::Secret<32>) -> KitDrill {
        KitDrill { secret: kit::groups(seed).join(" ") }
    }

    #[tokio::test]
    async fn a_drill_proves_the_right_kit_and_no_other_and_keeps_nothing_of_it() {
        let node = Node::new().await;
        let service = &node.service;
        let seed = node.next_root_seed();
        assert!(service.kit(&worker(None)).await.unwrap().due);
        let other = keys::Secret::new(Box::new([9; 32]));
        let mut mistyped = kit::groups(&seed).join(" ");
        let last = mistyped.pop().unwrap();
        mistyped.push(if last == 'q' { 'p' } else { 'q' });
        let refused = service.kit_drill(&worker(None), typed(&other)).await;
        assert!(matches!(refused, Err(ServiceError::OtherKit)));
        let refused = service.kit_drill(&worker(None), KitDrill { secret: mistyped }).await;
        assert!(matches!(refused, Err(ServiceError::KitMistyped)));
        assert_eq!(service.kit(&worker(None)).await.unwrap().proven, None);
        for _ in 0..2 {
            let view = service.kit_drill(&worker(None), typed(&seed)).await.unwrap();
            assert_eq!((view.proven, view.due), (Some(service.world.now()), false));
        }
        node.pass(PROVED_FOR);
        let view = service.kit(&worker(None)).await.unwrap();
        assert!(view.due && view.proven.is_some());
    }
}
