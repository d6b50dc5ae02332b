//! The people of this agency: who they are, what they may do, and how the node knows them.
//!
//! A person is invited by a one-time token, enrols with a passkey, or with a passphrase and a telephone that shows codes,
//! and signs in with that. What is kept of them lies under a key of their own and is destroyed when they are removed; the audit log keeps
//! their name. What each role may do stands in [`access`](super::access).
//!
//! * [`role`], [`ids`], [`secrets`], [`rows`]: words, and what is stored
//! * [`verifier`], [`code`]: passphrase and code
//! * [`passkey`]: a device that takes the place of both
//! * [`invite`], [`enrol`], [`sign_in`], [`change`], [`recover`], [`own_passphrase`]: the use cases
//! * [`team`]: who works together
//! * [`second`]: what takes two key administrators
//! * [`sessions`], [`own_sessions`]: who is signed in
//! * [`guesses`]: what slows down whoever guesses

mod change;
mod code;
mod enrol;
mod guesses;
mod ids;
mod invite;
mod own_passphrase;
mod own_sessions;
mod passkey;
mod recover;
mod role;
mod rows;
pub(in crate::service) mod second;
mod secrets;
mod sessions;
mod show;
mod sign_in;
mod team;
#[cfg(test)]
pub(in crate::service) mod tests;
mod verifier;

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError, RwLock},
};

use keys::Timestamp;
use tokio::sync::{Semaphore, SemaphorePermit};

pub(in crate::service) use self::guesses::Guesses;
#[cfg(test)]
pub(crate) use self::passkey::testing::Device;
pub(crate) use self::passkey::{Made, device_known, device_made};
pub use self::{
    code::{CodeSecret, CodeSecretError},
    enrol::Enrol,
    ids::{PersonId, SessionId, SignInName, SignInNameError, TeamId},
    own_passphrase::NewPassphrase,
    passkey::{ANSWER_WITHIN, Asked, NewPasskey, PasskeyName, PasskeyNameError, PasskeySignIn, Site},
    role::{Role, RoleError, Roles},
    second::Decided,
    secrets::{AccessToken, CeremonyToken, InviteToken, Passphrase, SessionToken, TokenError},
    sessions::{ABSOLUTE, IDLE, IDLE_SHARED, NewSession, Session},
    sign_in::SignIn,
};
pub(in crate::service) use self::{
    passkey::PasskeyRow,
    rows::{CredentialRow, PersonRow},
    second::{ExportRow, RequestRow},
    team::TeamRow,
};
use self::{passkey::Passkeys, sessions::Sessions};
use super::{PersonName, Service, ServiceError, read};
use crate::{
    audit::Event,
    vault::{Owner, Row, Stamp, Vault, VaultError},
};

/// Sign-ins that are checked or wait to be; the one whose turn it is takes 64 MiB.
const AT_ONCE: usize = 16;

/// The people, as memory holds them.
pub(super) struct People {
    known: RwLock<BTreeMap<PersonId, Known>>,
    teams: RwLock<BTreeMap<TeamId, TeamRow>>,
    sessions: Mutex<Sessions>,
    guesses: Mutex<Guesses>,
    passkeys: Passkeys,
    /// What waits for a second person.
    requests: RwLock<BTreeMap<second::RequestId, RequestRow>>,
    /// Held while a person's rows are read, judged and written.
    changing: tokio::sync::Mutex<()>,
    checking: Semaphore,
    /// One passphrase is stretched at a time: the other hands stay with peers and pages, whoever floods the sign-in.
    stretching: Semaphore,
}

/// A person, without what they are known by.
#[derive(Clone)]
struct Known {
    row: PersonRow,
    signed_in: Option<Timestamp>,
}

impl Known {
    /// Whether they can sign in.
    const fn is_enrolled(&self) -> bool {
        matches!(self.row.standing, rows::Standing::Enrolled(_))
    }
}

impl People {
    /// All that the vault knows. `passkeys`: for which address they are, and what the agency is called.
    pub(super) async fn read(vault: &Vault, passkeys: (Option<&Site>, &str)) -> Result<Self, VaultError> {
        let mut used: BTreeMap<Owner, Option<Timestamp>> = BTreeMap::new();
        let note = |Row { owner, value, .. }: Row<PasskeyRow>| {
            let last = used.entry(owner).or_default();
            *last = (*last).max(value.used);
        };
        vault.read_each(note).await?;
        let mut known = BTreeMap::new();
        for Row { owner, value: row, .. } in vault.read_all::<PersonRow>().await? {
            let Owner::Person(id) = owner else { continue };
            let credential = vault.read::<CredentialRow>(&owner, b"").await?;
            let signed_in = credential.map(|(credential, _)| credential.signed_in).max(used.remove(&owner).flatten());
            known.insert(PersonId::new(id), Known { row, signed_in });
        }
        let mut teams = BTreeMap::new();
        for Row { key, value: row, .. } in vault.read_all::<TeamRow>().await? {
            let Ok(id) = <[u8; 16]>::try_from(key.as_slice()) else { continue };
            teams.insert(TeamId::new(id), row);
        }
        Ok(Self {
            known: RwLock::new(known),
            teams: RwLock::new(teams),
            sessions: Mutex::default(),
            guesses: Mutex::default(),
            passkeys: Passkeys::new(passkeys.0, passkeys.1),
            requests: RwLock::new(second::read_all(vault).await?),
            changing: tokio::sync::Mutex::default(),
            checking: Semaphore::new(AT_ONCE),
            stretching: Semaphore::new(1),
        })
    }

    fn sessions(&self) -> MutexGuard<'_, Sessions> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn guesses(&self) -> MutexGuard<'_, Guesses> {
        self.guesses.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The turn to stretch a passphrase.
    async fn stretching(&self) -> Result<SemaphorePermit<'_>, ServiceError> {
        self.stretching.acquire().await.map_err(|_| ServiceError::Internal("nobody may sign in any more"))
    }

    fn get(&self, id: PersonId) -> Option<Known> {
        read(&self.known).get(&id).cloned()
    }

    fn called(&self, name: &SignInName) -> Option<(PersonId, Known)> {
        let known = read(&self.known);
        known.iter().find(|(_, person)| person.row.sign_in == *name).map(|(id, person)| (*id, person.clone()))
    }

    /// What a person is called, if they were not removed.
    pub(super) fn name_of(&self, id: PersonId) -> Option<String> {
        read(&self.known).get(&id).map(|person| person.row.name.as_str().to_owned())
    }

    /// Name and roles of somebody who enrolled, as of this moment.
    pub(in crate::service) fn enrolled(&self, id: PersonId) -> Option<(PersonName, Roles)> {
        self.get(id).filter(Known::is_enrolled).map(|person| (person.row.name, person.row.roles))
    }

    /// Who has one of these roles: ids and names.
    pub(super) fn with_roles(&self, roles: Roles) -> Vec<(PersonId, String)> {
        let known = read(&self.known);
        let having = known.iter().filter(|(_, person)| person.row.roles.meet(roles));
        having.map(|(id, person)| (*id, person.row.name.as_str().to_owned())).collect()
    }

    /// Id and roles of the person that `text` names.
    pub(super) fn named(&self, text: &str) -> Result<(PersonId, Roles), ServiceError> {
        self.resolve(text).map(|(id, person)| (id, person.row.roles))
    }

    /// The person that `text` names: by sign-in name, or by id or the beginning of one.
    fn resolve(&self, text: &str) -> Result<(PersonId, Known), ServiceError> {
        if let Some(found) = text.parse().ok().and_then(|name| self.called(&name)) {
            return Ok(found);
        }
        let text = text.trim().to_ascii_lowercase();
        if text.len() < 4 {
            return Err(ServiceError::NotFound { what: "person" });
        }
        let known = read(&self.known);
        let mut found = known.iter().filter(|(id, _)| id.to_string().starts_with(&text));
        match (found.next(), found.count()) {
            (Some((id, person)), 0) => Ok((*id, person.clone())),
            (Some(_), more) => Err(ServiceError::Ambiguous { what: "person", count: more + 1 }),
            (None, _) => Err(ServiceError::NotFound { what: "person" }),
        }
    }
}

impl PersonId {
    pub(in crate::service) const fn owner(self) -> Owner {
        Owner::Person(*self.as_bytes())
    }
}

impl PersonRow {
    /// The audit event of something that this person does, signed in or about to be.
    fn event(&self, id: PersonId, action: &'static str) -> Event {
        Event::new(format!("person {}", id.short()), action).by(Some(self.name.as_str())).object(id.as_bytes())
    }
}

impl Service {
    async fn credential(&self, id: PersonId) -> Result<Option<(CredentialRow, Stamp)>, ServiceError> {
        Ok(self.vault.read::<CredentialRow>(&id.owner(), b"").await?)
    }

    async fn person_row(&self, id: PersonId) -> Result<Option<(PersonRow, Stamp)>, ServiceError> {
        Ok(self.vault.read::<PersonRow>(&id.owner(), b"").await?)
    }
}
