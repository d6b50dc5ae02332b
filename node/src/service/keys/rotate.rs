//! The next signing key: made and shown, later put into use; two acts, so that peers know it before it signs.

use keys::{KeyId, Timestamp, log::MAX_OP_KEY_LIFE, publish, sealing::SealingKey};

use super::change::{Change, unsigned};
use crate::{
    service::{Actor, Service, ServiceError, access::UseCase, read, rows::Trust},
    vault::Owner,
    view::{KeyChange, RotateKey},
};

/// After so many seconds a key is put into use whoever was not heard of meanwhile.
const KNOWN_AFTER: u64 = 7 * Timestamp::DAY;

impl Service {
    /// Makes the next signing key and shows it to others; it signs nothing yet.
    ///
    /// # Errors
    /// [`ServiceError::KeyState`]: there is one already, or the root is away.
    pub async fn key_prepare(&self, actor: &Actor) -> Result<KeyChange, ServiceError> {
        self.may(actor, UseCase::KeyRotate).await?;
        let _one = self.changing_keys.lock().await;
        let done = self.prepare_key(actor).await;
        self.audited(actor, "key.prepare", &[], done).await
    }

    async fn prepare_key(&self, actor: &Actor) -> Result<KeyChange, ServiceError> {
        self.show_unshown().await?;
        let (me, root) = (self.me(), self.root()?);
        if let Some(next) = self.next_key() {
            let why = format!("there is a prepared key already ({next}): `spean key rotate signing --activate`");
            return Err(ServiceError::KeyState { why });
        }
        let key = self.with_keyring(|keys, entropy| keys.add(entropy)).await?;
        let record = publish::add_op_key(&me, &root, self.world.now(), key).map_err(unsigned)?;
        let mut tx = self.vault.begin();
        tx.audit(actor.event("key.prepare").object(key.id().0));
        self.change_keys(Change { record, active: None, gone: Vec::new(), sealing: None, root: None, tx }).await?;
        Ok(KeyChange { key: key.id().to_string(), ..KeyChange::of("prepared") })
    }

    /// Puts the prepared key into use, and destroys the one before it: what that signed still counts.
    ///
    /// # Errors
    /// [`ServiceError::KeyState`]: none is prepared; [`ServiceError::KeyNotKnown`]: not all verified peers have been
    /// seen to know it, less than 7 days ago, and it is not forced with a reason.
    pub async fn key_activate(&self, actor: &Actor, request: RotateKey) -> Result<KeyChange, ServiceError> {
        self.may(actor, UseCase::KeyRotate).await?;
        let _one = self.changing_keys.lock().await;
        let done = self.activate_key(actor, &request).await;
        self.audited(actor, "key.activate", &[], done).await
    }

    async fn activate_key(&self, actor: &Actor, request: &RotateKey) -> Result<KeyChange, ServiceError> {
        self.show_unshown().await?;
        let (me, now) = (self.me(), self.world.now());
        let next = self.next_key().and_then(|id| self.held.second().filter(|key| key.public().id() == id));
        let why = "no key is prepared: `spean key rotate signing` makes one";
        let next = next.ok_or_else(|| ServiceError::KeyState { why: why.into() })?;
        let reason = request.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
        if request.force && reason.is_none() {
            return Err(ServiceError::Field { field: "reason", why: "say why it can't wait".into() });
        }
        let id = next.public().id();
        let waits_for = self.not_seen_to_know(id, now);
        if !waits_for.is_empty() && !request.force {
            return Err(ServiceError::KeyNotKnown { peers: waits_for });
        }
        let before = self.signing()?.public().id();
        let (record, sealing): (_, SealingKey) = self.said_anew(&me, &next, now)?;
        let mut tx = self.vault.begin();
        let event = actor.event("key.activate").object(id.0);
        match reason.filter(|_| request.force) {
            Some(reason) => tx.audit_with_detail(event, &Owner::Ledger, reason),
            None => tx.audit(event),
        }
        self.change_keys(Change {
            record,
            active: Some(id),
            gone: vec![before],
            sealing: Some(sealing),
            root: None,
            tx,
        })
        .await?;
        Ok(KeyChange { key: id.to_string(), before: Some(before.to_string()), ..KeyChange::of("activated") })
    }

    /// The signing key that is published and not in use yet.
    pub(super) fn next_key(&self) -> Option<KeyId> {
        let (me, second) = (self.me(), self.held.second()?.public().id());
        let active = read(&self.signing).as_ref().map(|key| key.public().id())?;
        let (active, next) = (me.keys().op_key(active)?, me.keys().op_key(second)?);
        (next.revoked.is_none() && next.added > active.added).then_some(second)
    }

    /// The verified peers that have not been seen to know the key, in the time in which that is waited for.
    pub(super) fn not_seen_to_know(&self, key: KeyId, now: Timestamp) -> Vec<String> {
        let me = self.me();
        let Some(op) = me.keys().op_key(key) else { return Vec::new() };
        if op.not_after.minus(MAX_OP_KEY_LIFE).plus(KNOWN_AFTER) <= now {
            return Vec::new();
        }
        let peers = read(&self.peers);
        let verified = peers.values().filter(|peer| peer.row.trust == Trust::Verified);
        let ignorant = verified.filter(|peer| !self.seen.knows(&peer.agency.id(), op.added));
        ignorant.map(|peer| peer.agency.name().to_owned()).collect()
    }

    /// A sealing key that is under lock and could not be shown is shown now: the next record builds on this one.
    pub(super) async fn show_unshown(&self) -> Result<(), ServiceError> {
        let made = read(&self.unshown).clone();
        match made {
            Some(made) => self.publish(made).await,
            None => Ok(()),
        }
    }
}
