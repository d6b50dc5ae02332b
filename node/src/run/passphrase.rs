//! Another passphrase for the keyring of a node that does not run.

use keys::keyring::KdfParams;
use zeroize::Zeroizing;

use super::{StartError, begin, try_passphrase};
use crate::{config::Folder, service::Actor, vault::CommitError, world::World};

/// Changes the passphrase of the keyring of `folder`. The folder is locked meanwhile, and nothing listens; what is done
/// is written into the audit log before. `cost`: of one try of the new one, from now on.
///
/// # Errors
/// [`StartError`] if the folder is in use, the old passphrase is wrong, or it could not be written.
pub fn change_passphrase(
    folder: &Folder,
    actor: &Actor,
    (old, new): (Zeroizing<Vec<u8>>, Zeroizing<Vec<u8>>),
    cost: KdfParams,
) -> Result<(), StartError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let (file, present) = (folder.keyring(), old.clone());
        let world = World::system();
        let (_lock, ground, keyring) = begin(folder, world.clone(), move || try_passphrase(file, &present)).await?;
        let opened = ground.unlock(keyring).await?;
        opened.vault.record(actor.event("key.passphrase")).await.map_err(|error| match error {
            CommitError::Store(error) => StartError::Vault(error),
            CommitError::Conflict | CommitError::DiskFull => StartError::System(std::io::Error::other(error)),
        })?;
        let keyring = opened.keyring.clone();
        let changed = tokio::task::spawn_blocking(move || {
            keyring.write().change_passphrase(&old, &new, cost, &mut world.entropy())
        });
        Ok(changed.await.map_err(std::io::Error::other)??)
    })
}
