//! The people's listener: plain HTTP on this computer itself, TLS 1.3 everywhere else, nothing in between.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    pin::Pin,
    sync::Arc,
    time::Duration,
};

use axum::Router;
use axum_server::{Handle, accept::Accept};
use rustls::{
    ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    version::TLS13,
};
use tokio::{net::TcpStream, sync::watch, task::JoinHandle, time::timeout};
use tokio_rustls::TlsAcceptor;

use super::{
    guard::{self, Names},
    live::Closing,
};

mod room;
mod stream;

use room::Room;
use stream::Connection;

/// A header list longer than this comes from no browser.
const MAX_HEADERS: usize = 32 << 10;
/// For the handshake and for the first request after it.
const FIRST: Duration = Duration::from_secs(10);
/// For the headers of each request, and how long a connection may wait for the next.
const HEADERS: Duration = Duration::from_mins(1);
/// Pages asked for at one time on one HTTP/2 connection.
const STREAMS: u32 = 32;

/// Why the screens are not served.
#[derive(Debug, thiserror::Error)]
pub enum WebError {
    /// Somebody could read along.
    #[error(
        "`[web] address` in config.toml is {0}, which others can reach, and there is no `certificate`: set `certificate` and \
         `private_key`, or use 127.0.0.1"
    )]
    Unprotected(SocketAddr),
    /// The certificate or the key is missing, or not what it should be.
    #[error("`[web] {setting}` in config.toml: {path}: {why}")]
    Tls {
        /// Which setting.
        setting: &'static str,
        /// The file.
        path: PathBuf,
        /// What is wrong with it; never what is in it.
        why: String,
    },
    /// Another program listens there.
    #[error("{0} is in use by another program: set another port as `address` under `[web]` in config.toml")]
    InUse(SocketAddr),
    /// The address is not of this machine, or the port needs more rights.
    #[error(
        "cannot listen on {address}: {source}; set an address of this machine as `address` under `[web]` in config.toml"
    )]
    Listen {
        /// The address of the setting.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
}

/// Where and within which limits the screens are served.
#[derive(Clone, Debug)]
pub struct WebLimits {
    /// The address.
    pub address: SocketAddr,
    /// Certificate chain and private key, PEM.
    pub tls: Option<(PathBuf, PathBuf)>,
    /// Host names besides addresses and localhost.
    pub names: Vec<String>,
    /// Connections at one time; half of them of one address that is not this computer's own.
    pub connections: usize,
}

/// The open listener. Dropping it leaves it open: call [`Screens::stop`].
#[derive(Debug)]
pub struct Screens {
    address: SocketAddr,
    secure: bool,
    handle: Handle<SocketAddr>,
    /// Told when the listener stops: what would go on by itself ends.
    closing: watch::Sender<bool>,
    serving: JoinHandle<io::Result<()>>,
}

/// Opens the listener for `routes` ([`super::gated`]), and for what programs ask below another path, if it is there.
///
/// # Errors
/// [`WebError`]; then nothing is open.
pub fn serve(
    limits: &WebLimits,
    routes: impl FnOnce(bool) -> Router,
    programs: Option<(&str, Router)>,
) -> Result<Screens, WebError> {
    let tls = limits.tls.as_ref().map(|(certificate, key)| tls(certificate, key)).transpose()?;
    let secure = tls.is_some();
    if !secure && !limits.address.ip().is_loopback() {
        return Err(WebError::Unprotected(limits.address));
    }
    let address = limits.address;
    let failed = |source: io::Error| match source.kind() {
        io::ErrorKind::AddrInUse => WebError::InUse(address),
        _ => WebError::Listen { address, source },
    };
    let listener = TcpListener::bind(address).map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    let acceptor = Acceptor { tls, room: Arc::new(Room::new(limits.connections)) };
    let handle = Handle::new();
    let mut server = axum_server::from_tcp(listener).map_err(failed)?.acceptor(acceptor);
    server.http_builder().http1().header_read_timeout(Some(HEADERS)).max_buf_size(MAX_HEADERS);
    server
        .http_builder()
        .http2()
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(u32::try_from(MAX_HEADERS).unwrap_or(u32::MAX))
        .keep_alive_interval(HEADERS)
        .keep_alive_timeout(FIRST);
    let server = server
        .first_request_timeout(FIRST)
        .handle(handle.clone())
        .accept_error_handler(|_, _| tracing::debug!("refused a connection on the people's port"));
    let closing = watch::Sender::new(false);
    let routes = routes(secure).layer(axum::Extension(Closing(closing.subscribe())));
    let router = guard::around(routes, programs, Arc::new(Names(limits.names.clone())), secure);
    let serving = tokio::spawn(server.serve(router.into_make_service_with_connect_info::<SocketAddr>()));
    Ok(Screens { address: bound, secure, handle, closing, serving })
}

impl Screens {
    /// Where people find it, as long as they are on this computer or the certificate is for the address.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}://{}/", if self.secure { "https" } else { "http" }, self.address)
    }

    /// Takes no new connection, lets running requests end for at most `grace`, then closes.
    pub async fn stop(self, grace: Duration) {
        self.closing.send_replace(true);
        self.handle.graceful_shutdown(Some(grace));
        if !matches!(self.serving.await, Ok(Ok(()))) {
            tracing::warn!("the people's port had broken down");
        }
    }
}

/// TLS 1.3 for browsers: with the post-quantum key exchange where the browser has it.
fn tls(certificate: &Path, key: &Path) -> Result<TlsAcceptor, WebError> {
    let wrong = |setting, path: &Path, why: String| WebError::Tls { setting, path: path.into(), why };
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect)
        .map_err(|error| wrong("certificate", certificate, error.to_string()))?;
    if chain.is_empty() {
        return Err(wrong("certificate", certificate, "there is no certificate in it".into()));
    }
    let private = PrivateKeyDer::from_pem_file(key).map_err(|error| wrong("private_key", key, error.to_string()))?;
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(&[&TLS13])
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, private));
    let mut config = config.map_err(|error| wrong("private_key", key, error.to_string()))?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config.max_early_data_size = 0;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Takes connections, as many as there is room for.
#[derive(Clone)]
struct Acceptor {
    tls: Option<TlsAcceptor>,
    room: Arc<Room>,
}

impl Acceptor {
    async fn admit<S>(self, tcp: TcpStream, service: S) -> io::Result<(Connection, S)> {
        let place = self.room.enter(tcp.peer_addr()?.ip()).ok_or_else(|| io::Error::other("too many connections"))?;
        tcp.set_nodelay(true)?;
        let connection = match self.tls {
            None => Connection::plain(tcp, place),
            Some(tls) => {
                let accepted = timeout(FIRST, tls.accept(tcp)).await;
                Connection::secure(accepted.map_err(|_| io::Error::other("the handshake took too long"))??, place)
            }
        };
        Ok((connection, service))
    }
}

impl<S: Send + 'static> Accept<TcpStream, S> for Acceptor {
    type Stream = Connection;
    type Service = S;
    type Future = Pin<Box<dyn Future<Output = io::Result<(Connection, S)>> + Send>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        Box::pin(self.clone().admit(stream, service))
    }
}
