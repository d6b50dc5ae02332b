//! What a supervisor decides together with who works with the child: a consent where nobody can consent, and a referral
//! that goes beyond what is usual or whose words may name the child.
//!
//! Whoever works with the child asks; it waits for two days under the case's key, and a supervisor who is somebody else
//! sees it whole and decides. What is decided is judged anew at that moment, and done in one batch with the end of the
//! request, under both names. The socket's operator names both persons at once instead (`--by`, `--approved-by`).
//!
//! * [`rows`]: what is kept
//! * [`ask`]: asking, and taking it back
//! * [`take`]: deciding, as the second person
//! * [`show`]: lists, and one of them whole

mod ask;
mod rows;
mod show;
mod take;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, sync::RwLock};

use keys::Timestamp;
use protocol::CaseId;

pub(in crate::service) use self::rows::{DecisionId, DecisionRow};
use super::{
    Actor, PersonName, ServiceError,
    people::{PersonId, Roles},
    read,
};
use crate::{
    audit::Event,
    vault::{Owner, Row, Stamp, Transaction, Vault, VaultError},
};

/// What waits, as memory holds it: nothing of what it says.
pub(super) struct Decisions {
    waiting: RwLock<BTreeMap<DecisionId, Waiting>>,
    /// Held while one is read, judged and written.
    changing: tokio::sync::Mutex<()>,
}

/// One of them.
#[derive(Clone)]
struct Waiting {
    case: CaseId,
    kind: &'static str,
    by: PersonId,
    name: PersonName,
    at: Timestamp,
    ends: Timestamp,
}

impl Waiting {
    fn of(case: CaseId, row: &DecisionRow) -> Self {
        Self { case, kind: row.wish.kind(), by: row.by(), name: row.name.clone(), at: row.at, ends: row.ends }
    }
}

impl Decisions {
    /// All that the vault knows.
    pub(super) async fn read(vault: &Vault) -> Result<Self, VaultError> {
        let mut waiting = BTreeMap::new();
        let note = |Row { owner, key, value, .. }: Row<DecisionRow>| {
            if let (Owner::Case(case), Some(id)) = (owner, DecisionId::of_key(&key)) {
                waiting.insert(id, Waiting::of(CaseId::new(case), &value));
            }
        };
        vault.read_each(note).await?;
        Ok(Self { waiting: RwLock::new(waiting), changing: tokio::sync::Mutex::default() })
    }

    /// The one that `text` names: its id, or a beginning of it.
    fn get(&self, text: &str, now: Timestamp) -> Result<(DecisionId, Waiting), ServiceError> {
        let (text, gone) = (text.trim().to_ascii_lowercase(), || ServiceError::NotFound { what: "decision" });
        let waiting = read(&self.waiting);
        let mut found = waiting.iter().filter(|(id, one)| now < one.ends && id.to_string().starts_with(&text));
        match (found.next(), found.count()) {
            _ if text.len() < 4 => Err(gone()),
            (Some((id, one)), 0) => Ok((*id, one.clone())),
            (Some(_), more) => Err(ServiceError::Ambiguous { what: "decision", count: more + 1 }),
            (None, _) => Err(gone()),
        }
    }
}

/// By whose word something about a child is done that may take two.
pub(in crate::service) enum Word<'a> {
    /// One who asks; the socket's operator may name a second.
    One(&'a Actor),
    /// Somebody asked, and a supervisor decides.
    Two {
        /// Of the request.
        id: DecisionId,
        /// The request,
        row: &'a DecisionRow,
        /// the writing that was read of it, and
        stamp: &'a Stamp,
        /// what it is about.
        case: CaseId,
        /// The second.
        decides: &'a Actor,
    },
}

impl Word<'_> {
    /// Who works with the child, and the supervisor, if two different persons stand behind it.
    pub(in crate::service) fn two(&self) -> Option<(String, String)> {
        match self {
            Self::One(actor @ Actor::Operator { by: Some(by), .. }) => {
                Some((by.as_str().to_owned(), actor.second_person()?.as_str().to_owned()))
            }
            Self::One(_) => None,
            Self::Two { row, decides, .. } => Some((row.name.as_str().to_owned(), told_apart(&row.name, decides)?)),
        }
    }

    /// The audit event of what is done.
    pub(in crate::service) fn event(&self, action: &'static str) -> Event {
        match self {
            Self::One(actor) => actor.event(action),
            Self::Two { row, decides, .. } => Event::new(format!("person {}", row.by().short()), action)
                .by(Some(row.name.as_str()))
                .approved_by(Some(decides.audit_name())),
        }
    }

    /// The request ends with what it asks: nobody decides it twice.
    pub(in crate::service) fn settle(&self, tx: &mut Transaction) {
        if let Self::Two { id, row, stamp, case, decides } = self {
            tx.expect(stamp);
            tx.delete::<DecisionRow>(&Owner::Case(*case.as_bytes()), id.as_bytes());
            tx.audit(decides.event("decision.take").object(case.as_bytes()).purpose(row.wish.kind()));
        }
    }
}

impl Actor {
    /// As a person is called, who signed in or is named at the socket.
    fn by_name(&self) -> Option<String> {
        match self {
            Self::Person { name, .. } | Self::Operator { by: Some(name), .. } => Some(name.as_str().to_owned()),
            Self::Operator { by: None, .. } | Self::Program { .. } | Self::Node => None,
        }
    }
}

/// The second person's name; where both are called the same, with what tells them apart.
fn told_apart(first: &PersonName, second: &Actor) -> Option<String> {
    let name = second.by_name()?;
    let same = name.parse::<PersonName>().is_ok_and(|name| name.same_person(first));
    match second.person().filter(|_| same) {
        // A consent's names have at most 60 characters.
        Some(id) => Some(format!("{} {}", name.chars().take(50).collect::<String>(), id.short())),
        None => Some(name),
    }
}

/// Whether somebody with these roles sees all cases.
const fn sees_all(roles: Roles) -> bool {
    roles.has(super::people::Role::Supervisor)
}
