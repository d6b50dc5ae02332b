//! Two agencies of one test, and the wire between them.

use axum::body::Bytes;
use keys::Fingerprint;
use protocol::{code::Explained, fixture};
use serde_json::json;

use crate::{
    service::{
        Inbound, Outgoing, Service,
        testing::{Node, card, founded, worker},
    },
    view::{AddPeer, ReasonRequest, ReferRequest, VerifyPeer},
};

/// A reception centre with one case and a consent, and a shelter; each has verified the other.
pub(crate) struct Pair {
    pub(crate) origin: Node,
    pub(crate) shelter: Node,
    pub(crate) case: String,
    /// Under which [`Pair::refer`] offers.
    pub(crate) consent: String,
    /// The consent that was there first.
    pub(crate) first: String,
}

impl Pair {
    pub(crate) async fn new() -> Self {
        let origin = Node::of(founded("CMO Poipet", "reception", "spean", 1), 1).await.with_sealing_key().await;
        let shelter = Node::of(founded("Damnok Toek", "shelter", "spean", 2), 2).await.with_sealing_key().await;
        introduce(&origin.service, &shelter.service).await;
        introduce(&shelter.service, &origin.service).await;
        let case = origin.service.case_add(&worker(None), fixture::case_json("f02").unwrap()).await.unwrap().id;
        let consent = json!({
            "to": ["damnok toek"], "categories": ["identity", "health"], "purposes": ["care"], "until": "2026-11-30",
            "given_by": "caregiver", "assent": "given", "form": "thumbprint", "witness": "Chan Thy", "language": "km",
            "explained": Explained::ALL,
        });
        let consent = origin.service.consent_grant(&worker(None), &case, consent).await.unwrap().id;
        Self { origin, shelter, case, first: consent.clone(), consent }
    }

    /// Both nodes stop and start.
    pub(crate) async fn restarted(self) -> Self {
        Self { origin: self.origin.restarted().await, shelter: self.shelter.restarted().await, ..self }
    }

    /// The shelter takes so many packets of one peer in a day, from now on.
    pub(crate) async fn with_quota(self, packets: u64) -> Self {
        Self { shelter: self.shelter.with_quota(packets).await, ..self }
    }

    /// What [`Pair::refer`] asks for.
    pub(crate) fn request(&self) -> ReferRequest {
        ReferRequest {
            case: self.case.clone(),
            to: "damnok toek".into(),
            services: vec!["health.consultation".into()],
            urgency: "high".into(),
            summary: "needs a place for some weeks".into(),
            purpose: "care".into(),
            consent: Some(self.consent.clone()),
            categories: Some(vec!["identity".into()]),
            reason: Some("agreed on the telephone".into()),
            ..ReferRequest::default()
        }
    }

    /// Offers the case; nothing is delivered yet.
    pub(crate) async fn refer(&self) -> String {
        self.origin.service.refer(&worker(Some("Sophea")), self.request()).await.unwrap().exchange
    }

    /// Delivers all that waits, and erases what is owed, until nothing moves.
    pub(crate) async fn settle(&self) {
        for _ in 0..8 {
            deliver(&self.origin.service, &self.shelter.service).await;
            self.shelter.service.erase_owed().await.unwrap();
            deliver(&self.shelter.service, &self.origin.service).await;
            self.origin.service.erase_owed().await.unwrap();
        }
    }

    /// Offered, accepted and released.
    pub(crate) async fn released(&self) -> String {
        let id = self.refer().await;
        self.settle().await;
        self.shelter.service.accept(&worker(None), &id).await.unwrap();
        self.settle().await;
        id
    }

    pub(crate) async fn states(&self, id: &str) -> [String; 2] {
        let mut states = Vec::new();
        for service in [&self.origin.service, &self.shelter.service] {
            states.push(service.exchange_show(&worker(None), id).await.unwrap().summary.state);
        }
        [states.remove(0), states.remove(0)]
    }

    /// The state of the case's only custody line.
    pub(crate) async fn custody(&self) -> String {
        let view = self.origin.service.custody(&worker(None), &self.case).await.unwrap();
        view.lines.into_iter().map(|line| line.state).collect::<Vec<_>>().join(" ")
    }
}

/// One makes the other's card its own and compares the digits.
pub(crate) async fn introduce(here: &Service, other: &Service) {
    here.peer_add(&worker(None), AddPeer { card: card(&other.me()) }).await.unwrap();
    verify(here, other).await;
}

pub(crate) async fn verify(here: &Service, other: &Service) {
    let fingerprint = Fingerprint::of(other.me().id()).to_string();
    let request = VerifyPeer { fingerprint, how: None };
    here.peer_verify(&worker(Some("Sophea")), &other.me().id().to_string(), request).await.unwrap();
}

/// Sends everything that waits once; what the other side holds or what may not go stays.
pub(crate) async fn deliver(from: &Service, to: &Service) {
    for (id, seq, _) in from.outbox_due() {
        let Outgoing::Ready { envelope, exported, position, .. } = from.outbox_seal(id, seq).await.unwrap() else {
            continue;
        };
        match to.receive(from.me().id(), &Bytes::from(envelope)).await {
            Inbound::Ack(ack) => drop(from.outbox_done(&position, id, &exported, &ack).await.unwrap()),
            other => panic!("not taken: {other:?}"),
        }
    }
}

pub(crate) fn because(reason: &str) -> ReasonRequest {
    ReasonRequest { reason: reason.into(), text: None }
}
