//! A service of its own for each test: real vault, keys and records, in memory.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use keys::{
    Card, NetworkId, Policy, PublicRecord, Timestamp, VerifiedAgency,
    founding::{Founding, FoundingRequest, found},
    log::Recovery,
};

pub(crate) use super::exchange::tests::pair::{Pair, deliver};
pub(crate) use super::keys::tests::held::MemorySigning;
use super::{
    Actor, Opening, Service, Settings, Through, keep_first_key,
    people::{PersonId, Roles, SessionId, Site},
};
use crate::{
    store::{AnyStore, MemoryStore},
    vault::{Vault, testing::MemoryKeys},
    world::{
        World,
        testing::{ManualClock, SeededEntropy},
    },
};

/// 2026-06-01, the day of the invented children.
pub(crate) const TODAY: Timestamp = Timestamp(1_780_272_000);

/// One agency's node, which can be stopped and started again.
pub(crate) struct Node {
    pub(crate) service: Arc<Service>,
    /// Its wall clock, which may be set.
    pub(crate) clock: Arc<ManualClock>,
    uptime: Arc<ManualClock>,
    seed: u64,
    store: MemoryStore,
    keys: MemoryKeys,
    founding: Founding,
    signing: MemorySigning,
    network: NetworkId,
    packets_per_day: u64,
    /// Where its public record lies.
    folder: tempfile::TempDir,
    /// For which address passkeys are.
    passkeys: Option<Site>,
}

impl Node {
    /// A reception centre.
    pub(crate) async fn new() -> Self {
        Self::of(founded("CMO Poipet", "reception", "spean", 1), 1).await
    }

    pub(crate) async fn of(founding: Founding, seed: u64) -> Self {
        let clock = Arc::new(ManualClock(AtomicU64::new(TODAY.0)));
        let uptime = Arc::new(ManualClock::default());
        let world = watched(&clock, &uptime, seed);
        let (store, keys) = (MemoryStore::new(), MemoryKeys::new());
        let network = NetworkId::from_name("spean");
        let packets_per_day = 2_000;
        let folder = tempfile::tempdir().unwrap();
        let passkeys = Site::of(&[], 7080, false);
        let signing = MemorySigning::of(&founding);
        let limits = (packets_per_day, folder.path(), passkeys.clone());
        let service = start(&store, (&keys, &signing), &world, &founding, network, limits).await;
        Self {
            service,
            clock,
            uptime,
            seed,
            store,
            keys,
            founding,
            signing,
            network,
            packets_per_day,
            folder,
            passkeys,
        }
    }

    /// As `init` leaves it: with the first sealing key under lock, so that it can be offered cases.
    pub(crate) async fn with_sealing_key(self) -> Self {
        let ends = self.service.me().sealing_key_ends().unwrap();
        keep_first_key(&self.service.vault, &self.founding.sealing, ends).await.unwrap();
        self.restarted().await
    }

    /// What a restart sees.
    pub(crate) async fn restarted(self) -> Self {
        // Another process: it draws other bytes, and knows of the time what is stored.
        let seed = self.seed + 1_000;
        let world = watched(&self.clock, &self.uptime, seed);
        let Self { store, keys, founding, signing, network, packets_per_day, folder, passkeys, .. } = &self;
        let limits = (*packets_per_day, folder.path(), passkeys.clone());
        let service = start(store, (keys, signing), &world, founding, *network, limits).await;
        Self { service, seed, ..self }
    }

    /// What stands on its recovery kit.
    pub(crate) fn next_root_seed(&self) -> keys::Secret<32> {
        self.founding.next_root_seed.duplicate()
    }

    /// Restarted with this setting.
    pub(crate) async fn with_quota(self, packets_per_day: u64) -> Self {
        Self { packets_per_day, ..self }.restarted().await
    }

    /// Restarted where there is no name that passkeys could be for.
    pub(crate) async fn without_passkeys(self) -> Self {
        Self { passkeys: None, ..self }.restarted().await
    }

    /// A copy of all that it stores.
    pub(crate) fn copy(&self) -> BTreeMap<Vec<u8>, Vec<u8>> {
        self.store.contents()
    }

    /// Another node with the same keys, which goes on from a copy.
    pub(crate) async fn put_back(self, copy: BTreeMap<Vec<u8>, Vec<u8>>) -> Self {
        Self { store: MemoryStore::holding(copy), ..self }.restarted().await
    }

    /// Where its signing keys lie.
    pub(crate) const fn signing(&self) -> &MemorySigning {
        &self.signing
    }

    /// From now on nothing can be written, or no longer so.
    pub(crate) fn refuse_changes(&self, refuses: bool) {
        self.store.refuse_changes(refuses);
    }

    /// Time passes, on the wall clock too.
    pub(crate) fn pass(&self, seconds: u64) {
        self.clock.0.fetch_add(seconds, Ordering::Relaxed);
        self.uptime.0.fetch_add(seconds, Ordering::Relaxed);
    }

    /// The wall clock is set; no time passes.
    pub(crate) fn set_clock(&self, wall: Timestamp) {
        self.clock.0.store(wall.0, Ordering::Relaxed);
    }

    /// What the audit log says was done, with its outcome, oldest first.
    pub(crate) async fn acts(&self) -> Vec<(String, String)> {
        let entries = self.service.vault.audit().read(None, 1000).await.unwrap();
        entries.into_iter().map(|e| (e.entry.action.clone(), e.entry.outcome.to_string())).collect()
    }
}

fn watched(clock: &Arc<ManualClock>, uptime: &Arc<ManualClock>, seed: u64) -> World {
    World::watched(Arc::clone(clock) as _, Arc::clone(uptime) as _, SeededEntropy::new(seed))
}

async fn start(
    store: &MemoryStore,
    (keys, signing): (&MemoryKeys, &MemorySigning),
    world: &World,
    founding: &Founding,
    network: NetworkId,
    (packets_per_day, folder, passkeys): (u64, &Path, Option<Site>),
) -> Arc<Service> {
    let public_file = folder.join("agency.public");
    let shown = std::fs::read(&public_file).ok().map(|bytes| PublicRecord::from_bytes(&bytes).unwrap());
    let me = shown.as_ref().unwrap_or(&founding.record).verify(network).unwrap();
    let store: AnyStore = Arc::new(store.clone());
    let vault = Vault::open(store, Arc::new(keys.clone()), me.id(), world.clone()).await.unwrap();
    let settings = Settings {
        network: "spean".into(),
        listen: "127.0.0.1:0".into(),
        public: "https://cmo.example:8443".into(),
        open_offers_per_peer: 64,
        packets_per_day_per_peer: packets_per_day,
        backups_kept_days: 35,
        keys_and_cases_together: false,
        requests_per_token: 20,
        two_persons: true,
        locks_when_idle: None,
        passkeys,
    };
    let held = Arc::new(signing.clone());
    Service::open(Opening { vault, held, me, public_file, settings }).await.unwrap()
}

/// A new agency; equal seeds give equal keys.
pub(crate) fn founded(name: &str, kind: &str, network: &str, seed: u64) -> Founding {
    let request = FoundingRequest {
        network: NetworkId::from_name(network),
        name: name.into(),
        country: "KH".into(),
        recovery: Recovery::default(),
        policy: Policy {
            suites: vec![1],
            min_version: 1,
            kind: kind.into(),
            services: vec!["health.consultation".into()],
            categories: vec![("identity".into(), 1)],
            max_packet: 1 << 20,
        },
        transport_pins: vec![keys::label::digest_of(&seed.to_be_bytes())],
        addresses: vec!["https://dt.example:8443".into()],
    };
    found(request, TODAY, &mut SeededEntropy::new(seed)).unwrap()
}

pub(crate) fn verified(founding: &Founding) -> VerifiedAgency {
    founding.record.verify(NetworkId::from_name("spean")).unwrap()
}

pub(crate) fn card(agency: &VerifiedAgency) -> String {
    Card::new(agency.record().clone()).to_text()
}

/// A worker, alone or with a second person.
pub(crate) fn worker(second: Option<&str>) -> Actor {
    let name = |text: &str| text.parse().unwrap();
    Actor::Operator { uid: 1000, by: Some(name("Dara")), approved_by: second.map(name) }
}

/// Somebody who signed in, with these roles.
pub(crate) fn person(roles: Roles) -> Actor {
    let (id, session) = (PersonId::new([7; 16]), SessionId::new([7; 8]));
    Actor::Person { id, name: "Chan Maly".parse().unwrap(), roles, through: Through::Session(session) }
}
