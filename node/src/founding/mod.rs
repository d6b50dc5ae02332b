//! Making an agency: its keys, its folder, its recovery kit. `spean init` and the demo call it.
//!
//! Everything is made in a folder of another name and appears under its own at once: an interrupted `init` leaves
//! no half of an agency. Knows nothing of commands; what is asked of people is the caller's business.

mod error;
mod kit;
mod policy;
#[cfg(test)]
mod tests;

use std::{
    fs, io,
    net::SocketAddr,
    os::unix::fs::DirBuilderExt as _,
    path::{Path, PathBuf},
    sync::Arc,
};

pub use self::{
    error::InitError,
    kit::{KitError, read_secret},
    policy::first_policy,
};
use crate::{
    config::{Config, Folder, NetworkName, PublicUrl},
    delivery::tls::TransportKey,
    service::keep_first_key,
    store::{AnyStore, SledStore},
    vault::{SharedKeyring, Vault},
    world::World,
};
use keys::{
    Fingerprint, Keyring, NetworkId, Policy, PublicRecord, VerifiedAgency,
    founding::{Founding, FoundingRequest, found},
    keyring::{KdfParams, KeyringSecrets},
    log::{GenesisError, Recovery, check_country, check_name},
    sealing::SealingKey,
};

/// What the agency will be.
#[derive(Debug)]
pub struct InitRequest {
    /// The node's folder; must not exist, or be empty.
    pub dir: PathBuf,
    /// Where the recovery kit goes; must not exist.
    pub kit: PathBuf,
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
    /// The recovery kit.
    pub kit: PathBuf,
}

/// Makes the folder of a new agency, and its recovery kit.
///
/// # Errors
/// [`InitError`]; then neither folder nor kit was left behind.
pub fn init(request: &InitRequest, passphrase: &[u8], world: &World) -> Result<Founded, InitError> {
    check(request)?;
    let building = Building::begin(&request.dir)?;
    let folder = Folder::new(building.path());
    let public = request.public.clone().unwrap_or_else(|| PublicUrl::of_listen(request.listen));
    write_synced(&folder.config(), Config::first(&request.network, request.listen, Some(&public)).as_bytes())?;
    let transport = TransportKey::create(&folder.transport_key())?;
    let founding = found(statement_of(request, &transport, &public), world.now(), &mut world.entropy())?;
    write_synced(&folder.public_record(), &founding.record.to_bytes())?;
    let verified = verified(&founding.record, request)?;
    let agency = verified.id();
    keep_secrets(&folder, &founding, &verified, passphrase, request.kdf, world)?;

    let network = request.network.as_str();
    let next_root_seed = &founding.next_root_seed;
    let kit = kit::Kit { name: &request.name, network, agency, next_root_seed };
    kit.write(&request.kit).map_err(|source| InitError::Kit { path: request.kit.clone(), source })?;
    if let Err(error) = building.finish(&request.dir) {
        // Without its agency the kit is of no use, and the next try would stumble over it.
        let _ = fs::remove_file(&request.kit);
        return Err(error);
    }
    Ok(Founded {
        agency: agency.to_string(),
        name: request.name.clone(),
        fingerprint: Fingerprint::of(agency).to_string(),
        dir: request.dir.clone(),
        kit: request.kit.clone(),
    })
}

/// Where the kit goes when nobody says: beside the folder, named after it.
#[must_use]
pub fn default_kit(dir: &Path) -> PathBuf {
    let mut name = dir.file_name().map_or_else(|| "agency".into(), std::ffi::OsStr::to_owned);
    name.push("-recovery-kit.txt");
    dir.with_file_name(name)
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
    if request.kit.symlink_metadata().is_ok() {
        return Err(InitError::KitExists(request.kit.clone()));
    }
    match fs::read_dir(&request.dir).map(Iterator::count) {
        Ok(entries) if entries > 0 => Err(InitError::NotEmpty(request.dir.clone())),
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(InitError::file(&request.dir)(error)),
        Ok(_) | Err(_) => Ok(()),
    }
}

fn statement_of(request: &InitRequest, transport: &TransportKey, public: &PublicUrl) -> FoundingRequest {
    FoundingRequest {
        network: NetworkId::from_name(request.network.as_str()),
        name: request.name.clone(),
        country: request.country.clone(),
        recovery: Recovery::default(),
        policy: request.policy.clone(),
        transport_pins: vec![transport.pin()],
        addresses: vec![public.as_str().to_owned()],
    }
}

fn verified(record: &PublicRecord, request: &InitRequest) -> Result<VerifiedAgency, InitError> {
    let verified = record.verify(NetworkId::from_name(request.network.as_str()));
    verified.map_err(|_| InitError::OwnRecord)
}

fn keep_secrets(
    folder: &Folder,
    founding: &Founding,
    agency: &VerifiedAgency,
    passphrase: &[u8],
    kdf: KdfParams,
    world: &World,
) -> Result<(), InitError> {
    let secrets =
        KeyringSecrets { op_seed: founding.op_seed.duplicate(), root_seed: Some(founding.root_seed.duplicate()) };
    let keyring = Keyring::create(&folder.keyring(), passphrase, kdf, secrets, &mut world.entropy())?;
    keep_sealing_key(folder, founding, agency, keyring, world)
}

/// The first sealing key goes into a store of its own making: the card that is shown next offers it.
fn keep_sealing_key(
    folder: &Folder,
    founding: &Founding,
    agency: &VerifiedAgency,
    keyring: Keyring,
    world: &World,
) -> Result<(), InitError> {
    let path = folder.path().to_owned();
    let (agency, ends, world) = (agency.id(), agency.sealing_key_ends().unwrap_or_default(), world.clone());
    let sealing = SealingKey::from_seed(founding.sealing.seed().duplicate());
    // A thread of its own: this may be called from inside a runtime, where nothing may block on another.
    let kept = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let store: AnyStore = Arc::new(SledStore::open(&path).map_err(io::Error::other)?);
            let keys = Arc::new(SharedKeyring::new(keyring));
            let vault = Vault::open(store, keys, agency, world).await.map_err(io::Error::other)?;
            keep_first_key(&vault, &sealing, ends).await.map_err(io::Error::other)
        })
    });
    let kept = kept.join().unwrap_or_else(|_| Err(io::Error::other("the store could not be made")));
    kept.map_err(InitError::file(&folder.path().join("store")))
}

fn write_synced(path: &Path, bytes: &[u8]) -> Result<(), InitError> {
    use std::io::Write as _;
    let write = || {
        let mut file = fs::OpenOptions::new().write(true).create_new(true).open(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    write().map_err(InitError::file(path))
}

/// A folder under construction; removed again unless it was finished.
struct Building {
    path: PathBuf,
    finished: bool,
}

impl Building {
    fn begin(dir: &Path) -> Result<Self, InitError> {
        let mut name = std::ffi::OsString::from(".");
        name.push(dir.file_name().ok_or_else(|| InitError::NotAFolder(dir.into()))?);
        name.push(format!(".new-{}", std::process::id()));
        let path = dir.with_file_name(name);
        fs::DirBuilder::new().mode(0o700).create(&path).map_err(InitError::file(&path))?;
        Ok(Self { path, finished: false })
    }

    fn path(&self) -> &Path {
        &self.path
    }

    /// Gives the folder its name; an empty folder of that name is replaced.
    fn finish(mut self, dir: &Path) -> Result<(), InitError> {
        let rename = || {
            fs::File::open(&self.path)?.sync_all()?;
            fs::rename(&self.path, dir)?;
            kit::sync_folder_of(dir)
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
