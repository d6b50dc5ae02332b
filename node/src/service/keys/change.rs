//! A change of keys as one step: decided in one commit, then carried out as often as it takes.

use std::sync::Arc;

use keys::{
    KeyId, KeyringError, PublicRecord, Secret, SigningKey, Timestamp, VerifiedAgency,
    publish::{self, PublishError},
    sealing::SealingKey,
};

use super::{ChangeRow, Seed, SigningKeys};
use crate::{
    service::{Service, ServiceError, read, sealing::keep, write},
    vault::{Owner, Transaction},
};

/// A change that is ready to be decided.
pub(super) struct Change {
    pub record: VerifiedAgency,
    pub active: Option<KeyId>,
    pub gone: Vec<KeyId>,
    /// A sealing key that the record brings.
    pub sealing: Option<SealingKey>,
    /// The main key from then on.
    pub root: Option<Secret<32>>,
    pub tx: Transaction,
}

impl Service {
    /// The key that signs now.
    ///
    /// # Errors
    /// [`ServiceError::Busy`] while another is put into its place.
    pub(in crate::service) fn signing(&self) -> Result<Arc<SigningKey>, ServiceError> {
        read(&self.signing).clone().ok_or(ServiceError::Busy)
    }

    /// Decides the change and carries it out. The caller holds [`Service::changing_keys`].
    ///
    /// # Errors
    /// [`ServiceError`]; if it was decided, it is carried out at the next tick or start.
    pub(super) async fn change_keys(&self, change: Change) -> Result<(), ServiceError> {
        let Change { record, active, gone, sealing, root, mut tx } = change;
        let ends = record.sealing_key_ends().unwrap_or_default();
        if let Some(key) = &sealing {
            keep(&mut tx, key, ends);
        }
        let row = ChangeRow {
            record: record.record().to_bytes(),
            active: active.map(|key| key.0),
            gone: gone.iter().map(|key| key.0).collect(),
            root: root.as_ref().map(Seed::of),
        };
        tx.put(&Owner::Ledger, b"", &row);
        // Until it is known whether it is decided, nothing is signed by the key that may be over.
        let before = write(&self.signing).take();
        match tx.commit().await {
            Ok(()) => {}
            Err(crate::vault::CommitError::Store(error)) => return Err(ServiceError::Store(error)),
            Err(error) => {
                *write(&self.signing) = before;
                return Err(error.into());
            }
        }
        if let Some(key) = sealing {
            write(&self.sealing).insert(key.kid(), Arc::new(key));
        }
        self.carry_change(row).await
    }

    /// Goes on with a change that was decided, if there is one, and gives back the key that signs. Called at start, and
    /// by time while nothing can be signed.
    ///
    /// # Errors
    /// [`ServiceError`]; it goes on at the next call.
    pub(in crate::service) async fn resume_change(&self) -> Result<(), ServiceError> {
        let _one = self.changing_keys.lock().await;
        match self.vault.read::<ChangeRow>(&Owner::Ledger, b"").await? {
            Some((row, _)) => self.carry_change(row).await,
            None => self.take_active().await,
        }
    }

    /// Whether a change waits to be carried out.
    pub(in crate::service) fn change_waits(&self) -> bool {
        read(&self.signing).is_none()
    }

    /// The keyring first, since the record is shown to others; each step can be done again.
    async fn carry_change(&self, row: ChangeRow) -> Result<(), ServiceError> {
        write(&self.signing).take();
        let (active, gone) = (row.active, row.gone);
        let root = row.root.as_ref().map(Seed::secret);
        self.with_keyring(move |keys, entropy| {
            if let Some(key) = active {
                keys.activate(KeyId(key), entropy)?;
            }
            if let Some(seed) = root {
                keys.replace_root(seed, entropy)?;
            }
            gone.into_iter().try_for_each(|key| keys.destroy(KeyId(key), entropy))
        })
        .await?;
        let damaged = |_| ServiceError::Internal("a decided change of keys can't be read");
        let record = PublicRecord::from_bytes(&row.record).map_err(damaged)?;
        self.publish(record.verify(self.me().network()).map_err(damaged)?).await?;
        self.take_active().await?;
        let mut tx = self.vault.begin();
        tx.delete::<ChangeRow>(&Owner::Ledger, b"");
        tx.commit().await?;
        self.outbox_wake.notify_one();
        Ok(())
    }

    async fn take_active(&self) -> Result<(), ServiceError> {
        let active = self.with_keyring(|keys, _| Ok(keys.active())).await?;
        *write(&self.signing) = Some(Arc::new(active.ok_or(ServiceError::Internal("the signing key can't be read"))?));
        Ok(())
    }

    /// Does something to the keyring, on a thread that may wait for the disk.
    pub(super) async fn with_keyring<T: Send + 'static>(
        &self,
        act: impl FnOnce(&dyn SigningKeys, &mut dyn keys::Entropy) -> Result<T, KeyringError> + Send + 'static,
    ) -> Result<T, ServiceError> {
        let (held, mut entropy) = (Arc::clone(&self.held), self.world.entropy());
        let done = tokio::task::spawn_blocking(move || act(&*held, &mut entropy)).await;
        match done {
            Ok(Ok(done)) => Ok(done),
            Ok(Err(KeyringError::Io(error))) => {
                tracing::error!(os = error.raw_os_error(), "the keyring could not be written");
                Err(ServiceError::DiskFull)
            }
            Ok(Err(_)) => {
                tracing::error!("the keyring could not be changed");
                Err(ServiceError::Internal("the keyring could not be changed"))
            }
            Err(_) => Err(ServiceError::Internal("changing the keyring broke off")),
        }
    }

    /// The root, which alone may change the signing keys.
    pub(super) fn root(&self) -> Result<SigningKey, ServiceError> {
        if self.own_record_waits() {
            let why =
                "this node was restored from a backup: its keys can be changed once its peers told what they know";
            return Err(ServiceError::KeyState { why: why.into() });
        }
        let why = "the main key is not on this computer, and it alone changes signing keys: `spean key root attach`";
        self.held.root().ok_or_else(|| ServiceError::KeyState { why: why.into() })
    }

    /// The record with all that the agency says of itself, said anew by `key`, and a sealing key that nobody had.
    pub(super) fn said_anew(
        &self,
        me: &VerifiedAgency,
        key: &SigningKey,
        now: Timestamp,
    ) -> Result<(VerifiedAgency, SealingKey), ServiceError> {
        let sealing = SealingKey::generate(&mut self.world.entropy());
        let say = || -> Result<VerifiedAgency, PublishError> {
            let mut next = publish::transport(me, key, now, me.transport_pins().to_vec())?;
            next = publish::endpoints(&next, key, now, me.addresses().to_vec())?;
            if let Some(policy) = me.policy() {
                next = publish::policy(&next, key, now, policy.clone())?;
            }
            publish::sealing_statement(&next, key, now, sealing.public())
        };
        Ok((say().map_err(unsigned)?, sealing))
    }
}

/// What this agency says of its own keys did not fit its own record.
pub(super) fn unsigned(error: PublishError) -> ServiceError {
    // Which rule: the record's own errors name no person, and are no texts for a log all the same.
    let outranked = matches!(error, PublishError::Outranked);
    tracing::error!(outranked, "a change of keys could not be signed");
    ServiceError::Internal("a change of keys could not be signed")
}
