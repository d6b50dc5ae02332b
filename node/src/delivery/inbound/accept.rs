//! From a TCP connection to a peer: handshake, pin, room.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use axum::http::Request;
use axum_server::accept::Accept;
use keys::Digest;
use rustls::ServerConfig;
use tokio::{net::TcpStream, sync::OwnedSemaphorePermit, time::timeout};
use tokio_rustls::{TlsAcceptor, server::TlsStream};
use tower::Service;

use super::{budget::Budgets, handshakes::Handshakes};
use crate::delivery::tls::{PeerPins, pin_of};

/// The key at the other end of the connection, proven in the handshake; in the extensions of each of its requests.
///
/// Whose it is, is looked up per request: a peer that is removed loses its open connections' use at once.
#[derive(Clone, Copy, Debug)]
pub(super) struct PeerKey(pub(super) Digest);

/// Does the handshake, and refuses beyond the limits.
#[derive(Clone)]
pub(super) struct PeerAcceptor {
    pub(super) tls: TlsAcceptor,
    pub(super) handshake_timeout: Duration,
    pub(super) handshakes: Arc<Handshakes>,
    pub(super) budgets: Arc<Budgets>,
    pub(super) pins: Arc<PeerPins>,
}

impl PeerAcceptor {
    pub(super) fn tls(config: ServerConfig) -> TlsAcceptor {
        TlsAcceptor::from(Arc::new(config))
    }

    async fn admit<S>(self, tcp: TcpStream, service: S) -> io::Result<(TlsStream<TcpStream>, Admitted<S>)> {
        let refused = |why| io::Error::other(why);
        let mut handshake = self.handshakes.begin(tcp.peer_addr()?.ip());
        tcp.set_nodelay(true)?;
        let accepted = timeout(self.handshake_timeout, self.tls.accept(tcp));
        let tls = tokio::select! {
            accepted = accepted => accepted.map_err(|_| refused("the handshake took too long"))??,
            () = handshake.ended() => return Err(refused("too many handshakes at once")),
        };
        drop(handshake);
        let connection = tls.get_ref().1;
        if connection.alpn_protocol() != Some(b"h2") {
            return Err(refused("no HTTP/2 negotiated"));
        }
        let pin = connection.peer_certificates().and_then(|chain| pin_of(chain.first()?));
        let pin = pin.ok_or_else(|| refused("no certificate"))?;
        let peer = self.pins.owner(&pin).ok_or_else(|| refused("a peer removed during its handshake"))?;
        let room = self.budgets.connection(peer).ok_or_else(|| refused("too many connections of this peer"))?;
        Ok((tls, Admitted { inner: service, key: PeerKey(pin), _room: Arc::new(room) }))
    }
}

impl<S: Send + 'static> Accept<TcpStream, S> for PeerAcceptor {
    type Stream = TlsStream<TcpStream>;
    type Service = Admitted<S>;
    type Future = Pin<Box<dyn Future<Output = io::Result<(Self::Stream, Self::Service)>> + Send>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        Box::pin(self.clone().admit(stream, service))
    }
}

/// A service that tells each request whose connection it came by, and gives the connection's place back at its end.
#[derive(Clone)]
pub(super) struct Admitted<S> {
    inner: S,
    key: PeerKey,
    _room: Arc<OwnedSemaphorePermit>,
}

impl<S: Service<Request<B>>, B> Service<Request<B>> for Admitted<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<B>) -> S::Future {
        request.extensions_mut().insert(self.key);
        self.inner.call(request)
    }
}
