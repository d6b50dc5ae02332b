//! Nodes that are watched: each state of the disk during an erasure, and each envelope on the wire.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use axum::body::Bytes;
use keys::{
    Entropy, Secret,
    keyring::ErasureMethod,
    sealing::{Kid, SealingPublic},
};
use node::{
    config::Folder,
    delivery::{
        http::Route,
        worker::{Due, Failure, Outbox, OutboxError, Sealed, Settled},
    },
    run::{self, Door, Opened, Parts, StartError, Waiting},
    service::Service,
    store::{AnyStore, Batch, CommitError, Entry, Health, Pending, Range, ReadError, SledStore, SpaceLimits, Store},
    vault::{KeysAtRest, KeysAtRestError, SharedKeyring, Vault},
    world::World,
};
use tempfile::TempDir;
use tests::{loop_disk::cut_power, thief};
use tokio::sync::Mutex as Gate;
use zeroize::Zeroizing;

/// Is there at each change to a node's disk, and copies the folder (what a `kill -9` there would leave) or cuts the power.
#[derive(Clone)]
pub struct Camera {
    dir: PathBuf,
    /// Held during each change, so that no picture shows another one half done.
    film: Arc<Gate<Film>>,
}

enum Film {
    None,
    Shots(Vec<Shot>),
    /// The power of the disk that is mounted there goes with the change of this number, from 1.
    Power {
        cut_at: usize,
        changes: usize,
        disk: PathBuf,
        after: Option<String>,
    },
}

/// The folder after a change.
pub struct Shot {
    /// After which.
    pub after: String,
    /// The copy.
    pub folder: TempDir,
}

impl Camera {
    pub fn on(dir: PathBuf) -> Self {
        Self { dir, film: Arc::new(Gate::new(Film::None)) }
    }

    /// From now on each change is taken; the first picture is of what is there now.
    pub async fn begin(&self) {
        let mut film = self.film.lock().await;
        *film = Film::Shots(Vec::new());
        self.change(&mut film, "the beginning");
    }

    /// All pictures, in order.
    pub async fn end(&self) -> Vec<Shot> {
        match std::mem::replace(&mut *self.film.lock().await, Film::None) {
            Film::Shots(shots) => shots,
            Film::None | Film::Power { .. } => panic!("it was begun"),
        }
    }

    /// Cuts the power of `disk` right after the change of this number from now.
    pub async fn cut_power_at(&self, change: usize, disk: PathBuf) {
        *self.film.lock().await = Film::Power { cut_at: change, changes: 0, disk, after: None };
    }

    /// After which change the power went, if it did.
    pub async fn power_went(&self) -> Option<String> {
        match &*self.film.lock().await {
            Film::Power { after, .. } => after.clone(),
            Film::None | Film::Shots(_) => None,
        }
    }

    fn change(&self, film: &mut Film, what: &str) {
        match film {
            Film::None => {}
            Film::Shots(shots) => {
                let folder = tempfile::tempdir().expect("a folder");
                thief::copy(&self.dir, folder.path()).expect("copied");
                shots.push(Shot { after: format!("{} {what}", shots.len()), folder });
            }
            Film::Power { cut_at, changes, disk, after } => {
                *changes += 1;
                if *changes == *cut_at {
                    assert!(cut_power(std::slice::from_ref(disk)), "the file system can be shut down");
                    *after = Some(format!("{changes} {what}"));
                }
            }
        }
    }

    /// The use cases over a store and a keyring that it watches.
    pub async fn open(self, opened: Opened) -> Result<Parts<Service, Door, Waiting>, StartError> {
        let Opened { config, store, vault: _, keyring, me, public_file, pins } = opened;
        let store = Watched { store, camera: self.clone() };
        let keys = WatchedKeys { keys: keyring.clone(), camera: self };
        let store = Arc::new(store) as AnyStore;
        let vault = Vault::open(Arc::clone(&store), Arc::new(keys), me.id(), World::system()).await.expect("opens");
        run::open(Opened { config, store, vault, keyring, me, public_file, pins }).await
    }
}

struct Watched {
    store: AnyStore,
    camera: Camera,
}

impl Store for Watched {
    fn get<'a>(&'a self, key: &'a [u8]) -> Pending<'a, Result<Option<Vec<u8>>, ReadError>> {
        self.store.get(key)
    }

    fn scan(&self, range: Range) -> Pending<'_, Result<Vec<Entry>, ReadError>> {
        self.store.scan(range)
    }

    fn commit(&self, batch: Batch) -> Pending<'_, Result<(), CommitError>> {
        Box::pin(async move {
            let mut film = self.camera.film.lock().await;
            let done = self.store.commit(batch).await;
            self.camera.change(&mut film, "commit");
            done
        })
    }

    fn health(&self) -> Health {
        self.store.health()
    }
}

struct WatchedKeys {
    keys: SharedKeyring,
    camera: Camera,
}

impl WatchedKeys {
    /// Keyring changes run on threads for blocking work.
    fn watched<T>(&self, what: &str, change: impl FnOnce() -> T) -> T {
        let mut film = self.camera.film.blocking_lock();
        let done = change();
        self.camera.change(&mut film, what);
        done
    }
}

impl KeysAtRest for WatchedKeys {
    fn ledger_key(&self) -> Secret<32> {
        self.keys.ledger_key()
    }

    fn tombstone_key(&self) -> Secret<32> {
        self.keys.tombstone_key()
    }

    fn epoch(&self, shard: u8) -> u32 {
        self.keys.epoch(shard)
    }

    fn erasure_key(&self, shard: u8, epoch: u32) -> Option<Secret<32>> {
        self.keys.erasure_key(shard, epoch)
    }

    fn intake_public(&self) -> SealingPublic {
        self.keys.intake_public()
    }

    fn open_intake(&self, kid: Kid, enc: &[u8], info: &[u8], aad: &[u8], ct: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        self.keys.open_intake(kid, enc, info, aad, ct)
    }

    fn begin_erasure(&self, shard: u8, entropy: &mut dyn Entropy) -> Result<u32, KeysAtRestError> {
        self.watched("both keys in the keyring", || self.keys.begin_erasure(shard, entropy))
    }

    fn finish_erasure(&self, shard: u8, entropy: &mut dyn Entropy) -> Result<(), KeysAtRestError> {
        self.watched("one key in the keyring", || self.keys.finish_erasure(shard, entropy))
    }

    fn reload(&self) -> Result<(), KeysAtRestError> {
        self.keys.reload()
    }

    fn method(&self) -> ErasureMethod {
        self.keys.method()
    }
}

/// Every envelope that a node sent.
#[derive(Clone, Default)]
pub struct Wire(Arc<Mutex<Vec<Bytes>>>);

impl Wire {
    pub fn recorded(&self) -> Vec<Bytes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The use cases, with a recorder behind the outbox.
    pub async fn open(self, opened: Opened) -> Result<Parts<Service, Door, Recorded>, StartError> {
        let Parts { use_cases, screens, programs, inbox, outbox, outbox_wake, background } = run::open(opened).await?;
        let outbox = Arc::new(Recorded { outbox, wire: self });
        Ok(Parts { use_cases, screens, programs, inbox, outbox, outbox_wake, background })
    }
}

/// An outbox whose envelopes are kept.
pub struct Recorded {
    outbox: Arc<Waiting>,
    wire: Wire,
}

impl Outbox for Recorded {
    type Item = <Waiting as Outbox>::Item;
    type Token = <Waiting as Outbox>::Token;

    async fn due(&self) -> Result<Vec<Due<Self::Item>>, OutboxError> {
        self.outbox.due().await
    }

    async fn seal(&self, due: &Due<Self::Item>) -> Result<Sealed<Self::Token>, OutboxError> {
        let sealed = self.outbox.seal(due).await?;
        if let Sealed::Ready { envelope, .. } = &sealed {
            self.wire.0.lock().unwrap_or_else(PoisonError::into_inner).push(envelope.clone());
        }
        Ok(sealed)
    }

    async fn done(&self, due: &Due<Self::Item>, token: Self::Token, ack: Bytes) -> Result<Settled, OutboxError> {
        self.outbox.done(due, token, ack).await
    }

    async fn failed(&self, due: &Due<Self::Item>, why: &Failure, in_a_row: u32) {
        self.outbox.failed(due, why, in_a_row).await;
    }

    async fn wanted(&self) -> (Route, u64) {
        self.outbox.wanted().await
    }

    fn not_fetched(&self, peer: keys::AgencyId) {
        self.outbox.not_fetched(peer);
    }

    async fn learned(&self, peer: keys::AgencyId, record: Bytes) -> Result<bool, OutboxError> {
        self.outbox.learned(peer, record).await
    }
}

/// What a node finds in a folder after a `kill -9` there, and does by itself when it starts.
pub async fn start_and_erase(folder: &Folder, passphrase: &str) {
    let config = node::config::Config::load(&folder.config()).expect("its settings");
    let keyring = keys::Keyring::unlock(&folder.keyring(), passphrase.as_bytes()).expect("its keyring");
    let limits = SpaceLimits { mark: 0, ballast: 1 << 20, floor: 0 };
    let store = SledStore::open_with(folder.path(), limits).expect("its store");
    let keyring = SharedKeyring::new(keyring);
    let record = std::fs::read(folder.public_record()).expect("its record");
    let record = keys::PublicRecord::from_bytes(&record).expect("a record");
    let me = record.verify(keys::NetworkId::from_name(tests::agency::NETWORK)).expect("a valid record");
    let (store, pins) = (Arc::new(store) as AnyStore, Arc::default());
    let vault = Vault::open(Arc::clone(&store), Arc::new(keyring.clone()), me.id(), World::system()).await;
    let vault = vault.expect("store and keyring of one day");
    let public_file = folder.public_record();
    let parts = run::open(Opened { config, store, vault, keyring, me, public_file, pins }).await.expect("starts");
    parts.use_cases.erase_owed().await.expect("erases");
    for task in parts.background {
        task.abort();
        let _ = task.await;
    }
}
