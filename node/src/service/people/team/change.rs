//! Making, naming and removing teams, and saying who is in them.

use std::collections::BTreeMap;

use super::{Known, MOST, MOST_OF_ONE, PersonId, TeamId, TeamRow, WORKING};
use crate::{
    audit::Event,
    service::{Actor, PersonName, Service, ServiceError, access::UseCase, people::PersonRow, read, write},
    vault::Stamp,
    view::{ChangeTeam, NameTeam, TeamView},
};

/// People who come or leave at once.
const AT_ONCE: usize = 100;

impl Service {
    /// Makes a team, with nobody in it.
    ///
    /// # Errors
    /// [`ServiceError::NotAllowed`]; [`ServiceError::Field`]: the name is none, or another team's; too many teams.
    pub async fn team_add(&self, actor: &Actor, ask: NameTeam) -> Result<TeamView, ServiceError> {
        self.may(actor, UseCase::TeamKeep).await?;
        let _changing = self.people.changing.lock().await;
        if read(&self.people.teams).len() >= MOST {
            return Err(field("name", format!("no more than {MOST} teams")));
        }
        let name = self.free_name(None, &ask.name)?;
        let id = TeamId::random(&mut self.world.entropy());
        let row = TeamRow { name, since: self.world.now(), by: actor.audit_name() };
        self.keep(actor.event("team.add"), id, row).await
    }

    /// Calls a team otherwise.
    ///
    /// # Errors
    /// As [`Service::team_add`]; [`ServiceError::NotFound`], [`ServiceError::Ambiguous`].
    pub async fn team_rename(&self, actor: &Actor, team: &str, ask: NameTeam) -> Result<TeamView, ServiceError> {
        self.may(actor, UseCase::TeamKeep).await?;
        let _changing = self.people.changing.lock().await;
        let (id, row) = self.people.team_named(team)?;
        let name = self.free_name(Some(id), &ask.name)?;
        self.keep(actor.event("team.rename"), id, TeamRow { name, ..row }).await
    }

    async fn keep(&self, event: Event, id: TeamId, row: TeamRow) -> Result<TeamView, ServiceError> {
        let mut tx = self.vault.begin();
        tx.put(&crate::vault::Owner::Ledger, id.as_bytes(), &row);
        tx.audit(event.object(id.as_bytes()));
        tx.commit().await?;
        let view = self.team_view(id, &row);
        write(&self.people.teams).insert(id, row);
        Ok(view)
    }

    /// Removes a team. What nobody else has is then seen by supervisors alone, until they give it to somebody; offers
    /// that wait, by all who may answer.
    ///
    /// # Errors
    /// [`ServiceError::NotAllowed`], [`ServiceError::NotFound`], [`ServiceError::Ambiguous`], [`ServiceError::Store`].
    pub async fn team_remove(&self, actor: &Actor, team: &str) -> Result<TeamView, ServiceError> {
        self.may(actor, UseCase::TeamKeep).await?;
        let _changing = self.people.changing.lock().await;
        let (id, row) = self.people.team_named(team)?;
        let view = self.team_view(id, &row);
        // What still says its id, with people and cases, names nothing any more: ids are drawn at random.
        let mut tx = self.vault.begin();
        tx.delete::<TeamRow>(&crate::vault::Owner::Ledger, id.as_bytes());
        tx.audit(actor.event("team.remove").object(id.as_bytes()));
        tx.commit().await?;
        write(&self.need).forget_team(id);
        write(&self.people.teams).remove(&id);
        Ok(view)
    }

    /// Says who comes into a team and who leaves it. It counts at once, also where they are signed in.
    ///
    /// # Errors
    /// [`ServiceError::NotAllowed`]; [`ServiceError::NotFound`], [`ServiceError::Ambiguous`] for the team or a person;
    /// [`ServiceError::Field`]: a person has no role with cases, or is in too many teams.
    pub async fn team_members(&self, actor: &Actor, team: &str, ask: ChangeTeam) -> Result<TeamView, ServiceError> {
        self.may(actor, UseCase::TeamMembers).await?;
        let _changing = self.people.changing.lock().await;
        let (id, row) = self.people.team_named(team)?;
        if ask.join.len() + ask.leave.len() > AT_ONCE {
            return Err(field("join", format!("at most {AT_ONCE} people at once")));
        }
        let changes = self.changes_of(id, &ask);
        let changes = self.audited(actor, UseCase::TeamMembers.code(), id.as_bytes(), changes).await?;
        self.move_people(actor, id, changes).await?;
        Ok(self.team_view(id, &row))
    }

    /// Whose teams change, and whether they come.
    fn changes_of(&self, team: TeamId, ask: &ChangeTeam) -> Result<BTreeMap<PersonId, (Known, bool)>, ServiceError> {
        let mut changes = BTreeMap::new();
        let named = |names: &[String], comes: bool| -> Vec<(String, bool)> {
            names.iter().map(|name| (name.clone(), comes)).collect()
        };
        for (name, comes) in named(&ask.join, true).into_iter().chain(named(&ask.leave, false)) {
            let (id, person) = self.people.resolve(&name)?;
            if comes && !person.row.roles.meet(WORKING) {
                return Err(field("join", "somebody there has no role with cases"));
            }
            if comes && !person.row.is_in(team) && self.people.teams_of(&person).len() >= MOST_OF_ONE {
                return Err(field("join", format!("nobody is in more than {MOST_OF_ONE} teams")));
            }
            if person.row.is_in(team) != comes {
                changes.insert(id, (person, comes));
            }
        }
        Ok(changes)
    }

    /// In one batch, so that nobody is in two teams between.
    async fn move_people(
        &self,
        actor: &Actor,
        team: TeamId,
        changes: BTreeMap<PersonId, (Known, bool)>,
    ) -> Result<(), ServiceError> {
        let mut tx = self.vault.begin();
        let mut moved = Vec::new();
        for (id, (person, comes)) in changes {
            let (row, stamp): (PersonRow, Stamp) =
                self.person_row(id).await?.ok_or(ServiceError::NotFound { what: "person" })?;
            let mut teams = self.people.teams_of(&person);
            teams.retain(|one| *one != team);
            teams.extend(comes.then_some(team));
            let row = PersonRow { teams: teams.iter().map(|team| *team.as_bytes()).collect(), ..row };
            tx.expect(&stamp);
            tx.put(&id.owner(), b"", &row);
            let action = if comes { "team.join" } else { "team.leave" };
            tx.audit(actor.event(action).object(team.as_bytes()).purpose(id.short()));
            moved.push((id, row, teams));
        }
        if moved.is_empty() {
            return Ok(());
        }
        tx.commit().await?;
        let mut known = write(&self.people.known);
        let mut need = write(&self.need);
        for (id, row, teams) in moved {
            need.set_teams(id, teams);
            if let Some(person) = known.get_mut(&id) {
                person.row = row;
            }
        }
        Ok(())
    }

    /// The name, if no other team is called so.
    fn free_name(&self, own: Option<TeamId>, text: &str) -> Result<PersonName, ServiceError> {
        let name: PersonName = text.parse().map_err(|why| field("name", why))?;
        let teams = read(&self.people.teams);
        let taken = teams.iter().any(|(id, row)| Some(*id) != own && row.name.same_person(&name));
        if taken { Err(field("name", "another team is called so")) } else { Ok(name) }
    }
}

fn field(field: &'static str, why: impl ToString) -> ServiceError {
    ServiceError::Field { field, why: why.to_string() }
}
