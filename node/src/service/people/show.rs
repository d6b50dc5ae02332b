//! People as an administrator sees them.

use super::{Known, PersonId, own_sessions, rows::Standing};
use crate::{
    service::{Actor, Service, ServiceError, access::UseCase, read},
    view::{PersonView, SessionView},
};

impl Service {
    /// All people, by name.
    ///
    /// # Errors
    /// [`ServiceError::NotAllowed`].
    pub async fn people(&self, actor: &Actor) -> Result<Vec<PersonView>, ServiceError> {
        self.may(actor, UseCase::PersonList).await?;
        self.audit_read(actor, "person.list", &[]).await?;
        let known: Vec<(PersonId, Known)> =
            read(&self.people.known).iter().map(|(id, person)| (*id, person.clone())).collect();
        let mut people: Vec<PersonView> = known.iter().map(|(id, person)| self.person_view(*id, person)).collect();
        people.sort_by_cached_key(|person| (person.name.to_lowercase(), person.id.clone()));
        Ok(people)
    }

    /// The sessions of one person, who is named by sign-in name or id; the newest first.
    ///
    /// # Errors
    /// [`ServiceError::NotAllowed`], [`ServiceError::NotFound`], [`ServiceError::Ambiguous`].
    pub async fn person_sessions(&self, actor: &Actor, who: &str) -> Result<Vec<SessionView>, ServiceError> {
        self.may(actor, UseCase::PersonSessions).await?;
        let (id, _) = self.people.resolve(who)?;
        self.audit_read(actor, "person.sessions", id.as_bytes()).await?;
        let sessions = self.people.sessions().of(id, self.world.now());
        Ok(sessions.iter().map(|session| own_sessions::view(session, false)).collect())
    }

    pub(super) fn person_view(&self, id: PersonId, person: &Known) -> PersonView {
        let (row, now) = (&person.row, self.world.now());
        let (state, since) = match row.standing {
            Standing::Enrolled(at) => ("enrolled", at),
            Standing::Invited { ends, .. } if now < ends => ("invited", row.since),
            Standing::Invited { .. } => ("invitation_over", row.since),
        };
        PersonView {
            id: id.to_string(),
            name: row.name.as_str().to_owned(),
            sign_in: row.sign_in.as_str().to_owned(),
            roles: row.roles.codes(),
            state: state.into(),
            since,
            invited_by: row.by.clone(),
            signed_in: person.signed_in,
            sessions: u64::try_from(self.people.sessions().of(id, now).len()).unwrap_or(u64::MAX),
        }
    }
}
