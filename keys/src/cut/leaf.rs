//! One peer's part of a cut.

use std::collections::{BTreeMap, BTreeSet};

use minicbor::{Decode, Encode, bytes::ByteArray};

use super::CutError;
use crate::{AgencyId, Digest, cbor};

/// How many exchanges a leaf may list. With the receipts it still fits one packet.
pub const MAX_PACKETS: usize = 8_192;
/// How many receipts a leaf may list.
pub const MAX_RECEIPTS: usize = 8_192;
/// Exchange, incarnation, seq, hash.
const ROW: usize = 32 + 8 + 8 + 32;

/// The last good packet of an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LastPacket {
    /// The exchange's id.
    pub exchange: Digest,
    /// The incarnation it was sent in.
    pub incarnation: u64,
    /// Its number in the exchange.
    pub seq: u64,
    /// Its packet hash.
    pub hash: Digest,
}

/// What one peer got from the key while it was good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CutLeaf {
    /// The peer.
    pub peer: AgencyId,
    /// Random: nobody can guess a leaf from its hash.
    pub salt: [u8; 32],
    /// The last good packet of each exchange, ascending by exchange.
    pub packets: Vec<LastPacket>,
    /// Hash of each good receipt, ascending.
    pub receipts: Vec<Digest>,
}

/// As it travels; the lists are rows of bytes, for they may be longer than the number of items that CBOR here may have.
#[derive(Encode, Decode)]
#[cbor(map)]
struct Wire {
    #[n(0)]
    peer: AgencyId,
    #[n(1)]
    salt: ByteArray<32>,
    #[n(2)]
    #[cbor(with = "minicbor::bytes")]
    packets: Vec<u8>,
    #[n(3)]
    #[cbor(with = "minicbor::bytes")]
    receipts: Vec<u8>,
}

impl CutLeaf {
    /// Checks order and number.
    pub(super) fn check(&self) -> Result<(), CutError> {
        let ascending = self.packets.windows(2).all(|pair| pair[0].exchange < pair[1].exchange)
            && self.receipts.windows(2).all(|pair| pair[0] < pair[1]);
        let counted = self.packets.iter().all(|packet| packet.incarnation > 0 && packet.seq > 0);
        let few = self.packets.len() <= MAX_PACKETS && self.receipts.len() <= MAX_RECEIPTS;
        if ascending && counted && few { Ok(()) } else { Err(CutError::List) }
    }

    /// The form that travels.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut packets = Vec::with_capacity(self.packets.len() * ROW);
        for packet in &self.packets {
            packets.extend_from_slice(&packet.exchange.0);
            packets.extend_from_slice(&packet.incarnation.to_be_bytes());
            packets.extend_from_slice(&packet.seq.to_be_bytes());
            packets.extend_from_slice(&packet.hash.0);
        }
        let receipts = self.receipts.iter().flat_map(|hash| hash.0).collect();
        cbor::encode(&Wire { peer: self.peer, salt: self.salt.into(), packets, receipts })
    }

    /// Reads the form that travels, strictly.
    ///
    /// # Errors
    /// [`CutError::Cbor`], [`CutError::List`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CutError> {
        let wire: Wire = cbor::decode(bytes)?;
        let (packets, half) = wire.packets.as_chunks::<ROW>();
        let (receipts, rest) = wire.receipts.as_chunks::<32>();
        if !half.is_empty() || !rest.is_empty() {
            return Err(CutError::List);
        }
        let packets = packets.iter().map(row).collect();
        let receipts = receipts.iter().map(|hash| Digest(*hash)).collect();
        let leaf = Self { peer: wire.peer, salt: wire.salt.into(), packets, receipts };
        leaf.check()?;
        Ok(leaf)
    }
}

fn row(row: &[u8; ROW]) -> LastPacket {
    let hash = |from: usize| {
        let mut hash = Digest::default();
        hash.0.copy_from_slice(&row[from..from + 32]);
        hash
    };
    let number = |from: usize| row[from..from + 8].iter().fold(0, |sum, byte| (sum << 8) | u64::from(*byte));
    LastPacket { exchange: hash(0), incarnation: number(32), seq: number(40), hash: hash(48) }
}

/// Where a packet by the revoked key lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// It is the last good packet of its exchange: it stands.
    Inside,
    /// Its number lies before the last good one. It stands if the chain leads to it ([`PeerCut::standing`]), for a
    /// thief can write another packet of this number; until then it waits.
    Before,
    /// It does not stand, whatever its date.
    Outside,
}

/// A packet of an exchange and the one before it, by their hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// Its packet hash.
    pub hash: Digest,
    /// The hash of the packet before, as its header says.
    pub prev: Option<Digest>,
}

/// What stands for this node of the packets by a revoked key. Made by [`super::verify`] only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerCut {
    packets: BTreeMap<Digest, LastPacket>,
    receipts: BTreeSet<Digest>,
}

impl PeerCut {
    pub(super) fn new(leaf: CutLeaf) -> Self {
        let packets = leaf.packets.into_iter().map(|packet| (packet.exchange, packet)).collect();
        Self { packets, receipts: leaf.receipts.into_iter().collect() }
    }

    /// Where the packet lies that has this place and hash.
    #[must_use]
    pub fn covers(&self, exchange: Digest, incarnation: u64, seq: u64, hash: Digest) -> Place {
        let Some(last) = self.packets.get(&exchange) else { return Place::Outside };
        match (incarnation, seq).cmp(&(last.incarnation, last.seq)) {
            std::cmp::Ordering::Less => Place::Before,
            std::cmp::Ordering::Equal if hash == last.hash => Place::Inside,
            std::cmp::Ordering::Equal | std::cmp::Ordering::Greater => Place::Outside,
        }
    }

    /// The hashes of all packets of `exchange` that stand, as far as `links` lead back from the last good one.
    #[must_use]
    pub fn standing(&self, exchange: Digest, links: &[Link]) -> BTreeSet<Digest> {
        let prev: BTreeMap<Digest, Option<Digest>> = links.iter().map(|link| (link.hash, link.prev)).collect();
        let mut standing = BTreeSet::new();
        let mut next = self.packets.get(&exchange).map(|last| last.hash);
        // Ends: each round adds a hash that was not there, and `prev` has no more than `links`.
        while let Some(hash) = next.filter(|hash| standing.insert(*hash)) {
            next = prev.get(&hash).copied().flatten();
        }
        standing
    }

    /// Whether the receipt with this hash stands.
    #[must_use]
    pub fn covers_receipt(&self, hash: Digest) -> bool {
        self.receipts.contains(&hash)
    }
}
