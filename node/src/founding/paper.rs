//! Pages with a secret, as files: written once, for their owner only, and durable before anything rests on them.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use keys::keyring::durable::sync_folder_of;
use zeroize::Zeroizing;

use super::InitError;

/// Groups on a line.
const GROUPS_PER_LINE: usize = 8;

/// The secret as the last paragraph of a page.
pub(super) fn secret_lines(groups: &[String]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::new());
    for line in groups.chunks(GROUPS_PER_LINE) {
        text.push_str("    ");
        text.push_str(&line.join(" "));
        text.push('\n');
    }
    text
}

/// Writes a page to `path`, mode 0600, synced. Never overwrites.
pub(super) fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    sync_folder_of(path)
}

/// The pages of an agency that is not made yet: removed again unless they are kept. Without their agency they are of no
/// use, and the next try would stumble over them.
#[derive(Default)]
pub(super) struct Pages {
    written: Vec<PathBuf>,
}

impl Pages {
    /// Writes one more.
    pub(super) fn write(&mut self, path: &Path, text: &str) -> Result<(), InitError> {
        write(path, text).map_err(|source| InitError::Kit { path: path.into(), source })?;
        self.written.push(path.into());
        Ok(())
    }

    /// They stay.
    pub(super) fn keep(mut self) {
        self.written.clear();
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        for page in &self.written {
            let _ = fs::remove_file(page);
        }
    }
}
