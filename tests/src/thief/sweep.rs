//! Every offset of every file, tried with every key.
//!
//! At each offset stands, as far as the thief is concerned, `salt || ciphertext`, and each key may be the one. What
//! comes out is looked at without asking for a tag, so neither the owner nor the row nor the engine's framing need be
//! known. It counts as found if one of the child's data keys comes out, or a record (CBOR, a map that begins with a
//! field's name) that tells of the child. Windows with eight zero bytes in a row are passed over: a salt and ciphertext
//! of 64 bytes have them once in 10^17.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
};

use keys::label::digest_of;
use memchr::memmem;

use super::{Bunch, Files, Key, rest};

/// Salt and the first bytes of ciphertext; a wrapped key's are exactly these.
const WINDOW: usize = rest::SALT + 32;
/// So much of a record is decrypted: what the engine keeps together.
const RECORD: usize = 8_192;
const ZEROS: usize = 8;

/// What is looked for.
pub struct Target<'a> {
    /// The child's data keys, known from the control.
    pub keys: &'a [[u8; 32]],
    /// Texts of the child's record.
    pub needles: &'a [String],
}

/// A place where something came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The file.
    pub file: PathBuf,
    /// Where in it.
    pub offset: usize,
    /// With which key.
    pub key: String,
}

/// What a sweep found, and how much it tried.
#[derive(Default)]
pub struct Found {
    /// Places of the child's wrapped data keys.
    pub wraps: Vec<Hit>,
    /// Places of records that tell of the child.
    pub records: Vec<Hit>,
    /// Places of records that tell of nobody looked for: the sweep works.
    pub others: usize,
    /// Different windows, each of which was tried with each key.
    pub windows: usize,
}

impl Found {
    /// Whether nothing of the child came out.
    #[must_use]
    pub fn nothing(&self) -> bool {
        self.wraps.is_empty() && self.records.is_empty()
    }

    fn join(&mut self, other: Self) {
        self.wraps.extend(other.wraps);
        self.records.extend(other.records);
        self.others += other.others;
        self.windows += other.windows;
    }
}

/// Tries every offset of the files with every key of the bunch. What stands in several files is tried once.
///
/// # Panics
/// If a thread does.
#[must_use]
pub fn sweep(files: &[&Files], bunch: &Bunch, target: &Target<'_>) -> Found {
    let mut seen = HashSet::new();
    let mut windows: Vec<(&Path, &[u8], usize)> = Vec::new();
    for (path, bytes) in files.iter().flat_map(|files| &files.0) {
        for offset in offsets(bytes) {
            if seen.insert(digest_of(&bytes[offset..offset + WINDOW]).0) {
                windows.push((path, bytes, offset));
            }
        }
    }
    let half = windows.len().div_ceil(2).max(1);
    let mut found = Found::default();
    std::thread::scope(|scope| {
        let parts: Vec<_> =
            windows.chunks(half).map(|part| scope.spawn(|| part_of(part, bunch.keys(), target))).collect();
        for part in parts {
            found.join(part.join().expect("a thread"));
        }
    });
    found
}

/// Where a window begins that isn't empty.
fn offsets(bytes: &[u8]) -> Vec<usize> {
    let (mut run, mut last_run) = (0, None);
    let mut offsets = Vec::new();
    for (end, byte) in bytes.iter().enumerate() {
        run = if *byte == 0 { run + 1 } else { 0 };
        if run >= ZEROS {
            last_run = Some(end);
        }
        let Some(begin) = (end + 1).checked_sub(WINDOW) else { continue };
        if last_run.is_none_or(|last| last + 1 < begin + ZEROS) {
            offsets.push(begin);
        }
    }
    offsets
}

fn part_of(windows: &[(&Path, &[u8], usize)], keys: &[Key], target: &Target<'_>) -> Found {
    let mut found = Found { windows: windows.len(), ..Found::default() };
    let mut salted = rest::Salted::new(&[]);
    // Some fifty million tries in a debug build: what is done for each is kept short.
    let children: Vec<u32> = target.keys.iter().map(|key| beginning(key)).collect();
    let records = beginnings_of_records();
    for (file, bytes, offset) in windows {
        let (salt, ciphertext) = bytes[*offset..].split_at(rest::SALT);
        let first = beginning(ciphertext);
        salted.again(salt);
        for key in keys {
            let derived = salted.derive(&key.bytes);
            let plain = rest::stream(&derived) ^ first;
            if !children.contains(&plain) && !records[(plain >> 16) as usize] {
                continue;
            }
            let hit = || Hit { file: file.to_path_buf(), offset: *offset, key: key.name.clone() };
            let plain = rest::decrypt(&derived, &ciphertext[..ciphertext.len().min(RECORD)]);
            if target.keys.iter().any(|child| plain.starts_with(child)) {
                found.wraps.push(hit());
            } else if target.needles.iter().any(|needle| memmem::find(&plain, needle.as_bytes()).is_some()) {
                found.records.push(hit());
            } else if plain.get(2..8).is_some_and(|name| name.iter().all(u8::is_ascii_lowercase)) {
                found.others += 1;
            }
        }
    }
    found
}

fn beginning(bytes: &[u8]) -> u32 {
    bytes.first_chunk().map_or(0, |first| u32::from_be_bytes(*first))
}

/// Which two bytes begin a record: a CBOR map, and the name of its first field.
fn beginnings_of_records() -> Vec<bool> {
    (0..=u16::MAX)
        .map(u16::to_be_bytes)
        .map(|[map, name]| (0xa1..=0xb7).contains(&map) && (0x61..=0x77).contains(&name))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_passed_over_only_where_zeros_stand() {
        let bytes = [vec![1; 100], vec![0; ZEROS], vec![1; 70], vec![0; ZEROS - 1], vec![1; 70]].concat();
        let found = offsets(&bytes);
        let has_run = |begin: usize| bytes[begin..begin + WINDOW].windows(ZEROS).any(|w| w.iter().all(|b| *b == 0));
        let expected: Vec<usize> = (0..=bytes.len() - WINDOW).filter(|begin| !has_run(*begin)).collect();
        assert_eq!(found, expected);
        assert!(!found.is_empty());
    }
}
