//! The outbox as delivery uses it: what waits, sealed when it is its turn, ended by an acknowledgement.

use keys::{AgencyId, Secret, VerifiedAgency};
use protocol::{
    ExchangeId, envelope,
    exchange::Position,
    packet::{Class, Inner, PacketKind},
};

use super::{AtHand, answer::Said, work::Work};
use crate::{
    service::{Service, ServiceError, rows::OutboxRow, rows::Trust, write},
    vault::Owner,
};

/// A packet made ready to be sent, or why not.
pub enum Outgoing {
    /// Send this.
    Ready {
        /// The envelope.
        envelope: Vec<u8>,
        /// Opens the acknowledgement; kept in memory only.
        exported: Secret<32>,
        /// The packet's place, to be compared with what the acknowledgement answers.
        position: Position,
        /// To whom, with its addresses and transport keys.
        peer: std::sync::Arc<VerifiedAgency>,
    },
    /// The peer's sealing key has ended: its record must be fetched first.
    NeedsRecord {
        /// The peer as known.
        peer: std::sync::Arc<VerifiedAgency>,
    },
    /// It waits for a person.
    NotNow,
    /// It is not in the outbox any more.
    Gone,
}

/// What an acknowledgement did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settlement {
    /// The packet is out of the outbox, durably.
    Ended,
    /// The peer holds it; it stays.
    Held,
    /// The bytes are no acknowledgement of it; it stays.
    NotAnAck,
}

impl Service {
    /// All that waits: exchange, number, peer; each exchange's packets in order.
    pub fn outbox_due(&self) -> Vec<(ExchangeId, u64, AgencyId)> {
        let pending = self.pending();
        let mut due = Vec::with_capacity(pending.len());
        due.extend(pending.all());
        due
    }

    /// Seals a packet that waits to the newest key that there is. As long as that is the same key, each call makes the
    /// same envelope: if its answer was lost, it is repeated, also when the peer has no key any more to open it.
    ///
    /// # Errors
    /// [`ServiceError::Store`].
    pub async fn outbox_seal(&self, exchange: ExchangeId, seq: u64) -> Result<Outgoing, ServiceError> {
        let Some(due) = self.pending().get(exchange, seq).map(|wait| wait.due.clone()) else {
            return Ok(Outgoing::Gone);
        };
        let at_hand = write(&self.pending).take(exchange, seq);
        let packet = match at_hand {
            Some(packet) => packet,
            None => match self.waiting(exchange, seq, due.parting).await? {
                Some(row) => AtHand::of(&row)?,
                None => return Ok(Outgoing::Gone),
            },
        };
        let AtHand { inner, coins } = packet;
        let Some(peer) = self.peer(&due.peer) else { return Ok(Outgoing::NotNow) };
        if self.may_say(due.peer).is_err() {
            return Ok(Outgoing::NotNow);
        }
        let ends_behind = self.pending().rows_of(exchange).iter().any(|(other, due)| *other > seq && due.erases());
        if !passes(peer.row.trust, inner.header().kind(), ends_behind) {
            return Ok(Outgoing::NotNow);
        }
        if inner.header().kind() == Some(PacketKind::Release)
            && !self.other_side_is_itself(&self.work_on(exchange).await?).await?
        {
            return Ok(Outgoing::NotNow);
        }
        let Some((to, introduced)) = self.key_for(&inner, &peer.agency).await? else {
            return Ok(Outgoing::NeedsRecord { peer: peer.agency });
        };
        let position = inner.header().position(inner.packet_hash());
        let sealed = self.hands.run(move || envelope::seal_repeatably(&inner, introduced, &to, &coins)).await?;
        let sealed = sealed.map_err(|_| ServiceError::Internal("a packet could not be sealed"))?;
        Ok(Outgoing::Ready { envelope: sealed.bytes, exported: sealed.exported, position, peer: peer.agency })
    }

    /// The packet, if it still waits to be taken by the other side.
    pub(super) async fn waiting(
        &self,
        exchange: ExchangeId,
        seq: u64,
        parting: bool,
    ) -> Result<Option<OutboxRow>, ServiceError> {
        for owner in owners_of(exchange, parting) {
            if let Some((row, _)) = self.vault.read::<OutboxRow>(&owner, &seq.to_be_bytes()).await? {
                return Ok(Some(row));
            }
        }
        Ok(None)
    }

    /// The key a packet is sealed to now; `None` if the peer has no valid one.
    async fn key_for(
        &self,
        inner: &Inner,
        peer: &VerifiedAgency,
    ) -> Result<Option<(keys::sealing::SealingPublic, Option<keys::Digest>)>, ServiceError> {
        match inner.header().class() {
            Some(Class::Sealing) => Ok(peer.newest_sealing_key(self.world.now()).cloned().map(|key| (key, None))),
            Some(Class::Exchange) => {
                let work = self.work_on(inner.header().exchange).await?;
                let key = work.row.exchange.peer_key().ok_or(ServiceError::Internal("no key of the other side"))?;
                let public = key.key.public().map_err(|_| ServiceError::Internal("a stored key is damaged"))?;
                Ok(Some((public, Some(key.introduced))))
            }
            None => Err(ServiceError::Internal("a stored packet has no class")),
        }
    }

    /// Opens and stores an acknowledgement; returns after it is on disk.
    ///
    /// # Errors
    /// [`ServiceError::Store`]: the packet stays in the outbox.
    pub async fn outbox_done(
        &self,
        position: &Position,
        exchange: ExchangeId,
        exported: &Secret<32>,
        ack: &[u8],
    ) -> Result<Settlement, ServiceError> {
        let _lock = self.stripes.lock(exchange.as_bytes()[0]).await;
        let Some(due) = self.pending().get(exchange, position.seq).map(|wait| wait.due.clone()) else {
            return Ok(Settlement::Ended);
        };
        let Some(peer) = self.peer(&due.peer) else { return Ok(Settlement::NotAnAck) };
        let Some(answer) = self.read_ack(&peer.agency, exchange, position, exported, ack) else {
            return Ok(Settlement::NotAnAck);
        };
        let Said::Final { answer, last, at } = answer else { return Ok(Settlement::Held) };
        let mut work: Work = self.work_on(exchange).await?;
        let effects = work.row.exchange.answered(position, answer, last.as_ref());
        self.perform(&mut work, effects, None).await?;
        let refused = matches!(answer, protocol::exchange::Answer::Refused(_));
        work.answered(position.seq, due.parting, refused);
        self.finish(work).await?;
        self.clock_witnessed(due.peer, at).await;
        if let protocol::exchange::Answer::Refused(Some(why)) = answer {
            self.told_of_another_self(due.peer, position.incarnation, why).await?;
        }
        Ok(Settlement::Ended)
    }

    /// Notes a failed try, for people to see.
    pub fn outbox_failed(&self, exchange: ExchangeId, seq: u64, refused_in_a_row: u32) {
        write(&self.pending).failed(exchange, seq, refused_in_a_row);
    }
}

impl AtHand {
    fn of(row: &OutboxRow) -> Result<Self, ServiceError> {
        let damaged = |_| ServiceError::Internal("a stored packet is damaged");
        let inner = Inner::from_bytes(&row.inner).map_err(damaged)?;
        Ok(Self { inner, coins: Secret::new(Box::new(row.coins)) })
    }
}

/// Where a waiting packet may lie; what was made after the parting key ended lies in the skeleton.
fn owners_of(exchange: ExchangeId, parting: bool) -> Vec<Owner> {
    let id = *exchange.as_bytes();
    if parting { vec![Owner::Parting(id), Owner::Skeleton(id)] } else { vec![Owner::Content(id)] }
}

/// Whether a packet may go to a peer of this trust. What discloses waits until the peer is verified, also if it was
/// when the packet was made; to a suspended one nothing goes but ends and receipts, and what stands in their way.
fn passes(trust: Trust, kind: Option<PacketKind>, ends_behind: bool) -> bool {
    use PacketKind::{Accept, Complete, Decline, Erased, Note, Offer, Progress, Rekey, Release, Return, Withdraw};
    let Some(kind) = kind else { return false };
    let (discloses, ends) = match kind {
        Offer | Release => (true, false),
        Withdraw | Decline | Return | Complete | Erased => (false, true),
        Accept | Note | Progress | Rekey => (false, false),
    };
    match trust {
        Trust::Verified => true,
        Trust::Introduced => !discloses,
        Trust::Suspended => ends || (ends_behind && !discloses),
        Trust::Retired => false,
    }
}
