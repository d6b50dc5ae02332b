//! The peer port: `POST /spean/1/envelopes`, `GET /spean/1/log`, `GET /spean/1/cut/KEY`,
//! `GET /spean/1/heads` (`docs/protocol.md` 3.16).
//!
//! Owns the listener, every limit that holds before an envelope is parsed, and the uniform refusal. What an envelope
//! says, the [`Inbox`] finds out. A stranger gets no further than the handshake.

mod accept;
mod budget;
mod handlers;
mod handshakes;
mod server;
mod share;
#[cfg(test)]
mod tests;

use std::time::Duration;

use axum::body::Bytes;
use keys::{AgencyId, KeyId};

pub use super::http::HeadsAsked;
pub use budget::Rate;
pub use server::{InboundError, Listening, listen};

/// Of one envelope, by its announced length and by what really arrives (`docs/protocol.md` 3.7).
pub const MAX_ENVELOPE: usize = 1 << 20;

/// All refusals before the signature leave at a multiple of this after the request came: how far it got stays hidden.
pub const REFUSAL_TICK: Duration = Duration::from_millis(50);

/// What the node answers to an envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// 200: the sealed acknowledgement, byte for byte as it was stored.
    Ack(Bytes),
    /// 202, empty: kept, not opened. A locked node says so; it ends nothing.
    Held,
    /// 400, empty: any failure before the signature was verified. Which one, only the log says.
    Refused,
    /// 429: nothing of this peer is taken for now. Its node holds back withdrawals too.
    OverQuota {
        /// When to try again.
        retry_after: Duration,
    },
    /// 503: no room on disk, or over this peer's day. For what ends an exchange there may be room all the same.
    NoRoom {
        /// When to try again.
        retry_after: Duration,
    },
}

/// Who takes what arrives on the peer port.
pub trait Inbox: Send + Sync + 'static {
    /// Takes one envelope of at most [`MAX_ENVELOPE`] bytes, sent over the link of `from`.
    ///
    /// An acknowledgement is returned only after what it says is on disk. The future may be dropped at any await, when
    /// the peer hangs up or the node stops: nothing may be half-done then.
    fn receive(&self, from: AgencyId, envelope: Bytes) -> impl Future<Output = Answer> + Send;

    /// This agency's public record for `to`, which has the log up to entry `after`. More than asked for may be given.
    ///
    /// `None` if it can't be read just now.
    fn public_record(&self, to: AgencyId, after: u64) -> impl Future<Output = Option<Bytes>> + Send;

    /// What `to`, and nobody else, is given of the cut of a signing key that this agency revoked. By default there is
    /// none.
    fn cut(&self, _to: AgencyId, _key: KeyId) -> impl Future<Output = Option<Bytes>> + Send {
        std::future::ready(None)
    }

    /// What `to` and this agency sent to each other, for `to` after its node was restored. By default it is not told.
    fn heads(&self, _to: AgencyId, _ask: HeadsAsked) -> impl Future<Output = Option<Bytes>> + Send {
        std::future::ready(None)
    }
}

/// Limits of the peer port; the settings of `config.toml` section `[peer_port]`.
#[derive(Clone, Debug)]
pub struct PeerPortLimits {
    /// From the first byte to a finished TLS handshake.
    pub handshake_timeout: Duration,
    /// From the handshake to the first request's header.
    pub header_timeout: Duration,
    /// From a request's header to the last byte of its body.
    pub body_timeout: Duration,
    /// Handshakes at one time; strangers can fill these only, and then drive out their own.
    pub handshakes_at_once: usize,
    /// Connections of one peer; a node needs one.
    pub connections_per_peer: usize,
    /// Requests on one connection at one time.
    pub streams_per_connection: u32,
    /// Envelopes of all peers in memory at one time, each up to [`MAX_ENVELOPE`].
    pub envelopes_at_once: usize,
    /// Requests of one peer.
    pub rate: Rate,
}

impl Default for PeerPortLimits {
    fn default() -> Self {
        Self {
            handshake_timeout: Duration::from_secs(5),
            header_timeout: Duration::from_secs(5),
            body_timeout: Duration::from_secs(20),
            handshakes_at_once: 64,
            connections_per_peer: 4,
            streams_per_connection: 64,
            envelopes_at_once: 64,
            rate: Rate { per_second: 50, burst: 500 },
        }
    }
}
