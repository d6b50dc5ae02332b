//! Changing what a person may do, ending their sessions, removing them.

use super::{
    Known, PersonId, Role, Roles,
    rows::PersonRow,
    second::{Hand, roles_take_two},
};
use crate::{
    service::{Actor, Service, ServiceError, access::UseCase, write},
    view::{ChangeRoles, EndedSessions, PersonView},
};

/// Nobody gives themselves rights, or takes them.
const ANOTHER: &str = "another key administrator";

impl Service {
    /// Gives a person other roles. What they do next is judged by the new ones, also in sessions that are open.
    ///
    /// # Errors
    /// [`ServiceError::NotAllowed`], also for one's own; [`ServiceError::NotFound`], [`ServiceError::Ambiguous`],
    /// [`ServiceError::Field`], [`ServiceError::RolesApart`]; [`ServiceError::NeedsSecondPerson`]: it gives a right or
    /// takes keys away, and takes two here ([`Service::ask_roles`]).
    pub async fn change_roles(&self, actor: &Actor, who: &str, ask: ChangeRoles) -> Result<PersonView, ServiceError> {
        self.may(actor, UseCase::PersonRoles).await?;
        let _changing = self.people.changing.lock().await;
        let (id, known) = self.people.resolve(who)?;
        let result = not_oneself(Hand::One(actor), id).and_then(|()| self.roles_of(&ask.roles));
        let roles = self.audited(actor, "person.roles", id.as_bytes(), result).await?;
        if roles_take_two(known.row.roles, roles) {
            self.not_for_one(actor, "person.roles", id.as_bytes()).await?;
        }
        self.roles_now(Hand::One(actor), (id, known), roles).await
    }

    /// The caller holds `changing`, and has judged it.
    pub(super) async fn roles_now(
        &self,
        hand: Hand<'_>,
        (id, mut known): (PersonId, Known),
        roles: Roles,
    ) -> Result<PersonView, ServiceError> {
        not_oneself(hand, id)?;
        let grants = roles_take_two(known.row.roles, roles);
        let (row, stamp) = self.person_row(id).await?.ok_or(ServiceError::NotFound { what: "person" })?;
        let row = PersonRow { roles, teams: row.teams_with(roles), ..row };
        let mut tx = self.vault.begin();
        tx.expect(&stamp);
        tx.put(&id.owner(), b"", &row);
        if grants {
            hand.settle(&mut tx);
        }
        tx.audit(hand.event("person.roles").object(id.as_bytes()).purpose(roles.codes().join(" ")));
        tx.commit().await?;
        known.row = row;
        let view = self.person_view(id, &known);
        if known.row.teams.is_empty() {
            write(&self.need).set_teams(id, Vec::new());
        }
        write(&self.people.known).insert(id, known);
        Ok(view)
    }

    /// Removes a person: they are signed out at once, an invitation is void, and what the node knew them by is
    /// destroyed. Their name stays in the audit log.
    ///
    /// # Errors
    /// [`ServiceError::NotAllowed`], also for oneself; [`ServiceError::NotFound`], [`ServiceError::Ambiguous`];
    /// [`ServiceError::NeedsSecondPerson`]: a key administrator is removed by two here ([`Service::ask_remove`]);
    /// [`ServiceError::Store`]: if the person is no longer listed, the rest goes on by itself.
    pub async fn remove_person(&self, actor: &Actor, who: &str) -> Result<PersonView, ServiceError> {
        self.may(actor, UseCase::PersonRemove).await?;
        let _changing = self.people.changing.lock().await;
        let (id, known) = self.people.resolve(who)?;
        self.audited(actor, "person.remove", id.as_bytes(), not_oneself(Hand::One(actor), id)).await?;
        if known.row.roles.has(Role::KeyAdministrator) {
            self.not_for_one(actor, "person.remove", id.as_bytes()).await?;
        }
        self.remove_now(Hand::One(actor), (id, known)).await
    }

    /// The caller holds `changing`, and has judged it.
    pub(super) async fn remove_now(
        &self,
        hand: Hand<'_>,
        (id, known): (PersonId, Known),
    ) -> Result<PersonView, ServiceError> {
        not_oneself(hand, id)?;
        let mut tx = self.vault.begin();
        tx.mark_for_erasure(&id.owner());
        if known.row.roles.has(Role::KeyAdministrator) {
            hand.settle(&mut tx);
        }
        tx.audit(hand.event("person.remove").object(id.as_bytes()));
        tx.commit().await?;
        write(&self.people.known).remove(&id);
        write(&self.need).forget_person(id);
        // What was asked about them is erased with them.
        write(&self.people.requests).retain(|_, request| !request.is_about(id));
        self.news.ring();
        self.people.sessions().end(id, |_| true);
        self.people.passkeys.forget(id);
        self.tokens.forget(id);
        if let Err(error) = self.erase(&[id.owner()]).await {
            self.erasure_wake.notify_one();
            return Err(error);
        }
        Ok(self.person_view(id, &known))
    }

    /// Ends all sessions of a person, who may sign in again.
    ///
    /// # Errors
    /// [`ServiceError::NotAllowed`], [`ServiceError::NotFound`], [`ServiceError::Ambiguous`].
    pub async fn end_sessions_of(&self, actor: &Actor, who: &str) -> Result<EndedSessions, ServiceError> {
        self.may(actor, UseCase::PersonSessions).await?;
        let (id, _) = self.people.resolve(who)?;
        let ended = self.people.sessions().end(id, |_| true);
        self.audit_read(actor, "person.end-sessions", id.as_bytes()).await?;
        Ok(EndedSessions { ended: u64::try_from(ended).unwrap_or(u64::MAX) })
    }
}

/// Also with a second person's word.
pub(super) fn not_oneself(hand: Hand<'_>, id: PersonId) -> Result<(), ServiceError> {
    if hand.person() == Some(id) { Err(ServiceError::NotAllowed { ask: ANOTHER }) } else { Ok(()) }
}
