//! The folder of an agency while it is made: of another name, until it is whole.

use std::{
    fs,
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
};

use keys::keyring::durable::sync_folder_of;

use super::InitError;

/// A folder under construction; removed again unless it was finished.
pub(crate) struct Building {
    path: PathBuf,
    finished: bool,
}

impl Building {
    pub(crate) fn begin(dir: &Path) -> Result<Self, InitError> {
        let mut name = std::ffi::OsString::from(".");
        name.push(dir.file_name().ok_or_else(|| InitError::NotAFolder(dir.into()))?);
        name.push(format!(".new-{}", std::process::id()));
        let path = dir.with_file_name(name);
        fs::DirBuilder::new().mode(0o700).create(&path).map_err(InitError::file(&path))?;
        Ok(Self { path, finished: false })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Gives the folder its name; an empty folder of that name is replaced.
    pub(crate) fn finish(mut self, dir: &Path) -> Result<(), InitError> {
        let rename = || {
            fs::File::open(&self.path)?.sync_all()?;
            fs::rename(&self.path, dir)?;
            sync_folder_of(dir)
        };
        rename().map_err(InitError::file(dir))?;
        self.finished = true;
        Ok(())
    }
}

impl Drop for Building {
    fn drop(&mut self) {
        if !self.finished {
            // Nothing in it was ever in use; what can't be removed is left under a name that says what it is.
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}
