//! A recording proxy between nodes: it ends TLS on both sides, with keys that the demo gives it, and keeps every
//! HTTP body that passes. So the demo's checks read what really crossed the wire, not what the nodes believe.

use std::{
    collections::BTreeMap,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use axum::body::Bytes;
use keys::{AgencyId, Digest};

use crate::delivery::{
    http::{CallLimits, DeliverError, Delivered, PeerClient, Route},
    inbound::{Answer, InboundError, Inbox, Listening, PeerPortLimits, listen},
    tls::{PeerPins, TransportKey},
};

/// An HTTP body that passed, and which way.
#[derive(Clone, Debug)]
pub struct Passed {
    /// Who called.
    pub from: AgencyId,
    /// Who was called.
    pub to: AgencyId,
    /// What the caller sent; empty for a request without a body.
    pub request: Bytes,
    /// What was answered.
    pub response: Bytes,
}

/// All that passed through the taps of one demo.
#[derive(Clone, Default)]
pub struct Recording(Arc<Mutex<Vec<Passed>>>);

impl Recording {
    /// Everything so far, oldest first.
    #[must_use]
    pub fn all(&self) -> Vec<Passed> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn add(&self, passed: Passed) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(passed);
    }
}

/// An agency as a tap needs it: with the private key that only its node should have.
#[derive(Clone)]
pub struct Tapped {
    /// The agency.
    pub id: AgencyId,
    /// Its transport key.
    pub key: Arc<TransportKey>,
    /// SHA-256 of that key's SPKI.
    pub pin: Digest,
}

/// Stands before one node; the address that peers are told is the tap's.
pub struct Tap {
    node: Tapped,
    /// Where the node really listens.
    address: String,
    clients: BTreeMap<AgencyId, PeerClient>,
    recording: Recording,
}

impl Tap {
    /// Opens a tap before `node` that listens on `address`, for calls of `callers`.
    ///
    /// # Errors
    /// [`InboundError`] if the port can't be opened.
    pub fn open(
        address: SocketAddr,
        node: Tapped,
        real: SocketAddr,
        callers: &[Tapped],
        recording: Recording,
    ) -> Result<OpenTap, InboundError> {
        let pins = Arc::new(PeerPins::new());
        pins.replace(callers.iter().map(|caller| (caller.id, [caller.pin])));
        let client = |caller: &Tapped| (caller.id, PeerClient::new(Arc::clone(&caller.key), CallLimits::default()));
        let key = Arc::clone(&node.key);
        let clients = callers.iter().map(client).collect();
        let tap = Arc::new(Self { node, address: format!("https://{real}"), clients, recording });
        listen(address, &key, pins, tap, &PeerPortLimits::default()).map(OpenTap)
    }

    fn route(&self) -> Route {
        Route { peer: self.node.id, pins: vec![self.node.pin], addresses: vec![self.address.clone()] }
    }

    async fn pass_on(&self, from: AgencyId, envelope: Bytes) -> Result<Delivered, DeliverError> {
        let client = self.clients.get(&from).ok_or(DeliverError::NoAddress)?;
        client.deliver(&self.route(), envelope).await
    }
}

impl Inbox for Tap {
    async fn receive(&self, from: AgencyId, envelope: Bytes) -> Answer {
        let answer = self.pass_on(from, envelope.clone()).await;
        let response = match &answer {
            Ok(Delivered::Ack(ack)) => ack.clone(),
            Ok(Delivered::Held) | Err(_) => Bytes::new(),
        };
        self.recording.add(Passed { from, to: self.node.id, request: envelope, response });
        match answer {
            Ok(Delivered::Ack(ack)) => Answer::Ack(ack),
            Ok(Delivered::Held) => Answer::Held,
            Err(DeliverError::Refused) => Answer::Refused,
            Err(_) => Answer::NoRoom { retry_after: Duration::from_secs(1) },
        }
    }

    async fn public_record(&self, to: AgencyId, after: u64) -> Option<Bytes> {
        let record = self.clients.get(&to)?.fetch_record(&self.route(), after).await.ok()?;
        let passed = Passed { from: to, to: self.node.id, request: Bytes::new(), response: record.clone() };
        self.recording.add(passed);
        Some(record)
    }
}

/// A tap that listens.
pub struct OpenTap(Listening);

impl OpenTap {
    /// Closes it.
    ///
    /// # Errors
    /// If the listener had broken down before.
    pub async fn close(self) -> io::Result<()> {
        self.0.stop(Duration::from_secs(1)).await
    }
}
