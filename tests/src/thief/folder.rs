//! Copies of a node's folder.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

/// What says nothing or has keys of its own: the keyring is used, not searched; the ballast is only room.
const LEFT_OUT: [&str; 3] = ["keyring", "ballast", "lock"];

/// Copies a folder, without its ballast, as it lies there at this moment.
///
/// # Errors
/// Of the file system.
pub fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (kind, target) = (entry.file_type()?, to.join(entry.file_name()));
        if kind.is_dir() {
            copy(&entry.path(), &target)?;
        } else if kind.is_file() && entry.file_name() != "ballast" {
            // A file that the engine replaces just now is as good as gone.
            match fs::copy(entry.path(), target) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                copied => drop(copied?),
            }
        }
    }
    Ok(())
}

/// The bytes of all files of a folder.
pub struct Files(pub BTreeMap<PathBuf, Vec<u8>>);

impl Files {
    /// Reads them, subfolders too.
    ///
    /// # Errors
    /// Of the file system.
    pub fn read(folder: &Path) -> io::Result<Self> {
        let mut all = BTreeMap::new();
        let mut folders = vec![folder.to_path_buf()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder)? {
                let entry = entry?;
                let kind = entry.file_type()?;
                if kind.is_dir() {
                    folders.push(entry.path());
                } else if kind.is_file() && !LEFT_OUT.iter().any(|name| entry.file_name() == *name) {
                    all.insert(entry.path(), fs::read(entry.path())?);
                }
            }
        }
        Ok(Self(all))
    }
}
