//! Tokens: how programs ask, each in the name of a person or in one of its own.
//!
//! A token is 256 random bits, shown once; its hash is kept. It opens what its roles allow, and of a person's token never
//! more than the person may at that moment: need-to-know and a role that is taken away count for it at once. No token
//! looks after keys or people: what key administrators decide takes a person. Only the operator makes them.
//!
//! A program is somebody of its own: it sees what is assigned to it, or all if its token is a supervisor's. It stays the
//! same one when its token is replaced.
//!
//! * [`rows`]: what is kept
//! * [`give`]: making, listing, revoking
//! * [`own`]: one's own, listed and revoked
//! * [`ask`]: who asks, by which token, and how often
//! * [`repeat`]: idempotency keys

mod ask;
mod give;
mod own;
mod repeat;
mod rows;
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, MutexGuard, PoisonError, RwLock},
};

use keys::{Digest, Timestamp};

use self::ask::Bucket;
pub(in crate::service) use self::rows::{ProgramRow, RepeatRow, TokenRow};
pub use self::{
    repeat::{Beginning, Begun, End, RepeatKey, RepeatKeyError},
    rows::TokenId,
};
use super::{
    ServiceError,
    people::{Guesses, PersonId, Role, Roles},
    read, write,
};
use crate::vault::{Owner, Row, Vault, VaultError};

/// What a token can open: children's records, and the audit log.
const OPENABLE: Roles = Roles::of(&[Role::SocialWorker, Role::Supervisor, Role::Auditor]);

/// All tokens and programs, as memory holds them.
pub(super) struct Tokens {
    /// By the hash of the token.
    held: RwLock<HashMap<Digest, Held>>,
    programs: RwLock<BTreeMap<PersonId, ProgramRow>>,
    /// When each idempotency key came.
    repeats: Mutex<BTreeMap<(TokenId, [u8; 16]), Timestamp>>,
    buckets: Mutex<HashMap<TokenId, Bucket>>,
    /// Apart from those of the sign-in page: a program with an old token must not keep its office from signing in.
    wrong: Mutex<Guesses>,
    /// Held while rows are read, judged and written.
    changing: tokio::sync::Mutex<()>,
}

/// A token and whose it is.
#[derive(Clone)]
struct Held {
    id: TokenId,
    owner: PersonId,
    row: TokenRow,
}

impl Tokens {
    /// All that the vault knows.
    pub(super) async fn read(vault: &Vault) -> Result<Self, VaultError> {
        let (mut held, mut programs, mut repeats) = (HashMap::new(), BTreeMap::new(), BTreeMap::new());
        for Row { owner, key, value: row, .. } in vault.read_all::<TokenRow>().await? {
            if let (Owner::Person(owner), Some(id)) = (owner, TokenId::of_key(&key)) {
                held.insert(row.hash, Held { id, owner: PersonId::new(owner), row });
            }
        }
        for Row { owner, value: row, .. } in vault.read_all::<ProgramRow>().await? {
            if let Owner::Person(id) = owner {
                programs.insert(PersonId::new(id), row);
            }
        }
        let note = |Row { key, value, .. }: Row<RepeatRow>| {
            if let Some(key) = repeat::split(&key) {
                repeats.insert(key, value.at);
            }
        };
        vault.read_each(note).await?;
        Ok(Self {
            held: RwLock::new(held),
            programs: RwLock::new(programs),
            repeats: Mutex::new(repeats),
            buckets: Mutex::default(),
            wrong: Mutex::default(),
            changing: tokio::sync::Mutex::default(),
        })
    }

    /// The program of this name, and what it can be given.
    pub(super) fn program(&self, name: &str) -> Option<(PersonId, Roles)> {
        let programs = read(&self.programs);
        let found = programs.iter().find(|(_, row)| row.name.as_str() == name.trim());
        found.map(|(id, _)| (*id, OPENABLE))
    }

    /// What a program is called.
    pub(super) fn name_of_program(&self, id: PersonId) -> Option<String> {
        read(&self.programs).get(&id).map(|row| row.name.as_str().to_owned())
    }

    /// Of the tokens that `counts` counts, the one that has this id, or the only one that begins so.
    fn resolve(&self, id: &str, counts: impl Fn(&Held) -> bool) -> Result<Held, ServiceError> {
        let id = id.trim().to_ascii_lowercase();
        let mut found: Vec<Held> = read(&self.held).values().filter(|held| counts(held)).cloned().collect();
        found.retain(|held| held.id.to_string().starts_with(&id));
        match found.as_slice() {
            [held] if id.len() >= 4 => Ok(held.clone()),
            [] | [_] => Err(ServiceError::NotFound { what: "token" }),
            more => Err(ServiceError::Ambiguous { what: "token", count: more.len() }),
        }
    }

    /// Held while what is kept of tokens changes.
    pub(super) async fn turn(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.changing.lock().await
    }

    /// The owner was removed or is let in anew, and what is kept of the tokens is gone or being destroyed.
    pub(super) fn forget(&self, owner: PersonId) {
        let mut gone = Vec::new();
        write(&self.held).retain(|_, held| {
            let stays = held.owner != owner;
            if !stays {
                gone.push(held.id);
            }
            stays
        });
        self.let_go(&gone);
    }

    /// Nothing asks by these tokens any more.
    fn let_go(&self, gone: &[TokenId]) {
        locked(&self.repeats).retain(|(token, _), _| !gone.contains(token));
        locked(&self.buckets).retain(|token, _| !gone.contains(token));
    }
}

/// What a mutex guards also after a panic elsewhere: every change under ours is one insertion, never half-done.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
