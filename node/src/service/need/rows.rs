//! What is kept of who has what.

use keys::Timestamp;
use serde::{Deserialize, Serialize};

use super::Holder;
use crate::{
    service::people::{PersonId, TeamId},
    vault::{Record, Table},
};

/// Who has a case or an exchange. No key; owner: the case, or the exchange's skeleton.
#[derive(Serialize, Deserialize)]
pub(in crate::service) struct AssignedRow {
    people: Vec<[u8; 16]>,
    /// Ids of teams.
    #[serde(default)]
    teams: Vec<[u8; 16]>,
}

impl Record for AssignedRow {
    const TABLE: Table = Table::new(44);
    const VERSION: u8 = 1;
}

impl AssignedRow {
    /// These people and teams.
    pub(in crate::service) fn to(holders: &[Holder]) -> Self {
        let (mut people, mut teams) = (Vec::new(), Vec::new());
        for holder in holders {
            match holder {
                Holder::Person(id) => people.push(*id.as_bytes()),
                Holder::Team(id) => teams.push(*id.as_bytes()),
            }
        }
        Self { people, teams }
    }

    /// Who; some may have been removed since.
    pub(super) fn holders(&self) -> Vec<Holder> {
        let people = self.people.iter().map(|id| Holder::Person(PersonId::new(*id)));
        people.chain(self.teams.iter().map(|id| Holder::Team(TeamId::new(*id)))).collect()
    }
}

/// Somebody opened a case or exchange that is not theirs. Key: time, person; owner: the case, or the skeleton.
#[derive(Serialize, Deserialize)]
pub(in crate::service) struct GlassRow {
    person: [u8; 16],
    /// As they were called.
    pub(super) name: String,
    pub(super) at: Timestamp,
    pub(super) until: Timestamp,
}

impl Record for GlassRow {
    const TABLE: Table = Table::new(45);
    const VERSION: u8 = 1;
}

impl GlassRow {
    pub(super) fn new(person: PersonId, name: &str, at: Timestamp, until: Timestamp) -> Self {
        Self { person: *person.as_bytes(), name: name.to_owned(), at, until }
    }

    pub(super) fn person(&self) -> PersonId {
        PersonId::new(self.person)
    }
}

/// Why, in their words, which may name the child. Key: time, person; owner: the case, or the exchange's content.
#[derive(Serialize, Deserialize)]
pub(in crate::service) struct ReasonRow {
    pub(super) reason: String,
}

impl Record for ReasonRow {
    const TABLE: Table = Table::new(46);
    const VERSION: u8 = 1;
}

/// Key of the rows of one opening.
pub(super) fn key(at: Timestamp, person: PersonId) -> Vec<u8> {
    [&at.0.to_be_bytes()[..], person.as_bytes()].concat()
}
