//! This agency's own keys, as far as people must know of them: which there are, whether they count, until when.

use keys::stage::Stage;

use crate::service::{Actor, Service, ServiceError, access::UseCase};
use crate::view::{OwnKey, OwnKeys};

/// From so many seconds before its end on a key is told to be ending.
const ENDING: u64 = 60 * keys::Timestamp::DAY;

impl Service {
    /// The own keys. Nothing of it is secret: all of it stands in the agency's card.
    ///
    /// # Errors
    /// [`ServiceError::NotAllowed`].
    pub async fn own_keys(&self, actor: &Actor) -> Result<OwnKeys, ServiceError> {
        self.may(actor, UseCase::KeyList).await?;
        let (me, now) = (self.me(), self.world.now());
        let key = |kind: &str, state: &str, until| OwnKey { kind: kind.into(), state: state.into(), until };
        let state = |until: keys::Timestamp| match until {
            over if over <= now => "ended",
            soon if soon <= now.plus(ENDING) => "ending",
            _ => "in_use",
        };
        let mut list = vec![key("root", "made", None), key("next_root", "made", None)];
        for signing in me.keys().op_keys() {
            let until = signing.not_after;
            let state = match self.signing_stage(signing.key.id()) {
                _ if signing.revoked.is_some() => "taken_back",
                Some(Stage::Active) => state(until),
                Some(Stage::Generated | Stage::Published) => "made",
                _ => "ended",
            };
            list.push(key("signing", state, Some(until)));
        }
        // It is replaced by itself, weeks before its end.
        if let Some(until) = me.sealing_key_ends() {
            list.push(key("sealing", if until <= now { "ended" } else { "by_itself" }, Some(until)));
        }
        list.extend(me.transport_pins().iter().map(|_| key("transport", "in_use", None)));
        let fingerprint = keys::Fingerprint::of(me.id()).to_string();
        Ok(OwnKeys { name: me.name().to_owned(), fingerprint, keys: list })
    }
}
