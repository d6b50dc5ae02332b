//! Erasing what was shared, and saying so: the receipt is signed only after the keys are gone.

use protocol::{
    ExchangeId,
    packet::{Body, Embedded, ErasedBody, PacketKind},
};

use crate::{
    service::{
        Actor, Service, ServiceError,
        rows::{OwedRow, ReceiptRow},
    },
    vault::{Direction, EraseError, Owner},
};

impl Service {
    /// Carries out the erasures that are owed and puts their receipts into the outbox. Erasures that wait share one
    /// change of each shard's key. How many receipts were made.
    ///
    /// Safe to stop at any step: what is marked is erased at the next call or start.
    ///
    /// # Errors
    /// [`ServiceError::Store`]: nothing was promised that was not done; it is tried again.
    pub async fn erase_owed(&self) -> Result<usize, ServiceError> {
        self.vault.resume_erasures().await.map_err(failed)?;
        let owed = self.vault.scan::<OwedRow>(&Owner::Ledger, b"", None, BATCH, Direction::Forward).await?;
        let (mut receipts, mut failed) = (0, None);
        for row in &owed {
            let Ok(id) = <[u8; 32]>::try_from(row.key.as_slice()) else { continue };
            // One that fails must not keep the others from their receipts.
            match self.give_receipt(ExchangeId::new(keys::Digest(id))).await {
                Ok(given) => receipts += usize::from(given),
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        if owed.len() == BATCH && failed.is_none() {
            self.erasure_wake.notify_one();
        }
        failed.map_or(Ok(receipts), Err)
    }

    /// Destroys what lies under the keys of these owners. Returns when that is durable.
    ///
    /// # Errors
    /// [`ServiceError::Store`]; it goes on at the next call or start.
    pub(in crate::service) async fn erase(&self, owners: &[Owner]) -> Result<(), ServiceError> {
        self.vault.erase(owners).await.map(drop).map_err(failed)
    }

    async fn give_receipt(&self, id: ExchangeId) -> Result<bool, ServiceError> {
        let _lock = self.stripes.lock(id.as_bytes()[0]).await;
        let mut work = self.work_on(id).await?;
        if self.may_say(work.row.exchange.parties().peer()).is_err() {
            // After a restore it is not known yet what the receipt must cover; it is looked at again then.
            return Ok(false);
        }
        let proof = self.vault.erase(&[work.content()]).await.map_err(failed)?;
        work.row.erased = Some(proof.at);
        work.row.erasing = true;
        work.tx.delete::<OwedRow>(&Owner::Ledger, id.as_bytes());
        let due = work.row.exchange.may_send(PacketKind::Erased).is_ok();
        if due {
            let receipt = self.receipt(&work, &proof)?;
            work.tx.put(&Owner::Ledger, id.as_bytes(), &ReceiptRow { receipt: receipt.clone() });
            self.say(&mut work, Body::Erased(ErasedBody { receipt: Embedded(receipt) })).await?;
            work.tx.audit(Actor::Node.event("receipt.sign").object(id.as_bytes()));
        }
        self.finish(work).await?;
        Ok(due)
    }
}

/// Exchanges of one round.
const BATCH: usize = 256;

fn failed(error: EraseError) -> ServiceError {
    match error {
        EraseError::Vault(error) => ServiceError::Store(error),
        EraseError::Commit(error) => error.into(),
        EraseError::NotErasable => ServiceError::Internal("something that can't be erased was to be"),
        EraseError::Unverified { .. } => ServiceError::Internal("keys that were wrapped anew do not open"),
        #[cfg(test)]
        EraseError::Stopped => ServiceError::Internal("stopped"),
    }
}
