//! Making an agency: its keys, its folder, its recovery kit. `spean init`, the set-up in a browser and the demo call it.
//!
//! Keys are drawn in memory ([`Draft`]); everything is then made in a folder of another name and appears under its own
//! at once: an interrupted `init` leaves no half of an agency. Knows nothing of commands and pages; what is asked of
//! people is the caller's business.

mod building;
mod draft;
mod error;
mod guardian;
mod kit;
mod main_key;
mod paper;
mod passphrase;
mod policy;
#[cfg(test)]
mod tests;

use std::{
    fs, io,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use keys::{
    Policy, Secret, VerifiedAgency,
    keyring::KdfParams,
    log::{GenesisError, MAX_GUARDIANS, check_country, check_name},
};

pub(crate) use building::Building;
pub use draft::{Draft, PrintedKit};
pub use error::InitError;
pub use guardian::Quorum;
pub use main_key::write_main_key;
pub use passphrase::{PassphraseFault, check_passphrase};
pub use policy::first_policy;

use crate::{
    config::{Folder, NetworkName, PublicUrl},
    world::World,
};

/// What the agency will be.
#[derive(Clone, Debug)]
pub struct InitRequest {
    /// The node's folder; must not exist, or be empty.
    pub dir: PathBuf,
    /// Where the recovery kit goes; must not exist. `None`: it is printed from the screen, and no file holds it.
    pub kit: Option<PathBuf>,
    /// Who may give it a new main key; their pages go beside the folder. Never changes.
    pub guardians: Option<Quorum>,
    /// The agency's name, as others will see it. Never changes.
    pub name: String,
    /// Two capital letters. Never changes.
    pub country: String,
    /// What it does and takes; see [`first_policy`].
    pub policy: Policy,
    /// The network; must be the same at all agencies that refer to one another. Never changes.
    pub network: NetworkName,
    /// Where the node will listen for peers.
    pub listen: SocketAddr,
    /// The address that peers are told; without it, from `listen`.
    pub public: Option<PublicUrl>,
    /// How costly one try of the passphrase is.
    pub kdf: KdfParams,
}

/// What was made.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Founded {
    /// The agency's id.
    pub agency: String,
    /// Its name.
    pub name: String,
    /// The digits that others compare.
    pub fingerprint: String,
    /// The node's folder.
    pub dir: PathBuf,
    /// The recovery kit, if it is a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kit: Option<PathBuf>,
    /// The guardians' pages, in the order of their numbers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub guardians: Vec<PathBuf>,
}

/// What the settings of a new agency say that is decided with its people.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ways {
    /// One person may look after keys and work with cases.
    pub keys_and_cases_together: bool,
    /// Where people work in a browser, if they do from the beginning.
    pub screens: Option<SocketAddr>,
}

/// Makes the folder of a new agency, and its recovery kit.
///
/// # Errors
/// [`InitError`]; then neither folder nor kit was left behind.
pub fn init(request: &InitRequest, passphrase: &[u8], world: &World) -> Result<Founded, InitError> {
    Draft::draw(request.clone(), world)?.make(passphrase, Ways::default(), world)
}

/// Where the kit goes when nobody says: beside the folder, named after it.
#[must_use]
pub fn default_kit(dir: &Path) -> PathBuf {
    let mut name = dir.file_name().map_or_else(|| "agency".into(), std::ffi::OsStr::to_owned);
    name.push("-recovery-kit.txt");
    dir.with_file_name(name)
}

/// Writes the page of a recovery kit, mode 0600 and synced, for the seed of an agency's next main key. Never overwrites.
///
/// # Errors
/// [`InitError::KitExists`], [`InitError::Kit`].
pub fn write_kit(path: &Path, agency: &VerifiedAgency, network: &str, seed: &Secret<32>) -> Result<(), InitError> {
    if path.symlink_metadata().is_ok() {
        return Err(InitError::KitExists(path.into()));
    }
    let kit = kit::Kit { name: agency.name(), network, agency: agency.id(), next_root_seed: seed };
    paper::write(path, &kit.text()).map_err(|source| InitError::Kit { path: path.into(), source })
}

/// Whether the agency could be made: to be asked before a person is asked for a passphrase.
///
/// # Errors
/// [`InitError`] if something is there already, or name or country are not as they must be.
pub fn check(request: &InitRequest) -> Result<(), InitError> {
    let stated = |result: Result<(), GenesisError>| result.map_err(|error| InitError::Founding(error.into()));
    stated(check_name(&request.name))?;
    stated(check_country(&request.country))?;
    if Folder::new(&request.dir).config().exists() {
        return Err(InitError::NodeExists(request.dir.clone()));
    }
    if let Some(kit) = request.kit.as_ref().filter(|kit| kit.symlink_metadata().is_ok()) {
        return Err(InitError::KitExists(kit.clone()));
    }
    let Quorum { needed, of } = request.guardians.unwrap_or(Quorum { needed: 0, of: 0 });
    if request.guardians.is_some() && !(1..=of).contains(&needed) || usize::from(of) > MAX_GUARDIANS {
        return stated(Err(GenesisError::Recovery));
    }
    let pages = (1..=of.into()).map(|number| guardian::page_path(&request.dir, number));
    if let Some(page) = pages.into_iter().find(|page| page.symlink_metadata().is_ok()) {
        return Err(InitError::PageExists(page));
    }
    is_empty(&request.dir)
}

/// Whether an agency could be made in `dir`: there is none, and the system lets one be written. Leaves nothing behind.
///
/// # Errors
/// [`InitError`] if something is there already, or may not be made there.
pub fn check_folder(dir: &Path) -> Result<(), InitError> {
    if Folder::new(dir).config().exists() {
        return Err(InitError::NodeExists(dir.into()));
    }
    is_empty(dir)?;
    let begun = Building::begin(dir).map(drop);
    begun.map_err(|error| match error {
        InitError::File { path: _, source } => InitError::File { path: dir.into(), source },
        other => other,
    })
}

fn is_empty(dir: &Path) -> Result<(), InitError> {
    match fs::read_dir(dir).map(Iterator::count) {
        Ok(entries) if entries > 0 => Err(InitError::NotEmpty(dir.into())),
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(InitError::file(dir)(error)),
        Ok(_) | Err(_) => Ok(()),
    }
}
