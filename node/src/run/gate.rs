//! Locked and open: what each has, and the way from one to the other.
//!
//! A locked node owns an intake and no key; what the use cases are made of comes into being by unlocking and is gone
//! when the node stops. Locking a running node is the program's matter ([`super::serve()`]): it stops everything and
//! begins anew as a fresh process image, so that nothing of the open node is left in memory.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::Router;
use keys::{Timestamp, keyring::KeyringError};
use tokio::{sync::Notify, task::JoinHandle};
use zeroize::Zeroizing;

use super::{
    GRACE, Opened, StartError,
    doors::{Doors, Doorway, Receive},
    ground::{Ground, try_passphrase},
    tries::Tries,
};
use crate::{
    api::{self, Answer, UseCases},
    delivery::{tls::TransportKey, worker::WorkerHandle},
    service::Actor,
    vault::Vault,
    view::{LockedView, LockingView, Problem, Trouble, UnlockedView},
    web,
};

/// The use cases are open, and nothing works for them yet.
pub(super) struct Ready<U> {
    pub(super) use_cases: Arc<U>,
    pub(super) inbox: Arc<dyn Receive>,
    pub(super) routes: Router,
    pub(super) screens: Router,
    pub(super) programs: Router,
    pub(super) vault: Vault,
    pub(super) background: Vec<JoinHandle<()>>,
    /// Starts the worker, once the listeners are there.
    pub(super) work: Box<dyn FnOnce() -> WorkerHandle + Send>,
}

/// An open node.
pub(super) struct Open<U> {
    pub(super) use_cases: Arc<U>,
    vault: Vault,
    worker: WorkerHandle,
    background: Vec<JoinHandle<()>>,
}

impl<U> Ready<U> {
    pub(super) fn doorway(&self) -> Doorway {
        let (routes, screens, programs) = (self.routes.clone(), self.screens.clone(), self.programs.clone());
        Doorway::Open { inbox: Arc::clone(&self.inbox), routes, screens, programs }
    }

    pub(super) fn begin(self) -> Open<U> {
        let Self { use_cases, inbox: _, routes: _, screens: _, programs: _, vault, background, work } = self;
        Open { use_cases, vault, worker: work(), background }
    }
}

impl<U> Open<U> {
    /// No new deliveries, and no timers. Who still has the use cases drops them after this.
    pub(super) async fn stop(self) -> Arc<U> {
        self.worker.stop(GRACE).await;
        end(self.background).await;
        self.use_cases
    }
}

pub(super) async fn end(background: Vec<JoinHandle<()>>) {
    for task in background {
        task.abort();
        // Aborted, or ended by itself: both are an end.
        let _ = task.await;
    }
}

/// What is behind the doors.
pub(super) enum Inside<U> {
    /// No key is here.
    Locked,
    Open(Open<U>),
}

/// Opens the use cases, as often as the node is unlocked.
pub(super) type Opener<U> = Box<
    dyn Fn(Opened, Arc<TransportKey>) -> Pin<Box<dyn Future<Output = Result<Ready<U>, StartError>> + Send>>
        + Send
        + Sync,
>;

/// Where a passphrase is typed. Each counts its own wrong tries: the page may be open to a whole network, and whoever
/// guesses there must not keep the node's own user from unlocking it.
#[derive(Clone, Copy)]
enum Door {
    Socket,
    Page,
}

/// A node between locked and open.
pub(super) struct Gate<U> {
    ground: Ground,
    opener: Opener<U>,
    doors: Arc<Doors>,
    inside: tokio::sync::Mutex<Inside<U>>,
    tries: [Mutex<Tries>; 2],
    since: Timestamp,
    /// It was locked because nobody was there.
    unattended: bool,
    lock_asked: Notify,
}

impl<U: Send + Sync + 'static> Gate<U> {
    pub(super) fn new(ground: Ground, opener: Opener<U>) -> Self {
        let (doors, since) = (Arc::new(Doors::new(&ground.folder.public_record())), ground.world.now());
        let (inside, tries) = (tokio::sync::Mutex::new(Inside::Locked), Default::default());
        Self { ground, opener, doors, inside, tries, since, unattended: false, lock_asked: Notify::new() }
    }

    /// One that locked itself because nobody was there.
    pub(super) fn unattended(self) -> Self {
        Self { unattended: true, ..self }
    }

    pub(super) const fn ground(&self) -> &Ground {
        &self.ground
    }

    /// For the peer port.
    pub(super) fn doors(&self) -> Arc<Doors> {
        Arc::clone(&self.doors)
    }

    /// From now on envelopes are kept unopened.
    pub(super) async fn keep_envelopes(&self) -> Result<(), StartError> {
        let intake = self.ground.intake().await?;
        self.doors.lead_to(Doorway::Locked(Arc::new(intake)));
        Ok(())
    }

    /// Opens the use cases with a keyring.
    pub(super) async fn open(&self, keyring: keys::keyring::Keyring) -> Result<Ready<U>, StartError> {
        (self.opener)(self.ground.unlock(keyring).await?, Arc::clone(&self.ground.key)).await
    }

    /// From now on requests go to the use cases.
    pub(super) async fn let_in(&self, ready: Ready<U>) {
        self.doors.lead_to(ready.doorway());
        *self.inside.lock().await = Inside::Open(ready.begin());
    }

    pub(super) async fn use_cases(&self) -> Option<Arc<U>> {
        match &*self.inside.lock().await {
            Inside::Open(open) => Some(Arc::clone(&open.use_cases)),
            Inside::Locked => None,
        }
    }

    /// What is inside, to be stopped.
    pub(super) async fn empty(&self) -> Inside<U> {
        std::mem::replace(&mut *self.inside.lock().await, Inside::Locked)
    }

    /// Returns when somebody who may asked for the node to be locked.
    pub(super) async fn lock_asked(&self) {
        self.lock_asked.notified().await;
    }

    fn tries(&self, door: Door) -> std::sync::MutexGuard<'_, Tries> {
        let [socket, page] = &self.tries;
        let tries = match door {
            Door::Socket => socket,
            Door::Page => page,
        };
        tries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn keyring_of(
        &self,
        passphrase: Zeroizing<Vec<u8>>,
        door: Door,
    ) -> Result<keys::keyring::Keyring, StartError> {
        let file = self.ground.folder.keyring();
        let tried = tokio::task::spawn_blocking(move || try_passphrase(file, &passphrase)).await;
        let keyring = tried.map_err(std::io::Error::other)?;
        if matches!(keyring, Err(StartError::Keyring(KeyringError::WrongPassphrase))) {
            self.tries(door).was_wrong(Instant::now());
            tracing::warn!("a wrong passphrase was tried");
        }
        keyring
    }

    /// The way from locked to open. On failure the node is locked as before.
    async fn unlocked(&self, passphrase: Zeroizing<Vec<u8>>, door: Door) -> Result<Ready<U>, StartError> {
        let keyring = self.keyring_of(passphrase, door).await?;
        // What is being kept is finished first: an erasure that goes on now destroys the key it is sealed to.
        self.doors.shut().await;
        match self.open(keyring).await {
            Ok(ready) => Ok(ready),
            Err(error) => {
                tracing::error!(code = error.code(), "the node could not be opened");
                self.keep_envelopes().await?;
                Err(error)
            }
        }
    }

    async fn unlock_at(&self, door: Door, actor: &Actor, passphrase: Zeroizing<Vec<u8>>) -> Answer<UnlockedView> {
        // One try at a time: guesses can't be made side by side.
        let Ok(mut inside) = self.inside.try_lock() else {
            return Err(problem("node/locked", 409, "the node is being unlocked already", "try again"));
        };
        if matches!(*inside, Inside::Open(_)) {
            return Err(problem("node/not-locked", 409, "the node is not locked", "nothing is to be done"));
        }
        self.tries(door).may(Instant::now()).map_err(too_soon)?;
        let waiting = self.doors.intake().map_or(0, |intake| count(intake.waiting()));
        let ready = self.unlocked(passphrase, door).await.map_err(|error| error.problem())?;
        let (doorway, vault) = (ready.doorway(), ready.vault.clone());
        let wrong_tries = self.tries(Door::Socket).take().saturating_add(self.tries(Door::Page).take());
        if wrong_tries > 0 {
            audit(&vault, actor.event("node.unlock").refused("keyring/wrong-passphrase")).await;
        }
        audit(&vault, actor.event("node.unlock")).await;
        self.doors.lead_to(doorway);
        *inside = Inside::Open(ready.begin());
        tracing::info!("the node is unlocked");
        Ok(UnlockedView { waiting, wrong_tries })
    }
}

impl<U: UseCases> Gate<U> {
    /// Whether nobody has used the open node for as long as the settings say. Then that it is locked now is written
    /// down, and the caller locks it.
    pub(super) async fn is_left_alone(&self) -> bool {
        let Some(limit) = self.ground.config.lock.after() else { return false };
        // Whoever unlocks it just now is somebody.
        let Ok(inside) = self.inside.try_lock() else { return false };
        match &*inside {
            Inside::Open(open) if open.use_cases.unattended() >= limit => {
                audit(&open.vault, Actor::Node.event("node.lock-idle")).await;
                true
            }
            Inside::Open(_) | Inside::Locked => false,
        }
    }
}

impl<U: Send + Sync + 'static> api::Gate for Gate<U> {
    fn routes(&self) -> Option<Router> {
        self.doors.routes()
    }

    fn programs(&self) -> Option<Router> {
        self.doors.programs()
    }

    fn locked(&self) -> LockedView {
        let me = self.ground.me().ok();
        let health = self.ground.store.health();
        let mut troubles = vec![trouble("node/locked", "the node is locked: `spean unlock` opens it")];
        if health.low_space || health.reserve_in_use {
            troubles
                .push(trouble("node/disk-full", "the disk is nearly full: nothing more is kept until there is room"));
        }
        if health.failed || health.damaged {
            troubles.push(trouble("node/store-failed", "the disk does not take changes: look at the node's log"));
        }
        LockedView {
            locked: true,
            version: env!("CARGO_PKG_VERSION").into(),
            agency: me.as_ref().map(|me| me.id().to_string()).unwrap_or_default(),
            name: me.map(|me| me.name().to_owned()).unwrap_or_default(),
            listen: self.ground.config.listen.to_string(),
            since: self.since,
            unattended: self.unattended,
            waiting: self.doors.intake().map_or(0, |intake| count(intake.waiting())),
            free_bytes: health.free_bytes,
            troubles,
        }
    }

    async fn unlock(&self, actor: &Actor, passphrase: Zeroizing<Vec<u8>>) -> Answer<UnlockedView> {
        self.unlock_at(Door::Socket, actor, passphrase).await
    }

    async fn lock(&self, actor: &Actor) -> Answer<LockingView> {
        let Ok(inside) = self.inside.try_lock() else {
            return Err(problem("node/locked", 409, "the node is being unlocked just now", "try again"));
        };
        if let Inside::Open(open) = &*inside {
            // A disk that takes no entry must not keep the node open.
            audit(&open.vault, actor.event("node.lock")).await;
            self.lock_asked.notify_one();
        }
        Ok(LockingView { locking: true })
    }
}

impl<U: Send + Sync + 'static> web::Gate for Gate<U> {
    fn screens(&self) -> Option<Router> {
        self.doors.screens()
    }

    fn locked(&self) -> (LockedView, Timestamp) {
        (api::Gate::locked(self), self.ground.world.now())
    }

    async fn unlock(&self, passphrase: Zeroizing<Vec<u8>>) -> Answer<UnlockedView> {
        // Nobody is signed in at a locked node: whoever knows the agency's passphrase acts for it.
        let by = UNLOCK_PAGE.parse().ok();
        let actor = Actor::Operator { uid: rustix::process::geteuid().as_raw(), by, approved_by: None };
        self.unlock_at(Door::Page, &actor, passphrase).await
    }
}

/// How the audit log names whoever unlocked the node in a browser.
const UNLOCK_PAGE: &str = "on the unlock page";

async fn audit(vault: &Vault, event: crate::audit::Event) {
    if vault.record(event).await.is_err() {
        tracing::error!("locking or unlocking could not be written into the audit log");
    }
}

fn too_soon(wait: Duration) -> Problem {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    let title = format!("wrong passphrases were tried: the next may be tried in {seconds} s");
    problem("keyring/too-soon", 429, &title, "wait, and type it slowly")
}

fn problem(code: &str, status: u16, title: &str, hint: &str) -> Problem {
    Problem { code: code.into(), status, title: title.into(), hint: Some(hint.into()), faults: Vec::new() }
}

fn trouble(code: &str, text: &str) -> Trouble {
    Trouble { code: code.into(), text: text.into(), about: None }
}

fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}
