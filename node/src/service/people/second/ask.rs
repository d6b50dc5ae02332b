//! Asking: a decision of one person becomes a request where it takes two.

use super::{GOOD_FOR, Hand, MOST, TwoPersons, Wish, rows::RequestRow};
use crate::{
    service::{
        Actor, Service, ServiceError,
        access::UseCase,
        people::{PersonId, Role, Roles, change::not_oneself},
        write,
    },
    view::{ChangeRoles, Invitation, InviteRequest, KeyChange, PersonView, RequestView, RevokeOwnKey},
};

/// What became of something that was asked.
#[derive(Debug)]
pub enum Decided<T> {
    /// It is done.
    Done(T),
    /// It waits for a second person.
    Waits(RequestView),
}

impl Service {
    /// Invites a person ([`Service::invite`]), or asks another key administrator to.
    ///
    /// # Errors
    /// As [`Service::invite`]; [`ServiceError::Field`] for `request`: too many wait.
    pub async fn ask_invite(&self, actor: &Actor, ask: InviteRequest) -> Result<Decided<Invitation>, ServiceError> {
        self.may(actor, UseCase::PersonInvite).await?;
        if !self.takes_two(actor) {
            return self.invite(actor, ask).await.map(Decided::Done);
        }
        let new = self.invitee(actor, &ask).await?;
        let _changing = self.people.changing.lock().await;
        let earlier = self.earlier(&new);
        let earlier = self.audited(actor, "person.invite", new.sign_in.as_str().as_bytes(), earlier).await?;
        let person = earlier.unwrap_or_else(|| PersonId::random(&mut self.world.entropy()));
        let (name, sign_in, roles) = (new.name, new.sign_in, new.roles);
        let again = earlier.is_some();
        let wish = Wish::Invite { person: *person.as_bytes(), again, name, sign_in, roles };
        self.request(actor, wish).await.map(Decided::Waits)
    }

    /// Gives a person other roles ([`Service::change_roles`]), or asks another key administrator to, if that gives a
    /// right, or takes keys away.
    ///
    /// # Errors
    /// As [`Service::change_roles`]; [`ServiceError::Field`] for `request`: too many wait.
    pub async fn ask_roles(
        &self,
        actor: &Actor,
        who: &str,
        ask: ChangeRoles,
    ) -> Result<Decided<PersonView>, ServiceError> {
        self.may(actor, UseCase::PersonRoles).await?;
        let (id, known) = self.people.resolve(who)?;
        let before = known.row.roles;
        let result = not_oneself(Hand::One(actor), id).and_then(|()| self.roles_of(&ask.roles));
        let after = self.audited(actor, "person.roles", id.as_bytes(), result).await?;
        if !self.takes_two(actor) || !roles_take_two(before, after) {
            return self.change_roles(actor, who, ask).await.map(Decided::Done);
        }
        let _changing = self.people.changing.lock().await;
        let wish = Wish::Roles { person: *id.as_bytes(), before, after };
        self.request(actor, wish).await.map(Decided::Waits)
    }

    /// Removes a person ([`Service::remove_person`]), or asks another key administrator to, if the person is one: who
    /// could remove the other alone would soon be alone.
    ///
    /// # Errors
    /// As [`Service::remove_person`]; [`ServiceError::Field`] for `request`: too many wait.
    pub async fn ask_remove(&self, actor: &Actor, who: &str) -> Result<Decided<PersonView>, ServiceError> {
        self.may(actor, UseCase::PersonRemove).await?;
        let (id, known) = self.people.resolve(who)?;
        let roles = known.row.roles;
        self.audited(actor, "person.remove", id.as_bytes(), not_oneself(Hand::One(actor), id)).await?;
        if !self.takes_two(actor) || !roles.has(Role::KeyAdministrator) {
            return self.remove_person(actor, who).await.map(Decided::Done);
        }
        let _changing = self.people.changing.lock().await;
        let wish = Wish::Remove { person: *id.as_bytes(), roles };
        self.request(actor, wish).await.map(Decided::Waits)
    }

    /// Takes an own signing key back ([`Service::key_revoke`]), or asks another key administrator to.
    ///
    /// # Errors
    /// As [`Service::key_revoke`]; [`ServiceError::Field`] for `request`: too many wait.
    pub async fn ask_key_revoke(
        &self,
        actor: &Actor,
        key: &str,
        reason: &str,
    ) -> Result<Decided<KeyChange>, ServiceError> {
        self.may(actor, UseCase::KeyRevoke).await?;
        if !self.takes_two(actor) {
            let request = RevokeOwnKey { reason: reason.to_owned(), dry_run: false };
            return self.key_revoke(actor, key, request).await.map(Decided::Done);
        }
        let judged = self.revocable(key, reason);
        let (key, reason) = self.audited(actor, UseCase::KeyRevoke.code(), &[], judged).await?;
        let _changing = self.people.changing.lock().await;
        self.request(actor, Wish::Revoke { key: key.0, reason }).await.map(Decided::Waits)
    }

    /// Whether what this actor decides waits for a second person. The operator of the socket holds the node's memory
    /// and files in any case: no rule of the program binds them.
    pub(in crate::service) fn takes_two(&self, actor: &Actor) -> bool {
        matches!(actor, Actor::Person { .. }) && self.two_persons() == TwoPersons::On
    }

    /// Refuses a decision that takes two, and writes that down.
    ///
    /// # Errors
    /// [`ServiceError::NeedsSecondPerson`].
    pub(in crate::service) async fn not_for_one(
        &self,
        actor: &Actor,
        action: &'static str,
        object: &[u8],
    ) -> Result<(), ServiceError> {
        let why = "another key administrator must confirm it".into();
        let refused = if self.takes_two(actor) { Err(ServiceError::NeedsSecondPerson { why }) } else { Ok(()) };
        self.audited(actor, action, object, refused).await
    }

    /// Writes down what a person asks. The caller has judged it.
    pub(in crate::service) async fn request(&self, actor: &Actor, wish: Wish) -> Result<RequestView, ServiceError> {
        let Actor::Person { id: person, name, .. } = actor else {
            return Err(ServiceError::Internal("only who signed in asks for a second person"));
        };
        if self.requests_waiting() >= MOST {
            let why = format!("no more than {MOST} requests may wait");
            return Err(ServiceError::Field { field: "request", why });
        }
        let now = self.world.now();
        let row = RequestRow::new(*person, name.clone(), (now, now.plus(GOOD_FOR)), wish);
        let id = row.id().ok_or(ServiceError::Internal("a request can't be written down"))?;
        let mut tx = self.vault.begin();
        if row.alone_of_person() {
            tx.create_key(&row.owner());
        }
        tx.put(&row.owner(), id.as_bytes(), &row);
        tx.audit(actor.event("request.ask").object(id.as_bytes()).purpose(row.kind()));
        tx.commit().await?;
        let view = self.request_view(actor, id, &row);
        write(&self.people.requests).insert(id, row);
        self.news.ring();
        Ok(view)
    }
}

/// Whether somebody gets a right, or the keys lose somebody.
pub(in crate::service::people) fn roles_take_two(before: Roles, after: Roles) -> bool {
    let keys = |roles: Roles| roles.has(Role::KeyAdministrator);
    after.iter().any(|role| !before.has(role)) || (keys(before) && !keys(after))
}
