//! What a verified packet means to this agency, read before any state is touched.

use jiff::civil::Date;
use keys::{Digest, Timestamp, VerifiedAgency};
use protocol::{
    ack::AckResult,
    code::{ProgressStatus, Urgency},
    consent::{Release, SignedConsent},
    exchange::{Exchange, Refusal, Role, Step},
    offer::Triage,
    open::VerifiedPacket,
    packet::{Body, PacketKind, ReleaseBody},
    receipt::Receipt,
};

use super::act;
use crate::service::{
    Peer,
    rows::{ExchangeRow, FactsRow, Trust},
};

/// Of what the peer may send more.
#[derive(Clone, Copy)]
pub(super) struct Quota {
    /// Offers that wait for an answer.
    pub offers: bool,
    /// Notes and progress.
    pub texts: bool,
}

/// A packet, read.
pub(super) struct Incoming {
    /// As the state machine sees it, with our objection if there is one.
    pub step: Step,
    kind: Option<PacketKind>,
    triage: Option<Triage>,
    end_code: Option<String>,
    progress: Option<(ProgressStatus, Option<Date>)>,
    purpose: Option<protocol::code::Purpose>,
    created: Timestamp,
    /// A checked receipt, and its exact bytes.
    pub receipt: Option<(Receipt, Vec<u8>)>,
}

impl Incoming {
    /// Reads the body. What is wrong with it becomes the step's objection; nothing is stored of it then.
    pub(super) fn read(
        packet: &VerifiedPacket,
        peer: &Peer,
        me: &VerifiedAgency,
        quota: Quota,
        now: Timestamp,
    ) -> Self {
        let header = packet.header();
        let mut incoming = Self {
            step: packet.step(),
            kind: header.kind(),
            triage: None,
            end_code: None,
            progress: None,
            purpose: header.purpose(),
            created: header.created,
            receipt: None,
        };
        let objection = match packet.body() {
            Ok(body) => incoming.read_body(packet, peer, me, body, now),
            // The step says the same already.
            Err(_) => None,
        };
        let objection = incoming.policy(peer.row.trust, quota).or(objection);
        if let Some(why) = objection {
            incoming.step = incoming.step.refused(why);
        }
        incoming
    }

    fn read_body(
        &mut self,
        packet: &VerifiedPacket,
        peer: &Peer,
        me: &VerifiedAgency,
        body: &Body,
        now: Timestamp,
    ) -> Option<Refusal> {
        let exchange = packet.header().exchange;
        match body {
            Body::Offer(offer) => match Triage::from_bytes(&offer.triage.0) {
                Ok(triage) => {
                    self.triage = Some(triage);
                    None
                }
                Err(_) => Some(Refusal::Body),
            },
            Body::Release(release) => check_release(packet, peer, me, release, now).err(),
            Body::Erased(erased) => {
                match Receipt::verify(&erased.receipt.0, &peer.agency, me.id(), me.network(), exchange) {
                    Ok(receipt) => {
                        self.receipt = Some((receipt, erased.receipt.0.clone()));
                        None
                    }
                    Err(_) => Some(Refusal::Body),
                }
            }
            Body::Progress(progress) => {
                self.progress = Some((progress.status, progress.date));
                None
            }
            Body::Withdraw(_) | Body::Decline(_) | Body::Return(_) | Body::Complete(_) => {
                self.end_code = act::end_code(body);
                None
            }
            Body::Accept(_) | Body::Note(_) | Body::Rekey(_) => None,
        }
    }

    /// What this agency does not take from this peer now. Ends and receipts always pass.
    fn policy(&self, trust: Trust, quota: Quota) -> Option<Refusal> {
        match (trust, self.kind?) {
            (Trust::Suspended | Trust::Retired, PacketKind::Offer | PacketKind::Release | PacketKind::Note) => {
                Some(Refusal::Suspended)
            }
            (_, PacketKind::Offer) if !quota.offers => Some(Refusal::Quota),
            (_, PacketKind::Note | PacketKind::Progress) if !quota.texts => Some(Refusal::Quota),
            _ => None,
        }
    }

    /// The row of the exchange that this offer opens.
    pub(super) fn first_row(&self, exchange: Exchange, now: Timestamp) -> (ExchangeRow, FactsRow) {
        let urgency = self.triage.as_ref().map_or(Urgency::Low, Triage::urgency);
        let row = ExchangeRow {
            lapses: exchange.expires(),
            exchange,
            case: None,
            consent: None,
            purpose: self.purpose.unwrap_or(protocol::code::Purpose::Care),
            offered: self.created,
            answer_by: self.created.plus(urgency.answer_within()),
            since: now,
            expected: None,
            end_code: None,
            alarms: Vec::new(),
            release_blocked: None,
            erasing: false,
            erased: None,
            parted: false,
        };
        let facts = self.triage.as_ref().map(facts).unwrap_or_default();
        (row, facts)
    }

    /// Notes codes in the row that outlive the body.
    pub(super) fn note_in(&self, row: &mut ExchangeRow) {
        if let Some(code) = &self.end_code {
            row.end_code = Some(code.clone());
        }
        if let Some((status, date)) = self.progress {
            row.expected = act::expected(status, date, row.expected);
        }
    }

    /// Whether there is a body worth keeping. At the recipient an end of the origin's erases everything at once.
    pub(super) fn has_content(&self, role: Role) -> bool {
        match (role, self.kind) {
            (Role::Recipient, Some(PacketKind::Withdraw)) | (_, None) => false,
            (Role::Origin | Role::Recipient, Some(_)) => true,
        }
    }

    /// The audit action: what came, and what became of it.
    pub(super) fn action(&self, result: AckResult) -> &'static str {
        match (self.kind, result) {
            (_, AckResult::Refused(_)) | (None, _) => "packet.refused",
            (_, AckResult::Held) => "packet.held",
            (Some(PacketKind::Offer), _) => "offer.received",
            (Some(PacketKind::Withdraw), _) => "withdrawal.received",
            (Some(PacketKind::Accept), _) => "acceptance.received",
            (Some(PacketKind::Decline), _) => "decline.received",
            (Some(PacketKind::Release), _) => "release.received",
            (Some(PacketKind::Note), _) => "note.received",
            (Some(PacketKind::Progress), _) => "progress.received",
            (Some(PacketKind::Return), _) => "return.received",
            (Some(PacketKind::Complete), _) => "completion.received",
            (Some(PacketKind::Rekey), _) => "rekey.received",
            (Some(PacketKind::Erased), _) => "receipt.received",
        }
    }
}

/// What lists show of an offer.
pub(super) fn facts(triage: &Triage) -> FactsRow {
    FactsRow {
        services: triage.services().iter().map(|service| service.code().to_owned()).collect(),
        urgency: triage.urgency().code().into(),
        sex: triage.sex().code().into(),
        age_band: triage.age_band().code().into(),
        languages: triage.languages().iter().map(|language| language.code().to_owned()).collect(),
    }
}

/// A release must be covered by the origin's own signed consent statement, made for this exchange and for us.
fn check_release(
    packet: &VerifiedPacket,
    peer: &Peer,
    me: &VerifiedAgency,
    body: &ReleaseBody,
    now: Timestamp,
) -> Result<(), Refusal> {
    let header = packet.header();
    let signed = SignedConsent::from_bytes(&body.consent.0).map_err(|_| Refusal::NotCovered)?;
    let exchange = Digest(*header.exchange.as_bytes());
    let statement = signed.verify(&peer.agency, me.network(), exchange, me.id(), now);
    let statement = statement.map_err(|_| Refusal::NotCovered)?;
    if !packet.inner().refers_to_consent(&body.consent.0) {
        return Err(Refusal::NotCovered);
    }
    let purpose = header.purpose().ok_or(Refusal::Purpose)?;
    let release = Release::from_bytes(&body.release.0).map_err(|_| Refusal::Body)?;
    if !statement.purposes().contains(&purpose) {
        return Err(Refusal::NotCovered);
    }
    release.check_covered_by(&statement).map_err(|_| Refusal::NotCovered)
}
