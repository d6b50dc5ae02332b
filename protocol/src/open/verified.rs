//! The last stage: a packet whose sender is proven.

use keys::{
    Digest, Secret, Timestamp, VerifiedAgency, label,
    sealing::{Kid, SUITE},
};

use super::{Content, Me, OpenError, OpenedPacket};
use crate::{
    envelope::Binding,
    exchange::{ExchangeId, Parties, Position, Refusal, Role, Step},
    limits::{CREATED_AHEAD, CREATED_PAST},
    packet::{Body, Header, Inner, OtherVersion, PACKET, PacketKind},
};

/// Signed by an agency we know, with a key valid at this point of its log, sealed and meant for us. The only
/// packet that later stages accept; [`OpenedPacket::verify`] is its only constructor.
#[derive(Debug)]
pub struct VerifiedPacket {
    inner: Box<Inner>,
    hash: Digest,
    body: Result<Body, Refusal>,
    /// Our exchange key that opened it, for class 1.
    sealed_to: Option<Kid>,
    exported: Secret<32>,
    envelope: Digest,
}

/// A packet that was not verified: why, and, where the sender is proven all the same, what to answer.
#[derive(Debug)]
pub struct NotVerified {
    /// The first check that failed.
    pub error: OpenError,
    /// What a sealed acknowledgement needs; `None`: the one empty answer.
    pub answer: Option<Box<ToAnswer>>,
}

/// What is needed to refuse a packet by name though it can't be processed.
#[derive(Debug)]
pub struct ToAnswer {
    /// The secret that the answer is sealed with.
    pub exported: Secret<32>,
    /// The exchange that the packet claims.
    pub exchange: ExchangeId,
    /// Its place there.
    pub position: Position,
    /// What to say.
    pub refusal: Refusal,
}

impl OpenedPacket {
    /// Proves the packet. `sender` is the key state of the agency that it claims; that, too, is checked.
    ///
    /// # Errors
    /// The first check that failed.
    pub fn verify(self, sender: &VerifiedAgency, me: &Me) -> Result<VerifiedPacket, NotVerified> {
        let inner = match self.content {
            Content::Ours(inner) => inner,
            Content::OtherVersion { version, other } => {
                return Err(other_version(version, &other, self.exported, sender, me));
            }
        };
        let body = inner.body();
        match check(&inner, body.as_ref(), &self.binding, sender, me) {
            Ok(()) => {
                let sealed_to = self.binding.introduced.map(|_| self.kid);
                let hash = inner.packet_hash();
                Ok(VerifiedPacket { inner, hash, body, sealed_to, exported: self.exported, envelope: self.digest })
            }
            Err(error) => {
                let header = inner.header();
                let position = header.position(inner.packet_hash());
                let (exchange, exported) = (header.exchange, self.exported);
                let answer =
                    error.refusal().map(|refusal| Box::new(ToAnswer { exported, exchange, position, refusal }));
                Err(NotVerified { error, answer })
            }
        }
    }
}

/// All checks on a packet of our version, in the order of `docs/protocol.md` 3.7.
fn check(
    inner: &Inner,
    body: Result<&Body, &Refusal>,
    binding: &Binding,
    sender: &VerifiedAgency,
    me: &Me,
) -> Result<(), OpenError> {
    let header = inner.header();
    if header.sender() != sender.id() {
        return Err(OpenError::OtherSender);
    }
    // Over the received bytes, not over a second encoding.
    sender.verify_by_op_key(header.common.key, PACKET, inner.header_bytes(), inner.signature())?;
    if header.recipient != me.agency {
        return Err(OpenError::NotForMe);
    }
    check_class(header, binding)?;
    if header.common.network != me.network {
        return Err(OpenError::Network);
    }
    if header.common.incarnation == 0 || header.common.incarnation > sender.incarnation() {
        return Err(OpenError::Incarnation);
    }
    if header.suite != SUITE {
        return Err(OpenError::Suite(header.suite));
    }
    if !inner.body_is_committed() {
        return Err(OpenError::Commitment);
    }
    if header.kind() == Some(PacketKind::Offer) { check_offer(header, body) } else { Ok(()) }
}

/// Header, kind of packet, and the key that opened it must agree on the class, and on the exchange.
fn check_class(header: &Header, binding: &Binding) -> Result<(), OpenError> {
    let fits = header.class() == Some(binding.class());
    if !fits || header.kind().is_some_and(|kind| !kind.may_be(binding.class())) {
        return Err(OpenError::Class);
    }
    match &binding.introduced {
        Some(made_for) if made_for.exchange != header.exchange || made_for.sender != header.sender() => {
            Err(OpenError::KeyOfOtherExchange)
        }
        Some(_) | None => Ok(()),
    }
}

/// The nonce must give the exchange's id: nobody can choose one, or open one in another's name.
fn check_offer(header: &Header, body: Result<&Body, &Refusal>) -> Result<(), OpenError> {
    let Ok(Body::Offer(offer)) = body else { return Err(OpenError::Offer) };
    let nonce: [u8; 32] = offer.nonce.0.as_slice().try_into().map_err(|_| OpenError::Offer)?;
    let expected = ExchangeId::of(header.sender(), header.recipient, &nonce);
    if header.exchange == expected { Ok(()) } else { Err(OpenError::ExchangeId) }
}

/// Another version: all that is checked is who signed it, for this network, so that it can be refused by name.
fn other_version(
    version: u64,
    other: &OtherVersion,
    exported: Secret<32>,
    sender: &VerifiedAgency,
    me: &Me,
) -> NotVerified {
    let refuse = |error| NotVerified { error, answer: None };
    let common = &other.claim.common;
    if common.agency != sender.id() {
        return refuse(OpenError::OtherSender);
    }
    if let Err(fault) = sender.verify_by_op_key(common.key, PACKET, &other.header_bytes, &other.signature) {
        return refuse(fault.into());
    }
    if common.network != me.network {
        return refuse(OpenError::Network);
    }
    let hash = label::hash(PACKET, &other.header_bytes);
    let answer = other.claim.exchange.zip(other.claim.seq).map(|(exchange, seq)| {
        let position = Position { incarnation: common.incarnation, seq, hash };
        Box::new(ToAnswer { exported, exchange, position, refusal: Refusal::Version })
    });
    NotVerified { error: OpenError::Version(version), answer }
}

impl VerifiedPacket {
    /// The header.
    #[must_use]
    pub const fn header(&self) -> &Header {
        self.inner.header()
    }

    /// The content.
    ///
    /// # Errors
    /// [`Refusal::Type`] or [`Refusal::Body`]; the packet's [`VerifiedPacket::step`] says the same.
    pub fn body(&self) -> Result<&Body, Refusal> {
        self.body.as_ref().map_err(|refusal| *refusal)
    }

    /// The exact bytes and what they hold.
    #[must_use]
    pub const fn inner(&self) -> &Inner {
        &self.inner
    }

    /// Names the packet.
    #[must_use]
    pub const fn packet_hash(&self) -> Digest {
        self.hash
    }

    /// Its place in its sender's chain.
    #[must_use]
    pub const fn position(&self) -> Position {
        self.header().position(self.hash)
    }

    /// The secret for the acknowledgement.
    #[must_use]
    pub const fn exported(&self) -> &Secret<32> {
        &self.exported
    }

    /// Names the envelope that it came in.
    #[must_use]
    pub const fn envelope_digest(&self) -> Digest {
        self.envelope
    }

    /// The exchange that it would open, seen from here; for an `Offer`.
    #[must_use]
    pub const fn parties(&self) -> Parties {
        let header = self.header();
        Parties { id: header.exchange, origin: header.sender(), recipient: header.recipient, role: Role::Recipient }
    }

    /// The packet as the exchange sees it. Refuse it further with [`Step::refused`], for example a release that
    /// its consent does not cover, before handing it to [`crate::exchange::Exchange::receive`].
    #[must_use]
    pub fn step(&self) -> Step {
        Step { sealed_to: self.sealed_to, ..self.inner.step_with(self.body.as_ref()) }
    }

    /// Whether `created` is so far from `now` that the sender's clock must be wrong: taken, but flagged to people
    /// (`docs/protocol.md` 3.10).
    #[must_use]
    pub fn clock_is_wrong(&self, now: Timestamp) -> bool {
        let created = self.header().created;
        created.plus(CREATED_PAST) < now || created > now.plus(CREATED_AHEAD)
    }
}
