//! What a person may be at an agency.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A role. One person may have several; which go together is [`Roles`]' question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Cases, consents and exchanges.
    SocialWorker,
    /// As a social worker, over all of the agency; sees who the people are.
    Supervisor,
    /// Other agencies' keys, and people. No case data.
    KeyAdministrator,
    /// The audit log. No case data.
    Auditor,
}

impl Role {
    /// All roles, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::SocialWorker, Self::Supervisor, Self::KeyAdministrator, Self::Auditor];

    /// The code, as stored and typed.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::SocialWorker => "social_worker",
            Self::Supervisor => "supervisor",
            Self::KeyAdministrator => "key_administrator",
            Self::Auditor => "auditor",
        }
    }

    /// In English.
    #[must_use]
    pub const fn label_en(self) -> &'static str {
        match self {
            Self::SocialWorker => "social worker",
            Self::Supervisor => "supervisor",
            Self::KeyAdministrator => "key administrator",
            Self::Auditor => "auditor",
        }
    }

    const fn bit(self) -> u8 {
        match self {
            Self::SocialWorker => 1,
            Self::Supervisor => 2,
            Self::KeyAdministrator => 4,
            Self::Auditor => 8,
        }
    }

    /// Whether it opens children's records.
    #[must_use]
    pub const fn sees_cases(self) -> bool {
        match self {
            Self::SocialWorker | Self::Supervisor => true,
            Self::KeyAdministrator | Self::Auditor => false,
        }
    }
}

/// Not a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("one of social_worker, supervisor, key_administrator, auditor")]
pub struct RoleError;

impl FromStr for Role {
    type Err = RoleError;

    fn from_str(text: &str) -> Result<Self, RoleError> {
        Self::ALL.into_iter().find(|role| role.code() == text).ok_or(RoleError)
    }
}

/// A set of roles.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub struct Roles(u8);

impl Roles {
    /// None at all: somebody who may do nothing.
    pub const NONE: Self = Self(0);
    /// Every role.
    pub const ALL: Self = Self(15);

    /// These roles.
    #[must_use]
    pub const fn of(roles: &[Role]) -> Self {
        let (mut bits, mut at) = (0, 0);
        while at < roles.len() {
            bits |= roles[at].bit();
            at += 1;
        }
        Self(bits)
    }

    /// Whether `role` is among them.
    #[must_use]
    pub const fn has(self, role: Role) -> bool {
        self.0 & role.bit() != 0
    }

    /// Whether one of `others` is among them.
    #[must_use]
    pub const fn meet(self, others: Self) -> bool {
        self.0 & others.0 != 0
    }

    /// Those that are in both.
    #[must_use]
    pub const fn and(self, others: Self) -> Self {
        Self(self.0 & others.0)
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The roles, in the order of [`Role::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL.into_iter().filter(move |role| self.has(*role))
    }

    /// Their codes.
    #[must_use]
    pub fn codes(self) -> Vec<String> {
        self.iter().map(|role| role.code().to_owned()).collect()
    }

    /// Whether they put keys and children's records into one hand: who decides which agency is genuine could then also
    /// send it what it must not have, with nobody else looking.
    #[must_use]
    pub fn join_keys_and_cases(self) -> bool {
        self.has(Role::KeyAdministrator) && self.iter().any(Role::sees_cases)
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<I: IntoIterator<Item = Role>>(roles: I) -> Self {
        Self(roles.into_iter().fold(0, |bits, role| bits | role.bit()))
    }
}

impl TryFrom<Vec<String>> for Roles {
    type Error = RoleError;

    fn try_from(codes: Vec<String>) -> Result<Self, RoleError> {
        codes.iter().map(|code| code.parse::<Role>()).collect()
    }
}

impl From<Roles> for Vec<String> {
    fn from(roles: Roles) -> Self {
        roles.codes()
    }
}

impl fmt::Debug for Roles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_set_of_roles_comes_back_from_its_codes() {
        for bits in 0..=Roles::ALL.0 {
            assert_eq!(Roles::try_from(Roles(bits).codes()), Ok(Roles(bits)));
        }
        assert_eq!(Roles::try_from(vec!["root".to_owned()]), Err(RoleError));
        assert_eq!(Roles::of(&Role::ALL), Roles::ALL);
    }

    #[test]
    fn keys_and_cases_meet_only_in_sets_that_hold_both() {
        let both = |roles: &[Role]| Roles::of(roles).join_keys_and_cases();
        assert!(both(&[Role::KeyAdministrator, Role::SocialWorker]));
        assert!(both(&[Role::KeyAdministrator, Role::Supervisor, Role::Auditor]));
        assert!(!both(&[Role::KeyAdministrator, Role::Auditor]) && !both(&[Role::SocialWorker, Role::Supervisor]));
    }
}
