//! What a node may take of a packet that a real peer changed, signed and sealed: written from `docs/protocol.md`, not
//! from the code.

use protocol::{
    exchange::{End, Role, State},
    packet::PacketKind,
};

use crate::puppet::Sound;

/// What was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// A value that any sound packet may have there: a time, a text, a code of the list, the end of a log.
    Free,
    /// Who says it, to whom, by which version, under which key; whether body and header belong together (3.7).
    Proof,
    /// Where it stands among the packets of both sides (3.8).
    Place,
    /// Made before the sender was restored: wrong, but for the first packet of all.
    BeforeTheRestore,
    /// What this version does not have, or what stands where it may not: an end counts all the same (3.8).
    Feature,
    /// A body that its kind does not carry: an end counts all the same.
    Body,
    /// What is embedded: a triage, a release that is not covered, a receipt that proves nothing.
    Content,
    /// Another purpose of the list: a release must keep to its consent's (3.9).
    Purpose,
    /// No exchange key is brought (3.6).
    NoKey,
    /// The kind, with a body that is committed to as one of that kind.
    Kind(Option<PacketKind>),
    /// The class, and the kind of key that it is sealed to.
    Class,
}

/// Whether the packet may be taken.
pub fn may_be_taken(sound: &Sound, change: Change) -> bool {
    let is_end = End::of(sound.kind).is_some();
    match change {
        Change::Free => true,
        Change::Proof | Change::Place | Change::Content | Change::Class => false,
        Change::BeforeTheRestore => sound.kind == PacketKind::Offer,
        Change::Feature | Change::Body => is_end,
        Change::Purpose => sound.kind != PacketKind::Release,
        Change::NoKey => !matches!(sound.kind, PacketKind::Offer | PacketKind::Accept | PacketKind::Rekey),
        Change::Kind(kind) => kind.is_some_and(|kind| is_legal_end(sound, kind)),
    }
}

/// Ends that the sender may say from where it stands, sealed to the kind of key that the sound packet is sealed to.
fn is_legal_end(sound: &Sound, kind: PacketKind) -> bool {
    let Some(state) = sound.state else { return false };
    let class = sound.parts.header.class;
    match (sound.node_is.other(), kind) {
        (Role::Origin, PacketKind::Withdraw) => class == u8::from(state != State::Offered),
        (Role::Recipient, PacketKind::Decline) => class == 1 && state == State::Offered,
        (Role::Recipient, PacketKind::Return) => class == 1 && matches!(state, State::Accepted | State::Released),
        (Role::Recipient, PacketKind::Complete) => class == 1 && state == State::Released,
        _ => false,
    }
}
