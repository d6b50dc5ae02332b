//! The second third: what somebody who knows the recipient's key can seal: packets changed inside, never signed anew.

use keys::cbor;
use protocol::{
    envelope::{Introduced, pad, padded_length},
    limits::{MAX_BODY, MAX_HEADER, MAX_INNER},
};

use crate::{
    actors::{Actor, Chance},
    letter::{Letter, Parts, SealTo},
    puppet::Sound,
};

/// A sound packet of `peer` with its inner bytes changed, sealed to the node. What was done.
pub fn mutate(sound: &Sound, other: &Sound, peer: &Actor, chance: &mut Chance) -> (&'static str, Letter) {
    let inner = sound.parts.signed(&peer.op);
    match chance.below(100) {
        0..=59 => loop {
            let (what, changed) = part(&sound.parts, other, peer, chance);
            if changed != inner {
                return (what, sound.seal.seal(&changed, chance));
            }
        },
        60..=79 => loop {
            let (what, changed) = whole(&inner, chance);
            if changed != inner {
                return (what, sound.seal.seal(&changed, chance));
            }
        },
        80..=91 => {
            let (what, plain) = padding(&inner, chance);
            (what, sound.seal.seal_plain(&plain, chance))
        }
        92..=98 => {
            let mut seal = sound.seal.clone();
            let what = binding(&mut seal, sound, chance);
            (what, seal.seal(&inner, chance))
        }
        _ => {
            let (what, plain) = size(&sound.parts, chance);
            (what, sound.seal.seal_plain(&plain, chance))
        }
    }
}

/// One of the four parts changed, or taken from another sound packet.
fn part(sound: &Parts, other: &Sound, peer: &Actor, chance: &mut Chance) -> (&'static str, Vec<u8>) {
    let mut parts = sound.clone();
    let mut header = cbor::encode(&parts.header);
    let mut signature = peer.op.sign(protocol::packet::PACKET, &header).0;
    let what = match chance.below(9) {
        0..=2 => {
            flip(&mut header, chance);
            "header"
        }
        3 => {
            flip(&mut signature, chance);
            "signature"
        }
        4 => {
            flip(&mut parts.k_commit, chance);
            "commitment key"
        }
        5 | 6 => {
            // An empty body is one byte, its map's head.
            flip(&mut parts.body, chance);
            "body"
        }
        7 => {
            (parts.body, parts.k_commit) = (other.parts.body.clone(), other.parts.k_commit);
            "another's body"
        }
        _ => {
            let another = cbor::encode(&other.parts.header);
            signature = peer.op.sign(protocol::packet::PACKET, &another).0;
            "another's signature"
        }
    };
    (what, parts.inner(&header, &signature))
}

fn flip(bytes: &mut [u8], chance: &mut Chance) {
    for _ in 0..=chance.below(3) {
        let place = chance.below(bytes.len());
        bytes[place] ^= chance.flip();
    }
}

/// The whole map changed.
fn whole(inner: &[u8], chance: &mut Chance) -> (&'static str, Vec<u8>) {
    let mut bytes = inner.to_vec();
    let what = match chance.below(9) {
        0 => {
            bytes.truncate(chance.below(inner.len()));
            "cut off"
        }
        1 => {
            bytes.resize(inner.len() + 1 + chance.below(64), 0);
            "bytes added at the end"
        }
        2 => {
            let place = chance.below(bytes.len());
            bytes.insert(place, chance.flip());
            "a byte put in"
        }
        3 => {
            bytes.remove(chance.below(inner.len()));
            "a byte taken out"
        }
        4 => {
            bytes[0] = *chance.of(&[0xa0, 0xa3, 0xa5, 0xbf, 0x84, 0xc1, 0xf6, 0x40]);
            "another head of the map"
        }
        5 => {
            bytes.splice(..1, [0xb8, 4]);
            "a head in a longer form"
        }
        6 => {
            bytes[0] = 0xa5;
            bytes.extend([4, 0]);
            "an unknown key"
        }
        7 => {
            let from = chance.below(bytes.len());
            let to = (from + 1 + chance.below(64)).min(bytes.len());
            bytes[from..to].fill(u8::try_from(chance.below(256)).unwrap_or(0));
            "a stretch overwritten"
        }
        _ => {
            bytes.clear();
            bytes.extend((0..chance.below(200)).map(|_| chance.flip()));
            "no packet"
        }
    };
    (what, bytes)
}

fn padding(inner: &[u8], chance: &mut Chance) -> (&'static str, Vec<u8>) {
    let mut plain = pad(inner).expect("short").to_vec();
    let what = match chance.below(4) {
        0 => {
            let place = inner.len() + 4 + chance.below(plain.len() - inner.len() - 4);
            plain[place] ^= chance.flip();
            "padding that is not zero"
        }
        1 => {
            plain.resize(plain.len() * 2, 0);
            "padded too far"
        }
        2 => {
            plain[chance.below(2)] ^= chance.flip();
            "a length beyond the end"
        }
        _ => {
            let shorter = u32::try_from(chance.below(inner.len())).unwrap_or(0);
            plain[..4].copy_from_slice(&shorter.to_be_bytes());
            "a length that ends early"
        }
    };
    (what, plain)
}

/// The right key, used for something else than it was made for.
fn binding(seal: &mut SealTo, sound: &Sound, chance: &mut Chance) -> &'static str {
    let (exchange, sender) = (sound.parts.header.exchange, sound.parts.header.sender());
    seal.introduced = match &seal.introduced {
        None => Some(Introduced { exchange, sender, by: chance.digest() }),
        Some(_) if chance.once_in(2) => None,
        Some(made) => Some(Introduced { by: chance.digest(), ..*made }),
    };
    "sealed for another use of the key"
}

/// Parts above their limits, with the right padding.
fn size(sound: &Parts, chance: &mut Chance) -> (&'static str, Vec<u8>) {
    let mut parts = sound.clone();
    let header = cbor::encode(&parts.header);
    let (what, inner) = match chance.below(6) {
        0 => ("a packet too long", vec![0xa4; MAX_INNER + 1 + chance.below(64)]),
        1 => {
            parts.body = vec![0x40; MAX_BODY + 1];
            ("a body too long", parts.inner(&header, &[7; 64]))
        }
        _ => ("a header too long", parts.inner(&vec![0x40; MAX_HEADER + 1 + chance.below(64)], &[7; 64])),
    };
    let mut plain = u32::try_from(inner.len()).expect("below 4 GiB").to_be_bytes().to_vec();
    plain.extend(inner);
    plain.resize(padded_length(plain.len()), 0);
    (what, plain)
}
