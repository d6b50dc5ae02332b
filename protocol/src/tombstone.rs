//! What is left of an exchange that was erased altogether: enough to refuse a replay (`docs/protocol.md` 3.8).

use keys::{
    Digest, Secret,
    label::{self, Label},
};
use serde::{Deserialize, Serialize};

use crate::exchange::{Parties, Position};

/// Names a tombstone.
const TOMB: Label = Label::new("spean/tomb");

/// The last packet of the other side: a replay up to here is a duplicate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tombstone {
    /// Its place and hash.
    pub last: Position,
}

/// Under which name the tombstone of an exchange lies: `HMAC(key, PAE("spean/tomb", origin || recipient ||
/// exchange))`. Without the tombstone key nobody can test whether an exchange was here.
#[must_use]
pub fn tombstone_name(key: &Secret<32>, parties: &Parties) -> Digest {
    let ids = [parties.origin.as_bytes().as_slice(), parties.recipient.as_bytes(), parties.id.as_bytes()].concat();
    label::mac(key.expose(), TOMB, &ids)
}

#[cfg(test)]
mod tests {
    use keys::AgencyId;

    use super::*;
    use crate::exchange::{ExchangeId, Role};

    #[test]
    fn both_roles_find_one_tombstone_and_nobody_without_the_key() {
        let agency = |byte| AgencyId::new(Digest([byte; 32]));
        let key = |byte| Secret::new(Box::new([byte; 32]));
        let id = ExchangeId::of(agency(1), agency(2), &[3; 32]);
        let parties = |role| Parties { id, origin: agency(1), recipient: agency(2), role };
        let name = tombstone_name(&key(7), &parties(Role::Origin));
        assert_eq!(name, tombstone_name(&key(7), &parties(Role::Recipient)));
        assert_ne!(name, tombstone_name(&key(8), &parties(Role::Origin)));
    }
}
