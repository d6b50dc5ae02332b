//! Puts the service between the peer port, the worker and the clock.

use std::{path::Path, sync::Arc, time::Duration};

use axum::body::Bytes;
use keys::{AgencyId, KeyId, Secret, VerifiedAgency};
use protocol::{ExchangeId, exchange::Position};
use tokio::task::JoinHandle;

use super::{Opened, Parts, StartError, arrivals, ground::by_agency};
use crate::{
    api,
    config::Config,
    delivery::{
        http::{DeliverError, HeadsAsked, Route},
        inbound::{Answer, Inbox},
        tls::PeerPins,
        worker::{Due, Failure, Outbox, OutboxError, Sealed, Settled},
    },
    observe::safe,
    service::{
        Actor, Fetched, HeadsQuestion, Inbound, Opening, Outgoing, Service, ServiceError, Settings, Settlement,
        people::Site,
    },
    vault::{SharedKeyring, Vault},
    web,
};

/// How often the clock is looked at.
const TICK: Duration = Duration::from_secs(30);
/// When a peer whose packet could not be kept may try again.
const NO_ROOM: Duration = Duration::from_secs(10);
/// After a failed erasure or look at the clock.
const AGAIN: Duration = Duration::from_secs(5);

/// Opens the service over what was unlocked, and the parts of the node around it.
///
/// # Errors
/// [`StartError`].
pub async fn open(opened: Opened) -> Result<Parts<Service, Door, Waiting>, StartError> {
    let Opened { config, store: _, vault, keyring, me, public_file, pins } = opened;
    let secure = config.web.tls_files(Path::new("")).is_some();
    let service = service_over(&config, &vault, keyring, me, &public_file).await?;
    learn_pins(&service, &vault, &pins).await;
    Ok(Parts {
        screens: web::router(Arc::clone(&service), secure, config.web.connections_at_once.to_usize()),
        programs: api::remote::router(Arc::clone(&service)),
        inbox: Arc::new(Door { service: Arc::clone(&service), public_file: public_file.into() }),
        outbox: Arc::new(Waiting(Arc::clone(&service))),
        outbox_wake: service.outbox_wake(),
        background: background(&service, &vault, &pins),
        use_cases: service,
    })
}

/// The use cases alone, over what was unlocked.
///
/// # Errors
/// [`StartError`].
pub(super) async fn service_over(
    config: &Config,
    vault: &Vault,
    keyring: SharedKeyring,
    me: VerifiedAgency,
    public_file: &Path,
) -> Result<Arc<Service>, StartError> {
    let held = Arc::new(keyring);
    let secure = config.web.tls_files(Path::new("")).is_some();
    let settings = Settings {
        network: config.network.as_str().to_owned(),
        listen: config.listen.to_string(),
        public: config.public_url().as_str().to_owned(),
        open_offers_per_peer: config.quotas.unanswered_offers_per_peer.to_usize(),
        packets_per_day_per_peer: config.quotas.packets_per_day_per_peer.get(),
        requests_per_token: config.web.api_requests_per_s.to_u32(),
        backups_kept_days: u64::from(config.backup.kept_days.to_u32()),
        keys_and_cases_together: config.people.keys_and_cases_together,
        two_persons: config.people.two_persons,
        locks_when_idle: config.lock.after(),
        passkeys: Site::of(&config.web.names, config.web.address.port(), secure),
    };
    let opening = Opening { vault: vault.clone(), held, me, public_file: public_file.to_owned(), settings };
    Service::open(opening).await.map_err(|error| StartError::UseCases(error.to_string()))
}

/// What runs beside requests: erasures, the clock, the list of who may connect, what came while the node was locked.
fn background(service: &Arc<Service>, vault: &Vault, pins: &Arc<PeerPins>) -> Vec<JoinHandle<()>> {
    let (eraser, clock, door) = (Arc::clone(service), Arc::clone(service), Arc::clone(service));
    let (pins, known) = (Arc::clone(pins), vault.clone());
    vec![
        tokio::spawn(arrivals::open_all(Arc::clone(service), vault.clone())),
        tokio::spawn(async move {
            let wake = eraser.erasure_wake();
            loop {
                wake.notified().await;
                if let Err(error) = eraser.erase_owed().await {
                    tracing::error!(code = error.code(), "an erasure is not complete; it goes on");
                    tokio::time::sleep(AGAIN).await;
                    wake.notify_one();
                }
            }
        }),
        tokio::spawn(async move {
            loop {
                if let Err(error) = clock.tick().await {
                    tracing::error!(code = error.code(), "what time asks for could not be done; it is tried again");
                }
                tokio::time::sleep(TICK).await;
            }
        }),
        tokio::spawn(async move {
            let changed = door.peers_changed();
            loop {
                changed.notified().await;
                learn_pins(&door, &known, &pins).await;
            }
        }),
    ]
}

/// The service behind the peer port.
pub struct Door {
    service: Arc<Service>,
    public_file: Box<Path>,
}

impl Inbox for Door {
    async fn receive(&self, from: AgencyId, envelope: Bytes) -> Answer {
        // On a task of its own: a peer that hangs up does not stop what was begun.
        let service = Arc::clone(&self.service);
        let taken = tokio::spawn(async move { service.receive(from, &envelope).await }).await;
        match taken {
            Ok(Inbound::Ack(ack)) => Answer::Ack(ack.into()),
            Ok(Inbound::Refused(_)) => Answer::Refused,
            // Not 429: that holds back everything of the peer, and its withdrawals have a budget of their own.
            Ok(Inbound::OverQuota(retry_after)) => Answer::NoRoom { retry_after },
            Ok(Inbound::NoRoom) | Err(_) => Answer::NoRoom { retry_after: NO_ROOM },
        }
    }

    async fn public_record(&self, _to: AgencyId, _after: u64) -> Option<Bytes> {
        tokio::fs::read(&self.public_file).await.ok().map(Bytes::from)
    }

    async fn cut(&self, to: AgencyId, key: KeyId) -> Option<Bytes> {
        match self.service.leaf_for(to, key).await {
            Ok(answer) => answer.map(Bytes::from),
            Err(error) => {
                tracing::warn!(peer = %safe(&to), code = error.code(), "what stands of a revoked key could not be read");
                None
            }
        }
    }

    async fn heads(&self, to: AgencyId, ask: HeadsAsked) -> Option<Bytes> {
        match self.service.heads_for(to, question(ask)).await {
            Ok(answer) => Some(answer.into()),
            Err(error) => {
                tracing::warn!(peer = %safe(&to), code = error.code(), "what a restored peer asked could not be told");
                None
            }
        }
    }
}

/// The service's outbox before the worker.
pub struct Waiting(Arc<Service>);

/// What opens the acknowledgement of one sealing.
pub struct Token {
    exported: Secret<32>,
    position: Position,
}

impl Outbox for Waiting {
    type Item = u64;
    type Token = Token;

    async fn due(&self) -> Result<Vec<Due<u64>>, OutboxError> {
        let due = self.0.outbox_due().into_iter();
        Ok(due.map(|(id, item, peer)| Due { peer, exchange: keys::Digest(*id.as_bytes()), item }).collect())
    }

    async fn seal(&self, due: &Due<u64>) -> Result<Sealed<Token>, OutboxError> {
        match self.0.outbox_seal(ExchangeId::new(due.exchange), due.item).await.map_err(logged)? {
            Outgoing::Ready { envelope, exported, position, peer } => Ok(Sealed::Ready {
                envelope: envelope.into(),
                route: route(&peer),
                token: Token { exported, position },
            }),
            Outgoing::NeedsRecord { peer } => Ok(Sealed::NeedsRecord { route: route(&peer), after: peer.head().seq }),
            Outgoing::NotNow => Ok(Sealed::NotNow),
            Outgoing::Gone => Ok(Sealed::Gone),
        }
    }

    async fn done(&self, due: &Due<u64>, token: Token, ack: Bytes) -> Result<Settled, OutboxError> {
        let exchange = ExchangeId::new(due.exchange);
        let settled = self.0.outbox_done(&token.position, exchange, &token.exported, &ack).await.map_err(logged)?;
        Ok(match settled {
            Settlement::Ended => Settled::Ended,
            Settlement::Held => Settled::Held,
            Settlement::NotAnAck => Settled::NotAnAck,
        })
    }

    async fn failed(&self, due: &Due<u64>, why: &Failure, in_a_row: u32) {
        let refused = if matches!(why, Failure::Call(DeliverError::Refused)) { in_a_row } else { 0 };
        self.0.outbox_failed(ExchangeId::new(due.exchange), due.item, refused);
    }

    async fn wanted(&self) -> (Route, u64) {
        let peer = self.0.record_wanted().await;
        (route(&peer), peer.head().seq)
    }

    fn not_fetched(&self, peer: AgencyId) {
        self.0.record_came(&peer, "no_answer");
    }

    fn cuts_wanted(&self, peer: AgencyId) -> Vec<KeyId> {
        self.0.cuts_wanted(peer)
    }

    async fn cut_came(&self, peer: AgencyId, key: KeyId, answer: Bytes) -> Result<(), OutboxError> {
        self.0.cut_came(peer, key, &answer).await.map(drop).map_err(logged)
    }

    fn heads_wanted(&self, peer: AgencyId) -> Option<HeadsAsked> {
        let HeadsQuestion { nonce, after, head } = self.0.heads_wanted(peer)?;
        Some(HeadsAsked { nonce, after: after.map(|after| keys::Digest(*after.as_bytes())), head })
    }

    async fn heads_came(&self, peer: AgencyId, ask: HeadsAsked, answer: Bytes) -> Result<bool, OutboxError> {
        self.0.heads_came(peer, question(ask), &answer).await.map_err(logged)
    }

    async fn learned(&self, peer: AgencyId, record: Bytes) -> Result<bool, OutboxError> {
        let heard = self.0.peer_record_fetched(&Actor::Node, &peer, &record).await;
        self.0.record_came(&peer, outcome(&heard));
        match heard {
            Ok(fresh) => Ok(fresh),
            Err(ServiceError::Store(error)) => Err(logged(ServiceError::Store(error))),
            Err(error) => {
                tracing::warn!(peer = %safe(&peer), code = error.code(), "a fetched record was not accepted");
                Ok(false)
            }
        }
    }
}

fn question(ask: HeadsAsked) -> HeadsQuestion {
    HeadsQuestion { nonce: ask.nonce, after: ask.after.map(ExchangeId::new), head: ask.head }
}

/// What a person is told who asked for the record.
const fn outcome(heard: &Result<bool, ServiceError>) -> Fetched {
    match heard {
        Ok(true) => "up_to_date",
        Ok(false) => "older",
        Err(ServiceError::CardContradicts) => "contradicts",
        Err(ServiceError::CardVoid) => "void",
        Err(_) => "unusable",
    }
}

/// Who may connect, by which keys: from now on here, and for when the node is locked.
async fn learn_pins(service: &Service, vault: &Vault, pins: &PeerPins) {
    let known = service.pins();
    pins.replace(by_agency(&known));
    if vault.keep_pins(&known).await.is_err() {
        tracing::warn!("a locked node would not know all its peers: their keys could not be written down");
    }
}

fn route(peer: &keys::VerifiedAgency) -> Route {
    Route { peer: peer.id(), pins: peer.transport_pins().to_vec(), addresses: peer.addresses().to_vec() }
}

fn logged(error: ServiceError) -> OutboxError {
    tracing::warn!(code = error.code(), "the outbox could not be used");
    OutboxError
}
