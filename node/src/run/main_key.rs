//! The main key leaves the keyring of a node that does not run, and comes back.

use std::path::PathBuf;

use keys::{Keyring, Secret, VerifiedAgency, main_key};
use zeroize::Zeroizing;

use super::{Opened, StartError, begin, try_passphrase};
use crate::{
    config::Folder,
    founding::{self, InitError},
    service::Actor,
    vault::CommitError,
    world::World,
};

/// Why the main key stays where it is.
#[derive(Debug, thiserror::Error)]
pub enum MainKeyError {
    /// The folder could not be opened, or the keyring not be written.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The page could not be written.
    #[error(transparent)]
    Page(#[from] InitError),
    /// It is on paper already.
    #[error("the main key does not lie in this keyring")]
    Away,
    /// It is in the keyring already.
    #[error("the main key lies in this keyring already")]
    Here,
    /// What was typed is that of another agency, or one that was replaced.
    #[error("this is another main key than the one that is in force")]
    Other,
}

/// Writes the main key of `folder` to `page` and takes it out of the keyring. Gives the agency's name. The folder is
/// locked meanwhile; what is done is written into the audit log before.
///
/// # Errors
/// [`MainKeyError`]; if the page was written, it stays, and the main key may still be in the keyring.
pub fn detach_main_key(
    folder: &Folder,
    actor: &Actor,
    passphrase: Zeroizing<Vec<u8>>,
    page: PathBuf,
) -> Result<String, MainKeyError> {
    on_open(folder, passphrase, async |opened| {
        let root = opened.keyring.read().root_key().map(|root| root.seed().duplicate());
        let root = root.ok_or(MainKeyError::Away)?;
        founding::write_main_key(&page, &opened.me, opened.config.network.as_str(), &root)?;
        record(&opened, actor, "key.root-detach").await?;
        change(&opened, |keyring, world| keyring.remove_root(&mut world.entropy())).await?;
        Ok(opened.me.name().to_owned())
    })
}

/// Puts the main key back into the keyring of `folder`. Gives the agency's name.
///
/// # Errors
/// [`MainKeyError`].
pub fn attach_main_key(
    folder: &Folder,
    actor: &Actor,
    passphrase: Zeroizing<Vec<u8>>,
    seed: Secret<32>,
) -> Result<String, MainKeyError> {
    on_open(folder, passphrase, async |opened| {
        let me: &VerifiedAgency = &opened.me;
        if opened.keyring.read().root_key().is_some() {
            return Err(MainKeyError::Here);
        }
        if !main_key::fits(&seed, me.keys()) {
            return Err(MainKeyError::Other);
        }
        record(&opened, actor, "key.root-attach").await?;
        change(&opened, move |keyring, world| keyring.replace_root(seed, &mut world.entropy())).await?;
        Ok(opened.me.name().to_owned())
    })
}

fn on_open<T>(
    folder: &Folder,
    passphrase: Zeroizing<Vec<u8>>,
    act: impl AsyncFnOnce(Opened) -> Result<T, MainKeyError>,
) -> Result<T, MainKeyError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(StartError::from)?;
    runtime.block_on(async {
        let file = folder.keyring();
        let unlock = move || try_passphrase(file, &passphrase);
        let (_lock, ground, keyring) = begin(folder, World::system(), unlock).await?;
        act(ground.unlock(keyring).await?).await
    })
}

async fn record(opened: &Opened, actor: &Actor, act: &'static str) -> Result<(), StartError> {
    opened.vault.record(actor.event(act)).await.map_err(|error| match error {
        CommitError::Store(error) => StartError::Vault(error),
        CommitError::Conflict | CommitError::DiskFull => StartError::System(std::io::Error::other(error)),
    })
}

async fn change(
    opened: &Opened,
    act: impl FnOnce(&mut Keyring, &World) -> Result<(), keys::KeyringError> + Send + 'static,
) -> Result<(), StartError> {
    let keyring = opened.keyring.clone();
    let changed = tokio::task::spawn_blocking(move || act(&mut keyring.write(), &World::system()));
    Ok(changed.await.map_err(std::io::Error::other)??)
}
