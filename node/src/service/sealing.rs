//! This agency's published sealing keys: put under lock before they are shown, renewed before they end
//! (`docs/protocol.md` 3.5).

use std::{io::Write as _, path::Path, sync::Arc};

use keys::{Timestamp, VerifiedAgency, publish, sealing::SealingKey};

use super::{Actor, Service, ServiceError, rows::SealingRow, write};
use crate::vault::{CommitError, Owner, Vault};

/// A new key is published when the newest has less than this left, in seconds: two days.
const RENEW_BEFORE: u64 = 2 * Timestamp::DAY;

/// Puts the first sealing key of a new agency under lock, in a vault that nobody used yet.
///
/// # Errors
/// [`CommitError`].
pub async fn keep_first_key(vault: &Vault, key: &SealingKey, ends: Timestamp) -> Result<(), CommitError> {
    let mut tx = vault.begin();
    tx.create_key(&Owner::Agency);
    tx.put(&Owner::Agency, &key.kid().0, &SealingRow { seed: *key.seed().expose(), not_after: ends });
    tx.audit(Actor::Node.event("agency.found"));
    tx.commit().await
}

impl Service {
    /// Publishes a new sealing key if the newest one ends soon. The private half is on disk before the public half is
    /// shown. Whether it did.
    ///
    /// # Errors
    /// [`ServiceError::Store`]; nothing was published then.
    pub async fn renew_sealing_key(&self) -> Result<bool, ServiceError> {
        let now = self.world.now();
        let me = self.me();
        if me.sealing_key_ends().is_some_and(|ends| ends > now.plus(RENEW_BEFORE)) {
            return Ok(false);
        }
        let key = SealingKey::generate(&mut self.world.entropy());
        let published = publish::sealing_statement(&me, &self.signing, now, key.public())
            .map_err(|_| ServiceError::Internal("the new sealing key could not be signed"))?;
        let not_after = published.sealing_key_ends().unwrap_or(now);
        let mut tx = self.vault.begin();
        tx.put(&Owner::Agency, &key.kid().0, &SealingRow { seed: *key.seed().expose(), not_after });
        tx.audit(Actor::Node.event("key.publish").object(key.kid().0));
        tx.commit().await?;
        write(&self.sealing).insert(key.kid(), Arc::new(key));
        self.publish(published).await?;
        Ok(true)
    }

    /// Replaces the public record that everybody may read, on disk first.
    async fn publish(&self, agency: VerifiedAgency) -> Result<(), ServiceError> {
        let (path, bytes) = (self.public_file.clone(), agency.record().to_bytes());
        let written = tokio::task::spawn_blocking(move || replace(&path, &bytes)).await;
        match written {
            Ok(Ok(())) => {
                *write(&self.me) = Arc::new(agency);
                Ok(())
            }
            Ok(Err(_)) | Err(_) => Err(ServiceError::DiskFull),
        }
    }
}

/// The file as a whole, or as it was: never half.
fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let unfinished = path.with_extension("public.new");
    let mut file = std::fs::File::create(&unfinished)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&unfinished, path)?;
    std::fs::File::open(folder)?.sync_all()
}
