//! A packet as the state machine sees it: places, hashes, keys; nothing of its content but two marks.

use keys::{Digest, Timestamp, sealing::Kid};

use super::{chain::Position, keys::ExchangeKey, refusal::Refusal};
use crate::packet::{Class, PacketKind};

/// What the content of a packet means beyond its kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mark {
    /// Nothing more.
    #[default]
    None,
    /// A withdrawal or decline because time was over.
    Lapsed,
    /// Progress: the child did not arrive.
    DidNotArrive,
}

/// One packet, own or received. Made from a verified or freshly built packet only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub(crate) position: Position,
    pub(crate) prev: Option<Digest>,
    pub(crate) seen: Option<Position>,
    /// `None` for a type that this version does not know.
    pub(crate) kind: Option<PacketKind>,
    pub(crate) class: Class,
    /// Received, class 1: which of our exchange keys opened it.
    pub(crate) sealed_to: Option<Kid>,
    pub(crate) introduces: Option<ExchangeKey>,
    pub(crate) mark: Mark,
    pub(crate) expires: Option<Timestamp>,
    /// Why its header or body can't be used, though it was signed.
    pub(crate) objection: Option<Refusal>,
}

impl Step {
    /// The same packet, refused by its reader: a body that is malformed, or that no consent covers.
    ///
    /// It still takes its place in the chain. An end stays an end: it says nothing that could be misread.
    #[must_use]
    pub fn refused(mut self, why: Refusal) -> Self {
        self.objection = self.objection.or(Some(why));
        self
    }

    /// Its place and hash.
    #[must_use]
    pub const fn position(&self) -> Position {
        self.position
    }

    /// What it does; `None` for a type that this version does not know.
    #[must_use]
    pub const fn kind(&self) -> Option<PacketKind> {
        self.kind
    }
}
