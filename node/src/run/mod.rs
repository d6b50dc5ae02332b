//! Starts a node and stops it: everything in order, and back in reverse.
//!
//! Owns the order and nothing else. Locks and keys come first, so that a second process, a wrong passphrase or a damaged
//! file is found before anything listens; listeners come last, so that whoever connects finds the whole node. What the
//! use cases are, the caller says ([`Open`]): the program's are the service's, a test's are its own.

mod check;
mod error;
mod process;
mod settings;
#[cfg(test)]
mod tests;
mod use_cases;
mod wiring;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{Arc, Weak},
    time::Duration,
};

use keys::{NetworkId, PublicRecord, VerifiedAgency, keyring::Keyring};
use tokio::{sync::Notify, task::JoinHandle};
use zeroize::Zeroizing;

pub use check::verify_audit;
pub use error::StartError;
pub use wiring::{Door, Waiting, open};

use crate::{
    api::{self, Local, UseCases},
    config::{Config, Folder},
    delivery::{
        http::PeerClient,
        inbound::{self, Inbox, Listening},
        tls::{PeerPins, TransportKey},
        worker::{self, Outbox, WorkerHandle},
    },
    observe,
    store::{AnyStore, FolderLock, SledStore, Store},
    vault::{SharedKeyring, Vault},
    world::World,
};

/// How long running requests, deliveries and answers may take to end when the node stops.
const GRACE: Duration = Duration::from_secs(10);
/// How often the store is asked whether it still lives.
const PULSE: Duration = Duration::from_secs(5);

/// What the use cases are opened over: all of it read, unlocked and checked.
pub struct Opened {
    /// The settings.
    pub config: Config,
    /// The open vault.
    pub vault: Vault,
    /// The unlocked keyring; the vault shares it.
    pub keyring: SharedKeyring,
    /// This agency, from its own public record, verified.
    pub me: VerifiedAgency,
    /// Where the own public record is kept for all to read.
    pub public_file: PathBuf,
}

/// What a node is made of, once the use cases are open.
pub struct Parts<U, I, O> {
    /// For the local interface.
    pub use_cases: Arc<U>,
    /// For the peer port.
    pub inbox: Arc<I>,
    /// For the worker.
    pub outbox: Arc<O>,
    /// Rings when something was put into the outbox.
    pub outbox_wake: Arc<Notify>,
    /// Who may connect; kept up to date by a task of `background`.
    pub pins: Arc<PeerPins>,
    /// Timers and the like: ended when the node stops, at any await.
    pub background: Vec<JoinHandle<()>>,
}

/// Opens the use cases. Its error ends the start.
pub trait Open<U, I, O>: AsyncFnOnce(Opened) -> Result<Parts<U, I, O>, StartError> {}
impl<U, I, O, F: AsyncFnOnce(Opened) -> Result<Parts<U, I, O>, StartError>> Open<U, I, O> for F {}

/// A running node. Dropping it leaves its parts running: call [`Node::stop`].
pub struct Node<U> {
    use_cases: Arc<U>,
    peer_port: Listening,
    local: Local,
    worker: WorkerHandle,
    background: Vec<JoinHandle<()>>,
    socket: PathBuf,
    store: Weak<dyn Store>,
    /// Given back last, when nothing of this process touches the folder any more.
    lock: FolderLock,
}

/// Starts the node of `folder`. Returns when it listens.
///
/// # Errors
/// [`StartError`]; then nothing runs.
pub async fn start<U: UseCases, I: Inbox, O: Outbox>(
    folder: &Folder,
    passphrase: Zeroizing<Vec<u8>>,
    world: World,
    open: impl Open<U, I, O>,
) -> Result<Node<U>, StartError> {
    let config = Config::load(&folder.config())?;
    let lock = FolderLock::take(folder.path())?;
    let key = Arc::new(TransportKey::load(&folder.transport_key())?);
    let (opened, store) = unlock(folder, &config, passphrase, world).await?;
    let agency = opened.me.id();
    let Parts { use_cases, inbox, outbox, outbox_wake, pins, background } = open(opened).await?;

    let listening = listen(folder, &config, &key, &pins, inbox, &use_cases).await;
    let (peer_port, local) = match listening {
        Ok(both) => both,
        Err(error) => {
            end(background).await;
            return Err(error);
        }
    };
    let client = Arc::new(PeerClient::new(key, settings::calls(&config)));
    let worker = worker::start(outbox, client, outbox_wake, settings::worker(&config));
    let listen = peer_port.address();
    tracing::info!(agency = %observe::safe(&agency), listen = %observe::safe(&listen), "the node runs");
    let socket = config.socket_in(folder.path());
    Ok(Node { use_cases, peer_port, local, worker, background, socket, store, lock })
}

/// Both listeners, or none.
async fn listen<U: UseCases, I: Inbox>(
    folder: &Folder,
    config: &Config,
    key: &TransportKey,
    pins: &Arc<PeerPins>,
    inbox: Arc<I>,
    use_cases: &Arc<U>,
) -> Result<(Listening, Local), StartError> {
    let peer_port = inbound::listen(config.listen, key, Arc::clone(pins), inbox, &settings::peer_port(config))?;
    match api::serve(&config.socket_in(folder.path()), api::router(Arc::clone(use_cases))) {
        Ok(local) => Ok((peer_port, local)),
        Err(error) => {
            // A listener that broke down at once has nothing to add to the error that is told.
            let _ = peer_port.stop(Duration::ZERO).await;
            Err(error.into())
        }
    }
}

/// Runs the node of `folder` until SIGTERM or SIGINT; `ready` is called once it listens.
///
/// # Errors
/// [`StartError`]; [`StartError::StoreHangs`] also later, for only a new process can write again then.
pub fn serve<U: UseCases, I: Inbox, O: Outbox>(
    folder: &Folder,
    passphrase: Zeroizing<Vec<u8>>,
    open: impl Open<U, I, O>,
    ready: impl FnOnce(&Node<U>),
) -> Result<(), StartError> {
    let level = Config::load(&folder.config())?.log.level;
    // An error only says that this process logs already.
    let _ = observe::begin(level);
    observe::hide_panic_messages();
    process::keep_memory_private();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let ended = runtime.block_on(async {
        // Before the start: a signal during it stops the node in order as soon as it runs.
        let stopped = process::stop_signal()?;
        let node = start(folder, passphrase, World::system(), open).await?;
        ready(&node);
        let signal = tokio::select! {
            signal = stopped => signal,
            () = node.hangs() => return Err(StartError::StoreHangs),
        };
        tracing::info!(signal, "the node stops");
        node.stop().await;
        Ok(())
    });
    if matches!(ended, Err(StartError::StoreHangs)) {
        // Whoever waits for a disk that does not answer is not waited for.
        runtime.shutdown_background();
    }
    ended
}

impl<U: Send + Sync + 'static> Node<U> {
    /// Where it listens for peers, with the real port.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.peer_port.address()
    }

    /// Where it listens for commands.
    #[must_use]
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// Its use cases.
    #[must_use]
    pub const fn use_cases(&self) -> &Arc<U> {
        &self.use_cases
    }

    /// Returns when the store has stopped for good: nothing can be written any more, by nobody in this process.
    async fn hangs(&self) {
        while !self.store.upgrade().is_some_and(|store| store.health().stopped) {
            tokio::time::sleep(PULSE).await;
        }
    }

    /// Stops in reverse: no new packets or commands and no new deliveries, then the store, then the lock. Whatever was
    /// acknowledged is on disk; what was not is as if it had not come.
    pub async fn stop(self) {
        let Self { use_cases, peer_port, local, worker, background, socket: _, store: _, lock } = self;
        let (port, (), ()) = tokio::join!(peer_port.stop(GRACE), local.stop(GRACE), worker.stop(GRACE));
        if port.is_err() {
            tracing::warn!("the peer port had broken down");
        }
        end(background).await;
        // The last owner closes the store, and waits for the disk: not on a thread that others need.
        if tokio::task::spawn_blocking(move || drop(use_cases)).await.is_err() {
            tracing::error!("the store did not close cleanly");
        }
        drop(lock);
        tracing::info!("the node has stopped");
    }
}

async fn end(background: Vec<JoinHandle<()>>) {
    for task in background {
        task.abort();
        // Aborted, or ended by itself: both are an end.
        let _ = task.await;
    }
}

fn own_record(folder: &Folder, config: &Config) -> Result<VerifiedAgency, StartError> {
    let path = folder.public_record();
    let unreadable = |source| StartError::Record { path: path.display().to_string(), source };
    let bytes = std::fs::read(&path).map_err(unreadable)?;
    let network = NetworkId::from_name(config.network.as_str());
    let invalid = |source| StartError::RecordInvalid { network: config.network.as_str().into(), source };
    PublicRecord::from_bytes(&bytes).and_then(|record| record.verify(network)).map_err(invalid)
}

/// Unlocks the keys and opens what lies under them. Slow parts run on a thread for blocking work.
async fn unlock(
    folder: &Folder,
    config: &Config,
    passphrase: Zeroizing<Vec<u8>>,
    world: World,
) -> Result<(Opened, Weak<dyn Store>), StartError> {
    let me = own_record(folder, config)?;
    let (keyring_file, path, space) = (folder.keyring(), folder.path().to_owned(), settings::space(config));
    let opened = tokio::task::spawn_blocking(move || {
        let keyring = Keyring::unlock(&keyring_file, &passphrase)?;
        let store = SledStore::open_with(&path, space)?;
        Ok::<_, StartError>((keyring, store))
    });
    let (keyring, store) = opened.await.map_err(std::io::Error::other)??;
    let keyring = SharedKeyring::new(keyring);
    let store: AnyStore = Arc::new(store);
    let watched = Arc::downgrade(&store);
    let vault = Vault::open(store, Arc::new(keyring.clone()), me.id(), world).await?;
    Ok((Opened { config: config.clone(), vault, keyring, me, public_file: folder.public_record() }, watched))
}
