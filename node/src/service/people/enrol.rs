//! Enrolment: the invited person chooses a passphrase and shows that the telephone gives the right codes. With a
//! passkey instead: [`passkey`](super::passkey).

use std::net::IpAddr;

use keys::random_bytes;
use zeroize::Zeroizing;

use super::{
    CodeSecret, Passphrase, PersonId,
    passkey::{PasskeyId, PasskeyRow},
    rows::{CredentialRow, PersonRow, Standing},
    secrets::InviteToken,
    sessions::NewSession,
    sign_in::CROWDED,
    verifier::Verifier,
};
use crate::{
    service::{Service, ServiceError, write},
    vault::Transaction,
};

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

/// By what an enrolled person is known from now on.
pub(super) enum Means {
    /// A passphrase and a telephone's codes.
    Words(CredentialRow),
    /// A passkey.
    Passkey(PasskeyId, PasskeyRow),
}

impl Means {
    fn put(&self, tx: &mut Transaction, id: PersonId) {
        match self {
            Self::Words(row) => tx.put(&id.owner(), b"", row),
            Self::Passkey(key, row) => tx.put(&id.owner(), key.as_bytes(), row),
        }
    }

    /// For the audit log.
    const fn code(&self) -> &'static str {
        match self {
            Self::Words(_) => "passphrase",
            Self::Passkey(..) => "passkey",
        }
    }
}

impl Service {
    /// Enrols the person to whom the invitation is, uses it up, and signs them in.
    ///
    /// # Errors
    /// [`ServiceError::InvitationOver`]: unknown, used or too old; [`ServiceError::Field`] for `passphrase` or `code`:
    /// then the invitation is still good; [`ServiceError::TooSoon`].
    pub async fn enrol(&self, token: &InviteToken, ask: Enrol) -> Result<NewSession, ServiceError> {
        let Enrol { codes, passphrase, code, from, shared_computer } = ask;
        let (id, _, _) = self.people.invited(token, self.world.now()).ok_or(ServiceError::InvitationOver)?;
        let credential = self.new_credential(codes, passphrase, &code).await?;
        self.save_enrolled(id, token, Means::Words(credential)).await?;
        Ok(self.open_session(id, from, shared_computer))
    }

    /// What is kept of a new passphrase and telephone, if both are good.
    ///
    /// # Errors
    /// [`ServiceError::Field`] for `passphrase` or `code`; [`ServiceError::TooSoon`].
    pub(super) async fn new_credential(
        &self,
        codes: CodeSecret,
        passphrase: Passphrase,
        code: &str,
    ) -> Result<CredentialRow, ServiceError> {
        let _turn = self.people.checking.try_acquire().map_err(|_| ServiceError::TooSoon { seconds: CROWDED })?;
        let now = self.world.now();
        if let Some(why) = passphrase.fault() {
            return Err(ServiceError::Field { field: "passphrase", why: why.into() });
        }
        let last_step = codes.step_of(code, now).ok_or_else(wrong_code)?;
        let salt = random_bytes(&mut self.world.entropy());
        let _one = self.people.stretching().await?;
        let verifier = self.hands.run(move || Verifier::of(&passphrase, salt)).await?;
        let verifier = verifier.ok_or(ServiceError::Internal("no memory to stretch a passphrase"))?;
        Ok(CredentialRow { codes, last_step, verifier, signed_in: now })
    }

    /// Once more from the invitation on: two may have come with one token.
    pub(super) async fn save_enrolled(
        &self,
        id: PersonId,
        token: &InviteToken,
        means: Means,
    ) -> Result<(), ServiceError> {
        let _changing = self.people.changing.lock().await;
        let now = self.world.now();
        self.people.invited(token, now).filter(|(same, _, _)| *same == id).ok_or(ServiceError::InvitationOver)?;
        let (row, stamp) = self.person_row(id).await?.ok_or(ServiceError::InvitationOver)?;
        let row = PersonRow { standing: Standing::Enrolled(now), ..row };
        let mut tx = self.vault.begin();
        tx.expect(&stamp);
        tx.put(&id.owner(), b"", &row);
        means.put(&mut tx, id);
        tx.audit(row.event(id, "person.enrol").purpose(means.code()));
        tx.commit().await?;
        if let Some(known) = write(&self.people.known).get_mut(&id) {
            known.row = row;
            known.signed_in = Some(now);
        }
        Ok(())
    }
}

fn wrong_code() -> ServiceError {
    let why = "not the code that the telephone shows now: is its clock set by the network?";
    ServiceError::Field { field: "code", why: why.into() }
}
