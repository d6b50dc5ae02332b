//! Empties the outbox: in order inside an exchange, in parallel across exchanges, again after every failure.
//!
//! Owns when to try; the [`Outbox`] owns what there is to send and when it is done. A crash between any two steps only
//! repeats an identical packet: an item leaves the outbox by a stored acknowledgement and in no other way.

mod backoff;
mod lane;
mod rounds;
mod schedule;
#[cfg(test)]
mod tests;

use axum::body::Bytes;
use keys::{AgencyId, Digest, KeyId};

pub use backoff::BackOff;
pub use rounds::{WorkerHandle, WorkerLimits, start};

use super::http::{DeliverError, HeadsAsked, Route};

/// One packet that waits, named only: its bytes are made when it is its turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due<I> {
    /// The peer it goes to.
    pub peer: AgencyId,
    /// The exchange; what has one exchange goes one after the other.
    pub exchange: Digest,
    /// The outbox's own name for it.
    pub item: I,
}

/// An item made ready, or why not.
#[derive(Debug)]
pub enum Sealed<T> {
    /// Send these bytes there.
    Ready {
        /// The envelope.
        envelope: Bytes,
        /// Where the peer is now.
        route: Route,
        /// What the outbox needs to open the acknowledgement (the exported secret); kept in memory only.
        token: T,
    },
    /// The peer's newest sealing key has ended, or its log has grown: fetch its record first, then ask again.
    NeedsRecord {
        /// Where the peer is.
        route: Route,
        /// Its last log entry that is known here.
        after: u64,
    },
    /// It must wait for a person or another event, which will wake the worker.
    NotNow,
    /// It is done already, or no longer wanted.
    Gone,
}

/// What an acknowledgement did to its item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// It is out of the outbox, durably: applied, duplicate or refused.
    Ended,
    /// The peer holds it, for a gap before it; it stays and is tried again.
    Held,
    /// These bytes are no acknowledgement of this item; it stays and is tried again.
    NotAnAck,
}

/// Why a try brought no acknowledgement.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The call failed; ten [`DeliverError::Refused`] in a row are shown to people.
    #[error(transparent)]
    Call(#[from] DeliverError),
    /// The peer keeps it unopened, or holds it for a gap.
    #[error("the peer holds it")]
    Held,
    /// The answer does not open or speaks of something else.
    #[error("the peer's answer is not an acknowledgement of this packet")]
    NotAnAck,
    /// The fetched record was not accepted.
    #[error("the peer's record could not be used")]
    Record,
}

/// The outbox could not be read or written. It has logged why; the worker tries again later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the outbox could not be used")]
pub struct OutboxError;

/// What must be sent. Implemented by the service.
pub trait Outbox: Send + Sync + 'static {
    /// Names an item.
    type Item: Clone + Send + Sync + 'static;
    /// Opens the answer to one sealing of an item.
    type Token: Send + 'static;

    /// All that waits. Items of one exchange stand in their order; the exchanges first come, first sent.
    fn due(&self) -> impl Future<Output = Result<Vec<Due<Self::Item>>, OutboxError>> + Send;

    /// Seals the item to the peer's newest key. To the same key each call makes the same envelope.
    fn seal(&self, due: &Due<Self::Item>) -> impl Future<Output = Result<Sealed<Self::Token>, OutboxError>> + Send;

    /// Opens and stores an acknowledgement; returns after it is on disk.
    fn done(
        &self,
        due: &Due<Self::Item>,
        token: Self::Token,
        ack: Bytes,
    ) -> impl Future<Output = Result<Settled, OutboxError>> + Send;

    /// Notes a failed try, for people to see. `in_a_row` counts this exchange's failures since its last success.
    fn failed(&self, due: &Due<Self::Item>, why: &Failure, in_a_row: u32) -> impl Future<Output = ()> + Send;

    /// The next peer whose record is to be fetched, and the last log entry known here, as soon as there is one. Dropped
    /// before it is ready, it has taken nothing. By default there is none.
    fn wanted(&self) -> impl Future<Output = (Route, u64)> + Send {
        std::future::pending()
    }

    /// Notes that a wanted record could not be fetched.
    fn not_fetched(&self, _peer: AgencyId) {}

    /// Verifies and stores a fetched public record. `Ok(false)`: it was no valid continuation of what is known.
    fn learned(&self, peer: AgencyId, record: Bytes) -> impl Future<Output = Result<bool, OutboxError>> + Send;

    /// The revoked keys of a peer whose cuts are not known here. By default there are none.
    fn cuts_wanted(&self, _peer: AgencyId) -> Vec<KeyId> {
        Vec::new()
    }

    /// Verifies and stores what the peer answered about one of them.
    fn cut_came(
        &self,
        _peer: AgencyId,
        _key: KeyId,
        _answer: Bytes,
    ) -> impl Future<Output = Result<(), OutboxError>> + Send {
        std::future::ready(Ok(()))
    }

    /// What is to be asked of a peer after this node was restored. By default nothing.
    fn heads_wanted(&self, _peer: AgencyId) -> Option<HeadsAsked> {
        None
    }

    /// Verifies and acts on the answer. Whether it counts.
    fn heads_came(
        &self,
        _peer: AgencyId,
        _ask: HeadsAsked,
        _answer: Bytes,
    ) -> impl Future<Output = Result<bool, OutboxError>> + Send {
        std::future::ready(Ok(false))
    }
}
