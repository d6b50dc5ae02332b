//! Checking the audit log of a node that does not run, and what another agency gave away of its own.

use keys::Fingerprint;
use zeroize::Zeroizing;

use super::{StartError, begin, try_passphrase};
use crate::{
    audit::{Unsound, read_export},
    config::Folder,
    service::entry_view,
    vault::VaultError,
    view::{AuditReport, CheckedExport},
    world::World,
};

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

/// Why an export is not taken for what it says.
#[derive(Debug, thiserror::Error)]
pub enum ExportFault {
    /// The file.
    #[error("{0}")]
    Unsound(#[from] Unsound),
    /// Another agency made it than the one whose digits were given.
    #[error("another agency signed this: its digits are {0}")]
    OtherDigits(String),
}

/// Checks an export of an audit log. `expected`: digits of the agency that must have signed it, from elsewhere than the file.
/// No node and no folder is needed.
///
/// # Errors
/// [`ExportFault`].
pub fn check_export(text: &str, expected: Option<Fingerprint>) -> Result<CheckedExport, ExportFault> {
    let found = read_export(text)?;
    let digits = Fingerprint::of(found.agency.id());
    if expected.is_some_and(|expected| expected != digits) {
        return Err(ExportFault::OtherDigits(digits.to_string()));
    }
    let signed = &found.signed;
    Ok(CheckedExport {
        agency: found.agency.id().to_string(),
        name: found.agency.name().to_owned(),
        digits: digits.to_string(),
        digits_given: expected.is_some(),
        since: signed.since,
        until: signed.until,
        signed_at: signed.common.ts,
        first: signed.before.seq.saturating_add(1),
        last: signed.last.seq,
        newest: signed.newest.seq,
        newest_hash: signed.newest.hash.to_string(),
        entries: found.entries.into_iter().map(entry_view).collect(),
    })
}
