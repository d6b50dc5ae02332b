//! How offers of other agencies were answered, period by period: numbers, for who answers for the work.

use keys::Timestamp;
use protocol::exchange::{Role as End, State};

use crate::{
    service::{Actor, Service, ServiceError, access::UseCase},
    view::AnswerCount,
};

/// Periods of one answer.
const MOST: usize = 24;

impl Service {
    /// How many of the offers that were made since each of `beginnings`, and before the one after it, this agency took
    /// on and did not take on. `beginnings` in the order of time, at most 24 of them count.
    ///
    /// # Errors
    /// [`ServiceError::NotAllowed`], [`ServiceError::Store`].
    pub async fn offers_answered(
        &self,
        actor: &Actor,
        beginnings: &[Timestamp],
    ) -> Result<Vec<AnswerCount>, ServiceError> {
        self.may(actor, UseCase::Answers).await?;
        self.audit_read(actor, UseCase::Answers.code(), &[]).await?;
        let beginnings = &beginnings[..beginnings.len().min(MOST)];
        let mut counts = vec![AnswerCount::default(); beginnings.len()];
        let Some(first) = beginnings.first() else { return Ok(counts) };
        let board = self.board();
        let since = board.newest(None).take_while(|(_, line)| line.offered >= *first);
        for (_, line) in since.filter(|(_, line)| line.role == End::Recipient) {
            let at = beginnings.partition_point(|begins| *begins <= line.offered).saturating_sub(1);
            let Some(count) = counts.get_mut(at) else { continue };
            match line.state {
                State::Accepted | State::Released | State::Completed | State::Returned => count.accepted += 1,
                State::Declined => count.declined += 1,
                State::Offered | State::Withdrawn => {}
            }
        }
        Ok(counts)
    }
}
