//! Mutations of an envelope's outer bytes: what anybody on the way could change.

use protocol::{envelope::OVERHEAD, limits::MAX_ENVELOPE};

use crate::chance::Chance;

/// Bytes before the encapsulation: magic, format, suite, name of the key.
const HEAD: usize = 23;

/// `sound` with its outer bytes changed; `others` are sound envelopes for the same node. What was done, and the bytes.
pub fn mutate(sound: &[u8], others: &[Vec<u8>], chance: &mut Chance) -> (&'static str, Vec<u8>) {
    loop {
        let (what, bytes) = once(sound, others, chance);
        if bytes != sound && !others.contains(&bytes) {
            return (what, bytes);
        }
    }
}

fn once(sound: &[u8], others: &[Vec<u8>], chance: &mut Chance) -> (&'static str, Vec<u8>) {
    let mut bytes = sound.to_vec();
    let what = match chance.below(100) {
        0..=19 => {
            let place = chance.below(HEAD);
            bytes[place] ^= chance.flip();
            "a byte of the head"
        }
        20..=34 => {
            let place = HEAD + chance.below(OVERHEAD - HEAD - 16);
            bytes[place] ^= chance.flip();
            "a byte of the encapsulation"
        }
        35..=54 => {
            for _ in 0..=chance.below(4) {
                let place = chance.below(bytes.len());
                bytes[place] ^= chance.flip();
            }
            "some bytes"
        }
        55..=59 => {
            let place = bytes.len() - 1 - chance.below(16);
            bytes[place] ^= chance.flip();
            "the tag"
        }
        60..=66 => {
            bytes.truncate(chance.below(sound.len()));
            "cut off"
        }
        67..=71 => {
            bytes.resize(sound.len() + 1 + chance.below(4_096), 0);
            "bytes added at the end"
        }
        72..=76 => {
            let place = chance.below(bytes.len());
            bytes.insert(place, chance.flip());
            "a byte put in"
        }
        77..=81 => {
            bytes.remove(chance.below(sound.len()));
            "a byte taken out"
        }
        82..=86 => {
            let from = chance.below(bytes.len());
            let to = (from + 1 + chance.below(512)).min(bytes.len());
            bytes[from..to].fill(u8::try_from(chance.below(256)).unwrap_or(0));
            "a stretch overwritten"
        }
        87..=91 => {
            let middle = HEAD + chance.below(bytes.len() - HEAD);
            bytes[HEAD..].rotate_left(middle - HEAD);
            "turned round"
        }
        92..=97 => return (spliced(&mut bytes, others, chance), bytes),
        _ => return (sized(&mut bytes, chance), bytes),
    };
    (what, bytes)
}

/// Parts of two sound envelopes put together.
fn spliced(bytes: &mut [u8], others: &[Vec<u8>], chance: &mut Chance) -> &'static str {
    let other = chance.of(others);
    let (from, to, what) = match chance.below(3) {
        0 => (7, HEAD, "another's key name"),
        1 => (HEAD, HEAD + 1_120, "another's encapsulation"),
        _ => (HEAD + 1_120, bytes.len().min(other.len()), "another's ciphertext"),
    };
    bytes[from..to].copy_from_slice(&other[from..to]);
    what
}

/// Of another size altogether: rarely the largest, which take long to hash.
fn sized(bytes: &mut Vec<u8>, chance: &mut Chance) -> &'static str {
    let size = match chance.below(40) {
        0 => MAX_ENVELOPE,
        1 => MAX_ENVELOPE + 1,
        2..=12 => chance.below(OVERHEAD),
        _ => OVERHEAD + chance.below(8_192),
    };
    bytes.clear();
    bytes.resize(size, 0x53);
    "another size"
}
