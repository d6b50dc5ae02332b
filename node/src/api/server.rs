//! The socket: for its owner only, never taken from a running node.

use std::{
    fs, io,
    os::unix::fs::{FileTypeExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    time::Duration,
};

use axum::{
    Router,
    extract::{ConnectInfo, DefaultBodyLimit, Request, connect_info::Connected},
    http::StatusCode,
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
    serve::IncomingStream,
};
use tokio::{net::UnixListener, sync::oneshot, task::JoinHandle, time::timeout};
use tower_http::catch_panic::CatchPanicLayer;

use super::{
    body::MAX_BODY,
    problem::{ApiError, broken},
};

/// The longest path that a socket's address holds (`sun_path`, less its final zero).
const MAX_PATH: usize = 107;

/// Who is at the other end, by `SO_PEERCRED`; the kernel says it, the caller can't choose it.
#[derive(Clone, Copy, Debug)]
pub struct Caller {
    pub(super) uid: Option<u32>,
}

impl Connected<IncomingStream<'_, UnixListener>> for Caller {
    fn connect_info(stream: IncomingStream<'_, UnixListener>) -> Self {
        Self { uid: stream.io().peer_cred().ok().map(|cred| cred.uid()) }
    }
}

/// Why there is no socket.
#[derive(Debug, thiserror::Error)]
pub enum SocketError {
    /// A node answers there.
    #[error("another node answers at {0}: stop it first, or set another `socket` in config.toml")]
    InUse(PathBuf),
    /// Something else has the name.
    #[error("{0} is there and is not a socket: move it away, or set another `socket` in config.toml")]
    NotASocket(PathBuf),
    /// Unix sockets have short names.
    #[error(
        "the socket's path is {length} bytes long, of at most {MAX_PATH}: set a shorter `socket` in config.toml, such as /run/spean.sock"
    )]
    TooLong {
        /// Its length.
        length: usize,
    },
    /// Making it failed.
    #[error("{path}: {source}")]
    Io {
        /// The socket.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// The open local interface. Dropping it leaves it open: call [`Local::stop`].
#[derive(Debug)]
pub struct Local {
    path: PathBuf,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<io::Result<()>>,
}

/// Opens the local interface at `path`, for this process's user and root only. Call it inside a tokio runtime.
///
/// # Errors
/// [`SocketError`]; then nothing is open.
pub fn serve(path: &Path, router: Router) -> Result<Local, SocketError> {
    let listener = bind(path)?;
    let (stop, stopped) = oneshot::channel();
    let router = router
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(middleware::from_fn(to_the_end))
        .layer(CatchPanicLayer::custom(broken))
        .layer(middleware::from_fn(only_the_owner));
    let service = router.into_make_service_with_connect_info::<Caller>();
    let serving = tokio::spawn(async move {
        let until = async {
            // An error means that the handle was dropped: stay open, as it says.
            if stopped.await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        axum::serve(listener, service).with_graceful_shutdown(until).await
    });
    Ok(Local { path: path.into(), stop, serving })
}

impl Local {
    /// Takes no new request, lets running ones end for at most `grace`, closes, and removes the socket.
    pub async fn stop(self, grace: Duration) {
        // It has ended already if nobody listens.
        let _ = self.stop.send(());
        let mut serving = self.serving;
        if timeout(grace, &mut serving).await.is_err() {
            serving.abort();
        }
        // If it can't be removed, the next start finds it stale.
        let _ = fs::remove_file(&self.path);
    }
}

/// Runs each request on a task of its own: if the caller hangs up, what was begun is still done as a whole, on disk
/// and in memory.
pub(super) async fn to_the_end(request: Request, next: Next) -> Response {
    match tokio::spawn(next.run(request)).await {
        Ok(response) => response,
        Err(error) => match error.try_into_panic() {
            // The outer layer answers it.
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(stopped) => broken(Box::new(stopped)).into_response(),
        },
    }
}

/// Binds under a name of its own and gives it its mode before anybody can find it under the real one.
fn bind(path: &Path) -> Result<UnixListener, SocketError> {
    let failed = |source| SocketError::Io { path: path.into(), source };
    let mut making = path.as_os_str().to_owned();
    making.push(".new");
    let length = making.len();
    if length > MAX_PATH {
        return Err(SocketError::TooLong { length });
    }
    free(path)?;
    free(Path::new(&making))?;
    let listener = UnixListener::bind(&making).map_err(failed)?;
    fs::set_permissions(&making, fs::Permissions::from_mode(0o600)).map_err(failed)?;
    fs::rename(&making, path).map_err(failed)?;
    Ok(listener)
}

/// Removes a socket that a crash left behind; refuses to touch anything else.
fn free(path: &Path) -> Result<(), SocketError> {
    let failed = |source| SocketError::Io { path: path.into(), source };
    let kind = match fs::symlink_metadata(path) {
        Ok(meta) => meta.file_type(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed(error)),
    };
    if !kind.is_socket() {
        return Err(SocketError::NotASocket(path.into()));
    }
    match std::os::unix::net::UnixStream::connect(path) {
        Ok(_) => Err(SocketError::InUse(path.into())),
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => fs::remove_file(path).map_err(failed),
        Err(error) => Err(failed(error)),
    }
}

/// The mode keeps others out; this holds also where the socket lies on a file system that ignores modes.
async fn only_the_owner(ConnectInfo(caller): ConnectInfo<Caller>, request: Request, next: Next) -> Response {
    let owner = rustix::process::geteuid().as_raw();
    if caller.uid.is_some_and(|uid| uid == owner || uid == 0) {
        return next.run(request).await;
    }
    ApiError::of_request(
        "node/not-allowed",
        StatusCode::FORBIDDEN,
        "this node belongs to another user of this computer",
    )
    .hint("run `spean` as the user who runs the node")
    .into_response()
}
