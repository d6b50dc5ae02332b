//! A known peer that the test plays by hand: it has an agency's keys from its folder, and says what no node would.

use std::sync::{Arc, Mutex, PoisonError};

use axum::body::Bytes;
use keys::{
    AgencyId, Digest, KeyId, Keyring, NetworkId, Secret, SigningKey, VerifiedAgency, cbor,
    sealing::{self, SealingKey, SealingPublic},
};
use node::{
    config::Folder,
    delivery::{
        http::{CallLimits, DeliverError, Delivered, PeerClient, Route},
        inbound::{Answer, Inbox, Listening, PeerPortLimits, listen},
        tls::{PeerPins, TransportKey},
    },
    world::World,
};
use protocol::{
    ExchangeId,
    ack::{self, AckReply, AckResult},
    code::{AgeBand, ConsentBasis, Purpose, TriageSex, Urgency},
    envelope::{Binding, Introduced, Outer, pad},
    exchange::{Next, Position, SealTo},
    offer::{Area, TriageDraft},
    open::{Me, OpeningKey, SealedEnvelope},
    packet::{Body, Class, Embedded, Header, OfferBody, PACKET, PacketDraft, build},
};

use crate::agency::{Agency, NETWORK, PASSPHRASE};

/// An agency whose node does not run.
pub struct Puppet {
    pub record: VerifiedAgency,
    pub signing: SigningKey,
    transport: Arc<TransportKey>,
    client: PeerClient,
    address: std::net::SocketAddr,
}

/// A packet in parts, each of which can be changed before it is signed.
#[derive(Clone)]
pub struct Packet {
    pub header: Header,
    pub k_commit: [u8; 32],
    pub body: Vec<u8>,
}

/// An envelope, and what is needed to read the answer to it.
#[derive(Clone)]
pub struct Letter {
    pub bytes: Vec<u8>,
    pub exchange: ExchangeId,
    exported: Arc<Secret<32>>,
}

/// An offer, with the key that the answer will be sealed to.
pub struct Opening {
    pub packet: Packet,
    pub key: Arc<SealingKey>,
}

/// What the recipient's acceptance gave: its place, and the key that all else is sealed to.
pub struct Accepted {
    pub position: Position,
    pub key: SealingPublic,
}

impl Puppet {
    /// Takes over from the agency's node, which must not run.
    pub fn of(agency: &Agency) -> Self {
        let folder: Folder = agency.folder();
        let keyring = Keyring::unlock(&folder.keyring(), PASSPHRASE.as_bytes()).expect("its keyring");
        let signing = SigningKey::from_seed(keyring.signing_key().seed().duplicate()).expect("its key");
        let transport = Arc::new(TransportKey::load(&folder.transport_key()).expect("its transport key"));
        let client = PeerClient::new(Arc::clone(&transport), CallLimits::default());
        Self { record: agency.record(), signing, transport, client, address: agency.listen }
    }

    /// A sound offer to `to`.
    pub fn offer(&self, to: &VerifiedAgency) -> Opening {
        let entropy = &mut World::system().entropy();
        let (nonce, key) = (keys::random_bytes::<32>(entropy), Arc::new(SealingKey::generate(entropy)));
        let triage = triage();
        let exchange = ExchangeId::of(self.record.id(), to.id(), &nonce);
        let body = Body::Offer(OfferBody { nonce: Embedded(nonce.to_vec()), triage: Embedded(triage) });
        let mut draft = self.draft(to, exchange, None, body);
        draft.expires = Some(World::system().now().plus(2 * 86_400));
        draft.reply_key = Some(key.public().clone());
        Opening { packet: self.packet(draft), key }
    }

    /// A sound packet after the offer; `prev` is our packet before it.
    pub fn after(
        &self,
        to: &VerifiedAgency,
        exchange: ExchangeId,
        seq: u64,
        prev: Digest,
        seen: Option<Position>,
        body: Body,
    ) -> Packet {
        let class = if seen.is_some() { Class::Exchange } else { Class::Sealing };
        let next = Next { seq, prev: Some(prev), seen, class, seal_to: SealTo::SealingKey, fresh_key: false };
        self.packet(self.draft(to, exchange, Some(next), body))
    }

    fn draft(&self, to: &VerifiedAgency, exchange: ExchangeId, next: Option<Next>, body: Body) -> PacketDraft {
        PacketDraft {
            network: NetworkId::from_name(NETWORK),
            sender: self.record.id(),
            incarnation: self.record.incarnation(),
            sender_head: self.record.head(),
            recipient: to.id(),
            recipient_head: Some(to.head()),
            exchange,
            next,
            now: World::system().now(),
            expires: None,
            reply_key: None,
            purpose: Purpose::Shelter,
            body,
        }
    }

    fn packet(&self, draft: PacketDraft) -> Packet {
        let inner = build(draft, &self.signing, &mut World::system().entropy()).expect("a sound packet");
        Packet {
            header: inner.header().clone(),
            k_commit: *inner.k_commit().expose(),
            body: inner.body_bytes().to_vec(),
        }
    }

    /// The next call makes a connection of its own.
    pub fn hang_up(&mut self) {
        self.client = PeerClient::new(Arc::clone(&self.transport), CallLimits::default());
    }

    /// Posts bytes over this agency's own link.
    pub async fn post(&self, to: &Agency, bytes: &[u8]) -> Result<Delivered, DeliverError> {
        self.post_to(&to.record(), to.listen, bytes).await
    }

    /// As [`Puppet::post`], to a node whose folder can't be read just now.
    pub async fn post_to(
        &self,
        to: &VerifiedAgency,
        listen: std::net::SocketAddr,
        bytes: &[u8],
    ) -> Result<Delivered, DeliverError> {
        let addresses = vec![format!("https://{listen}")];
        let route = Route { peer: to.id(), pins: to.transport_pins().to_vec(), addresses };
        self.client.deliver(&route, bytes.to_vec().into()).await
    }

    /// Asks `of` for this agency's part of the cut of a revoked key.
    pub async fn ask_cut(&self, of: &Agency, key: KeyId) -> Result<Bytes, DeliverError> {
        let record = of.record();
        let addresses = vec![format!("https://{}", of.listen)];
        let route = Route { peer: of.id, pins: record.transport_pins().to_vec(), addresses };
        self.client.fetch_cut(&route, key).await
    }

    /// Posts an envelope, and reads the sealed answer.
    pub async fn send(&self, to: &Agency, letter: &Letter) -> AckResult {
        let answer = match self.post(to, &letter.bytes).await {
            Ok(Delivered::Ack(answer)) => answer,
            other => panic!("no acknowledgement, but {other:?}"),
        };
        let AckReply::Answered(reply) = ack::open(&answer, &letter.exported).expect("a sealed answer") else {
            panic!("held by a locked node")
        };
        let network = NetworkId::from_name(NETWORK);
        let ack = reply.verify(&to.record(), self.record.id(), network, letter.exchange).expect("signed by the peer");
        ack.items.first().expect("one item").result
    }

    /// Listens where the agency's node would, until the peer's acceptance of `offer` comes; it is never acknowledged.
    pub async fn accepted(&self, by: &VerifiedAgency, offer: &Opening) -> Accepted {
        let came = Arc::new(Came::default());
        let port = self.listen(by, &came);
        let me = Me { network: NetworkId::from_name(NETWORK), agency: self.record.id() };
        let introduced =
            Introduced { exchange: offer.packet.header.exchange, sender: by.id(), by: offer.packet.hash() };
        let begun = std::time::Instant::now();
        let accepted = loop {
            assert!(begun.elapsed() < crate::agency::PATIENCE, "no acceptance came");
            tokio::time::sleep(std::time::Duration::from_millis(40)).await;
            let newest = came.0.lock().unwrap_or_else(PoisonError::into_inner).last().cloned();
            let Some(bytes) = newest else { continue };
            let key = OpeningKey { key: Arc::clone(&offer.key), introduced: Some(introduced) };
            let opened = SealedEnvelope::parse(&bytes).expect("an envelope").open(&[key], &me);
            let packet = opened.expect("sealed to us").verify(by, &me).expect("by the peer");
            let key = packet.header().reply_key.clone().expect("an acceptance brings a key");
            break Accepted { position: packet.position(), key };
        };
        port.stop(std::time::Duration::ZERO).await.expect("the port closes");
        accepted
    }

    fn listen(&self, peer: &VerifiedAgency, came: &Arc<Came>) -> Listening {
        let pins = Arc::new(PeerPins::new());
        pins.replace([(peer.id(), peer.transport_pins().to_vec())]);
        listen(self.address, &self.transport, pins, Arc::clone(came), &PeerPortLimits::default()).expect("a free port")
    }
}

impl Packet {
    /// Names the packet.
    pub fn hash(&self) -> Digest {
        keys::label::hash(PACKET, &cbor::encode(&self.header))
    }

    /// The bytes that are sealed.
    pub fn signed(&self, key: &SigningKey) -> Vec<u8> {
        let header = cbor::encode(&self.header);
        let signature = key.sign(PACKET, &header);
        let mut bytes = vec![0xa4];
        let parts: [&[u8]; 4] = [&header, &signature.0, &self.k_commit, &self.body];
        for (number, part) in (0..).zip(parts) {
            bytes.push(number);
            byte_string(&mut bytes, part);
        }
        bytes
    }

    /// Signed by `key` and sealed to `to`, whose key was brought by the packet `introduced`.
    pub fn letter(&self, key: &SigningKey, to: &SealingPublic, introduced: Option<Digest>) -> Letter {
        self.letter_of(&self.signed(key), to, introduced)
    }

    /// These bytes, sealed as this packet would be.
    pub fn letter_of(&self, inner: &[u8], to: &SealingPublic, introduced: Option<Digest>) -> Letter {
        self.letter_padded(&pad(inner).expect("short enough"), to, introduced)
    }

    /// This plaintext, sealed as this packet would be.
    pub fn letter_padded(&self, plain: &[u8], to: &SealingPublic, introduced: Option<Digest>) -> Letter {
        let binding = Binding::for_packet(&self.header, introduced).expect("class and key fit");
        let outer = Outer { suite: sealing::SUITE, kid: to.kid() }.to_bytes();
        let sealed = sealing::seal(to, &binding.info(to.kid()), &outer, plain, &mut World::system().entropy());
        let sealed = sealed.expect("sealed");
        Letter {
            bytes: [outer.as_slice(), &sealed.enc, &sealed.ct].concat(),
            exchange: self.header.exchange,
            exported: Arc::new(sealed.exported),
        }
    }
}

/// Head and content of a CBOR byte string, in the shortest form.
fn byte_string(out: &mut Vec<u8>, content: &[u8]) {
    match u16::try_from(content.len()).expect("below 64 KiB") {
        short @ ..=23 => out.push(0x40 | u8::try_from(short).expect("below 24")),
        byte @ 24..=0xff => out.extend([0x58, u8::try_from(byte).expect("below 256")]),
        long => {
            out.push(0x59);
            out.extend(long.to_be_bytes());
        }
    }
    out.extend_from_slice(content);
}

/// The newest key that `agency` publishes.
pub fn published(agency: &VerifiedAgency) -> SealingPublic {
    agency.newest_sealing_key(World::system().now()).expect("a published key").clone()
}

fn triage() -> Vec<u8> {
    let draft = TriageDraft {
        purpose: Purpose::Shelter,
        services: vec!["shelter.transitional".parse().expect("a service")],
        age_band: AgeBand::Unknown,
        sex: TriageSex::NotStated,
        languages: Vec::new(),
        urgency: Urgency::High,
        area: Area::Unknown,
        would_follow: std::collections::BTreeSet::new(),
        basis: ConsentBasis::BestInterest,
        group_size: 1,
        arrival: None,
        support: std::collections::BTreeSet::new(),
        text: "Needs a bed tonight.".into(),
    };
    protocol::offer::Triage::build_unguarded(&draft).expect("a triage").to_bytes().expect("its bytes")
}

/// Keeps what comes, and answers as a locked node does: the sender tries again.
#[derive(Default)]
struct Came(Mutex<Vec<Vec<u8>>>);

impl Inbox for Came {
    async fn receive(&self, _: AgencyId, envelope: Bytes) -> Answer {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(envelope.to_vec());
        Answer::Held
    }

    async fn public_record(&self, _: AgencyId, _: u64) -> Option<Bytes> {
        None
    }
}
