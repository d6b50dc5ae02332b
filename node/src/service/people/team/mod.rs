//! Teams: people who look after the same cases and exchanges.
//!
//! Supervisors make them and say who is in them, as they say who has a case: whoever comes into a team sees what it has
//! from then on, and whoever leaves it no longer. Who is in which team lies with the person and goes with them; a team's
//! name lies in the ledger.
//!
//! * [`rows`]: what is kept
//! * [`change`]: making, naming, removing; who is in it
//! * [`show`]: lists, and who could be in one

mod change;
mod rows;
mod show;
#[cfg(test)]
mod tests;

pub(in crate::service) use self::rows::TeamRow;
use super::{Known, People, PersonId, Role, Roles, TeamId};
use crate::service::{ServiceError, read};

/// Teams of one agency.
const MOST: usize = 200;
/// Teams of one person.
const MOST_OF_ONE: usize = 20;
/// Who can be in a team.
const WORKING: Roles = Roles::of(&[Role::SocialWorker, Role::Supervisor]);

impl People {
    /// The team that `text` names: by its name, or by id or the beginning of one.
    pub(in crate::service) fn team_named(&self, text: &str) -> Result<(TeamId, TeamRow), ServiceError> {
        let teams = read(&self.teams);
        let called = |row: &TeamRow| row.name.as_str() == text.trim();
        if let Some((id, row)) = teams.iter().find(|(_, row)| called(row)) {
            return Ok((*id, row.clone()));
        }
        let text = text.trim().to_ascii_lowercase();
        if text.len() < 4 {
            return Err(ServiceError::NotFound { what: "team" });
        }
        let mut found = teams.iter().filter(|(id, _)| id.to_string().starts_with(&text));
        match (found.next(), found.count()) {
            (Some((id, row)), 0) => Ok((*id, row.clone())),
            (Some(_), more) => Err(ServiceError::Ambiguous { what: "team", count: more + 1 }),
            (None, _) => Err(ServiceError::NotFound { what: "team" }),
        }
    }

    /// What a team is called, if it was not removed.
    pub(in crate::service) fn name_of_team(&self, id: TeamId) -> Option<String> {
        read(&self.teams).get(&id).map(|row| row.name.as_str().to_owned())
    }

    /// Teams and their names, by name.
    pub(in crate::service) fn teams_by_name(&self) -> Vec<(TeamId, String)> {
        let mut teams: Vec<(TeamId, String)> =
            read(&self.teams).iter().map(|(id, row)| (*id, row.name.as_str().to_owned())).collect();
        teams.sort_by_cached_key(|(id, name)| (name.to_lowercase(), *id));
        teams
    }

    /// Whether there is this person.
    pub(in crate::service) fn has_person(&self, id: PersonId) -> bool {
        read(&self.known).contains_key(&id)
    }

    /// Who is in which teams; of teams that were removed nobody is.
    pub(in crate::service) fn memberships(&self) -> Vec<(PersonId, Vec<TeamId>)> {
        let known = read(&self.known);
        known.iter().map(|(id, person)| (*id, self.teams_of(person))).filter(|(_, teams)| !teams.is_empty()).collect()
    }

    /// The teams that a person is in.
    pub(super) fn teams_of(&self, person: &Known) -> Vec<TeamId> {
        let teams = read(&self.teams);
        person.row.teams.iter().map(|id| TeamId::new(*id)).filter(|id| teams.contains_key(id)).collect()
    }
}
