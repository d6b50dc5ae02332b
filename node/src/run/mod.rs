//! Starts a node and stops it: everything in order, and back in reverse.
//!
//! Owns the order and nothing else. Locks and keys come first, so that a second process, a wrong passphrase or a damaged
//! file is found before anything listens; listeners come last, so that whoever connects finds the whole node. A node
//! that starts locked listens without any key, and is opened later ([`gate`]). What the use cases are, the caller says
//! ([`Opening`]): the program's are the service's, a test's are its own.

mod arrivals;
mod backup;
mod check;
mod doors;
mod error;
mod gate;
mod ground;
mod main_key;
mod passphrase;
mod process;
mod restore;
mod serve;
mod set_up;
mod settings;
#[cfg(test)]
mod tests;
mod tries;
mod use_cases;
mod wiring;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use keys::VerifiedAgency;
use tokio::{sync::Notify, task::JoinHandle};
use zeroize::Zeroizing;

pub use backup::{BackupFault, backup, check_backup};
pub use check::{ExportFault, check_export, verify_audit};
pub use error::StartError;
pub use main_key::{MainKeyError, attach_main_key, detach_main_key};
pub use passphrase::{add_slot, change_passphrase, may_add_slot, may_remove_slot, remove_slot, unlock_slots};
pub use restore::{ErasedList, RestoreFault, go_on_here, restore};
pub use serve::{Beginning, serve};
pub use set_up::{End, SettingUp, set_up};
pub use wiring::{Door, Waiting, open};

use crate::{
    api::{self, Local, UseCases},
    config::{Config, Folder},
    delivery::{
        http::PeerClient,
        inbound::{self, Inbox, Listening},
        tls::{PeerPins, TransportKey},
        worker::{self, Outbox},
    },
    observe,
    store::{AnyStore, FolderLock},
    vault::{SharedKeyring, Vault},
    web::{self, Screens},
    world::World,
};
use gate::{Gate, Inside, Opener, Ready, end};
use ground::{Ground, try_passphrase};

/// How long running requests, deliveries and answers may take to end when the node stops.
const GRACE: Duration = Duration::from_secs(10);
/// How often the store is asked whether it still lives.
const PULSE: Duration = Duration::from_secs(5);

/// What the use cases are opened over: all of it read, unlocked and checked.
pub struct Opened {
    /// The settings.
    pub config: Config,
    /// What the vault lies in; it stays open when the node is locked.
    pub store: AnyStore,
    /// The open vault.
    pub vault: Vault,
    /// The unlocked keyring; the vault shares it.
    pub keyring: SharedKeyring,
    /// This agency, from its own public record, verified.
    pub me: VerifiedAgency,
    /// Where the own public record is kept for all to read.
    pub public_file: PathBuf,
    /// Who may connect; to be kept up to date, here and in the vault, by a task of `background`.
    pub pins: Arc<PeerPins>,
}

/// What a node is made of, once the use cases are open.
pub struct Parts<U, I, O> {
    /// For the local interface.
    pub use_cases: Arc<U>,
    /// For the people's port.
    pub screens: axum::Router,
    /// For programs with a token, at the same port.
    pub programs: axum::Router,
    /// For the peer port.
    pub inbox: Arc<I>,
    /// For the worker.
    pub outbox: Arc<O>,
    /// Rings when something was put into the outbox.
    pub outbox_wake: Arc<Notify>,
    /// Timers and the like: ended when the node stops, at any await.
    pub background: Vec<JoinHandle<()>>,
}

/// Opens the use cases, each time that the node is unlocked. Its error ends the start, or leaves the node locked.
pub trait Opening<U, I, O>: Fn(Opened) -> Self::Future + Send + Sync + 'static {
    /// What it returns.
    type Future: Future<Output = Result<Parts<U, I, O>, StartError>> + Send + 'static;
}

impl<U, I, O, F, R> Opening<U, I, O> for F
where
    F: Fn(Opened) -> R + Send + Sync + 'static,
    R: Future<Output = Result<Parts<U, I, O>, StartError>> + Send + 'static,
{
    type Future = R;
}

/// A running node, locked or open. Dropping it leaves its parts running: call [`Node::stop`].
pub struct Node<U> {
    gate: Arc<Gate<U>>,
    listeners: Listeners,
    socket: PathBuf,
    /// Given back last, when nothing of this process touches the folder any more.
    lock: FolderLock,
}

/// What of the node can be reached.
struct Listeners {
    peer_port: Listening,
    local: Local,
    /// None where people do not work in a browser.
    screens: Option<Screens>,
}

/// Starts the node of `folder`. Returns when it listens.
///
/// # Errors
/// [`StartError`]; then nothing runs.
pub async fn start<U: UseCases, I: Inbox, O: Outbox>(
    folder: &Folder,
    passphrase: Zeroizing<Vec<u8>>,
    world: World,
    open: impl Opening<U, I, O>,
) -> Result<Node<U>, StartError> {
    start_behind(folder, passphrase, world, open, Front::Own).await
}

/// Where people's requests come in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Front {
    /// By a listener of the node's own, as the settings say.
    Own,
    /// By one that is open already, and which the caller leads to [`Node::pages`].
    Given,
}

async fn start_behind<U: UseCases, I: Inbox, O: Outbox>(
    folder: &Folder,
    passphrase: Zeroizing<Vec<u8>>,
    world: World,
    open: impl Opening<U, I, O>,
    front: Front,
) -> Result<Node<U>, StartError> {
    let file = folder.keyring();
    let before = move || try_passphrase(file, &passphrase);
    let (lock, ground, keyring) = begin(folder, world, before).await?;
    let gate = Arc::new(Gate::new(ground, opener(open)));
    let ready = gate.open(keyring).await?;
    gate.doors().lead_to(ready.doorway());
    match listen(&gate, front).await {
        Ok(listeners) => {
            gate.let_in(ready).await;
            Ok(Node::new(gate, listeners, lock))
        }
        Err(error) => {
            end(ready.background).await;
            Err(error)
        }
    }
}

/// Starts the node of `folder` without its passphrase: it keeps what other agencies send, and opens nothing until it
/// is unlocked. Returns when it listens.
///
/// # Errors
/// [`StartError`]; then nothing runs.
pub async fn start_locked<U: UseCases, I: Inbox, O: Outbox>(
    folder: &Folder,
    world: World,
    open: impl Opening<U, I, O>,
) -> Result<Node<U>, StartError> {
    locked_node(folder, world, open, false).await
}

async fn locked_node<U: UseCases, I: Inbox, O: Outbox>(
    folder: &Folder,
    world: World,
    open: impl Opening<U, I, O>,
    unattended: bool,
) -> Result<Node<U>, StartError> {
    let (lock, ground, ()) = begin(folder, world, || Ok(())).await?;
    let gate = Gate::new(ground, opener(open));
    let gate = Arc::new(if unattended { gate.unattended() } else { gate });
    gate.keep_envelopes().await?;
    let listeners = listen(&gate, Front::Own).await?;
    Ok(Node::new(gate, listeners, lock))
}

async fn begin<T: Send + 'static>(
    folder: &Folder,
    world: World,
    before: impl FnOnce() -> Result<T, StartError> + Send + 'static,
) -> Result<(FolderLock, Ground, T), StartError> {
    let config = Config::load(&folder.config())?;
    let lock = FolderLock::take(folder.path())?;
    let key = TransportKey::load(&folder.transport_key())?;
    let (ground, first) = Ground::open(folder, config, key, world, before).await?;
    Ok((lock, ground, first))
}

/// What unlocking calls.
fn opener<U: UseCases, I: Inbox, O: Outbox>(open: impl Opening<U, I, O>) -> Opener<U> {
    let open = Arc::new(open);
    Box::new(move |opened, key| {
        let open = Arc::clone(&open);
        Box::pin(async move {
            let (vault, calls, limits) =
                (opened.vault.clone(), settings::calls(&opened.config), settings::worker(&opened.config));
            let Parts { use_cases, screens, programs, inbox, outbox, outbox_wake, background } = open(opened).await?;
            let routes = api::router(Arc::clone(&use_cases));
            let work = move || worker::start(outbox, Arc::new(PeerClient::new(key, calls)), outbox_wake, limits);
            Ok(Ready { use_cases, inbox, routes, screens, programs, vault, background, work: Box::new(work) })
        })
    })
}

/// All listeners, or none.
async fn listen<U: UseCases>(gate: &Arc<Gate<U>>, front: Front) -> Result<Listeners, StartError> {
    let Ground { folder, config, key, pins, .. } = gate.ground();
    let screens = settings::screens(config, folder.path()).filter(|_| front == Front::Own);
    let programs = config.web.api.then(|| api::remote::gated(Arc::clone(gate)));
    let pages = |secure| web::gated(Arc::clone(gate), secure);
    let screens =
        screens.map(|limits| web::serve(&limits, pages, programs.map(|routes| (api::PREFIX, routes)))).transpose()?;
    let peer_port = inbound::listen(config.listen, key, Arc::clone(pins), gate.doors(), &settings::peer_port(config));
    let peer_port = match peer_port {
        Ok(peer_port) => peer_port,
        Err(error) => {
            shut(screens, None).await;
            return Err(error.into());
        }
    };
    match api::serve(&config.socket_in(folder.path()), api::gated(Arc::clone(gate))) {
        Ok(local) => Ok(Listeners { peer_port, local, screens }),
        Err(error) => {
            shut(screens, Some(peer_port)).await;
            Err(error.into())
        }
    }
}

/// Closes what was opened already, at once.
async fn shut(screens: Option<Screens>, peer_port: Option<Listening>) {
    if let Some(screens) = screens {
        screens.stop(Duration::ZERO).await;
    }
    if let Some(peer_port) = peer_port {
        // A listener that broke down at once has nothing to add to the error that is told.
        let _ = peer_port.stop(Duration::ZERO).await;
    }
}

impl<U: UseCases> Node<U> {
    fn new(gate: Arc<Gate<U>>, listeners: Listeners, lock: FolderLock) -> Self {
        let socket = gate.ground().config.socket_in(gate.ground().folder.path());
        let listen = listeners.peer_port.address();
        tracing::info!(listen = %observe::safe(&listen), "the node runs");
        Self { gate, listeners, socket, lock }
    }

    /// Where it listens for peers, with the real port.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.listeners.peer_port.address()
    }

    /// Where people find the screens, if they are served.
    #[must_use]
    pub fn screens(&self) -> Option<String> {
        self.listeners.screens.as_ref().map(Screens::url)
    }

    /// All its pages, for a listener that is open already.
    fn pages(&self) -> axum::Router {
        web::gated(Arc::clone(&self.gate), false)
    }

    /// Takes that listener over: it stops with the node.
    fn take(&mut self, screens: Screens) {
        self.listeners.screens = Some(screens);
    }

    /// Where it listens for commands.
    #[must_use]
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// Its use cases; a locked node has none.
    pub async fn use_cases(&self) -> Option<Arc<U>> {
        self.gate.use_cases().await
    }

    /// Returns when the store has stopped for good: nothing can be written any more, by nobody in this process.
    async fn hangs(&self) {
        while !self.gate.ground().store.health().stopped {
            tokio::time::sleep(PULSE).await;
        }
    }

    /// Returns when nobody has used the open node for as long as the settings say.
    async fn left_alone(&self) {
        while !self.gate.is_left_alone().await {
            tokio::time::sleep(PULSE).await;
        }
    }

    /// Stops in reverse: no new packets or commands and no new deliveries, then the store, then the lock. Whatever was
    /// acknowledged is on disk; what was not is as if it had not come.
    pub async fn stop(self) {
        let Self { gate, listeners: Listeners { peer_port, local, screens }, socket: _, lock } = self;
        let no_screens = async {
            if let Some(screens) = screens {
                screens.stop(GRACE).await;
            }
        };
        let (port, (), ()) = tokio::join!(peer_port.stop(GRACE), local.stop(GRACE), no_screens);
        if port.is_err() {
            tracing::warn!("the peer port had broken down");
        }
        let use_cases = match gate.empty().await {
            Inside::Open(open) => Some(open.stop().await),
            Inside::Locked => None,
        };
        // The last owner closes the store, and waits for the disk: not on a thread that others need.
        if tokio::task::spawn_blocking(move || drop((use_cases, gate))).await.is_err() {
            tracing::error!("the store did not close cleanly");
        }
        drop(lock);
        tracing::info!("the node has stopped");
    }
}
