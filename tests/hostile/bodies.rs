//! Bodies changed as trees and as bytes, committed to and signed anew.

use ciborium::Value;
use keys::cbor;
use protocol::{consent::CONSENT, limits::MAX_NOTE, packet::PacketKind};

use crate::{
    actors::Chance,
    fields::{Draft, Made},
    model::Change,
    scene::Extras,
};

type Map = Vec<(Value, Value)>;

/// Fields that each body of their kind must have.
const REQUIRED: [&str; 9] = ["nonce", "triage", "reason", "consent", "release", "status", "outcome", "receipt", "text"];
/// Fields that are codes.
const CODES: [&str; 3] = ["reason", "status", "outcome"];
/// Fields that are free texts.
const TEXTS: [&str; 2] = ["text", "note"];

/// One thing wrong with the body, or with what it embeds.
pub fn change(draft: &mut Draft<'_>, extras: &Extras, chance: &mut Chance) -> Made {
    let embeds = matches!(draft.sound.kind, PacketKind::Offer | PacketKind::Release | PacketKind::Erased);
    if embeds && !chance.once_in(3) {
        return embedded(draft, extras, chance);
    }
    // Ends are taken whatever is odd about their bodies, and then used up.
    if protocol::exchange::End::of(draft.sound.kind).is_some() && !chance.once_in(20) {
        return None;
    }
    let what = if chance.once_in(3) { bytes(&mut draft.parts.body, chance) } else { tree(draft, chance)? };
    draft.parts.commit(draft.sound.kind);
    Some((what, Change::Body))
}

/// Another text, or another code of the list.
pub fn free(draft: &mut Draft<'_>, chance: &mut Chance) -> Made {
    let mut map = map_of(&draft.parts.body)?;
    let (name, value) = map.iter_mut().find(|(name, _)| TEXTS.iter().any(|text| is(name, text)))?;
    *value = Value::from(format!("សួស្តី {}\nhello", chance.any()));
    debug_assert!(!is(name, "nonce"));
    draft.parts.body = bytes_of(map)?;
    draft.parts.commit(draft.sound.kind);
    Some(("another text", Change::Free))
}

fn map_of(bytes: &[u8]) -> Option<Map> {
    match ciborium::from_reader(bytes).ok()? {
        Value::Map(map) => Some(map),
        _ => None,
    }
}

fn bytes_of(map: Map) -> Option<Vec<u8>> {
    cbor::encode_body(&Value::Map(map)).ok()
}

fn is(name: &Value, text: &str) -> bool {
    name.as_text() == Some(text)
}

/// The tree changed, and encoded as it must be.
fn tree(draft: &mut Draft<'_>, chance: &mut Chance) -> Option<&'static str> {
    let mut map = map_of(&draft.parts.body)?;
    // A text may be left out of all but a note.
    let required = if draft.sound.kind == PacketKind::Note { &REQUIRED[..] } else { &REQUIRED[..8] };
    let what = shape(&mut map, required, chance).or_else(|| value(&mut map, chance))?;
    draft.parts.body = bytes_of(map)?;
    Some(what)
}

/// Names and kinds of values, in any map with text keys.
fn shape(map: &mut Map, required: &[&str], chance: &mut Chance) -> Option<&'static str> {
    let named: Vec<usize> = (0..map.len()).filter(|at| required.iter().any(|name| is(&map[*at].0, name))).collect();
    Some(match chance.below(6) {
        0 => {
            map.push((Value::from("zz"), Value::from(chance.below(9) as u64)));
            "a name that it does not have"
        }
        1 if !named.is_empty() => {
            map.remove(*chance.of(&named));
            "without something"
        }
        2 if !map.is_empty() => {
            let at = chance.below(map.len());
            let name = map[at].0.as_text().map(|name| format!("{name}x"));
            map[at].0 = Value::from(name?);
            "another name"
        }
        3 if !map.is_empty() => {
            let at = chance.below(map.len());
            let wrong = match &map[at].1 {
                Value::Text(_) => Value::Bytes(vec![1]),
                Value::Bytes(_) | Value::Map(_) => Value::from("text"),
                _ => Value::Map(Vec::new()),
            };
            map[at].1 = if chance.once_in(2) { wrong } else { Value::Null };
            "another kind of value"
        }
        _ => return None,
    })
}

/// Texts and codes that are not allowed.
fn value(map: &mut Map, chance: &mut Chance) -> Option<&'static str> {
    if map.is_empty() {
        return None;
    }
    let at = chance.below(map.len());
    let (name, value) = &mut map[at];
    let name = name.as_text()?.to_owned();
    if CODES.contains(&name.as_str()) {
        *value = Value::from(*chance.of(&["whim", "", "Other", "no_capacity ", "ផ្សេងៗ"]));
        return Some("a code that is not on the list");
    }
    if TEXTS.contains(&name.as_str()) {
        let texts = [String::new(), " \n ".into(), "a\u{7}b".into(), "a\0".into(), "ក".repeat(MAX_NOTE + 1)];
        *value = Value::from(chance.of(&texts).as_str());
        return Some("a text that is not allowed");
    }
    if name == "date" {
        *value = Value::from(*chance.of(&["tomorrow", "2026-13-01", "2026-6-1", "", "2026-06-01T00:00"]));
        return Some("a day that is none");
    }
    if name == "nonce" {
        *value = Value::Bytes(vec![7; *chance.of(&[0, 31, 33, 64])]);
        return Some("a nonce of another length");
    }
    None
}

/// An encoding that is not the one that the profile has (3.2).
fn bytes(body: &mut Vec<u8>, chance: &mut Chance) -> &'static str {
    let entries = body[0] & 0x1f;
    match chance.below(8) {
        0 => body.push(0),
        1 => body.truncate(body.len() - 1),
        2 => drop(body.splice(..1, [0xb8, entries])),
        3 => {
            body[0] = 0xbf;
            body.push(0xff);
        }
        4 => {
            // `a` sorts before all others, and stands behind them.
            body[0] = 0xa0 | (entries + 1);
            body.extend([0x61, b'a', 0xf9, 0, 0]);
        }
        5 => body.insert(0, 0xc1),
        6 => *body = vec![0xa0; 1 + chance.below(3) * 4_000 + 1],
        _ => {
            body.truncate(1);
            body[0] = 0xff;
            body.extend((0..chance.below(60)).map(|_| chance.flip()));
        }
    }
    "a body in other bytes"
}

/// What is carried as exact bytes: a triage, a consent statement and a release, a receipt.
fn embedded(draft: &mut Draft<'_>, extras: &Extras, chance: &mut Chance) -> Made {
    let mut map = map_of(&draft.parts.body)?;
    let names: &[&str] = match draft.sound.kind {
        PacketKind::Offer => &["triage"],
        PacketKind::Release => &["consent", "release"],
        _ => &["receipt"],
    };
    let name = *chance.of(names);
    let (_, value) = map.iter_mut().find(|(key, _)| is(key, name))?;
    let Value::Bytes(bytes) = value else { return None };
    let what = match name {
        "consent" | "receipt" if chance.once_in(3) => {
            let elsewhere = if name == "consent" { &extras.statements } else { &extras.receipts };
            bytes.clone_from(chance.of(elsewhere));
            "what is sound elsewhere"
        }
        "consent" | "receipt" => {
            let place = chance.below(bytes.len());
            bytes[place] ^= chance.flip();
            "a byte of what was signed"
        }
        "release" if chance.once_in(3) => {
            bytes.clone_from(chance.of(&extras.uncovered));
            "more than the consent covers"
        }
        _ => embedded_tree(bytes, chance)?,
    };
    if name == "consent" && chance.once_in(2) {
        let referred = keys::label::mac(&draft.parts.k_commit, CONSENT, bytes);
        draft.parts.header.consent_ref = Some(referred);
    }
    draft.parts.body = bytes_of(map)?;
    draft.parts.commit(draft.sound.kind);
    Some((what, Change::Content))
}

/// Fields that each triage must have.
const OF_TRIAGE: [&str; 11] = [
    "kind",
    "purpose",
    "services",
    "age_band",
    "sex",
    "urgency",
    "area",
    "would_follow",
    "basis",
    "group_size",
    "languages",
];

fn embedded_tree(bytes: &mut Vec<u8>, chance: &mut Chance) -> Option<&'static str> {
    if chance.once_in(5) {
        bytes.truncate(chance.below(bytes.len()));
        return Some("what is embedded, cut off");
    }
    let mut map = map_of(bytes)?;
    let what = shape(&mut map, &OF_TRIAGE, chance)?;
    *bytes = bytes_of(map)?;
    Some(what)
}
