//! Opens and closes the peer port.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use axum_server::Handle;
use tokio::task::JoinHandle;

use super::{
    Inbox, PeerPortLimits,
    accept::PeerAcceptor,
    budget::Budgets,
    handlers::{Port, router},
    handshakes::Handshakes,
    share::Shares,
};
use crate::delivery::tls::{self, PeerPins, TransportKey};

/// A header list longer than this is no request of this protocol.
const MAX_HEADERS: u32 = 4096;
/// An idle connection is asked for a sign of life after this; a dead one is closed as long again later.
const KEEP_ALIVE: Duration = Duration::from_secs(30);
/// One stream's window: a whole small envelope arrives without waiting.
const STREAM_WINDOW: u32 = 256 << 10;
/// One connection's window bounds what a peer can make this node buffer before it reads.
const CONNECTION_WINDOW: u32 = 2 << 20;

/// Why the peer port does not open.
#[derive(Debug, thiserror::Error)]
pub enum InboundError {
    /// Another program, or another node, listens there.
    #[error(
        "{0} is in use by another program: is a node running already? Else set another port as `listen` in config.toml"
    )]
    InUse(SocketAddr),
    /// The address is not of this machine, or the port needs more rights.
    #[error("cannot listen on {address}: {source}; set an address of this machine as `listen` in config.toml")]
    Listen {
        /// The address of the setting.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// rustls refused the transport key.
    #[error("the peer port's TLS could not be set up: {0}")]
    Tls(#[from] rustls::Error),
}

/// An open peer port. Dropping it leaves the port open: call [`Listening::stop`].
#[derive(Debug)]
pub struct Listening {
    address: SocketAddr,
    handle: Handle<SocketAddr>,
    serving: JoinHandle<io::Result<()>>,
}

/// Opens the peer port on `address` (port 0: any free one).
///
/// # Errors
/// [`InboundError`]; then nothing is open.
pub fn listen<I: Inbox>(
    address: SocketAddr,
    key: &TransportKey,
    pins: Arc<PeerPins>,
    inbox: Arc<I>,
    limits: &PeerPortLimits,
) -> Result<Listening, InboundError> {
    let tls = PeerAcceptor::tls(tls::server(key, Arc::clone(&pins))?);
    let failed = |source: io::Error| match source.kind() {
        io::ErrorKind::AddrInUse => InboundError::InUse(address),
        _ => InboundError::Listen { address, source },
    };
    let listener = TcpListener::bind(address).map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    let budgets = Arc::new(Budgets::new(limits.rate, limits.connections_per_peer));
    let acceptor = PeerAcceptor {
        tls,
        handshake_timeout: limits.handshake_timeout,
        handshakes: Arc::new(Handshakes::new(limits.handshakes_at_once)),
        budgets: Arc::clone(&budgets),
        pins: Arc::clone(&pins),
    };
    let port = Port {
        inbox,
        pins,
        budgets,
        envelopes: Arc::new(Shares::new(limits.envelopes_at_once)),
        body_timeout: limits.body_timeout,
    };
    let handle = Handle::new();
    let mut server = axum_server::from_tcp(listener).map_err(failed)?.acceptor(acceptor);
    server
        .http_builder()
        .http2()
        .max_concurrent_streams(limits.streams_per_connection)
        .max_header_list_size(MAX_HEADERS)
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .keep_alive_interval(KEEP_ALIVE)
        .keep_alive_timeout(KEEP_ALIVE);
    let server =
        server.http2_only().first_request_timeout(limits.header_timeout).handle(handle.clone()).accept_error_handler(
            |_, error| tracing::debug!(why = why(error), "refused a connection on the peer port"),
        );
    let serving = tokio::spawn(server.serve(router(Arc::new(port)).into_make_service()));
    Ok(Listening { address: bound, handle, serving })
}

/// A code for the log: the error's own text may quote what a stranger sent.
fn why(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::Other => "limit",
        io::ErrorKind::InvalidData => "handshake",
        _ => "connection",
    }
}

impl Listening {
    /// Where it listens, with the real port.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes no new connection, lets running requests end for at most `grace`, then closes.
    ///
    /// # Errors
    /// If the listener had broken down before.
    pub async fn stop(self, grace: Duration) -> io::Result<()> {
        self.handle.graceful_shutdown(Some(grace));
        self.serving.await.map_err(io::Error::other)?
    }
}
