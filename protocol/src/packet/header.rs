//! The signed header: who, to whom, in which exchange, after what; no personal data.

use keys::{AgencyId, Common, Digest, Head, Timestamp, sealing::SealingPublic};
use minicbor::{Decode, Encode};

use super::{Class, PacketKind};
use crate::{
    code::Purpose,
    exchange::{ExchangeId, Position, Refusal},
};

/// The value of [`Header::exchange_kind`] that this version reads; the other is `transfer`.
pub const REFERRAL: &str = "referral";
/// The value of [`Header::onward`] that this version reads.
pub const ONWARD_NONE: &str = "none";

/// An attachment as the header names it (`docs/protocol.md` 3.7). This version sends and takes none.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Attachment {
    /// Random name within the packet.
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub id: [u8; 16],
    /// Length of the encrypted bytes, padded.
    #[n(1)]
    pub length: u64,
    /// Hash of the encrypted bytes.
    #[n(2)]
    pub hash: Digest,
}

/// The header of a packet, with all fields of `docs/protocol.md` 3.7. The integer keys are the table there.
///
/// It holds no personal data and only a salted commitment to the body, so it may be kept after an erasure.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Header {
    /// Version, network, sender, signing key, incarnation, time.
    #[n(0)]
    pub common: Common,
    /// Suite of algorithms.
    #[n(1)]
    pub suite: u16,
    /// [`Class`] as a number.
    #[n(2)]
    pub class: u8,
    /// [`PacketKind`] as a number.
    #[n(3)]
    pub packet_type: u8,
    /// End of the sender's key log.
    #[n(4)]
    pub sender_head: Head,
    /// For whom.
    #[n(5)]
    pub recipient: AgencyId,
    /// End of the recipient's key log as the sender knows it.
    #[n(6)]
    pub recipient_head: Option<Head>,
    /// In which exchange.
    #[n(7)]
    pub exchange: ExchangeId,
    /// Number in the sender's chain, from 1.
    #[n(8)]
    pub seq: u64,
    /// Hash of the sender's packet before it.
    #[n(9)]
    pub prev: Option<Digest>,
    /// The recipient's last packet that the sender applied; all before it too.
    #[n(10)]
    pub seen: Option<Position>,
    /// When it was made, by the sender's clock; for people only.
    #[n(11)]
    pub created: Timestamp,
    /// When an offer lapses.
    #[n(12)]
    pub expires: Option<Timestamp>,
    /// A fresh exchange key of the sender.
    #[n(13)]
    pub reply_key: Option<SealingPublic>,
    /// Salted commitment to the body.
    #[n(14)]
    pub body_commit: Digest,
    /// Attachments; none in this version.
    #[n(15)]
    pub attachments: Vec<Attachment>,
    /// Salted reference to the consent statement in the body.
    #[n(16)]
    pub consent_ref: Option<Digest>,
    /// For what the data is asked or given: a code of [`Purpose`].
    #[n(17)]
    pub purpose: String,
    /// `referral` or `transfer`; only the first in this version.
    #[n(18)]
    pub exchange_kind: String,
    /// Whether and how the recipient may pass it on; only `none` in this version.
    #[n(19)]
    pub onward: String,
    /// Hashes of the grants under which foreign content is here; none in this version.
    #[n(20)]
    pub provenance: Vec<Digest>,
    /// Keys of this table that a reader must understand; none in this version.
    #[n(21)]
    pub crit: Vec<u64>,
}

impl Header {
    /// What it does, if this version knows it.
    #[must_use]
    pub fn kind(&self) -> Option<PacketKind> {
        PacketKind::from_number(self.packet_type)
    }

    /// To which kind of key it is sealed; `None` for an unknown number.
    #[must_use]
    pub const fn class(&self) -> Option<Class> {
        Class::from_number(self.class)
    }

    /// The agency that sent it.
    #[must_use]
    pub const fn sender(&self) -> AgencyId {
        self.common.agency
    }

    /// Its purpose, if it is on this version's list.
    #[must_use]
    pub fn purpose(&self) -> Option<Purpose> {
        self.purpose.parse().ok()
    }

    /// Its place in the sender's chain, given its hash.
    #[must_use]
    pub const fn position(&self, hash: Digest) -> Position {
        Position { incarnation: self.common.incarnation, seq: self.seq, hash }
    }

    /// Whether a field stands where its kind has none, or the time limit of an offer is missing: an offer without
    /// one would lapse at once, or never.
    #[must_use]
    pub fn is_misplaced(&self) -> bool {
        let kind = self.kind();
        let time_limit = self.expires.is_some() == (kind == Some(PacketKind::Offer));
        let consent = self.consent_ref.is_none() || kind == Some(PacketKind::Release);
        !time_limit || !consent
    }

    /// What this version does not support, by name: everything but a referral without onward sharing, foreign
    /// content, attachments and extensions.
    #[must_use]
    pub fn unsupported(&self) -> Option<Refusal> {
        if self.kind().is_none() {
            Some(Refusal::Type)
        } else if self.exchange_kind != REFERRAL {
            Some(Refusal::Transfer)
        } else if self.onward != ONWARD_NONE {
            Some(Refusal::Onward)
        } else if !self.provenance.is_empty() {
            Some(Refusal::Provenance)
        } else if !self.attachments.is_empty() {
            Some(Refusal::Attachments)
        } else if !self.crit.is_empty() {
            Some(Refusal::Critical)
        } else if self.purpose().is_none() {
            Some(Refusal::Purpose)
        } else {
            None
        }
    }
}

/// The few fields that are read of any version's header, so that an unknown version can be refused by name
/// after its signature was checked. Unknown keys are skipped here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Decode)]
#[cbor(map)]
pub(crate) struct Claim {
    #[n(0)]
    pub common: Common,
    #[n(7)]
    pub exchange: Option<ExchangeId>,
    #[n(8)]
    pub seq: Option<u64>,
}
