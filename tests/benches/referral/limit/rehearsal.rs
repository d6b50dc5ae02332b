//! One offer between two services of this process, to learn what the nodes sign, send and write.

use std::sync::{Arc, Mutex, PoisonError};

use keys::{Card, Fingerprint, keyring::Keyring};
use node::{
    config::Config,
    run::{self, Opened},
    service::{Actor, Inbound, Outgoing, Service},
    store::{AnyStore, Batch, CommitError, Entry, Health, Pending, Range, ReadError, SledStore, Store},
    vault::{SharedKeyring, Vault},
    view::{AddPeer, ReferRequest, VerifyPeer},
    world::World,
};
use protocol::{code::AgencyKind, fixture, offer::Triage};
use serde_json::json;
use tests::{
    agency::{Agency, PASSPHRASE},
    town::{FOR_SHELTER, request},
};

/// What one offer is made of.
pub struct Rehearsed {
    /// The triage summary, as it is embedded.
    pub triage: Vec<u8>,
    /// Bytes that travel.
    pub envelope: usize,
    /// Bytes that travel back.
    pub ack: usize,
    /// The sender's commit, the recipient's, and the sender's when the receipt came.
    pub commits: [Batch; 3],
}

/// A store that keeps a copy of what is committed.
struct Recording {
    store: SledStore,
    seen: Arc<Mutex<Vec<Batch>>>,
}

impl Store for Recording {
    fn get<'a>(&'a self, key: &'a [u8]) -> Pending<'a, Result<Option<Vec<u8>>, ReadError>> {
        self.store.get(key)
    }

    fn scan(&self, range: Range) -> Pending<'_, Result<Vec<Entry>, ReadError>> {
        self.store.scan(range)
    }

    fn commit(&self, batch: Batch) -> Pending<'_, Result<(), CommitError>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).push(batch.clone());
        self.store.commit(batch)
    }

    fn health(&self) -> Health {
        self.store.health()
    }
}

struct Half {
    service: Arc<Service>,
    seen: Arc<Mutex<Vec<Batch>>>,
}

impl Half {
    async fn open(agency: &Agency) -> Self {
        let (folder, me) = (agency.folder(), agency.record());
        let keyring = Keyring::unlock(&folder.keyring(), PASSPHRASE.as_bytes()).expect("a keyring");
        let keyring = SharedKeyring::new(keyring);
        let seen = Arc::new(Mutex::new(Vec::new()));
        let store = SledStore::open(folder.path()).expect("a store");
        let store: AnyStore = Arc::new(Recording { store, seen: Arc::clone(&seen) });
        let vault = Vault::open(Arc::clone(&store), Arc::new(keyring.clone()), me.id(), World::system())
            .await
            .expect("a vault");
        let config = Config::load(&folder.config()).expect("settings");
        let opened =
            Opened { config, store, vault, keyring, me, public_file: folder.public_record(), pins: Arc::default() };
        let parts = run::open(opened).await.expect("a service");
        parts.background.into_iter().for_each(|task| task.abort());
        Self { service: parts.use_cases, seen }
    }

    async fn meet(&self, other: &Self) {
        let me = other.service.me();
        let card = Card::new(me.record().clone()).to_text();
        self.service.peer_add(&worker(), AddPeer { card }).await.expect("a card");
        let verify = VerifyPeer { fingerprint: Fingerprint::of(me.id()).to_string(), how: None };
        self.service.peer_verify(&worker(), &me.id().to_string(), verify).await.expect("the same digits");
    }

    fn last_commit(&self) -> Batch {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).last().expect("a commit").clone()
    }
}

pub async fn one_offer() -> Rehearsed {
    let place = tempfile::tempdir().expect("a folder");
    let agencies =
        [("CMO", AgencyKind::Reception), ("DT", AgencyKind::Shelter)].map(|(n, k)| Agency::make(place.path(), n, k));
    let [cmo, dt] = [Half::open(&agencies[0]).await, Half::open(&agencies[1]).await];
    cmo.meet(&dt).await;
    dt.meet(&cmo).await;
    let request = refer(&cmo, &agencies[1]).await;
    let shown = cmo.service.preview(&worker(), request.clone()).await.expect("a preview");
    let triage =
        Triage::from_json(&shown.triage).expect("a summary").to_bytes().expect("a summary that can be encoded");
    // The first offer of a case counts as any other.
    cmo.service.refer(&worker(), request).await.expect("an offer");
    let offered = cmo.last_commit();
    let (id, seq, _) = cmo.service.outbox_due()[0];
    let sealed = cmo.service.outbox_seal(id, seq).await.expect("an outbox");
    let Outgoing::Ready { envelope, exported, position, .. } = sealed else { panic!("not ready") };
    let Inbound::Ack(ack) = dt.service.receive(agencies[0].id, &envelope).await else { panic!("not taken") };
    let received = dt.last_commit();
    cmo.service.outbox_done(&position, id, &exported, &ack).await.expect("a receipt");
    Rehearsed { triage, envelope: envelope.len(), ack: ack.len(), commits: [offered, received, cmo.last_commit()] }
}

async fn refer(cmo: &Half, to: &Agency) -> ReferRequest {
    let record = fixture::case_json("f04").expect("an invented child");
    let case = cmo.service.case_add(&worker(), record).await.expect("a case").id;
    let consent = json!({
        "to": [to.name],
        "categories": FOR_SHELTER,
        "purposes": ["shelter"],
        "given_by": "best_interest",
        "assent": "given",
        "reason": "The child travels alone and needs a safe place; every step was talked over with the child.",
        "why_nobody": "No caregiver could be found yet.",
    });
    cmo.service.consent_grant(&worker(), &case, consent).await.expect("a consent");
    serde_json::from_value(request(&case, to)).expect("a request")
}

fn worker() -> Actor {
    let [by, approved_by] = ["Sorn Maly", "Heng Visal"].map(|name| Some(name.parse().expect("a name")));
    Actor::Operator { uid: 0, by, approved_by }
}
