//! This agency's published sealing keys: put under lock before they are shown, renewed before they end, destroyed when
//! the offline window is over (`docs/protocol.md` 3.5).

use std::{io::Write as _, path::Path, sync::Arc};

use keys::{
    Timestamp, VerifiedAgency,
    keyring::durable::sync_folder_of,
    publish,
    sealing::{Kid, SealingKey},
    statement::SEALING_KEPT,
};

use super::{Actor, Service, ServiceError, read, rows::SealingRow, write};
use crate::vault::{CommitError, Owner, Transaction, Vault};

/// A new key is published when the newest has less than this left, in seconds: two days.
const RENEW_BEFORE: u64 = 2 * Timestamp::DAY;

/// Puts the first sealing key of a new agency under lock, in a vault that nobody used yet.
///
/// # Errors
/// [`CommitError`].
pub async fn keep_first_key(vault: &Vault, key: &SealingKey, ends: Timestamp) -> Result<(), CommitError> {
    let mut tx = vault.begin();
    keep(&mut tx, key, ends);
    tx.audit(Actor::Node.event("agency.found"));
    tx.commit().await
}

/// Each lies under a key of its own, and is destroyed with it.
pub(super) fn keep(tx: &mut Transaction, key: &SealingKey, not_after: Timestamp) {
    let owner = Owner::Sealing(key.kid().0);
    tx.create_key(&owner);
    tx.put(&owner, b"", &SealingRow { seed: *key.seed().expose(), not_after });
}

impl Service {
    /// Publishes a new sealing key if the newest one ends soon. The private half is on disk before the public half is
    /// shown. Whether it did.
    ///
    /// # Errors
    /// [`ServiceError::Store`]; nothing was published then.
    pub async fn renew_sealing_key(&self) -> Result<bool, ServiceError> {
        let _one = self.changing_keys.lock().await;
        if self.own_record_waits() {
            return Ok(false);
        }
        let now = self.world.now();
        let me = self.me();
        if me.sealing_key_ends().is_some_and(|ends| ends > now.plus(RENEW_BEFORE)) {
            return Ok(false);
        }
        // A key whose public half could not be shown is shown now: there is no second one until it was.
        let made = read(&self.unshown).clone();
        if let Some(made) = made {
            self.publish(made).await?;
            return Ok(true);
        }
        let key = SealingKey::generate(&mut self.world.entropy());
        let published = publish::sealing_statement(&me, &*self.signing()?, now, key.public())
            .map_err(|_| ServiceError::Internal("the new sealing key could not be signed"))?;
        let not_after = published.sealing_key_ends().unwrap_or(now);
        let mut tx = self.vault.begin();
        keep(&mut tx, &key, not_after);
        tx.audit(Actor::Node.event("key.publish").object(key.kid().0));
        tx.commit().await?;
        write(&self.sealing).insert(key.kid(), Arc::new(key));
        *write(&self.unshown) = Some(published.clone());
        self.publish(published).await?;
        Ok(true)
    }

    /// Destroys the private halves of sealing keys whose offline window is over: what was sealed to them, and recorded
    /// on its way, opens for nobody from then on. How many.
    ///
    /// # Errors
    /// [`ServiceError::Store`]; it goes on at the next call or start.
    pub async fn end_sealing_keys(&self) -> Result<usize, ServiceError> {
        let now = self.world.now();
        let over = |row: &SealingRow| row.not_after.plus(SEALING_KEPT) <= now;
        let rows = self.vault.read_all::<SealingRow>().await?;
        let ended: Vec<Owner> = rows.iter().filter(|row| over(&row.value)).map(|row| row.owner).collect();
        if ended.is_empty() {
            return Ok(0);
        }
        for owner in &ended {
            if let Owner::Sealing(kid) = owner {
                write(&self.sealing).remove(&Kid(*kid));
            }
        }
        self.erase(&ended).await?;
        let mut tx = self.vault.begin();
        for owner in &ended {
            if let Owner::Sealing(kid) = owner {
                tx.audit(Actor::Node.event("key.destroy").object(kid));
            }
        }
        tx.commit().await?;
        Ok(ended.len())
    }

    /// Replaces the public record that everybody may read, on disk first.
    pub(super) async fn publish(&self, agency: VerifiedAgency) -> Result<(), ServiceError> {
        let (path, bytes) = (self.public_file.clone(), agency.record().to_bytes());
        let written = tokio::task::spawn_blocking(move || replace(&path, &bytes)).await;
        match written {
            Ok(Ok(())) => {
                *write(&self.me) = Arc::new(agency);
                *write(&self.unshown) = None;
                Ok(())
            }
            Ok(Err(_)) | Err(_) => Err(ServiceError::DiskFull),
        }
    }
}

/// The file as a whole, or as it was: never half.
fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let unfinished = path.with_extension("public.new");
    let mut file = std::fs::File::create(&unfinished)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&unfinished, path)?;
    sync_folder_of(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::testing::Node;

    #[tokio::test]
    async fn a_key_that_can_not_be_shown_is_the_only_one_until_it_can() {
        let node = Node::new().await.with_sealing_key().await;
        node.pass(6 * Timestamp::DAY);
        let kept = async || node.service.vault.read_all::<SealingRow>().await.unwrap().len();
        let in_the_way = node.service.public_file.with_extension("public.new");
        std::fs::create_dir(&in_the_way).unwrap();
        for _ in 0..3 {
            assert!(matches!(node.service.renew_sealing_key().await, Err(ServiceError::DiskFull)));
            assert_eq!(kept().await, 2);
        }
        std::fs::remove_dir(in_the_way).unwrap();
        assert!(node.service.renew_sealing_key().await.unwrap());
        let shown = node.service.me().newest_sealing_key(node.service.world.now()).unwrap().kid();
        assert!(read(&node.service.sealing).contains_key(&shown));
        assert_eq!((kept().await, node.service.renew_sealing_key().await.unwrap()), (2, false));
    }
}
