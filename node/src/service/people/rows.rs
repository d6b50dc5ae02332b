//! What is kept of a person, under a key of their own: removing the person destroys it.

use keys::{Digest, Timestamp};
use serde::{Deserialize, Serialize};

use super::{code::CodeSecret, ids::SignInName, role::Roles, verifier::Verifier};
use crate::{
    service::PersonName,
    vault::{Record, Table},
};

/// A person. No key; owner: the person.
#[derive(Clone, Serialize, Deserialize)]
pub(in crate::service) struct PersonRow {
    /// As the person is called.
    pub(super) name: PersonName,
    /// What is typed to sign in.
    pub(super) sign_in: SignInName,
    pub(super) roles: Roles,
    /// When the person was invited, for the first time.
    pub(super) since: Timestamp,
    /// By whom.
    pub(super) by: String,
    /// The invitation that is open.
    pub(super) invited: Option<Invited>,
    /// When the person enrolled.
    pub(super) enrolled: Option<Timestamp>,
}

/// An invitation that nobody used yet.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Invited {
    /// Of its token.
    pub(super) hash: Digest,
    /// It is good until just before.
    pub(super) ends: Timestamp,
}

impl Record for PersonRow {
    const TABLE: Table = Table::new(42);
    const VERSION: u8 = 1;
}

/// By what a person is known. Read for each sign-in, and not kept in memory. No key; owner: the person.
#[derive(Serialize, Deserialize)]
pub(in crate::service) struct CredentialRow {
    pub(super) codes: CodeSecret,
    /// The step of the last code that was used: it, and those before it, are used up.
    pub(super) last_step: u64,
    /// Of the passphrase, once there is one.
    pub(super) verifier: Option<Verifier>,
    /// When the person last signed in.
    pub(super) signed_in: Option<Timestamp>,
}

impl Record for CredentialRow {
    const TABLE: Table = Table::new(43);
    const VERSION: u8 = 1;
}
