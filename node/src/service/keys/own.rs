//! What this agency has beside its signing keys, as far as people must know of it, and its number.

use crate::{
    service::{Actor, Service, ServiceError, access::UseCase},
    view::{OwnKey, OwnKeys, SlotLine, SlotList},
};

impl Service {
    /// The own keys but those that sign ([`Service::key_list`] has them), and the digits. Nothing of it is secret: all of it
    /// stands in the agency's card.
    ///
    /// # Errors
    /// [`ServiceError::NotAllowed`].
    pub async fn own_keys(&self, actor: &Actor) -> Result<OwnKeys, ServiceError> {
        self.may(actor, UseCase::KeyList).await?;
        let (me, now) = (self.me(), self.world.now());
        let key = |kind: &str, state: &str, until| OwnKey { kind: kind.into(), state: state.into(), until };
        let root = if self.held.root().is_some() { "made" } else { "away" };
        let mut list = vec![key("root", root, None), key("next_root", "made", None)];
        // It is replaced by itself, weeks before its end.
        if let Some(until) = me.sealing_key_ends() {
            list.push(key("sealing", if until <= now { "ended" } else { "by_itself" }, Some(until)));
        }
        list.extend(me.transport_pins().iter().map(|_| key("transport", "in_use", None)));
        let fingerprint = keys::Fingerprint::of(me.id()).to_string();
        Ok(OwnKeys { name: me.name().to_owned(), fingerprint, keys: list })
    }

    /// The unlock slots of the keyring: what they are called, and since when. Adding and removing one needs a secret, which
    /// no page asks for: `spean key slot`.
    ///
    /// # Errors
    /// [`ServiceError::NotAllowed`].
    pub async fn key_slots(&self, actor: &Actor) -> Result<SlotList, ServiceError> {
        self.may(actor, UseCase::KeyList).await?;
        Ok(SlotList { slots: self.held.slots().iter().map(SlotLine::from).collect() })
    }
}
