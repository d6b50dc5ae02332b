//! The second person: what one key administrator asks, and another confirms before it holds.
//!
//! As soon as an agency has two key administrators (unless its settings say otherwise), one of them alone lets nobody
//! in, gives nobody a right, removes no key administrator and verifies no agency. What one asks lies on disk as a
//! request for two days; the other sees it whole, and confirms it by an id that is the hash of all that it says.
//! What only takes away, suspending an agency, ending sessions, taking a right, is done by one, at once.
//!
//! * [`rows`]: what is kept
//! * [`hand`]: one person, or two, in the audit log
//! * [`ask`]: making a request; the rule itself
//! * [`confirm`]: confirming, taking back, the end by time
//! * [`show`]: what waits
//! * [`export`]: a part of the audit log for somebody outside, which an auditor asks

mod ask;
mod confirm;
mod export;
mod hand;
mod rows;
mod show;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use keys::Timestamp;

pub use self::ask::Decided;
pub(super) use self::ask::roles_take_two;
pub(in crate::service) use self::{
    export::ExportRow,
    hand::Hand,
    rows::{RequestId, RequestRow, Wish},
};
use super::People;
use crate::{
    service::{Actor, Service, ServiceError, people::Role, read},
    vault::{Row, Vault, VaultError},
};

/// Seconds for which a request can be confirmed.
const GOOD_FOR: u64 = 2 * Timestamp::DAY;
/// Requests that may wait at one time.
const MOST: usize = 100;

/// Whether a decision takes two here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::service) enum TwoPersons {
    /// It does.
    On,
    /// It would, but there are not two key administrators.
    Alone,
    /// The agency's settings say that one is enough.
    Off,
}

impl TwoPersons {
    /// A code.
    pub(in crate::service) const fn code(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Alone => "alone",
            Self::Off => "off",
        }
    }
}

/// What the vault knows of requests.
pub(super) async fn read_all(vault: &Vault) -> Result<BTreeMap<RequestId, RequestRow>, VaultError> {
    let mut found = BTreeMap::new();
    for Row { key, value, .. } in vault.read_all::<RequestRow>().await? {
        if let Some(id) = RequestId::of_key(&key) {
            found.insert(id, value);
        }
    }
    Ok(found)
}

impl People {
    /// People who enrolled and look after keys; also those who are to enrol again, so that a lost telephone leaves
    /// nobody alone in charge.
    fn key_administrators(&self) -> usize {
        let known = read(&self.known);
        known
            .values()
            .filter(|person| person.row.is_known_before() && person.row.roles.has(Role::KeyAdministrator))
            .count()
    }

    /// The request that waits under `text`, its id or the beginning of it.
    fn request(&self, text: &str, now: Timestamp) -> Result<(RequestId, RequestRow), ServiceError> {
        let text = text.trim().to_ascii_lowercase();
        let requests = read(&self.requests);
        let fits = |(id, row): &(&RequestId, &RequestRow)| now < row.ends && id.to_string().starts_with(&text);
        let mut found = requests.iter().filter(fits);
        match (found.next(), found.count()) {
            _ if text.len() < 4 => Err(ServiceError::NotFound { what: "request" }),
            (Some((id, row)), 0) => Ok((*id, row.clone())),
            (Some(_), more) => Err(ServiceError::Ambiguous { what: "request", count: more + 1 }),
            (None, _) => Err(ServiceError::NotFound { what: "request" }),
        }
    }
}

impl Service {
    /// Whether decisions take two at this moment.
    pub(in crate::service) fn two_persons(&self) -> TwoPersons {
        match (self.settings.two_persons, self.people.key_administrators()) {
            (false, _) => TwoPersons::Off,
            (true, ..2) => TwoPersons::Alone,
            (true, _) => TwoPersons::On,
        }
    }

    /// How many of them this person can confirm.
    pub(in crate::service) fn to_confirm(&self, actor: &Actor) -> u64 {
        let now = self.world.now();
        let own = |row: &RequestRow| matches!(actor, Actor::Person { id, .. } if *id == row.asked_by());
        let found = read(&self.people.requests).values().filter(|row| now < row.ends && !own(row)).count();
        u64::try_from(found).unwrap_or(u64::MAX)
    }

    /// How many requests can be confirmed now.
    pub(in crate::service) fn requests_waiting(&self) -> usize {
        let now = self.world.now();
        read(&self.people.requests).values().filter(|row| now < row.ends).count()
    }
}
