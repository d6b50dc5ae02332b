//! Building a packet: from what is to be said to signed bytes.

use keys::{
    AgencyId, Common, Digest, Entropy, Head, NetworkId, PROTOCOL_VERSION, Secret, SigningKey, Timestamp,
    sealing::{SUITE, SealingPublic},
};
use zeroize::Zeroizing;

use super::{
    Header, Inner, ONWARD_NONE, REFERRAL,
    body::{Body, BodyError},
    inner,
};
use crate::{
    code::Purpose,
    exchange::{ExchangeId, Next},
    packet::{Class, PacketKind},
};

/// What a packet says, before it is signed.
#[derive(Clone, Debug)]
pub struct PacketDraft {
    /// The network.
    pub network: NetworkId,
    /// This agency.
    pub sender: AgencyId,
    /// This agency's incarnation.
    pub incarnation: u64,
    /// End of this agency's key log.
    pub sender_head: Head,
    /// For whom.
    pub recipient: AgencyId,
    /// End of its key log as known here.
    pub recipient_head: Option<Head>,
    /// In which exchange.
    pub exchange: ExchangeId,
    /// Its place in the exchange; `None` for the offer that opens it.
    pub next: Option<Next>,
    /// Now.
    pub now: Timestamp,
    /// When the offer lapses; for offers only.
    pub expires: Option<Timestamp>,
    /// A fresh exchange key, if [`Next::fresh_key`] asks for it; offers always bring one.
    pub reply_key: Option<SealingPublic>,
    /// For what.
    pub purpose: Purpose,
    /// The content.
    pub body: Body,
}

/// Why no packet was built.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// The content is too large or malformed.
    #[error(transparent)]
    Body(#[from] BodyError),
    /// A fresh key is missing, or there is one that must not be.
    #[error("the packet must bring a fresh exchange key exactly if its place asks for one")]
    Key,
    /// An offer without time limit, another packet with one, or a packet without a place in the exchange.
    #[error("exactly an offer has a time limit and no place after other packets")]
    Place,
}

/// Signs what `draft` says. Draws the commitment key from `entropy` (32 bytes).
///
/// # Errors
/// [`BuildError`] if the draft does not fit its place in the exchange.
pub fn build(draft: PacketDraft, key: &SigningKey, entropy: &mut dyn Entropy) -> Result<Inner, BuildError> {
    let is_offer = draft.body.kind() == PacketKind::Offer;
    if is_offer != draft.expires.is_some() || is_offer != draft.next.is_none() {
        return Err(BuildError::Place);
    }
    if draft.reply_key.is_some() != draft.next.as_ref().is_none_or(|next| next.fresh_key) {
        return Err(BuildError::Key);
    }
    let body = Zeroizing::new(draft.body.to_bytes()?);
    let k_commit = Secret::random(entropy);
    let header = header(&draft, key, &k_commit, &body);
    Ok(Inner::sign(header, k_commit, (draft.body, body), key))
}

/// Only a release refers to a consent statement.
fn consent_ref(body: &Body, k_commit: &Secret<32>) -> Option<Digest> {
    match body {
        Body::Release(release) => Some(inner::consent_ref(k_commit, &release.consent.0)),
        Body::Offer(_)
        | Body::Withdraw(_)
        | Body::Accept(_)
        | Body::Decline(_)
        | Body::Note(_)
        | Body::Progress(_)
        | Body::Return(_)
        | Body::Complete(_)
        | Body::Rekey(_)
        | Body::Erased(_) => None,
    }
}

/// The place of an offer: the first, after nothing, to a sealing key.
fn place(next: Option<&Next>) -> (u64, Class) {
    next.map_or((1, Class::Sealing), |next| (next.seq, next.class))
}

fn header(draft: &PacketDraft, key: &SigningKey, k_commit: &Secret<32>, body: &[u8]) -> Header {
    let kind = draft.body.kind();
    let (seq, class) = place(draft.next.as_ref());
    let common = Common {
        v: PROTOCOL_VERSION,
        network: draft.network,
        agency: draft.sender,
        key: key.public().id(),
        incarnation: draft.incarnation,
        ts: draft.now,
    };
    Header {
        common,
        suite: SUITE,
        class: class.number(),
        packet_type: kind.number(),
        sender_head: draft.sender_head,
        recipient: draft.recipient,
        recipient_head: draft.recipient_head,
        exchange: draft.exchange,
        seq,
        prev: draft.next.as_ref().and_then(|next| next.prev),
        seen: draft.next.as_ref().and_then(|next| next.seen),
        created: draft.now,
        expires: draft.expires,
        consent_ref: consent_ref(&draft.body, k_commit),
        reply_key: draft.reply_key.clone(),
        body_commit: inner::commitment(k_commit, kind, body),
        attachments: Vec::new(),
        purpose: draft.purpose.code().to_owned(),
        exchange_kind: REFERRAL.to_owned(),
        onward: ONWARD_NONE.to_owned(),
        provenance: Vec::new(),
        crit: Vec::new(),
    }
}
