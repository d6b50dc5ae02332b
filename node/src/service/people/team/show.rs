//! Teams as they are listed, and whom a case can be given to.

use super::{Known, PersonId, TeamId, TeamRow, WORKING};
use crate::{
    service::{Actor, Service, ServiceError, access::UseCase, need::limited, read},
    view::{Colleagues, TeamList, TeamPeople, TeamPerson, TeamView},
};

impl Service {
    /// All teams, by name, each with who is in it.
    ///
    /// # Errors
    /// [`ServiceError::NotAllowed`], [`ServiceError::Store`].
    pub async fn teams(&self, actor: &Actor) -> Result<TeamList, ServiceError> {
        self.may(actor, UseCase::TeamList).await?;
        self.audit_read(actor, UseCase::TeamList.code(), &[]).await?;
        let all: Vec<(TeamId, TeamRow)> = read(&self.people.teams).iter().map(|(id, row)| (*id, row.clone())).collect();
        let mut teams: Vec<TeamView> = all.iter().map(|(id, row)| self.team_view(*id, row)).collect();
        teams.sort_by_cached_key(|team| (team.name.to_lowercase(), team.id.clone()));
        Ok(TeamList { teams })
    }

    /// One team, who is in it, and who could be.
    ///
    /// # Errors
    /// [`ServiceError::NotAllowed`], [`ServiceError::NotFound`], [`ServiceError::Ambiguous`], [`ServiceError::Store`].
    pub async fn team_people(&self, actor: &Actor, team: &str) -> Result<TeamPeople, ServiceError> {
        self.may(actor, UseCase::TeamMembers).await?;
        let (id, row) = self.people.team_named(team)?;
        self.audit_read(actor, UseCase::TeamList.code(), id.as_bytes()).await?;
        let others = self.people_who(|person| person.row.roles.meet(WORKING) && !person.row.is_in(id));
        Ok(TeamPeople { team: self.team_view(id, &row), others })
    }

    /// Who could look after a child whom `actor` takes on: their teams (of who sees all, every team), and colleagues.
    ///
    /// # Errors
    /// [`ServiceError::NotAllowed`], [`ServiceError::Store`].
    pub async fn colleagues(&self, actor: &Actor) -> Result<Colleagues, ServiceError> {
        self.may(actor, UseCase::Colleagues).await?;
        self.audit_read(actor, UseCase::Colleagues.code(), &[]).await?;
        let own = limited(actor).and_then(|id| self.people.get(id)).map(|person| self.people.teams_of(&person));
        let own = own.or_else(|| limited(actor).map(|_| Vec::new()));
        let teams = self.people.teams_by_name();
        let teams = teams.into_iter().filter(|(id, _)| own.as_ref().is_none_or(|own| own.contains(id)));
        let me = actor.person().map(|id| id.to_string());
        let mut people = self.people_who(|person| person.row.roles.meet(WORKING));
        people.retain(|person| Some(&person.id) != me.as_ref());
        Ok(Colleagues { teams: teams.map(|(id, name)| TeamPerson { id: id.to_string(), name }).collect(), people })
    }

    pub(super) fn team_view(&self, id: TeamId, row: &TeamRow) -> TeamView {
        TeamView {
            id: id.to_string(),
            name: row.name.as_str().to_owned(),
            since: row.since,
            by: row.by.clone(),
            members: self.people_who(|person| person.row.is_in(id)),
        }
    }

    /// By name: nobody is ranked.
    fn people_who(&self, fits: impl Fn(&Known) -> bool) -> Vec<TeamPerson> {
        let known = read(&self.people.known);
        let person = |(id, person): (&PersonId, &Known)| TeamPerson {
            id: id.to_string(),
            name: person.row.name.as_str().to_owned(),
        };
        let mut people: Vec<TeamPerson> = known.iter().filter(|(_, person)| fits(person)).map(person).collect();
        people.sort_by_cached_key(|person| (person.name.to_lowercase(), person.id.clone()));
        people
    }
}
