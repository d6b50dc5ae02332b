//! Which packets of an exchange a signing key made: for the cut of an own key, and for what a peer's revoked key did
//! (`docs/protocol.md` 3.3).

use std::{collections::BTreeMap, sync::Arc};

use keys::{
    AgencyId, Digest, KeyId, Timestamp, VerifiedAgency,
    cut::{LastPacket, Link, MAX_PACKETS},
};
use protocol::{
    ExchangeId,
    ack::AckResult,
    cut::MAX_CUT_HEADERS,
    exchange::{self, Position},
    open::VerifiedPacket,
    packet::Header,
};

use super::{
    receive::NoAck,
    work::{Work, own_key, their_key},
};
use crate::service::{
    Actor, Peer, Service, ServiceError,
    keys::{KnownCut, Standing},
    rows::HeaderRow,
};

/// The code of the alarm on what a revoked key did outside its cut.
pub const REVOKED_KEY: &str = "revoked-key";

/// Why a packet outside a cut was refused, for our own log.
const OUTSIDE: &str = "open/revoked-signing-key";

/// What one peer got by a key: the last packet of each exchange, and the headers of what it may not have got yet.
#[derive(Default)]
pub(in crate::service) struct Sent {
    /// With the time of each exchange's last change.
    packets: Vec<(Timestamp, LastPacket)>,
    pub headers: Vec<Vec<u8>>,
}

impl Sent {
    /// As a leaf lists them. Of more than it may, those of the exchanges that changed last.
    pub(in crate::service) fn packets(&mut self) -> Vec<LastPacket> {
        self.packets.sort_by_key(|(since, _)| std::cmp::Reverse(*since));
        let mut packets: Vec<_> = self.packets.iter().take(MAX_PACKETS).map(|(_, packet)| *packet).collect();
        packets.sort_unstable();
        packets
    }
}

impl Service {
    /// What each peer got by this agency's own signing key `key`, as it lies on disk. The caller holds all locks.
    pub(in crate::service) async fn sent_by(&self, key: KeyId) -> Result<BTreeMap<AgencyId, Sent>, ServiceError> {
        let ids: Vec<ExchangeId> = self.board().ids();
        let mut peers: BTreeMap<AgencyId, Sent> = BTreeMap::new();
        for id in ids {
            let work = self.work_on(id).await?;
            let Some(last) = self.last_by(&work, key).await? else { continue };
            let sent = peers.entry(work.row.exchange.parties().peer()).or_default();
            sent.packets.push((work.row.since, last));
            let waits = self.pending().of(id).min();
            for seq in waits.unwrap_or(u64::MAX)..=last.seq {
                if sent.headers.len() < MAX_CUT_HEADERS
                    && let Some((header, _)) = self.header(&work, own_key(seq)).await?
                {
                    sent.headers.push(header);
                }
            }
        }
        Ok(peers)
    }

    async fn last_by(&self, work: &Work, key: KeyId) -> Result<Option<LastPacket>, ServiceError> {
        let exchange = Digest(*work.id.as_bytes());
        for (seq, link) in numbered(work.row.exchange.own_links()).rev() {
            let header = self.header(work, own_key(seq)).await?;
            if header.is_some_and(|(_, header)| header.common.key == key) {
                return Ok(Some(LastPacket { exchange, incarnation: link.incarnation, seq, hash: link.hash }));
            }
        }
        Ok(None)
    }

    async fn header(&self, work: &Work, key: Vec<u8>) -> Result<Option<(Vec<u8>, Header)>, ServiceError> {
        let Some((row, _)) = self.vault.read::<HeaderRow>(&work.skeleton(), &key).await? else { return Ok(None) };
        let header = keys::cbor::decode(&row.header);
        let header = header.map_err(|_| ServiceError::Internal("a stored packet is damaged"))?;
        Ok(Some((row.header, header)))
    }

    /// Tells people of every packet of `peer` that its revoked key `key` made outside the cut, and that was taken in
    /// before that was known. How many exchanges have one.
    pub(in crate::service) async fn flag_outside(
        &self,
        peer: AgencyId,
        key: KeyId,
        cut: &KnownCut,
    ) -> Result<usize, ServiceError> {
        let ids: Vec<ExchangeId> = self.board().ids_with(peer);
        let mut flagged = 0;
        for id in ids {
            let _lock = self.stripes.lock(id.as_bytes()[0]).await;
            let mut work = self.work_on(id).await?;
            if self.has_outside(&work, key, cut).await? {
                flagged += 1;
                if work.alarm(REVOKED_KEY) {
                    work.tx.audit(Actor::Node.event("exchange.revoked-key").object(id.as_bytes()));
                    self.finish(work).await?;
                }
            }
        }
        Ok(flagged)
    }

    async fn has_outside(&self, work: &Work, key: KeyId, cut: &KnownCut) -> Result<bool, ServiceError> {
        let (mut links, mut by_key) = (Vec::new(), Vec::new());
        for (seq, link) in numbered(work.row.exchange.peer_links()) {
            let Some((_, header)) = self.header(work, their_key(seq)).await? else { continue };
            links.push(Link { hash: link.hash, prev: header.prev });
            // What was refused had no effect.
            if header.common.key == key && link.refused.is_none() {
                by_key.push(link.hash);
            }
        }
        let standing = cut.standing(Digest(*work.id.as_bytes()), &links);
        Ok(by_key.iter().any(|hash| !standing.contains(hash)))
    }

    /// Whether nothing that the other side said in this exchange is, or may be, a thief's: else nothing of a child is
    /// released there, for the key that it would be sealed to may be the thief's too.
    pub(super) async fn other_side_is_itself(&self, work: &Work) -> Result<bool, ServiceError> {
        if work.row.alarms.iter().any(|alarm| alarm == REVOKED_KEY) {
            return Ok(false);
        }
        let peer = work.row.exchange.parties().peer();
        let unknown = [self.cuts_wanted(peer), self.known.unflagged_of(peer)].concat();
        if unknown.is_empty() {
            return Ok(true);
        }
        for (seq, _) in numbered(work.row.exchange.peer_links()) {
            let header = self.header(work, their_key(seq)).await?;
            if header.is_some_and(|(_, header)| unknown.contains(&header.common.key)) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// What becomes of a packet by a key that the peer revoked: the peer as it was `before`, if the packet stands; the
    /// answer by which its sender tries again, while that is not known.
    pub(super) async fn judge_revoked(
        &self,
        peer: &Peer,
        before: VerifiedAgency,
        packet: &VerifiedPacket,
    ) -> Result<Result<Peer, Vec<u8>>, NoAck> {
        let (header, at) = (packet.header(), packet.position());
        let (id, key) = (peer.agency.id(), header.common.key);
        let standing = match self.place_of(header.exchange, &at).await? {
            // Stored before, and flagged if it must be: it is only repeated.
            Some(true) => Standing::Stands,
            Some(false) => Standing::Outside,
            None if self.cuts_wanted(id).contains(&key) => Standing::Waits,
            None => {
                let exchange = Digest(*header.exchange.as_bytes());
                self.known.get(id, key).map_or(Standing::Outside, |cut| cut.judge(exchange, &at))
            }
        };
        match standing {
            Standing::Stands => Ok(Ok(Peer { agency: Arc::new(before), row: Arc::clone(&peer.row) })),
            Standing::Waits => {
                self.key_missed(&id);
                let held = AckResult::Held;
                Ok(Err(self.write_ack(id, header.exchange, at, held, None, packet.exported())?))
            }
            // Nothing is written down: whoever has a stolen key could fill the disk.
            Standing::Outside => Err(NoAck::Refused(OUTSIDE)),
        }
    }

    /// Whether this very packet lies on disk already; `false`: another one does, at its place.
    async fn place_of(&self, id: ExchangeId, at: &Position) -> Result<Option<bool>, ServiceError> {
        if self.board().line(&id).is_none() {
            return Ok(None);
        }
        let work = self.work_on(id).await?;
        let mut stored = numbered(work.row.exchange.peer_links()).filter(|(seq, _)| *seq == at.seq);
        Ok(stored.next().map(|(_, link)| link.hash == at.hash && link.incarnation == at.incarnation))
    }
}

fn numbered(links: &[exchange::Link]) -> impl DoubleEndedIterator<Item = (u64, &exchange::Link)> {
    links.iter().enumerate().map(|(at, link)| (at as u64 + 1, link))
}

impl super::Board {
    /// All exchanges.
    fn ids(&self) -> Vec<ExchangeId> {
        self.newest(None).map(|(id, _)| id).collect()
    }

    /// All exchanges with this peer.
    pub(super) fn ids_with(&self, peer: AgencyId) -> Vec<ExchangeId> {
        self.newest(None).filter(|(_, line)| line.peer == peer).map(|(id, _)| id).collect()
    }
}
