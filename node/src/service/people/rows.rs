//! What is kept of a person, under a key of their own: removing the person destroys it.

use keys::{Digest, Timestamp};
use serde::{Deserialize, Serialize};

use super::{
    code::CodeSecret,
    ids::{SignInName, TeamId},
    role::{Role, Roles},
    verifier::Verifier,
};
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
    pub(super) standing: Standing,
    /// Ids of the teams that they are in; also of teams that were removed since.
    #[serde(default)]
    pub(super) teams: Vec<[u8; 16]>,
}

/// How far a person has come.
#[derive(Clone, Serialize, Deserialize)]
pub(super) enum Standing {
    /// Invited, and the invitation was not used.
    Invited {
        /// Of its token.
        hash: Digest,
        /// It is good until just before.
        ends: Timestamp,
        /// They had enrolled, and are let in anew: they count as who they were.
        #[serde(default)]
        known_before: bool,
    },
    /// Enrolled at this time: there is a [`CredentialRow`].
    Enrolled(Timestamp),
}

impl PersonRow {
    /// Their teams, if they come to have these roles: who does not work with cases is in none, and does not come back
    /// into one by getting the role again.
    pub(super) fn teams_with(&self, roles: Roles) -> Vec<[u8; 16]> {
        if roles.iter().any(Role::sees_cases) { self.teams.clone() } else { Vec::new() }
    }

    /// Whether they are in this team.
    pub(super) fn is_in(&self, team: TeamId) -> bool {
        self.teams.contains(team.as_bytes())
    }

    /// Whether they enrolled once, also if they are to do so again.
    pub(super) const fn is_known_before(&self) -> bool {
        match self.standing {
            Standing::Invited { known_before, .. } => known_before,
            Standing::Enrolled(_) => true,
        }
    }
}

impl Record for PersonRow {
    const TABLE: Table = Table::new(42);
    const VERSION: u8 = 1;
}

/// By what a person who enrolled is known. Read for each sign-in, and not kept in memory. No key; owner: the person.
#[derive(Serialize, Deserialize)]
pub(in crate::service) struct CredentialRow {
    pub(super) codes: CodeSecret,
    /// The step of the last code that was used: it, and those before it, are used up.
    pub(super) last_step: u64,
    /// Of the passphrase.
    pub(super) verifier: Verifier,
    /// When the person last signed in.
    pub(super) signed_in: Timestamp,
}

impl Record for CredentialRow {
    const TABLE: Table = Table::new(43);
    const VERSION: u8 = 1;
}
