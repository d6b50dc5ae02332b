//! Signing in with a passkey. Nobody says who they are: the device's answer does, and until it is checked nobody
//! believes it.

use std::{net::IpAddr, sync::Arc};

use webauthn_rs::prelude::{AuthenticationResult, DiscoverableAuthentication, PublicKeyCredential, WebauthnError};

use super::{Asked, PasskeyId, PasskeyRow, ceremonies::Waiting, options::to_get};
use crate::{
    audit::Event,
    service::{
        Service, ServiceError,
        people::{NewSession, PersonId, secrets::CeremonyToken},
        write,
    },
    vault::Row,
};

/// What a device answered. Has no `Debug`.
pub struct PasskeySignIn {
    /// From the cookie of the browser that asked.
    pub ceremony: Option<CeremonyToken>,
    /// The device's answer, as JSON.
    pub answer: String,
    /// Where from.
    pub from: IpAddr,
    /// On a computer that others use too: the session ends sooner.
    pub shared_computer: bool,
}

/// What the audit log says of a passkey that counts backwards; the person reads what everybody reads.
const COUNTS_BACK: &str = "passkey/counts-back";

impl Service {
    /// Asks the device for whatever passkey it has for this node. The same for everybody; nothing is written down, so
    /// that who only asks fills nothing.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`]: there is no address for passkeys.
    pub async fn ask_sign_in(&self, from: IpAddr) -> Result<Asked, ServiceError> {
        let checks = self.people.passkeys.checks()?;
        let asked = checks.start_discoverable_authentication();
        let (asked, state) = asked.map_err(|_| ServiceError::Internal("no device can be asked"))?;
        let options = to_get(&asked)?;
        let (now, mut entropy) = (self.world.now(), self.world.entropy());
        let token = self.people.passkeys.ceremonies().begin(Waiting::SignIn(state), from, now, &mut entropy);
        Ok(Asked { token, options })
    }

    /// Signs a person in with a passkey. Slowed down and answered as [`Service::sign_in`]. Who a person is here is
    /// random too (16 bytes), so nobody finds out who has an account by how long an answer takes.
    ///
    /// # Errors
    /// [`ServiceError::SignInFailed`] whatever was wrong; [`ServiceError::TooSoon`]: nothing was tried;
    /// [`ServiceError::Store`], [`ServiceError::DiskFull`].
    pub async fn sign_in_with_passkey(&self, ask: PasskeySignIn) -> Result<NewSession, ServiceError> {
        let PasskeySignIn { ceremony, answer, from, shared_computer } = ask;
        let now = self.world.now();
        let answer = serde_json::from_str::<PublicKeyCredential>(&answer).ok();
        let id = answer.as_ref().and_then(person_of);
        // A space stands in no sign-in name: tries with a passkey and with its owner's name do not meet.
        let account = id.map_or_else(|| "a passkey".to_owned(), |id| format!("passkey {id}"));
        let tried =
            self.people.guesses().begin(&account, from, now).map_err(|seconds| ServiceError::TooSoon { seconds })?;
        let waiting = ceremony.and_then(|token| self.people.passkeys.ceremonies().take(&token, now));
        let entered = match (waiting, answer, id) {
            (Some(Waiting::SignIn(state)), Some(answer), Some(id)) => self.recognise(state, answer, id).await?,
            _ => false,
        };
        let Some(id) = id.filter(|_| entered) else {
            let event = Event::new("sign-in", "person.sign-in").object(account.as_bytes()).purpose("passkey");
            self.vault.record(event.refused(ServiceError::SignInFailed.code())).await?;
            return Err(ServiceError::SignInFailed);
        };
        self.people.guesses().succeeded(tried);
        Ok(self.open_session(id, from, shared_computer))
    }

    /// Whether it is a passkey of this person that answered.
    async fn recognise(
        &self,
        state: DiscoverableAuthentication,
        answer: PublicKeyCredential,
        id: PersonId,
    ) -> Result<bool, ServiceError> {
        let checks = self.people.passkeys.checks()?;
        let rows = self.passkeys_of(id).await?;
        let own = rows.into_iter().find_map(|row| {
            let passkey = row.value.passkey()?;
            (passkey.cred_id().as_slice() == answer.get_credential_id()).then_some((row, passkey))
        });
        let Some((row, passkey)) = own else { return Ok(false) };
        let checks = Arc::clone(&checks);
        let check = move || checks.finish_discoverable_authentication_v2(&answer, state, &passkey);
        match self.hands.run(check).await? {
            Ok(result) => self.enter_with_passkey(id, &row, &result).await,
            Err(WebauthnError::CredentialPossibleCompromise) => self.doubt(id, &row).await.map(|()| false),
            Err(_) => Ok(false),
        }
    }

    /// Once more from the row on: the person or the passkey may be gone, or somebody with the same was quicker.
    async fn enter_with_passkey(
        &self,
        id: PersonId,
        checked: &Row<PasskeyRow>,
        result: &AuthenticationResult,
    ) -> Result<bool, ServiceError> {
        let _changing = self.people.changing.lock().await;
        let Some(person) = self.people.get(id).filter(super::super::Known::is_enrolled) else { return Ok(false) };
        let Some((row, stamp)) = self.vault.read::<PasskeyRow>(&id.owner(), &checked.key).await? else {
            return Ok(false);
        };
        let Some(mut passkey) = row.passkey().filter(|_| row.same_key(&checked.value)) else { return Ok(false) };
        passkey.update_credential(result);
        let now = self.world.now();
        let row = row.with(&passkey).ok_or(ServiceError::Internal("a passkey can't be written"))?;
        let row = PasskeyRow { used: Some(now), ..row };
        let mut tx = self.vault.begin();
        tx.expect(&stamp);
        tx.put(&id.owner(), &checked.key, &row);
        tx.audit(person.row.event(id, "person.sign-in").purpose("passkey"));
        tx.commit().await?;
        if let Some(known) = write(&self.people.known).get_mut(&id) {
            known.signed_in = Some(now);
        }
        Ok(true)
    }

    /// The signature is right and the count is not: one of two who have this passkey is not its owner. Nobody comes in
    /// with it until it counts on; its owner sees the doubt among their settings, the auditor in the log.
    async fn doubt(&self, id: PersonId, checked: &Row<PasskeyRow>) -> Result<(), ServiceError> {
        let _changing = self.people.changing.lock().await;
        let Some(person) = self.people.get(id) else { return Ok(()) };
        let Some((row, stamp)) = self.vault.read::<PasskeyRow>(&id.owner(), &checked.key).await? else {
            return Ok(());
        };
        let mut tx = self.vault.begin();
        tx.expect(&stamp);
        tx.put(&id.owner(), &checked.key, &PasskeyRow { doubted: Some(self.world.now()), ..row });
        tx.commit().await?;
        let object = PasskeyId::of_key(&checked.key).map(|key| *key.as_bytes()).unwrap_or_default();
        let event = person.row.event(id, "person.passkey").object(object).refused(COUNTS_BACK);
        Ok(self.vault.record(event).await?)
    }
}

/// The person that a device says its passkey is of.
fn person_of(answer: &PublicKeyCredential) -> Option<PersonId> {
    answer.get_user_unique_id().and_then(|bytes| <[u8; 16]>::try_from(bytes).ok()).map(PersonId::new)
}
