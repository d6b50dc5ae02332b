//! The last third: header or body fields changed, signed by a real peer and sealed as it must be.

use std::sync::Arc;

use keys::{
    AgencyId, NetworkId, SigningKey, Timestamp, cbor,
    sealing::{SealingKey, SealingPublic},
};
use protocol::{
    ExchangeId,
    code::Purpose,
    envelope::Introduced,
    packet::{Attachment, PacketKind},
};

use crate::{
    actors::{Actor, Chance},
    bodies,
    letter::{Letter, Parts, SealTo},
    model::Change,
    puppet::Sound,
    scene::Extras,
};

/// What the changes are made with.
pub struct Workshop<'a> {
    /// Who sends; its node is not there.
    pub peer: &'a Actor,
    /// Another peer of the same node.
    pub stranger: &'a Actor,
    /// The node's own published key.
    pub published: Arc<SealingPublic>,
    /// A sound exchange key of nobody.
    pub fresh: SealingKey,
    /// Embedded parts that are sound elsewhere.
    pub extras: &'a Extras,
}

/// A packet under change.
pub struct Draft<'a> {
    pub sound: &'a Sound,
    pub parts: Parts,
    pub seal: SealTo,
    pub signer: &'a SigningKey,
    /// Bytes that are signed in place of the header's own encoding.
    pub header: Option<Vec<u8>>,
    /// In place of the signature over them.
    pub signature: Option<[u8; 64]>,
}

/// A changed packet: what was done, of what sort that is, and the letter.
pub struct Mutant {
    pub what: &'static str,
    pub change: Change,
    pub parts: Parts,
    pub letter: Letter,
}

/// One change to a sound packet.
pub fn mutate(sound: &Sound, shop: &Workshop<'_>, chance: &mut Chance) -> Mutant {
    loop {
        let mut draft = Draft {
            sound,
            parts: sound.parts.clone(),
            seal: sound.seal.clone(),
            signer: &shop.peer.op,
            header: None,
            signature: None,
        };
        let made = match chance.below(100) {
            0..=27 => proof(&mut draft, shop, chance),
            28..=43 => place(&mut draft, chance),
            44..=65 => feature(&mut draft, shop, chance),
            66..=68 => free(&mut draft, shop, chance),
            _ => bodies::change(&mut draft, shop.extras, chance),
        };
        if let Some((what, change)) = made {
            let inner = draft.inner();
            return Mutant { what, change, letter: draft.seal.seal(&inner, chance), parts: draft.parts };
        }
    }
}

impl Draft<'_> {
    fn inner(&self) -> Vec<u8> {
        let header = self.header.clone().unwrap_or_else(|| cbor::encode(&self.parts.header));
        match &self.signature {
            Some(signature) => self.parts.inner(&header, signature),
            None => self.parts.signed_as(&header, self.signer),
        }
    }
}

/// What was done and of what sort it is; `None` where it can't be done.
pub type Made = Option<(&'static str, Change)>;

/// Who, to whom, in which version, under which key.
#[expect(clippy::unnecessary_wraps, reason = "one of several sorts, of which others can't always be done")]
fn proof<'a>(draft: &mut Draft<'a>, shop: &Workshop<'a>, chance: &mut Chance) -> Made {
    let header = &mut draft.parts.header;
    let what = match chance.below(16) {
        0 => {
            header.common.v = *chance.of(&[0, 2, 3, u64::MAX]);
            "another version"
        }
        1 => {
            header.common.network = NetworkId::from_name("elsewhere");
            "another network"
        }
        2 => {
            header.common.agency = if chance.once_in(2) { shop.stranger.id() } else { AgencyId::new(chance.digest()) };
            "in another's name"
        }
        3 => {
            header.common.key.0[chance.below(16)] ^= chance.flip();
            "a key that it does not have"
        }
        4 => {
            header.common.key = shop.peer.revoked.public().id();
            // It was revoked before the node was restored.
            header.common.incarnation = 1;
            draft.signer = &shop.peer.revoked;
            "signed by a stolen key"
        }
        5 => {
            draft.signer = if chance.once_in(2) { &shop.stranger.op } else { &shop.peer.revoked };
            "signed by another key than it says"
        }
        6 => {
            header.common.incarnation = *chance.of(&[0, 3, 4, u64::MAX]);
            "an incarnation that is not in its log"
        }
        7 => {
            header.suite = *chance.of(&[0, 2, 9, u16::MAX]);
            "another suite"
        }
        8 => {
            header.class = if chance.once_in(2) { 1 - header.class } else { 2 + chance.flip() % 200 };
            "another class than it is sealed as"
        }
        9 => {
            header.recipient = if chance.once_in(2) { shop.stranger.id() } else { AgencyId::new(chance.digest()) };
            "for another agency"
        }
        10 => return Some(elsewhere(draft, shop, chance)),
        11 => {
            header.body_commit.0[chance.below(32)] ^= chance.flip();
            "another commitment"
        }
        12 => {
            draft.parts.k_commit[chance.below(32)] ^= chance.flip();
            "another commitment key"
        }
        13 => {
            let mut signature = draft.signer.sign(protocol::packet::PACKET, &cbor::encode(header)).0;
            signature[chance.below(64)] ^= chance.flip();
            draft.signature = Some(signature);
            "another signature"
        }
        14 => {
            header.packet_type = other_kind(header.packet_type, chance);
            "another kind than the body is committed to"
        }
        _ => return Some(bytes_of_header(draft, chance)),
    };
    Some((what, Change::Proof))
}

fn other_kind(number: u8, chance: &mut Chance) -> u8 {
    loop {
        let other = chance.of(&PacketKind::ALL).number();
        if other != number {
            return other;
        }
    }
}

/// Another exchange than the key was made for, or than the nonce gives, or one of other agencies.
fn elsewhere(draft: &mut Draft<'_>, shop: &Workshop<'_>, chance: &mut Chance) -> (&'static str, Change) {
    let foreign = chance.once_in(2);
    draft.parts.header.exchange = if foreign { shop.extras.of_stranger } else { ExchangeId::new(chance.digest()) };
    ("in another exchange", Change::Proof)
}

/// The header's own bytes, signed as they are.
fn bytes_of_header(draft: &mut Draft<'_>, chance: &mut Chance) -> (&'static str, Change) {
    let mut bytes = cbor::encode(&draft.parts.header);
    let entries = bytes[0] & 0x1f;
    match chance.below(9) {
        0 => bytes.push(0),
        1 => bytes.truncate(1 + chance.below(bytes.len() - 1)),
        2 => drop(bytes.splice(..1, [0xb8, entries])),
        3 => {
            bytes[0] = 0xbf;
            bytes.push(0xff);
        }
        4 => {
            bytes[0] = 0xa0 | (entries + 1);
            bytes.extend([0x18, 30, 0]);
        }
        5 => {
            bytes[0] = 0xa0 | (entries + 1);
            bytes.extend([0x18, 30, 0xf9, 0, 0]);
        }
        6 => {
            bytes[0] = 0xa0 | (entries + 1);
            bytes.extend([2, 0]);
        }
        7 => bytes.insert(0, 0xc1),
        _ => bytes[0] = 0x80 | entries,
    }
    draft.header = Some(bytes);
    ("a header in other bytes", Change::Proof)
}

/// Where it stands.
fn place(draft: &mut Draft<'_>, chance: &mut Chance) -> Made {
    let header = &mut draft.parts.header;
    let made = match chance.below(8) {
        0 => {
            header.seq = 0;
            ("number 0", Change::Place)
        }
        1 if header.seq > 1 && chance.once_in(6) => {
            header.seq -= 1;
            ("a number that is taken", Change::Place)
        }
        1 | 2 => {
            header.seq += 1 + chance.any() % 1_000_000;
            ("a number further on", Change::Place)
        }
        3 | 4 => {
            let changed = if header.prev.is_some() && chance.once_in(3) { None } else { Some(chance.digest()) };
            header.prev = changed;
            ("after another packet", Change::Place)
        }
        5 | 6 => {
            match &mut header.seen {
                Some(seen) if chance.once_in(4) => seen.seq += 1 + chance.any() % 9,
                Some(seen) if chance.once_in(3) => seen.incarnation += 1,
                Some(_) if chance.once_in(2) => header.seen = None,
                seen => {
                    let hash = chance.digest();
                    *seen = Some(protocol::exchange::Position { incarnation: 1, seq: 1, hash });
                }
            }
            ("has seen something else", Change::Place)
        }
        _ if header.seq == 1 && draft.sound.kind != PacketKind::Offer => return None,
        // Also the first packet of all, which may be that old; it is used up then.
        _ if draft.sound.kind == PacketKind::Offer && !chance.once_in(4) => return None,
        _ => {
            header.common.incarnation = 1;
            ("from before the restore", Change::BeforeTheRestore)
        }
    };
    Some(made)
}

/// What this version does not have, and what stands where it may not.
fn feature(draft: &mut Draft<'_>, shop: &Workshop<'_>, chance: &mut Chance) -> Made {
    // Ends are taken whatever is odd about them, and then used up.
    let is_end = protocol::exchange::End::of(draft.sound.kind).is_some();
    let which = chance.below(13);
    if is_end && which < 9 && !chance.once_in(12) {
        return None;
    }
    let header = &mut draft.parts.header;
    let made = match which {
        0 => {
            header.exchange_kind = (*chance.of(&["transfer", "", "Referral", "referral "])).into();
            ("a transfer", Change::Feature)
        }
        1 => {
            header.onward = (*chance.of(&["ask", "free", "", "None"])).into();
            ("onward sharing", Change::Feature)
        }
        2 => {
            header.provenance = (0..=chance.below(3)).map(|_| chance.digest()).collect();
            ("content from elsewhere", Change::Feature)
        }
        3 => {
            let (length, hash) = (chance.any(), chance.digest());
            header.attachments = vec![Attachment { id: [1; 16], length, hash }];
            ("an attachment", Change::Feature)
        }
        4 => {
            header.crit = vec![chance.any() % 100];
            ("a critical extension", Change::Feature)
        }
        5 => {
            header.purpose = (*chance.of(&["sale", "", "Care", "care\0"])).into();
            ("a purpose that is not on the list", Change::Feature)
        }
        6 => {
            let offer = draft.sound.kind == PacketKind::Offer;
            header.expires = (!offer).then(|| Timestamp(chance.any() >> 20));
            ("a time limit where none may be, or none where one must", Change::Feature)
        }
        7 if draft.sound.kind != PacketKind::Release => {
            header.consent_ref = Some(chance.digest());
            ("a consent where none is", Change::Feature)
        }
        7 | 8 => {
            header.reply_key = None;
            draft.sound.parts.header.reply_key.as_ref()?;
            ("no exchange key", Change::NoKey)
        }
        9 => {
            header.packet_type = *chance.of(&[0, 12, 13, 99, u8::MAX]);
            ("a kind of a later version", Change::Kind(None))
        }
        10 => {
            header.packet_type = other_kind(header.packet_type, chance);
            let kind = header.kind();
            if let Some(kind) = kind {
                draft.parts.commit(kind);
            }
            ("another kind", Change::Kind(kind))
        }
        _ if draft.sound.kind == PacketKind::Withdraw => return other_key(draft, shop),
        _ => return None,
    };
    Some(made)
}

/// A withdrawal may go to either kind of key, but not at any time to both.
fn other_key(draft: &mut Draft<'_>, shop: &Workshop<'_>) -> Made {
    let header = &mut draft.parts.header;
    draft.seal.introduced?;
    header.class = 0;
    draft.seal = SealTo { key: Arc::clone(&shop.published), introduced: None::<Introduced>, ..draft.seal.clone() };
    Some(("sealed to the wrong kind of key", Change::Class))
}

/// What any sound packet may say there.
fn free(draft: &mut Draft<'_>, shop: &Workshop<'_>, chance: &mut Chance) -> Made {
    let header = &mut draft.parts.header;
    let any = Timestamp(chance.any() >> 24);
    let made = match chance.below(8) {
        0 => {
            header.common.ts = any;
            ("another time of signing", Change::Free)
        }
        1 => {
            header.created = any;
            ("another time", Change::Free)
        }
        2 => {
            header.sender_head.seq += 1;
            ("a longer log", Change::Free)
        }
        3 => {
            header.recipient_head = None;
            ("nothing known of the recipient's log", Change::Free)
        }
        4 if draft.sound.kind == PacketKind::Offer => {
            header.expires = Some(any);
            ("another time limit", Change::Free)
        }
        5 if header.reply_key.is_some() => {
            header.reply_key = Some(shop.fresh.public().clone());
            ("another exchange key", Change::Free)
        }
        6 => {
            header.purpose = Purpose::Shelter.code().into();
            ("another purpose", Change::Purpose)
        }
        _ => return bodies::free(draft, chance),
    };
    Some(made)
}
