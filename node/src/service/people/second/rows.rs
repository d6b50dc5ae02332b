//! What is kept of a request that waits for a second person.

use std::fmt;

use data_encoding::HEXLOWER;
use keys::{AgencyId, Digest, Head, Timestamp, label, label::Label};
use serde::{Deserialize, Serialize};

use crate::{
    service::{
        PersonName,
        people::{PersonId, Role, Roles, SignInName},
        rows::Trust,
    },
    vault::{Owner, Record, Table},
};

/// Names a request by all that it says.
const REQUEST: Label = Label::new("spean/node/request");

/// A request: 16 bytes of the hash of its whole content, as 32 hexadecimal digits. Who confirms one by its id so
/// confirms that content, and no other.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::service) struct RequestId([u8; 16]);

impl RequestId {
    /// The bytes.
    pub(super) const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    pub(super) fn of_key(key: &[u8]) -> Option<Self> {
        key.try_into().ok().map(Self)
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&HEXLOWER.encode(&self.0))
    }
}

/// What one key administrator asked, and another has not confirmed yet. Key: the request's id; owner: the person whom
/// it is about, so that it goes with them; of an agency: the ledger.
#[derive(Clone, Serialize, Deserialize)]
pub(in crate::service) struct RequestRow {
    asked_by: [u8; 16],
    /// As they were called.
    pub(super) name: PersonName,
    pub(super) at: Timestamp,
    /// It can be confirmed until just before.
    pub(super) ends: Timestamp,
    pub(super) wish: Wish,
}

/// What is asked, with what it rests on: once that has changed, the request says no more what would happen.
#[derive(Clone, Serialize, Deserialize)]
pub(in crate::service) enum Wish {
    /// To let somebody in.
    Invite {
        person: [u8; 16],
        /// They were invited before, and have not enrolled.
        again: bool,
        name: PersonName,
        sign_in: SignInName,
        roles: Roles,
    },
    /// To let somebody do other things.
    Roles { person: [u8; 16], before: Roles, after: Roles },
    /// To remove a key administrator.
    Remove { person: [u8; 16], roles: Roles },
    /// To let somebody in anew who lost what they are known by.
    Recover { person: [u8; 16], roles: Roles },
    /// To send an agency the names of children.
    Verify { peer: Digest, head: Head, trust: Trust, how: String },
    /// To have this time of the audit log for somebody outside.
    Export { since: Timestamp, until: Timestamp },
    /// To take an own signing key back, for a reason that every agency can read.
    Revoke { key: [u8; 16], reason: String },
}

impl Record for RequestRow {
    const TABLE: Table = Table::new(47);
    const VERSION: u8 = 1;
}

impl RequestRow {
    pub(super) fn new(asked_by: PersonId, name: PersonName, (at, ends): (Timestamp, Timestamp), wish: Wish) -> Self {
        Self { asked_by: *asked_by.as_bytes(), name, at, ends, wish }
    }

    /// Who asked.
    pub(super) const fn asked_by(&self) -> PersonId {
        PersonId::new(self.asked_by)
    }

    /// Equal for equal content only. `None`: it can't be written down, which no content is known for.
    pub(super) fn id(&self) -> Option<RequestId> {
        let whole = serde_json::to_vec(self).ok()?;
        RequestId::of_key(&label::hash(REQUEST, &whole).0[..16])
    }

    pub(super) const fn owner(&self) -> Owner {
        match self.wish {
            Wish::Invite { person, .. }
            | Wish::Roles { person, .. }
            | Wish::Remove { person, .. }
            | Wish::Recover { person, .. } => Owner::Person(person),
            Wish::Verify { .. } | Wish::Export { .. } | Wish::Revoke { .. } => Owner::Ledger,
        }
    }

    /// Nothing but this request is known of the person.
    pub(super) const fn alone_of_person(&self) -> bool {
        matches!(self.wish, Wish::Invite { again: false, .. })
    }

    /// Whether it is about this person.
    pub(in crate::service::people) fn is_about(&self, person: PersonId) -> bool {
        self.owner() == Owner::Person(*person.as_bytes())
    }

    /// Which agency it is about.
    pub(super) const fn peer(&self) -> Option<AgencyId> {
        match self.wish {
            Wish::Verify { peer, .. } => Some(AgencyId::new(peer)),
            Wish::Invite { .. }
            | Wish::Roles { .. }
            | Wish::Remove { .. }
            | Wish::Recover { .. }
            | Wish::Export { .. }
            | Wish::Revoke { .. } => None,
        }
    }

    /// What who asked must still be when another confirms it.
    pub(super) const fn role(&self) -> Role {
        match self.wish {
            Wish::Export { .. } => Role::Auditor,
            Wish::Invite { .. }
            | Wish::Roles { .. }
            | Wish::Remove { .. }
            | Wish::Recover { .. }
            | Wish::Verify { .. }
            | Wish::Revoke { .. } => Role::KeyAdministrator,
        }
    }

    /// A code of what is asked.
    pub(super) const fn kind(&self) -> &'static str {
        match self.wish {
            Wish::Invite { .. } => "invite",
            Wish::Roles { .. } => "roles",
            Wish::Remove { .. } => "remove",
            Wish::Recover { .. } => "recover",
            Wish::Verify { .. } => "verify",
            Wish::Export { .. } => "export",
            Wish::Revoke { .. } => "revoke",
        }
    }
}
