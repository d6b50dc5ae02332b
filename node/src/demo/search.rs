//! Looks for what must not be found: in files and in recorded bytes, in the forms that a leak could have.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use data_encoding::HEXLOWER;

/// Bytes that a form must have: in 100 MiB of random bytes eight stand by chance once in 10^11 searches.
const SHORTEST: usize = 8;

/// A text to look for, in UTF-8, UTF-16, hexadecimal, and base64 at each of its three offsets.
pub struct Needle {
    /// The text itself, for the report; all children here are invented.
    pub text: String,
    forms: Vec<Vec<u8>>,
}

impl Needle {
    /// The text in all its forms.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let utf8 = text.as_bytes();
        let utf16 = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
        let hex = HEXLOWER.encode(utf8);
        let mut forms = vec![
            utf8.to_vec(),
            utf16(u16::to_le_bytes),
            utf16(u16::to_be_bytes),
            hex.to_uppercase().into_bytes(),
            hex.into_bytes(),
        ];
        forms.extend((0..3).map(|offset| base64_at(utf8, offset)));
        // A shorter form would stand in random bytes by chance.
        forms.retain(|form| form.len() >= SHORTEST);
        Self { text: text.to_owned(), forms }
    }

    /// Whether the text stands in `hay` in any of its forms.
    #[must_use]
    pub fn is_in(&self, hay: &[u8]) -> bool {
        self.forms.iter().any(|form| memchr::memmem::find(hay, form).is_some())
    }
}

/// The characters that base64 always has for `bytes` when they begin `offset` bytes into a group of three.
fn base64_at(bytes: &[u8], offset: usize) -> Vec<u8> {
    let padded = [&[0; 2][..offset], bytes].concat();
    let text = STANDARD_NO_PAD.encode(&padded).into_bytes();
    // The first characters depend on what stands before, the last on what follows.
    let first = [0, 2, 3][offset];
    let last = padded.len() / 3 * 4;
    text.get(first..last).unwrap_or_default().to_vec()
}

/// The files below `folder` that hold any of the needles, with the needle.
///
/// # Errors
/// Of the file system.
pub fn in_folder(folder: &Path, needles: &[Needle]) -> io::Result<Vec<(PathBuf, String)>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() {
                let content = fs::read(entry.path())?;
                let hits = needles.iter().filter(|needle| needle.is_in(&content));
                found.extend(hits.map(|needle| (entry.path(), needle.text.clone())));
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_in_every_form_and_at_every_offset() {
        let name = "ទន្លេ សុខា";
        let needle = Needle::new(name);
        assert!(needle.is_in(format!("x{name}y").as_bytes()));
        assert!(needle.is_in(HEXLOWER.encode(name.as_bytes()).as_bytes()));
        let utf16: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(needle.is_in(&utf16));
        for before in 0..5 {
            let hidden = [vec![0xa5; before], name.as_bytes().to_vec(), b"after".to_vec()].concat();
            let text = STANDARD_NO_PAD.encode(hidden);
            assert!(needle.is_in(text.as_bytes()), "after {before} bytes");
        }
        assert!(!needle.is_in("another name".as_bytes()));
    }

    #[test]
    fn files_deep_in_a_folder_are_read() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(folder.path().join("a/b")).expect("folders");
        fs::write(folder.path().join("a/b/c"), "… Tonle Sokha …").expect("a file");
        let found = in_folder(folder.path(), &[Needle::new("Tonle Sokha")]).expect("readable");
        assert_eq!(found.len(), 1);
    }
}
