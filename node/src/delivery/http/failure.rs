//! Why a call to a peer brought nothing.

use std::{error::Error as _, io, time::Duration};

/// What went wrong with a call. None of it says whether the peer has the envelope: it is safe to send it again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeliverError {
    /// The peer's statements give no address.
    #[error("no address of this peer is known: ask for a new card, or hand the file over")]
    NoAddress,
    /// The address is not an `https` one of the expected form.
    #[error("the peer's published address is not of the form https://host:port")]
    BadAddress,
    /// Nothing answers there, or the name is not known.
    #[error("the peer cannot be reached: its node or the connection may be down")]
    Unreachable,
    /// Something answers, with another key than the peer's log names, or it does not know ours.
    #[error(
        "the secure connection was refused: their node does not know our key yet, or another machine answers there"
    )]
    Handshake,
    /// It connected, but no answer came in time.
    #[error("the peer did not answer in time")]
    Timeout,
    /// The connection broke during the call.
    #[error("the connection broke before the answer came")]
    Broken,
    /// 400: the peer refuses, and says nobody why.
    #[error("their node refuses this")]
    Refused,
    /// 429.
    #[error("their node has had enough from us for now")]
    Busy {
        /// The wait the peer asks for, at most 15 min.
        retry_after: Duration,
    },
    /// 503: it has no room for this. For a withdrawal it may have.
    #[error("their node is busy or has no room for this now")]
    NoRoom {
        /// The wait the peer asks for, at most 15 min.
        retry_after: Duration,
    },
    /// A status that the protocol does not have.
    #[error("their node answered with HTTP status {0}, which means nothing here: is it a node?")]
    Unexpected(u16),
    /// The answer is longer than any valid one.
    #[error("their node's answer is longer than any valid one")]
    TooLong,
    /// Our own TLS setup failed.
    #[error("the connection could not be set up: check transport.key")]
    Setup,
}

impl DeliverError {
    /// Whether it speaks of the peer as a whole, so that other packets for it would meet the same.
    #[must_use]
    pub const fn is_of_the_peer(&self) -> bool {
        match self {
            Self::NoAddress
            | Self::BadAddress
            | Self::Unreachable
            | Self::Handshake
            | Self::Timeout
            | Self::Busy { .. }
            | Self::Setup => true,
            Self::Broken | Self::Refused | Self::NoRoom { .. } | Self::Unexpected(_) | Self::TooLong => false,
        }
    }

    /// Stable name for logs, metrics and texts.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoAddress => "no-address",
            Self::BadAddress => "bad-address",
            Self::Unreachable => "unreachable",
            Self::Handshake => "handshake",
            Self::Timeout => "timeout",
            Self::Broken => "broken",
            Self::Refused => "refused",
            Self::Busy { .. } => "busy",
            Self::NoRoom { .. } => "no-room",
            Self::Unexpected(_) => "unexpected-status",
            Self::TooLong => "answer-too-long",
            Self::Setup => "setup",
        }
    }

    /// Sorts the client's error; its text, which names addresses, is dropped.
    pub(super) fn from_call(error: &reqwest::Error) -> Self {
        if came_from_tls(error) {
            Self::Handshake
        } else if error.is_connect() {
            Self::Unreachable
        } else if error.is_timeout() {
            Self::Timeout
        } else {
            Self::Broken
        }
    }
}

/// In TLS 1.3 the client learns that its own key was refused after it believes itself connected, so the whole chain of
/// causes is searched, and not only of connection errors. The HTTP/2 layer keeps of rustls's errors only their I/O kind,
/// which nothing else here has.
fn came_from_tls(error: &reqwest::Error) -> bool {
    let mut cause = error.source();
    while let Some(this) = cause {
        let io = this.downcast_ref::<io::Error>();
        if this.is::<rustls::Error>() || io.is_some_and(|io| io.kind() == io::ErrorKind::InvalidData) {
            return true;
        }
        // An I/O error hides what it wraps from `source`, and shows what is below that instead.
        cause = match io.and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped),
            None => this.source(),
        };
    }
    false
}
