//! The log says that the node was restored from a backup (`docs/protocol.md` 3.3).

use keys::{publish, sealing::SealingKey};

use super::change::Change;
use crate::{
    service::{Service, ServiceError},
    vault::Transaction,
};

/// What everybody reads, for good.
const REASON: &str = "restored from a backup";

impl Service {
    /// Adds the next incarnation to the own log and says everything anew, with a receiving key that nobody had. Whether
    /// it did: only the main key can.
    ///
    /// # Errors
    /// [`ServiceError`]; if it was decided, it is carried out at the next tick or start.
    pub(in crate::service) async fn next_incarnation(
        &self,
        note: impl FnOnce(&mut Transaction),
    ) -> Result<bool, ServiceError> {
        let _one = self.changing_keys.lock().await;
        let Some(root) = self.held.root() else { return Ok(false) };
        let (me, key, now) = (self.me(), self.signing()?, self.world.now());
        let sealing = SealingKey::generate(&mut self.world.entropy());
        let restored = publish::restored(&me, (&root, &key), now, REASON, sealing.public());
        let Ok(record) = restored else {
            // The main key was replaced since the backup was made: the new one alone can say it.
            tracing::error!("the main key of the backup does not speak for the agency any more: use the recovery kit");
            return Ok(false);
        };
        let mut tx = self.vault.begin();
        note(&mut tx);
        let change = Change { record, active: None, gone: Vec::new(), sealing: Some(sealing), root: None, tx };
        self.change_keys(change).await?;
        Ok(true)
    }
}
