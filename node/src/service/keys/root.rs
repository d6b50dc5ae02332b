//! The next main key: the one on the recovery kit takes over, and the kit before it is used up (`docs/protocol.md` 3.3).

use keys::{
    Digest, SigningKey, VerifiedAgency, kit,
    log::{EntryBody, RotateRoot},
    publish,
};

use super::change::{Change, unsigned};
use crate::{
    service::{Actor, Service, ServiceError, access::UseCase},
    view::{KeyChange, RotateRootKey},
};

impl Service {
    /// Puts the key of the recovery kit into the place of the main key, and commits to the one of the next kit. The main
    /// key before it is destroyed here; nobody who has it speaks for the agency's keys any more, and entries that they
    /// added to the key log behind this agency's back are void.
    ///
    /// # Errors
    /// [`ServiceError::KitMistyped`], [`ServiceError::OtherKit`]; [`ServiceError::Field`]: no new kit;
    /// [`ServiceError::KeyState`]: the root is away; [`ServiceError::NeedsSecondPerson`].
    pub async fn root_rotate(&self, actor: &Actor, request: RotateRootKey) -> Result<KeyChange, ServiceError> {
        self.may(actor, UseCase::RootRotate).await?;
        self.not_for_one(actor, UseCase::RootRotate.code(), &[]).await?;
        let _one = self.changing_keys.lock().await;
        let done = self.rotate_root(actor, &request).await;
        self.audited(actor, UseCase::RootRotate.code(), &[], done).await
    }

    async fn rotate_root(&self, actor: &Actor, request: &RotateRootKey) -> Result<KeyChange, ServiceError> {
        self.show_unshown().await?;
        let (me, root) = (self.me(), self.root()?);
        let seed = kit::read(&request.secret).map_err(|_| ServiceError::KitMistyped)?;
        if !kit::fits(&seed, me.keys()) {
            return Err(ServiceError::OtherKit);
        }
        let next = next_commitment(&request.next, &me)?;
        let new = SigningKey::from_seed(seed.duplicate()).ok_or(ServiceError::KitMistyped)?;
        let body = EntryBody::RotateRoot(RotateRoot { new_root: new.public(), next_root_hash: next });
        let record = publish::append(&me, &[&root, &new], self.world.now(), &body).map_err(unsigned)?;
        let mut tx = self.vault.begin();
        tx.audit(actor.event(UseCase::RootRotate.code()).object(new.public().id().0));
        let change = Change { record, active: None, gone: Vec::new(), sealing: None, root: Some(seed), tx };
        self.change_keys(change).await?;
        let (key, before) = (new.public().id().to_string(), Some(root.public().id().to_string()));
        Ok(KeyChange { key, before, ..KeyChange::of("root_replaced") })
    }
}

/// The commitment to the key of a kit that was printed for after this change.
pub(super) fn next_commitment(text: &str, me: &VerifiedAgency) -> Result<Digest, ServiceError> {
    let another = |why: &str| ServiceError::Field { field: "next", why: why.into() };
    let next: Digest = text.parse().map_err(|_| another("64 hexadecimal digits, of the new kit's key"))?;
    if next == me.keys().next_root_hash() {
        return Err(another("the kit that is good now can't be the next one"));
    }
    Ok(next)
}
