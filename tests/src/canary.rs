//! Looks for what must not be found: keys, names and texts, in every form that a leak could have.
//!
//! Each is looked for as it is, in UTF-16, hexadecimal, JSON escapes, percent escapes, as CBOR and JSON lists of
//! numbers, and in base64 at each of its three offsets. Compressed bytes are not looked into: no crate that compresses
//! is part of the program, which a test checks.

use std::{
    collections::BTreeSet,
    fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use aho_corasick::AhoCorasick;

/// Shorter forms stand in random bytes by chance.
const SHORTEST: usize = 8;
/// A file is read by so many bytes.
const PIECE: u64 = 64 << 20;
const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// What is looked for, all at once.
pub struct Canaries {
    names: Vec<String>,
    /// For each form, whose it is.
    of: Vec<usize>,
    forms: AhoCorasick,
    /// Length of the longest form.
    longest: usize,
}

impl Canaries {
    /// Pairs of what a thing is called in reports and its bytes.
    ///
    /// # Panics
    /// If one of them is too short to be looked for.
    #[must_use]
    pub fn new<'a>(things: impl IntoIterator<Item = (String, &'a [u8])>) -> Self {
        let (mut names, mut of, mut patterns) = (Vec::new(), Vec::new(), Vec::new());
        for (name, bytes) in things {
            assert!(bytes.len() >= SHORTEST, "{name} is too short to be looked for");
            for form in forms(bytes).into_iter().filter(|form| form.len() >= SHORTEST) {
                of.push(names.len());
                patterns.push(form);
            }
            names.push(name);
        }
        let longest = patterns.iter().map(Vec::len).max().unwrap_or_default();
        Self { names, of, forms: AhoCorasick::new(patterns).expect("patterns"), longest }
    }

    /// The names of those that stand in `hay`.
    #[must_use]
    pub fn in_bytes(&self, hay: &[u8]) -> BTreeSet<&str> {
        // Overlapping: one name may stand inside another.
        let hits = self.forms.find_overlapping_iter(hay);
        hits.map(|hit| self.names[self.of[hit.pattern().as_usize()]].as_str()).collect()
    }

    /// The names of those that stand in a file, however large it is.
    ///
    /// # Errors
    /// Of the file system.
    pub fn in_file(&self, file: &Path) -> io::Result<BTreeSet<&str>> {
        // So much of a piece is looked at once more with the next one: no form is longer.
        let (mut file, mut piece, mut found) = (fs::File::open(file)?, Vec::new(), BTreeSet::new());
        loop {
            let read = (&mut file).take(PIECE).read_to_end(&mut piece)?;
            found.extend(self.in_bytes(&piece));
            if read == 0 {
                return Ok(found);
            }
            piece.drain(..piece.len().saturating_sub(self.longest));
        }
    }

    /// The files below `folder` in which some stand, with their names; sockets and the like are passed over.
    ///
    /// # Errors
    /// Of the file system.
    pub fn in_folder(&self, folder: &Path) -> io::Result<Vec<(PathBuf, BTreeSet<&str>)>> {
        let (mut found, mut folders) = (Vec::new(), vec![folder.to_path_buf()]);
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder)? {
                let entry = entry?;
                let kind = entry.file_type()?;
                if kind.is_dir() {
                    folders.push(entry.path());
                } else if kind.is_file() && entry.file_name() != "ballast" {
                    let hits = self.in_file(&entry.path())?;
                    if !hits.is_empty() {
                        found.push((entry.path(), hits));
                    }
                }
            }
        }
        Ok(found)
    }
}

/// The forms that a leak could have.
fn forms(bytes: &[u8]) -> Vec<Vec<u8>> {
    let hex = |upper: bool| -> Vec<u8> {
        let digits: &[u8; 16] = if upper { b"0123456789ABCDEF" } else { b"0123456789abcdef" };
        bytes.iter().flat_map(|byte| [digits[usize::from(byte >> 4)], digits[usize::from(byte & 15)]]).collect()
    };
    let list = |space: &str| bytes.iter().map(u8::to_string).collect::<Vec<_>>().join(space).into_bytes();
    // As serde writes an array of bytes in CBOR.
    let cbor = bytes.iter().flat_map(|byte| if *byte < 24 { vec![*byte] } else { vec![0x18, *byte] }).collect();
    let mut forms = vec![bytes.to_vec(), hex(false), hex(true), list(","), list(", "), cbor];
    for offset in 0..3 {
        let standard = base64_at(bytes, offset);
        forms.push(
            standard
                .iter()
                .map(|c| {
                    if *c == b'+' {
                        b'-'
                    } else if *c == b'/' {
                        b'_'
                    } else {
                        *c
                    }
                })
                .collect(),
        );
        forms.push(standard);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        forms.extend(of_text(text));
    }
    forms.sort();
    forms.dedup();
    forms
}

fn of_text(text: &str) -> Vec<Vec<u8>> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let escaped = |upper: bool| -> Vec<u8> {
        let one = |unit: &u16| match u8::try_from(*unit) {
            Ok(ascii) if ascii.is_ascii() => char::from(ascii).to_string(),
            _ if upper => format!("\\u{unit:04X}"),
            _ => format!("\\u{unit:04x}"),
        };
        units.iter().map(one).collect::<String>().into_bytes()
    };
    let percent =
        text.bytes().map(|b| if b.is_ascii_alphanumeric() { char::from(b).into() } else { format!("%{b:02X}") });
    vec![
        units.iter().flat_map(|unit| unit.to_le_bytes()).collect(),
        units.iter().flat_map(|unit| unit.to_be_bytes()).collect(),
        escaped(false),
        escaped(true),
        percent.collect::<String>().into_bytes(),
    ]
}

/// The characters that base64 always has for `bytes` when they begin `offset` bytes into a group of three.
fn base64_at(bytes: &[u8], offset: usize) -> Vec<u8> {
    let padded = [&[0; 2][..offset], bytes].concat();
    let bit = |n: usize| padded.get(n / 8).is_some_and(|byte| byte >> (7 - n % 8) & 1 == 1);
    // Only characters all of whose bits are ours.
    let (first, last) = ((offset * 8).div_ceil(6), padded.len() * 8 / 6);
    let character = |n: usize| (0..6).fold(0_usize, |sum, at| sum << 1 | usize::from(bit(n * 6 + at)));
    (first..last).map(|n| BASE64[character(n)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_in_every_form_and_inside_another() {
        let name = "ទន្លេ សុខា";
        let canaries = Canaries::new([("name".to_owned(), name.as_bytes()), ("end".to_owned(), "សុខា".as_bytes())]);
        for (n, form) in forms(name.as_bytes()).into_iter().enumerate() {
            let hay = [b"before ".to_vec(), form, b" after".to_vec()].concat();
            assert!(canaries.in_bytes(&hay).contains("name"), "form {n}");
        }
        assert_eq!(canaries.in_bytes(name.as_bytes()).len(), 2);
        assert!(canaries.in_bytes("another name".as_bytes()).is_empty());
        assert!(canaries.in_bytes(br"\u1791\u1793\u17d2\u179b\u17c1 \u179f\u17bb\u1781\u17b6").contains("name"));
    }

    #[test]
    fn a_name_across_two_pieces_of_a_file_is_found() {
        let place = tempfile::tempdir().expect("a folder");
        let canaries = Canaries::new([("name".to_owned(), b"Tonle Sokha".as_slice())]);
        let file = place.path().join("core");
        for before in [0, PIECE - 5, PIECE + 1] {
            let before = vec![b'.'; usize::try_from(before).expect("a length")];
            fs::write(&file, [&before[..], b"Tonle Sokha"].concat()).expect("written");
            assert_eq!(canaries.in_file(&file).expect("a file").len(), 1);
        }
        fs::write(&file, b"nobody").expect("written");
        assert!(canaries.in_file(&file).expect("a file").is_empty());
    }

    #[test]
    fn base64_is_found_at_every_offset() {
        // "x" three times and then the name, as any encoder writes them.
        let known = [("eFRvbmxlIFNva2hh", 1), ("eHhUb25sZSBTb2toYQ==", 2), ("eHh4VG9ubGUgU29raGE=", 3)];
        let canaries = Canaries::new([("name".to_owned(), b"Tonle Sokha".as_slice())]);
        for (text, before) in known {
            assert!(canaries.in_bytes(text.as_bytes()).contains("name"), "after {before} bytes");
        }
    }
}
