//! An agency whose keys are drawn and which is not made yet: in memory only, so that its kit can be printed first.

use std::{fs, io, path::Path, sync::Arc};

use keys::{
    Fingerprint, Keyring, NetworkId, PublicRecord, VerifiedAgency,
    founding::{Founding, FoundingRequest, found},
    keyring::{KdfParams, KeyringSecrets},
    sealing::SealingKey,
};
use zeroize::Zeroizing;

use super::{
    Building, Founded, InitError, InitRequest, Ways, check,
    guardian::{Guardians, Whose},
    kit::Kit,
    paper::Pages,
};
use crate::{
    config::{Config, First, Folder, PublicUrl},
    delivery::tls::TransportKey,
    service::keep_first_key,
    store::{AnyStore, SledStore},
    vault::{SharedKeyring, Vault},
    world::World,
};

/// Keys and first statements of an agency. Dropped, it never was: its keys are wiped.
pub struct Draft {
    request: InitRequest,
    public: PublicUrl,
    transport: TransportKey,
    founding: Founding,
    guardians: Guardians,
    agency: VerifiedAgency,
}

/// What stands on a recovery kit that is printed from a screen.
pub struct PrintedKit {
    /// The agency's id.
    pub agency: String,
    /// The digits that others compare.
    pub fingerprint: String,
    /// The secret as a person reads and types it, group by group.
    pub groups: Zeroizing<Vec<String>>,
}

impl Draft {
    /// Draws the keys. Touches no disk but to look whether the agency could be made.
    ///
    /// # Errors
    /// [`InitError`].
    pub fn draw(request: InitRequest, world: &World) -> Result<Self, InitError> {
        check(&request)?;
        let public = request.public.clone().unwrap_or_else(|| PublicUrl::of_listen(request.listen));
        let transport = TransportKey::generate()?;
        let guardians = Guardians::draw(request.guardians, world);
        let statement = statement_of(&request, &guardians, &transport, &public);
        let founding = found(statement, world.now(), &mut world.entropy())?;
        let agency = verified(&founding.record, &request)?;
        Ok(Self { request, public, transport, founding, guardians, agency })
    }

    /// Its recovery kit, to be printed.
    #[must_use]
    pub fn printed_kit(&self) -> PrintedKit {
        let agency = self.agency.id();
        PrintedKit {
            agency: agency.to_string(),
            fingerprint: Fingerprint::of(agency).to_string(),
            groups: self.kit().groups(),
        }
    }

    fn kit(&self) -> Kit<'_> {
        Kit {
            name: &self.request.name,
            network: self.request.network.as_str(),
            agency: self.agency.id(),
            next_root_seed: &self.founding.next_root_seed,
        }
    }

    /// Makes its folder, and the kit's file if one was asked for.
    ///
    /// # Errors
    /// [`InitError`]; then neither folder nor kit was left behind, and it may be tried again.
    pub fn make(&self, passphrase: &[u8], ways: Ways, world: &World) -> Result<Founded, InitError> {
        let request = &self.request;
        check(request)?;
        let building = Building::begin(&request.dir)?;
        let folder = Folder::new(building.path());
        write_synced(&folder.config(), self.settings(ways).as_bytes())?;
        self.transport.write(&folder.transport_key())?;
        write_synced(&folder.public_record(), &self.founding.record.to_bytes())?;
        keep_secrets(&folder, &self.founding, &self.agency, passphrase, request.kdf, world)?;
        let mut pages = Pages::default();
        if let Some(path) = &request.kit {
            pages.write(path, &self.kit().text())?;
        }
        let of = Whose { name: &request.name, network: request.network.as_str(), agency: self.agency.id() };
        let of_guardians = self.guardians.pages(&of, &request.dir);
        for (path, text) in &of_guardians {
            pages.write(path, text)?;
        }
        building.finish(&request.dir)?;
        pages.keep();
        Ok(Founded {
            agency: self.agency.id().to_string(),
            name: request.name.clone(),
            fingerprint: Fingerprint::of(self.agency.id()).to_string(),
            dir: request.dir.clone(),
            kit: request.kit.clone(),
            guardians: of_guardians.into_iter().map(|(path, _)| path).collect(),
        })
    }

    fn settings(&self, ways: Ways) -> String {
        Config::first(&First {
            network: &self.request.network,
            listen: self.request.listen,
            public: Some(&self.public),
            keys_and_cases_together: ways.keys_and_cases_together,
            screens: ways.screens,
        })
    }
}

fn statement_of(
    request: &InitRequest,
    guardians: &Guardians,
    transport: &TransportKey,
    public: &PublicUrl,
) -> FoundingRequest {
    FoundingRequest {
        network: NetworkId::from_name(request.network.as_str()),
        name: request.name.clone(),
        country: request.country.clone(),
        recovery: guardians.recovery(),
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
