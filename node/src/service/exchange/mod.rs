//! Exchanges: offering, answering, releasing, receiving, erasing.
//!
//! Each change follows one road: lock the exchange, load its row, ask the state machine, put packet, state, outbox,
//! custody and audit into one transaction, commit, and only then tell memory, the worker and the caller.

mod act;
mod answer;
mod board;
mod clock;
mod custody;
mod cut;
mod effects;
mod erase;
mod heads;
mod incoming;
mod list;
mod offer;
mod outbox;
mod pending;
mod quota;
mod receive;
mod recent;
mod release;
mod retention;
mod show;
mod work;

use keys::Digest;
use protocol::ExchangeId;

pub(super) use board::{Board, Line};
pub use cut::REVOKED_KEY;
pub use heads::LOST_BY_RESTORE;
pub use outbox::{Outgoing, Settlement};
use pending::AtHand;
pub(super) use pending::Pending;
pub(super) use quota::Quotas;
pub use receive::Inbound;
pub(super) use recent::Recent;
pub(crate) use show::holds_content;

/// Store key of a packet of an exchange.
fn packet_key(exchange: ExchangeId, seq: u64) -> Vec<u8> {
    [exchange.as_bytes().as_slice(), &seq.to_be_bytes()].concat()
}

/// Exchange and number in a store key from [`packet_key`].
pub(super) fn split_key(key: &[u8]) -> Option<(ExchangeId, u64)> {
    let (id, seq) = key.split_first_chunk::<32>()?;
    Some((ExchangeId::new(Digest(*id)), u64::from_be_bytes(seq.try_into().ok()?)))
}

#[cfg(test)]
pub(super) mod tests;
