//! A whole node but for its sockets and its disk: the real service over a real vault, whose store can be copied,
//! put back and watched.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use keys::{
    AgencyId, Card, Entropy, Fingerprint, KeyId, KeyringError, Secret, SigningKey, VerifiedAgency, VerifyingKey,
    founding::Founding,
    label,
    sealing::{Kid, SealingKey, SealingPublic},
};
use node::{
    service::{Actor as By, Inbound, Opening, Service, Settings, SigningKeys, keep_first_key},
    store::{AnyStore, Batch, CommitError, Entry, Health, MemoryStore, Pending, Range, ReadError, Store},
    vault::{ErasureMethod, KeysAtRest, KeysAtRestError, Vault},
    view::{AddPeer, VerifyPeer},
};
use tokio::runtime::Runtime;
use zeroize::Zeroizing;

use crate::actors::{Actor, founded, network, world};

/// Everything that lies in a store.
pub type Contents = BTreeMap<Vec<u8>, Vec<u8>>;

/// Erasure keys that never change: nothing is erased here.
struct FixedKeys;

impl KeysAtRest for FixedKeys {
    fn ledger_key(&self) -> Secret<32> {
        Secret::new(Box::new([0x11; 32]))
    }

    fn tombstone_key(&self) -> Secret<32> {
        Secret::new(Box::new([0x22; 32]))
    }

    fn epoch(&self, _: u8) -> u32 {
        1
    }

    fn erasure_key(&self, shard: u8, epoch: u32) -> Option<Secret<32>> {
        (epoch == 1).then(|| Secret::new(Box::new(label::digest_of(&[shard]).0)))
    }

    fn intake_public(&self) -> SealingPublic {
        SealingKey::from_seed(Secret::new(Box::new([0x33; 32]))).public().clone()
    }

    fn open_intake(&self, _: Kid, _: &[u8], _: &[u8], _: &[u8], _: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        None
    }

    fn begin_erasure(&self, _: u8, _: &mut dyn Entropy) -> Result<u32, KeysAtRestError> {
        Err(KeysAtRestError("not here".into()))
    }

    fn finish_erasure(&self, _: u8, _: &mut dyn Entropy) -> Result<(), KeysAtRestError> {
        Err(KeysAtRestError("not here".into()))
    }

    fn reload(&self) -> Result<(), KeysAtRestError> {
        Ok(())
    }

    fn method(&self) -> ErasureMethod {
        ErasureMethod::BestEffort
    }
}

/// A store that counts what is written to it.
#[derive(Clone)]
struct Watched {
    store: MemoryStore,
    commits: Arc<AtomicUsize>,
}

impl Store for Watched {
    fn get<'a>(&'a self, key: &'a [u8]) -> Pending<'a, Result<Option<Vec<u8>>, ReadError>> {
        self.store.get(key)
    }

    fn scan(&self, range: Range) -> Pending<'_, Result<Vec<Entry>, ReadError>> {
        self.store.scan(range)
    }

    fn commit(&self, batch: Batch) -> Pending<'_, Result<(), CommitError>> {
        self.commits.fetch_add(1, Ordering::Relaxed);
        self.store.commit(batch)
    }

    fn health(&self) -> Health {
        self.store.health()
    }
}

/// One agency's node, in memory.
pub struct Home {
    /// Its use cases.
    pub service: Arc<Service>,
    /// The runtime that everything of it runs on.
    pub runtime: Runtime,
    founding: Founding,
    watched: Watched,
    /// Unanswered offers that it takes from one peer.
    quota: usize,
}

impl Home {
    /// A new agency that nobody knows yet.
    pub fn new(name: &str, kind: &str, seed: u64) -> Self {
        let founding = founded(name, kind, seed);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let watched = Watched { store: MemoryStore::new(), commits: Arc::default() };
        let me = founding.record.verify(network()).expect("verifies");
        let quota = 1 << 20;
        let service = runtime.block_on(async {
            let vault = vault(&watched, me.id(), seed).await;
            keep_first_key(&vault, &founding.sealing, me.sealing_key_ends().expect("ends")).await.expect("keeps");
            open(&watched, &founding, quota, seed).await
        });
        Self { service, runtime, founding, watched, quota }
    }

    /// This agency.
    pub fn me(&self) -> Arc<VerifiedAgency> {
        self.service.me()
    }

    /// Its people learn of the peer and compare the digits.
    pub fn meet(&self, peer: &Actor) {
        self.runtime.block_on(async {
            let card = Card::new(peer.record.record().clone()).to_text();
            self.service.peer_add(&staff(), AddPeer { card }).await.expect("adds");
            let fingerprint = Fingerprint::of(peer.id()).to_string();
            let verify = VerifyPeer { fingerprint, how: None };
            self.service.peer_verify(&staff(), &peer.id().to_string(), verify).await.expect("verifies");
        });
    }

    /// One envelope over the link of `from`.
    pub fn receive(&self, from: AgencyId, envelope: &[u8]) -> Inbound {
        self.runtime.block_on(self.service.receive(from, envelope))
    }

    /// How often anything was written.
    pub fn commits(&self) -> usize {
        self.watched.commits.load(Ordering::Relaxed)
    }

    /// All that lies in its store.
    pub fn contents(&self) -> Contents {
        self.watched.store.contents()
    }

    /// Starts anew over an earlier store.
    pub fn put_back(&mut self, contents: &Contents, quota: usize) {
        self.quota = quota;
        self.watched = Watched { store: MemoryStore::holding(contents.clone()), commits: Arc::default() };
        self.service = self.runtime.block_on(open(&self.watched, &self.founding, quota, 7));
    }

    /// The secret half of its published key, for looking at what a packet says.
    pub fn sealing(&self) -> &keys::sealing::SealingKey {
        &self.founding.sealing
    }
}

async fn vault(watched: &Watched, me: AgencyId, seed: u64) -> Vault {
    let store: AnyStore = Arc::new(watched.clone());
    Vault::open(store, Arc::new(FixedKeys), me, world(seed)).await.expect("opens")
}

async fn open(watched: &Watched, founding: &Founding, quota: usize, seed: u64) -> Arc<Service> {
    let me = founding.record.verify(network()).expect("verifies");
    let settings = Settings {
        network: "spean".into(),
        listen: "127.0.0.1:0".into(),
        public: "https://here.example:8443".into(),
        open_offers_per_peer: quota,
        // What becomes of each of a hundred thousand packets is the question here.
        packets_per_day_per_peer: 1_000_000_000,
        backups_kept_days: 35,
        keys_and_cases_together: false,
        requests_per_token: 20,
        two_persons: true,
        locks_when_idle: None,
        passkeys: None,
    };
    let vault = vault(watched, me.id(), seed ^ 0x5eed).await;
    let held = Arc::new(OneKey(*founding.op_seed.expose()));
    let public_file = std::env::temp_dir().join("spean-hostile-agency.public");
    Service::open(Opening { vault, held, me, public_file, settings }).await.expect("opens")
}

/// One signing key, which nobody changes.
struct OneKey([u8; 32]);

impl SigningKeys for OneKey {
    fn active(&self) -> Option<SigningKey> {
        SigningKey::from_seed(keys::Secret::new(Box::new(self.0)))
    }

    fn second(&self) -> Option<SigningKey> {
        None
    }

    fn root(&self) -> Option<SigningKey> {
        None
    }

    fn add(&self, _: &mut dyn Entropy) -> Result<VerifyingKey, KeyringError> {
        Err(KeyringError::NoSuchKey)
    }

    fn activate(&self, _: KeyId, _: &mut dyn Entropy) -> Result<(), KeyringError> {
        Err(KeyringError::NoSuchKey)
    }

    fn destroy(&self, _: KeyId, _: &mut dyn Entropy) -> Result<(), KeyringError> {
        Err(KeyringError::NoSuchKey)
    }

    fn replace_root(&self, _: keys::Secret<32>, _: &mut dyn Entropy) -> Result<(), KeyringError> {
        Err(KeyringError::NoSuchKey)
    }
}

/// Two people of the agency.
pub fn staff() -> By {
    let name = |name: &str| name.parse().expect("a name");
    By::Operator { uid: 1000, by: Some(name("Sorn Maly")), approved_by: Some(name("Heng Visal")) }
}

/// Bytes of a store's contents.
pub fn size(contents: &Contents) -> usize {
    contents.iter().map(|(key, value)| key.len() + value.len()).sum()
}
