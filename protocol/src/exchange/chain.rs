//! One side's chain of packets in an exchange, as both sides remember it: hashes and kinds, no content.

use keys::Digest;
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::{refusal::Refusal, standing::Standing};
use crate::packet::PacketKind;

/// A place in one side's chain, and the packet that stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
pub struct Position {
    /// The sender's incarnation.
    #[n(0)]
    pub incarnation: u64,
    /// Sequence number in the sender's chain, from 1.
    #[n(1)]
    pub seq: u64,
    /// The packet's hash.
    #[n(2)]
    pub hash: Digest,
}

/// What is remembered of one packet for as long as the exchange is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The sender's incarnation when it made the packet.
    pub incarnation: u64,
    /// The packet's hash.
    pub hash: Digest,
    /// What it did; `None` for a kind that this version does not know.
    pub kind: Option<PacketKind>,
    /// How many packets of the other side the sender had applied.
    pub seen: u64,
    /// Why it has no effect, if it has none.
    pub refused: Option<Refusal>,
}

/// The packets of one side, in order; the first has number 1.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Chain(Vec<Link>);

impl Chain {
    /// These packets.
    pub(super) const fn of(links: Vec<Link>) -> Self {
        Self(links)
    }

    /// Number of packets.
    pub(super) fn len(&self) -> u64 {
        self.0.len() as u64
    }

    /// Adds the next packet.
    pub(super) fn push(&mut self, link: Link) {
        self.0.push(link);
    }

    /// The packet with this number.
    pub(super) fn at(&self, seq: u64) -> Option<&Link> {
        self.0.get(usize::try_from(seq.checked_sub(1)?).ok()?)
    }

    /// The packet with this number, to be marked as refused.
    pub(super) fn at_mut(&mut self, seq: u64) -> Option<&mut Link> {
        self.0.get_mut(usize::try_from(seq.checked_sub(1)?).ok()?)
    }

    /// Place and hash of the last packet.
    pub(super) fn head(&self) -> Option<Position> {
        self.0.last().map(|link| Position { incarnation: link.incarnation, seq: self.len(), hash: link.hash })
    }

    /// Whether this very packet stands at its place.
    pub(super) fn has(&self, position: &Position) -> bool {
        self.at(position.seq).is_some_and(|link| link.incarnation == position.incarnation && link.hash == position.hash)
    }

    /// All packets, in order.
    pub(super) fn links(&self) -> &[Link] {
        &self.0
    }

    /// What the first `count` packets say, those refused left out.
    pub(super) fn standing(&self, count: u64) -> Standing {
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        self.legal().take_while(|(index, _)| *index < count).fold(Standing::default(), |standing, (_, link)| {
            link.kind.map_or(standing, |kind| standing.join(Standing::of(kind)))
        })
    }

    /// The packets that have an effect, with their index.
    fn legal(&self) -> impl Iterator<Item = (usize, &Link)> {
        self.0.iter().enumerate().filter(|(_, link)| link.refused.is_none())
    }

    /// Number of the last packet with an effect whose kind is one of `kinds`; 0 if there is none.
    pub(super) fn last_of(&self, kinds: &[PacketKind]) -> u64 {
        self.legal()
            .filter(|(_, link)| link.kind.is_some_and(|kind| kinds.contains(&kind)))
            .last()
            .map_or(0, |(index, _)| index as u64 + 1)
    }

    /// How much of the other side the latest receipts cover; 0 if there is none.
    pub(super) fn erased_up_to(&self) -> u64 {
        self.legal().filter(|(_, link)| link.kind == Some(PacketKind::Erased)).map(|(_, l)| l.seen).max().unwrap_or(0)
    }
}
