//! What is kept for a time only: answers to envelopes, which a sender may have to hear again; and the headers and states
//! of exchanges of which nothing else is left.

use keys::Timestamp;
use protocol::{
    ExchangeId,
    limits::{ANSWERS_KEPT, EXCHANGES_KEPT},
};

use crate::{
    service::{Service, ServiceError, rows::AnswerRow, write},
    vault::{Direction, Owner},
};

/// Answers or exchanges that are looked at in one round, so that a round costs the same however many there are.
const PAGE: usize = 256;

impl Service {
    /// Deletes answers that are too old to be asked for again, among the next few that there are. How many.
    ///
    /// # Errors
    /// [`ServiceError::Store`].
    pub(super) async fn end_old_answers(&self, now: Timestamp) -> Result<usize, ServiceError> {
        let after = write(&self.answers_looked_at).take();
        let rows = self.vault.scan::<AnswerRow>(&Owner::Ledger, b"", after.as_deref(), PAGE, Direction::Forward);
        let rows = rows.await?;
        if rows.len() == PAGE {
            *write(&self.answers_looked_at) = rows.last().map(|row| row.key.clone());
        }
        let mut tx = self.vault.begin();
        let mut ended = 0;
        for row in rows.iter().filter(|row| row.value.at.plus(ANSWERS_KEPT) <= now) {
            tx.delete::<AnswerRow>(&Owner::Ledger, &row.key);
            ended += 1;
        }
        if ended > 0 {
            tx.commit().await?;
        }
        Ok(ended)
    }

    /// Erases what is left of exchanges that ended long ago: headers, state, both chains. Receipts, custody and audit
    /// stay. A completed one stays too: its recipient holds what it received, and it may still be withdrawn. How many.
    ///
    /// # Errors
    /// [`ServiceError::Store`]; it goes on at the next call or start.
    pub(super) async fn end_old_exchanges(&self, now: Timestamp) -> Result<usize, ServiceError> {
        let old = self.board().long_over(now, EXCHANGES_KEPT, PAGE);
        for id in &old {
            self.end_exchange(*id).await?;
        }
        Ok(old.len())
    }

    async fn end_exchange(&self, id: ExchangeId) -> Result<(), ServiceError> {
        let _lock = self.stripes.lock(id.as_bytes()[0]).await;
        // Something of it may have moved since it was looked at.
        let waits = self.pending().of(id).next().is_some();
        let over = self.board().line(&id).is_some_and(|line| line.is_over(self.world.now(), EXCHANGES_KEPT));
        if waits || !over {
            return Ok(());
        }
        let id_bytes = *id.as_bytes();
        self.erase(&[Owner::Content(id_bytes), Owner::Parting(id_bytes), Owner::Skeleton(id_bytes)]).await?;
        write(&self.board).forget(id);
        drop(write(&self.recent).take(id));
        write(&self.need).forget(id);
        write(&self.seeds).retain(|_, exchange| *exchange != id);
        Ok(())
    }
}
