//! Checking the audit log of a node that does not run.

use zeroize::Zeroizing;

use super::{StartError, unlock};
use crate::{
    config::{Config, Folder},
    store::FolderLock,
    vault::VaultError,
    view::AuditReport,
    world::World,
};

/// Checks the whole audit log of `folder`. The folder is locked meanwhile, nothing listens, nothing is changed.
///
/// # Errors
/// [`StartError`] if the folder is in use, the passphrase is wrong, or the store can't be read.
pub fn verify_audit(folder: &Folder, passphrase: Zeroizing<Vec<u8>>) -> Result<AuditReport, StartError> {
    let config = Config::load(&folder.config())?;
    let _lock = FolderLock::take(folder.path())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let (opened, _) = unlock(folder, &config, passphrase, World::system()).await?;
        let report = opened.vault.audit().verify().await.map_err(VaultError::from)?;
        Ok(AuditReport {
            entries: report.entries,
            head: report.head.to_string(),
            fault: report.fault.map(|fault| fault.to_string()),
        })
    })
}
