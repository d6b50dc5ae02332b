//! Enrolment: the invited person chooses a passphrase and shows that the telephone gives the right codes.

use std::net::IpAddr;

use keys::random_bytes;
use zeroize::Zeroizing;

use super::{
    CodeSecret, Passphrase, PersonId,
    rows::{CredentialRow, PersonRow, Standing},
    secrets::InviteToken,
    sessions::NewSession,
    sign_in::CROWDED,
    verifier::Verifier,
};
use crate::service::{Service, ServiceError, write};

/// What the invited person brings. Has no `Debug`.
pub struct Enrol {
    /// What the page showed for the telephone; kept from now on.
    pub codes: CodeSecret,
    /// A new passphrase: 12 to 256 characters.
    pub passphrase: Passphrase,
    /// Six digits, from the telephone; spaces do not matter.
    pub code: Zeroizing<String>,
    /// Where from.
    pub from: IpAddr,
    /// On a computer that others use too.
    pub shared_computer: bool,
}

impl Service {
    /// Enrols the person to whom the invitation is, uses it up, and signs them in.
    ///
    /// # Errors
    /// [`ServiceError::InvitationOver`]: unknown, used or too old; [`ServiceError::Field`] for `passphrase` or `code`:
    /// then the invitation is still good; [`ServiceError::TooSoon`].
    pub async fn enrol(&self, token: &InviteToken, ask: Enrol) -> Result<NewSession, ServiceError> {
        let Enrol { codes, passphrase, code, from, shared_computer } = ask;
        let turn = self.people.checking.try_acquire().map_err(|_| ServiceError::TooSoon { seconds: CROWDED })?;
        let now = self.world.now();
        let (id, _, _) = self.people.invited(token, now).ok_or(ServiceError::InvitationOver)?;
        if let Some(why) = passphrase.fault() {
            return Err(ServiceError::Field { field: "passphrase", why: why.into() });
        }
        let last_step = codes.step_of(&code, now).ok_or_else(wrong_code)?;
        let salt = random_bytes(&mut self.world.entropy());
        let one = self.people.stretching().await?;
        let verifier = self.hands.run(move || Verifier::of(&passphrase, salt)).await?;
        let verifier = verifier.ok_or(ServiceError::Internal("no memory to stretch a passphrase"))?;
        drop((one, turn));
        self.save_enrolled(id, token, CredentialRow { codes, last_step, verifier, signed_in: now }).await?;
        Ok(self.open_session(id, from, shared_computer))
    }

    /// Once more from the invitation on: two may have come with one token.
    async fn save_enrolled(
        &self,
        id: PersonId,
        token: &InviteToken,
        credential: CredentialRow,
    ) -> Result<(), ServiceError> {
        let _changing = self.people.changing.lock().await;
        let now = self.world.now();
        self.people.invited(token, now).filter(|(same, _, _)| *same == id).ok_or(ServiceError::InvitationOver)?;
        let (row, stamp) = self.person_row(id).await?.ok_or(ServiceError::InvitationOver)?;
        let row = PersonRow { standing: Standing::Enrolled(now), ..row };
        let mut tx = self.vault.begin();
        tx.expect(&stamp);
        tx.put(&id.owner(), b"", &row);
        tx.put(&id.owner(), b"", &credential);
        tx.audit(row.event(id, "person.enrol"));
        tx.commit().await?;
        if let Some(known) = write(&self.people.known).get_mut(&id) {
            known.row = row;
            known.signed_in = Some(credential.signed_in);
        }
        Ok(())
    }
}

fn wrong_code() -> ServiceError {
    let why = "not the code that the telephone shows now: is its clock set by the network?";
    ServiceError::Field { field: "code", why: why.into() }
}
