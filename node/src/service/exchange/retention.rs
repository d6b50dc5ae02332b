//! What is kept for a time only: answers to envelopes, which a sender may have to hear again.

use keys::Timestamp;
use protocol::limits::ANSWERS_KEPT;

use crate::{
    service::{Service, ServiceError, rows::AnswerRow, write},
    vault::{Direction, Owner},
};

/// Answers that are looked at in one round, so that a round costs the same however many there are.
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
}
