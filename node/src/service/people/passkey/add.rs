//! A new passkey: of an invited person, who then is enrolled, or of one who is signed in.

use std::net::IpAddr;

use webauthn_rs::prelude::Passkey;

use super::{
    Asked, MOST, PasskeyId, PasskeyName, PasskeyRow,
    ceremonies::Waiting,
    options::{not_taken, registration},
};
use crate::{
    service::{
        Actor, Service, ServiceError,
        access::UseCase,
        people::{InviteToken, NewSession, PersonId, enrol::Means, secrets::CeremonyToken},
    },
    vault::Row,
};

/// What a device answered, and what the person calls it. Has no `Debug`.
pub struct NewPasskey {
    /// From the cookie of the browser that asked.
    pub ceremony: Option<CeremonyToken>,
    /// The device's answer, as JSON.
    pub answer: String,
    /// What the person calls it.
    pub name: String,
}

impl Service {
    /// Asks a device for a passkey, for the person to whom the invitation is.
    ///
    /// # Errors
    /// [`ServiceError::InvitationOver`]; [`ServiceError::NotFound`]: there is no address for passkeys.
    pub async fn ask_enrol_passkey(&self, token: &InviteToken, from: IpAddr) -> Result<Asked, ServiceError> {
        let checks = self.people.passkeys.checks()?;
        let now = self.world.now();
        let (id, row, _) = self.people.invited(token, now).ok_or(ServiceError::InvitationOver)?;
        let (options, state) = registration(&checks, (id, &row.name, &row.sign_in), Vec::new())?;
        let waiting = Waiting::Enrol(id, token.hash(), state);
        let token = self.people.passkeys.ceremonies().begin(waiting, from, now, &mut self.world.entropy());
        Ok(Asked { token, options })
    }

    /// Enrols the person to whom the invitation is with a passkey, uses the invitation up, and signs them in.
    ///
    /// # Errors
    /// [`ServiceError::InvitationOver`]; [`ServiceError::Field`] for `passkey` or `passkey_name`: then the invitation
    /// is still good.
    pub async fn enrol_with_passkey(
        &self,
        token: &InviteToken,
        new: NewPasskey,
        from: IpAddr,
        shared_computer: bool,
    ) -> Result<NewSession, ServiceError> {
        let now = self.world.now();
        let (id, _, _) = self.people.invited(token, now).ok_or(ServiceError::InvitationOver)?;
        let name = named(&new.name)?;
        let waiting = new.ceremony.and_then(|ceremony| self.people.passkeys.ceremonies().take(&ceremony, now));
        let Some(Waiting::Enrol(person, invitation, state)) = waiting else { return Err(not_taken()) };
        if person != id || invitation != token.hash() {
            return Err(not_taken());
        }
        let passkey = self.registered(state, &new.answer).await?;
        let row = PasskeyRow::new(name, now, &passkey).ok_or(UNWRITABLE)?;
        let row = PasskeyRow { used: Some(now), ..row };
        self.not_anybodys(&passkey).await?;
        let key = PasskeyId::random(&mut self.world.entropy());
        self.save_enrolled(id, token, Means::Passkey(key, row)).await?;
        Ok(self.open_session(id, from, shared_computer))
    }

    /// Asks a device for one more passkey of whoever is signed in.
    ///
    /// # Errors
    /// [`ServiceError::NotFresh`]: they signed in too long ago; [`ServiceError::NotFound`]: no address for passkeys, or
    /// whoever asks has no session.
    pub async fn ask_passkey(&self, actor: &Actor, from: IpAddr) -> Result<Asked, ServiceError> {
        self.may(actor, UseCase::OwnMeans).await?;
        let checks = self.people.passkeys.checks()?;
        let (id, session) = self.just_signed_in(actor, "person.passkey-add").await?;
        let person = self.people.get(id).ok_or(ServiceError::SessionEnded)?;
        let known = self.passkeys_of(id).await?.iter().filter_map(|row| row.value.passkey()).collect();
        let (options, state) = registration(&checks, (id, &person.row.name, &person.row.sign_in), known)?;
        let waiting = Waiting::Add(id, session, state);
        let (now, mut entropy) = (self.world.now(), self.world.entropy());
        let token = self.people.passkeys.ceremonies().begin(waiting, from, now, &mut entropy);
        Ok(Asked { token, options })
    }

    /// Adds a passkey of whoever is signed in.
    ///
    /// # Errors
    /// As [`Service::ask_passkey`]; [`ServiceError::Field`] for `passkey` or `passkey_name`: too many, not what was
    /// asked for, too late.
    pub async fn add_passkey(&self, actor: &Actor, new: NewPasskey) -> Result<(), ServiceError> {
        self.may(actor, UseCase::OwnMeans).await?;
        let (id, session) = self.just_signed_in(actor, "person.passkey-add").await?;
        let now = self.world.now();
        let name = named(&new.name)?;
        let waiting = new.ceremony.and_then(|ceremony| self.people.passkeys.ceremonies().take(&ceremony, now));
        let Some(Waiting::Add(person, same, state)) = waiting else { return Err(not_taken()) };
        if person != id || same != session {
            return Err(not_taken());
        }
        let passkey = self.registered(state, &new.answer).await?;
        let row = PasskeyRow::new(name, now, &passkey).ok_or(UNWRITABLE)?;
        self.not_anybodys(&passkey).await?;
        let _changing = self.people.changing.lock().await;
        // Whoever was removed or is let in anew meanwhile has no session any more.
        self.just_signed_in(actor, "person.passkey-add").await?;
        if self.passkeys_of(id).await?.len() >= MOST {
            let why = format!("no more than {MOST} passkeys of one person: remove one that is not used");
            return Err(ServiceError::Field { field: "passkey", why });
        }
        let key = PasskeyId::random(&mut self.world.entropy());
        let mut tx = self.vault.begin();
        tx.put(&id.owner(), key.as_bytes(), &row);
        tx.audit(actor.event("person.passkey-add").object(key.as_bytes()));
        Ok(tx.commit().await?)
    }

    /// A device that copies the id of another's passkey is up to something (`WebAuthn` level 3, 7.1, step 26).
    async fn not_anybodys(&self, passkey: &Passkey) -> Result<(), ServiceError> {
        let mut taken = false;
        let look = |row: Row<PasskeyRow>| {
            taken |= row.value.passkey().is_some_and(|other| other.cred_id() == passkey.cred_id());
        };
        self.vault.read_each(look).await?;
        if taken { Err(not_taken()) } else { Ok(()) }
    }

    /// Takes all passkeys of a person away.
    pub(in crate::service::people) async fn delete_passkeys_of(
        &self,
        tx: &mut crate::vault::Transaction,
        id: PersonId,
    ) -> Result<(), ServiceError> {
        for row in self.passkeys_of(id).await? {
            tx.delete::<PasskeyRow>(&id.owner(), &row.key);
        }
        Ok(())
    }
}

const UNWRITABLE: ServiceError = ServiceError::Internal("a passkey can't be written");

pub(super) fn named(text: &str) -> Result<PasskeyName, ServiceError> {
    text.parse()
        .map_err(|why: super::PasskeyNameError| ServiceError::Field { field: "passkey_name", why: why.to_string() })
}
