//! Confirming a request, taking it back, and its end by time.

use super::{
    Hand, Wish,
    rows::{RequestId, RequestRow},
};
use crate::{
    service::{
        Actor, PersonName, Service, ServiceError,
        access::UseCase,
        people::{Known, PersonId, invite::Invitee},
        read, write,
    },
    vault::Stamp,
    view::{ConfirmRequest, Confirmed, RequestView},
};

/// Who may not confirm what nobody else asked.
const OTHER_NAME: &str = "say with `--by` who confirms it: not the one who asked";

impl Service {
    /// Confirms what another key administrator asked, and does it: exactly that, and only if what it rests on is as it
    /// was. Of an invitation the one who confirms gets the token, so that the one who asked can't use it.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`], [`ServiceError::Ambiguous`]: nothing waits under this id (any more);
    /// [`ServiceError::OwnRequest`], [`ServiceError::NeedsSecondPerson`]: whoever confirms is who asked;
    /// [`ServiceError::RequestChanged`]; for an agency, whose digits must be heard once more, as
    /// [`Service::peer_verify`]; [`ServiceError::Store`].
    pub async fn confirm(&self, actor: &Actor, request: &str, ask: ConfirmRequest) -> Result<Confirmed, ServiceError> {
        self.may(actor, UseCase::RequestConfirm).await?;
        let _changing = self.people.changing.lock().await;
        let (id, _) = self.people.request(request, self.world.now())?;
        let result = self.confirmable(actor, id).await;
        let (row, stamp) = self.audited(actor, "request.confirm", id.as_bytes(), result).await?;
        let hand = Hand::Two { id, row: &row, stamp: &stamp, confirms: actor };
        let done = self.do_asked(hand, &row, ask).await;
        let done = self.audited(actor, "request.confirm", id.as_bytes(), done).await?;
        write(&self.people.requests).remove(&id);
        self.news.ring();
        Ok(done)
    }

    /// The request as it lies on disk, if this actor may confirm it.
    async fn confirmable(&self, actor: &Actor, id: RequestId) -> Result<(RequestRow, Stamp), ServiceError> {
        let gone = ServiceError::NotFound { what: "request" };
        let owner = read(&self.people.requests).get(&id).map(RequestRow::owner);
        let Some(owner) = owner else { return Err(gone) };
        let found = self.vault.read::<RequestRow>(&owner, id.as_bytes()).await?;
        let Some((row, stamp)) = found.filter(|(row, _)| row.id() == Some(id)) else { return Err(gone) };
        another_than(&row, actor)?;
        let asker = self.people.get(row.asked_by());
        if asker.is_none_or(|person| !person.is_enrolled() || !person.row.roles.has(row.role())) {
            return Err(ServiceError::RequestChanged);
        }
        Ok((row, stamp))
    }

    /// The caller holds `changing`.
    async fn do_asked(&self, hand: Hand<'_>, row: &RequestRow, ask: ConfirmRequest) -> Result<Confirmed, ServiceError> {
        match row.wish.clone() {
            Wish::Invite { person, again, name, sign_in, roles } => {
                let new = Invitee { name, sign_in, roles };
                let person = PersonId::new(person);
                if self.earlier(&new)? != again.then_some(person) {
                    return Err(ServiceError::RequestChanged);
                }
                self.invite_now(hand, (person, false), new).await.map(Confirmed::Invited)
            }
            Wish::Roles { person, before, after } => {
                let known = self.people.get(PersonId::new(person)).filter(|known| known.row.roles == before);
                let known = known.ok_or(ServiceError::RequestChanged)?;
                self.roles_now(hand, (PersonId::new(person), known), after).await.map(Confirmed::Roles)
            }
            Wish::Remove { person, roles } => {
                let known = self.people.get(PersonId::new(person)).filter(|known| known.row.roles == roles);
                let known = known.ok_or(ServiceError::RequestChanged)?;
                self.remove_now(hand, (PersonId::new(person), known)).await.map(Confirmed::Removed)
            }
            Wish::Recover { person, roles } => {
                let person = PersonId::new(person);
                let same = |known: &Known| known.row.roles == roles && known.is_enrolled();
                self.people.get(person).filter(same).ok_or(ServiceError::RequestChanged)?;
                not_the_subject(hand, person)?;
                self.recover_now(hand, person).await.map(Confirmed::Invited)
            }
            Wish::Verify { head, trust, how, .. } => {
                let peer = row.peer().ok_or(ServiceError::RequestChanged)?;
                let missing = "the digits that you heard yourself";
                let heard = ask.fingerprint.filter(|text| !text.trim().is_empty());
                let heard = heard.ok_or(ServiceError::Field { field: "fingerprint", why: missing.into() })?;
                self.verify_now(hand, peer, (&heard, &how), Some((head, trust))).await.map(Confirmed::Verified)
            }
            Wish::Revoke { key, reason } => {
                self.revoke_now(hand, keys::KeyId(key), &reason).await.map(Confirmed::Revoked)
            }
            Wish::Export { since, until } => {
                let id = row.id().ok_or(ServiceError::RequestChanged)?;
                let whose = (row.asked_by(), row.name.clone());
                self.allow_export(hand, id, whose, (since, until)).await.map(Confirmed::Export)
            }
        }
    }

    /// Takes a request back, or refuses it: nothing of it is done.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`], [`ServiceError::Ambiguous`]; [`ServiceError::Store`].
    pub async fn drop_request(&self, actor: &Actor, request: &str) -> Result<RequestView, ServiceError> {
        self.may(actor, UseCase::RequestDrop).await?;
        let _changing = self.people.changing.lock().await;
        let (id, row) = self.people.request(request, self.world.now())?;
        let view = self.request_view(actor, id, &row);
        self.end_request(actor, id, &row).await?;
        Ok(view)
    }

    /// Ends what nobody confirmed in time.
    ///
    /// # Errors
    /// [`ServiceError::Store`]: it is tried again.
    pub(in crate::service) async fn end_requests(&self) -> Result<(), ServiceError> {
        let _changing = self.people.changing.lock().await;
        let now = self.world.now();
        let over: Vec<(RequestId, RequestRow)> = read(&self.people.requests)
            .iter()
            .filter(|(_, row)| row.ends <= now)
            .map(|(id, row)| (*id, row.clone()))
            .collect();
        for (id, row) in over {
            self.end_request(&Actor::Node, id, &row).await?;
        }
        self.end_exports(now).await
    }

    /// What the node knew of somebody who was never let in goes with the request.
    async fn end_request(&self, actor: &Actor, id: RequestId, row: &RequestRow) -> Result<(), ServiceError> {
        let action = if matches!(actor, Actor::Node) { "request.end" } else { "request.drop" };
        let mut tx = self.vault.begin();
        if row.alone_of_person() {
            tx.mark_for_erasure(&row.owner());
        } else {
            tx.delete::<RequestRow>(&row.owner(), id.as_bytes());
        }
        tx.audit(actor.event(action).object(id.as_bytes()).purpose(row.kind()));
        tx.commit().await?;
        write(&self.people.requests).remove(&id);
        self.news.ring();
        if row.alone_of_person() && self.erase(&[row.owner()]).await.is_err() {
            // It is marked, and goes on by itself.
            self.erasure_wake.notify_one();
        }
        Ok(())
    }
}

/// Whoever confirms gets the token, and is not whom it lets in: else one who asks and a stolen session were two.
fn not_the_subject(hand: Hand<'_>, person: PersonId) -> Result<(), ServiceError> {
    match hand {
        Hand::Two { confirms: Actor::Person { id, .. }, .. } if *id == person => Err(ServiceError::OwnRequest),
        Hand::Two { .. } | Hand::One(_) => Ok(()),
    }
}

/// Whoever confirms is not who asked.
fn another_than(row: &RequestRow, actor: &Actor) -> Result<(), ServiceError> {
    let other = |by: &Option<PersonName>| by.as_ref().is_some_and(|by| !by.same_person(&row.name));
    match actor {
        Actor::Person { id, .. } if *id == row.asked_by() => Err(ServiceError::OwnRequest),
        Actor::Person { .. } => Ok(()),
        Actor::Program { .. } => Err(ServiceError::NotAllowed { ask: "another key administrator" }),
        Actor::Operator { by, .. } if other(by) => Ok(()),
        Actor::Operator { .. } | Actor::Node => Err(ServiceError::NeedsSecondPerson { why: OTHER_NAME.into() }),
    }
}
