//! Other secrets for the keyring of a node that does not run: its passphrase, its unlock slots.

use keys::{
    Entropy,
    keyring::{KdfParams, Keyring, KeyringError, NewSlot, SlotKind, SlotName, UnlockSlot},
};
use zeroize::Zeroizing;

use super::{StartError, begin, try_passphrase};
use crate::{
    config::Folder,
    service::Actor,
    store::FolderLock,
    vault::{CommitError, SharedKeyring},
    world::World,
};

/// A secret that opens a keyring, or is to open it.
type Unlocking = Zeroizing<Vec<u8>>;

/// Changes the passphrase of the keyring of `folder`. The folder is locked meanwhile, and nothing listens; what is done
/// is written into the audit log before. `cost`: of one try of the new one, from now on.
///
/// # Errors
/// [`StartError`] if the folder is in use, the old passphrase is wrong, or it could not be written.
pub fn change_passphrase(
    folder: &Folder,
    actor: &Actor,
    (old, new): (Unlocking, Unlocking),
    cost: KdfParams,
) -> Result<(), StartError> {
    let present = old.clone();
    changed(
        folder,
        actor,
        ("key.passphrase", present),
        |_| Ok(()),
        move |keyring, (), entropy| keyring.change_passphrase(&old, &new, cost, entropy),
    )
}

/// The unlock slots of the keyring of `folder`.
///
/// # Errors
/// [`StartError`] if the folder is in use or `present` is wrong.
pub fn unlock_slots(folder: &Folder, present: &Unlocking) -> Result<Vec<UnlockSlot>, StartError> {
    let _lock = FolderLock::take(folder.path())?;
    Ok(try_passphrase(folder.keyring(), present)?.slots())
}

/// Whether an unlock slot of this name could be added.
///
/// # Errors
/// As [`add_slot`], as far as it is known without the new secret.
pub fn may_add_slot(folder: &Folder, present: &Unlocking, name: &SlotName) -> Result<(), StartError> {
    let _lock = FolderLock::take(folder.path())?;
    Ok(try_passphrase(folder.keyring(), present)?.may_add_slot(name)?)
}

/// Adds an unlock slot that `secret` opens, as [`change_passphrase`] changes one.
///
/// # Errors
/// [`StartError`] if the folder is in use, `present` is wrong, name or secret are taken, or it could not be written.
pub fn add_slot(
    folder: &Folder,
    actor: &Actor,
    present: Unlocking,
    (kind, name, secret): (SlotKind, SlotName, Unlocking),
    cost: KdfParams,
) -> Result<UnlockSlot, StartError> {
    let new = NewSlot { kind, name: name.clone(), added: World::system().now() };
    let tried = secret.clone();
    let may = move |keyring: &Keyring| keyring.may_add_slot(&name).and_then(|()| keyring.may_add_secret(&tried));
    changed(folder, actor, ("key.slot-add", present), may, move |keyring, (), entropy| {
        let number = keyring.add_slot(new, &secret, cost, entropy)?;
        keyring.slots().into_iter().find(|slot| slot.number == number).ok_or(KeyringError::NoSuchSlot)
    })
}

/// The unlock slot that could be removed.
///
/// # Errors
/// As [`remove_slot`].
pub fn may_remove_slot(folder: &Folder, present: &Unlocking, which: &str) -> Result<UnlockSlot, StartError> {
    let _lock = FolderLock::take(folder.path())?;
    Ok(removable(&try_passphrase(folder.keyring(), present)?, which)?)
}

/// Removes the unlock slot of this name or number, as [`change_passphrase`] changes one.
///
/// # Errors
/// [`StartError`] if the folder is in use, `present` is wrong, there is no such slot, it is the last passphrase, or it
/// could not be written.
pub fn remove_slot(
    folder: &Folder,
    actor: &Actor,
    present: Unlocking,
    which: String,
) -> Result<UnlockSlot, StartError> {
    let may = move |keyring: &Keyring| removable(keyring, &which);
    changed(folder, actor, ("key.slot-remove", present), may, |keyring, slot, entropy| {
        keyring.remove_slot(slot.number, entropy).map(|()| slot)
    })
}

fn removable(keyring: &Keyring, which: &str) -> Result<UnlockSlot, KeyringError> {
    let named = |slot: &UnlockSlot| slot.name.as_str() == which || slot.number.to_string() == which;
    let slot = keyring.slots().into_iter().find(named).ok_or(KeyringError::NoSuchSlot)?;
    keyring.may_remove_slot(slot.number)?;
    Ok(slot)
}

/// What may be is written into the audit log, then done.
fn changed<C: Send + 'static, T: Send + 'static>(
    folder: &Folder,
    actor: &Actor,
    (act, present): (&'static str, Unlocking),
    may: impl FnOnce(&Keyring) -> Result<C, KeyringError>,
    change: impl FnOnce(&mut Keyring, C, &mut dyn Entropy) -> Result<T, KeyringError> + Send + 'static,
) -> Result<T, StartError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let (file, world) = (folder.keyring(), World::system());
        let (_lock, ground, keyring) = begin(folder, world.clone(), move || try_passphrase(file, &present)).await?;
        let allowed = may(&keyring)?;
        let opened = ground.unlock(keyring).await?;
        opened.vault.record(actor.event(act)).await.map_err(|error| match error {
            CommitError::Store(error) => StartError::Vault(error),
            CommitError::Conflict | CommitError::DiskFull => StartError::System(std::io::Error::other(error)),
        })?;
        let keyring: SharedKeyring = opened.keyring.clone();
        let done = tokio::task::spawn_blocking(move || change(&mut keyring.write(), allowed, &mut world.entropy()));
        Ok(done.await.map_err(std::io::Error::other)??)
    })
}
