//! Checking the audit log of a node that does not run.

use zeroize::Zeroizing;

use super::{StartError, begin, try_passphrase};
use crate::{config::Folder, vault::VaultError, view::AuditReport, world::World};

/// Checks the whole audit log of `folder`. The folder is locked meanwhile, nothing listens, nothing is changed.
///
/// # Errors
/// [`StartError`] if the folder is in use, the passphrase is wrong, or the store can't be read.
pub fn verify_audit(folder: &Folder, passphrase: Zeroizing<Vec<u8>>) -> Result<AuditReport, StartError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let file = folder.keyring();
        let (_lock, ground, keyring) =
            begin(folder, World::system(), move || try_passphrase(file, &passphrase)).await?;
        let opened = ground.unlock(keyring).await?;
        let report = opened.vault.audit().verify().await.map_err(VaultError::from)?;
        Ok(AuditReport {
            entries: report.entries,
            head: report.head.to_string(),
            fault: report.fault.map(|fault| fault.to_string()),
        })
    })
}
