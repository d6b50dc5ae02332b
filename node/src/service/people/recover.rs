//! A person who lost telephone, passphrase or passkey is let in anew, as who they were: their roles, their cases and their name
//! stay, what they were known by does not.

use super::{
    Known, PersonId,
    change::not_oneself,
    invite::GOOD_FOR,
    rows::{CredentialRow, PersonRow, Standing},
    second::{Decided, Hand, Wish},
    secrets::InviteToken,
};
use crate::{
    service::{Actor, Service, ServiceError, access::UseCase, write},
    view::Invitation,
};

impl Service {
    /// Signs a person out everywhere, revokes their tokens, forgets what they were known by, passkeys too, and makes a
    /// one-time token with which they enrol again. Until then nobody signs in as them.
    ///
    /// # Errors
    /// [`ServiceError::NotAllowed`], also for oneself; [`ServiceError::NotFound`], [`ServiceError::Ambiguous`];
    /// [`ServiceError::NotEnrolled`]: they are invited, and can be invited anew; [`ServiceError::NeedsSecondPerson`]: it
    /// takes two here ([`Service::ask_recover`]).
    pub async fn recover_person(&self, actor: &Actor, who: &str) -> Result<Invitation, ServiceError> {
        self.may(actor, UseCase::PersonRecover).await?;
        let _changing = self.people.changing.lock().await;
        let id = self.recoverable(actor, who).await?;
        self.not_for_one(actor, "person.recover", id.as_bytes()).await?;
        self.recover_now(Hand::One(actor), id).await
    }

    /// Lets a person in anew ([`Service::recover_person`]), or asks another key administrator to: whoever could alone
    /// would soon be anybody.
    ///
    /// # Errors
    /// As [`Service::recover_person`]; [`ServiceError::Field`] for `request`: too many wait.
    pub async fn ask_recover(&self, actor: &Actor, who: &str) -> Result<Decided<Invitation>, ServiceError> {
        self.may(actor, UseCase::PersonRecover).await?;
        if !self.takes_two(actor) {
            return self.recover_person(actor, who).await.map(Decided::Done);
        }
        let _changing = self.people.changing.lock().await;
        let id = self.recoverable(actor, who).await?;
        let roles =
            self.people.get(id).map(|known| known.row.roles).ok_or(ServiceError::NotFound { what: "person" })?;
        let wish = Wish::Recover { person: *id.as_bytes(), roles };
        self.request(actor, wish).await.map(Decided::Waits)
    }

    async fn recoverable(&self, actor: &Actor, who: &str) -> Result<PersonId, ServiceError> {
        let (id, known) = self.people.resolve(who)?;
        let enrolled = if known.is_enrolled() { Ok(()) } else { Err(ServiceError::NotEnrolled) };
        let result = not_oneself(Hand::One(actor), id).and(enrolled);
        self.audited(actor, "person.recover", id.as_bytes(), result).await?;
        Ok(id)
    }

    /// The caller holds `changing`, and has judged it.
    pub(super) async fn recover_now(&self, hand: Hand<'_>, id: PersonId) -> Result<Invitation, ServiceError> {
        not_oneself(hand, id)?;
        let (row, stamp) = self.person_row(id).await?.ok_or(ServiceError::NotFound { what: "person" })?;
        if !matches!(row.standing, Standing::Enrolled(_)) {
            return Err(ServiceError::NotEnrolled);
        }
        let token = InviteToken::random(&mut self.world.entropy());
        let ends = self.world.now().plus(GOOD_FOR);
        let standing = Standing::Invited { hash: token.hash(), ends, known_before: true };
        let row = PersonRow { standing, ..row };
        let _tokens = self.tokens.turn().await;
        let mut tx = self.vault.begin();
        tx.expect(&stamp);
        tx.put(&id.owner(), b"", &row);
        tx.delete::<CredentialRow>(&id.owner(), b"");
        self.delete_passkeys_of(&mut tx, id).await?;
        // What was lost may hold a token too.
        self.delete_tokens_of(&mut tx, id);
        hand.settle(&mut tx);
        tx.audit(hand.event("person.recover").object(id.as_bytes()));
        tx.commit().await?;
        write(&self.people.known).insert(id, Known { row: row.clone(), signed_in: None });
        self.people.sessions().end(id, |_| true);
        self.people.passkeys.forget(id);
        self.tokens.forget(id);
        Ok(row.invitation(id, &token, ends))
    }
}
