//! What a node has without its keys: settings, transport key, store, own record, and who its peers are.
//!
//! A node that nobody has unlocked has this and nothing else; unlocking adds the keys to it.

use std::{path::PathBuf, sync::Arc};

use keys::{
    AgencyId, Digest, NetworkId, PublicRecord, VerifiedAgency,
    keyring::{KdfParams, Keyring},
};
use zeroize::Zeroizing;

use super::{Opened, StartError, settings};
use crate::{
    config::{Config, Folder},
    delivery::tls::{PeerPins, TransportKey},
    store::{AnyStore, SledStore},
    vault::{Intake, IntakeLimits, SharedKeyring, Vault, VaultError, pins_in},
    world::World,
};

/// Of one running node; opened once, whether it is locked or not.
pub(super) struct Ground {
    pub(super) folder: Folder,
    pub(super) config: Config,
    pub(super) world: World,
    pub(super) store: AnyStore,
    pub(super) key: Arc<TransportKey>,
    /// Who may connect.
    pub(super) pins: Arc<PeerPins>,
}

impl Ground {
    /// Opens the store, after whatever must be found wrong before it is touched.
    pub(super) async fn open<T: Send + 'static>(
        folder: &Folder,
        config: Config,
        key: TransportKey,
        world: World,
        before: impl FnOnce() -> Result<T, StartError> + Send + 'static,
    ) -> Result<(Self, T), StartError> {
        own_record(folder, &config)?;
        let (path, space) = (folder.path().to_owned(), settings::space(&config));
        let opened = tokio::task::spawn_blocking(move || {
            let first = before()?;
            Ok::<_, StartError>((first, SledStore::open_with(&path, space)?))
        });
        let (first, store) = opened.await.map_err(std::io::Error::other)??;
        let (store, key, pins) = (Arc::new(store) as AnyStore, Arc::new(key), Arc::new(PeerPins::new()));
        Ok((Self { folder: folder.clone(), config, world, store, key, pins }, first))
    }

    /// This agency, as its public record says now.
    pub(super) fn me(&self) -> Result<VerifiedAgency, StartError> {
        own_record(&self.folder, &self.config)
    }

    /// What a locked node keeps envelopes with; from now on the peers are those that were written down.
    pub(super) async fn intake(&self) -> Result<Intake, StartError> {
        let to = Keyring::intake_public(&self.folder.keyring())?;
        let known = pins_in(&self.store).await.map_err(VaultError::from)?;
        self.pins.replace(by_agency(&known));
        let (store, world) = (Arc::clone(&self.store), self.world.clone());
        let intake = Intake::open(store, self.me()?.id(), to, world, IntakeLimits::default()).await;
        Ok(intake.map_err(VaultError::from)?)
    }

    /// Opens what lies under the keys.
    pub(super) async fn unlock(&self, keyring: Keyring) -> Result<Opened, StartError> {
        let (me, keyring) = (self.me()?, SharedKeyring::new(keyring));
        let vault = Vault::open(Arc::clone(&self.store), Arc::new(keyring.clone()), me.id(), self.world.clone());
        Ok(Opened {
            config: self.config.clone(),
            store: Arc::clone(&self.store),
            vault: vault.await?,
            keyring,
            me,
            public_file: self.folder.public_record(),
            pins: Arc::clone(&self.pins),
        })
    }
}

/// Tries a passphrase. Takes half a second and more: not on a thread that serves others.
pub(super) fn try_passphrase(keyring: PathBuf, passphrase: &Zeroizing<Vec<u8>>) -> Result<Keyring, StartError> {
    let mut keyring = Keyring::unlock(&keyring, passphrase)?;
    // Chosen when computers were slower. Whoever can't write the keyring now learns it by what they want of it.
    if keyring.raise_cost(passphrase, KdfParams::LEAST, &mut World::system().entropy()).is_err() {
        tracing::warn!("a try of this passphrase is cheap, and it could not be made dearer");
    }
    Ok(keyring)
}

/// As [`PeerPins::replace`] takes them.
pub(super) fn by_agency(pins: &[(Digest, AgencyId)]) -> Vec<(AgencyId, [Digest; 1])> {
    pins.iter().map(|(pin, agency)| (*agency, [*pin])).collect()
}

fn own_record(folder: &Folder, config: &Config) -> Result<VerifiedAgency, StartError> {
    let path = folder.public_record();
    let unreadable = |source| StartError::Record { path: path.display().to_string(), source };
    let bytes = std::fs::read(&path).map_err(unreadable)?;
    let network = NetworkId::from_name(config.network.as_str());
    let invalid = |source| StartError::RecordInvalid { network: config.network.as_str().into(), source };
    PublicRecord::from_bytes(&bytes).and_then(|record| record.verify(network)).map_err(invalid)
}
