//! Files that are there after a power cut.

use std::{fs::File, io, path::Path};

/// Makes a new name in the folder of `path`, or a rename there, durable: until its folder is synced, a name may be gone
/// after a power cut, however well the file is.
///
/// # Errors
/// The system's, if the folder can't be opened or synced.
pub fn sync_folder_of(path: &Path) -> io::Result<()> {
    // A bare name lies in the folder that one is in.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_of_a_bare_name_is_the_one_that_one_is_in_and_a_missing_one_is_an_error() {
        sync_folder_of(Path::new("name")).unwrap();
        let place = tempfile::tempdir().unwrap();
        sync_folder_of(&place.path().join("name")).unwrap();
        assert!(sync_folder_of(&place.path().join("missing/name")).is_err());
    }
}
