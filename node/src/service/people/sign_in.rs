//! Signing in: passphrase and code, checked with the same work and answered with the same words, whatever was wrong.

use std::net::IpAddr;

use zeroize::{Zeroize as _, Zeroizing};

use super::{
    Passphrase, PersonId, SignInName, code::CodeSecret, rows::CredentialRow, sessions::NewSession, verifier::Verifier,
};
use crate::{
    audit::Event,
    service::{Service, ServiceError, write},
};

/// What is typed to sign in. Has no `Debug`.
pub struct SignIn {
    /// The sign-in name.
    pub name: String,
    /// The passphrase.
    pub passphrase: Passphrase,
    /// Six digits, from the telephone; spaces do not matter.
    pub code: Zeroizing<String>,
    /// Where from.
    pub from: IpAddr,
    /// On a computer that others use too: the session ends sooner.
    pub shared_computer: bool,
}

/// When somebody who met a full house may try again, in seconds.
pub(super) const CROWDED: u64 = 5;
/// Bytes of a name that are looked at: no sign-in name is longer.
const NAME: usize = 64;

impl Service {
    /// Signs a person in. Takes about a tenth of a second, for a name that nobody has too.
    ///
    /// # Errors
    /// [`ServiceError::SignInFailed`] whatever was wrong; [`ServiceError::TooSoon`]: nothing was tried, and it says the
    /// same for names that nobody has; [`ServiceError::Store`], [`ServiceError::DiskFull`].
    pub async fn sign_in(&self, ask: SignIn) -> Result<NewSession, ServiceError> {
        let SignIn { mut name, passphrase, code, from, shared_computer } = ask;
        let _turn = self.people.checking.try_acquire().map_err(|_| ServiceError::TooSoon { seconds: CROWDED })?;
        let mut typed = Zeroizing::new(name.trim().to_lowercase().chars().take(NAME).collect::<String>());
        name.zeroize();
        // Spaces before what was cut off would make many names of one, each with tries of its own.
        let end = typed.trim_end().len();
        typed.truncate(end);
        let now = self.world.now();
        let tried =
            self.people.guesses().begin(&typed, from, now).map_err(|seconds| ServiceError::TooSoon { seconds })?;
        let known = typed.parse::<SignInName>().ok().and_then(|name| self.people.called(&name)).map(|(id, _)| id);
        let passed = self.passed(known, passphrase, &code).await?;
        let entered = match passed {
            Some((id, step, verifier)) => self.enter(id, step, &verifier).await?,
            None => None,
        };
        let Some(id) = entered else {
            let event = Event::new("sign-in", "person.sign-in").object(typed.as_bytes());
            self.vault.record(event.refused(ServiceError::SignInFailed.code())).await?;
            return Err(ServiceError::SignInFailed);
        };
        self.people.guesses().succeeded(tried);
        Ok(self.open_session(id, from, shared_computer))
    }

    /// Checks both factors, of somebody or nobody, with the same work.
    async fn passed(
        &self,
        known: Option<PersonId>,
        passphrase: Passphrase,
        code: &str,
    ) -> Result<Option<(PersonId, u64, Verifier)>, ServiceError> {
        // Nobody has this id; the store looks for it all the same.
        let id = known.unwrap_or(PersonId::new([0; 16]));
        let credential = self.credential(id).await?.map(|(credential, _)| credential);
        let (codes, last_step, verifier) = match credential {
            Some(CredentialRow { codes, last_step, verifier, .. }) => (codes, last_step, Some(verifier)),
            None => (CodeSecret::random(&mut self.world.entropy()), 0, None),
        };
        let real = verifier.is_some();
        let _one = self.people.stretching().await?;
        let verifier = verifier.unwrap_or_else(|| Verifier::nobodys(&mut self.world.entropy()));
        let (matches, verifier) =
            self.hands.run(move || (!passphrase.too_long() && verifier.matches(&passphrase), verifier)).await?;
        let step = codes.step_of(code, self.world.now()).filter(|step| *step > last_step);
        Ok(step.filter(|_| real && matches).map(|step| (id, step, verifier)))
    }

    /// Uses the code up, if nobody was quicker, and if the person is still who was checked.
    async fn enter(&self, id: PersonId, step: u64, checked: &Verifier) -> Result<Option<PersonId>, ServiceError> {
        let _changing = self.people.changing.lock().await;
        let Some(person) = self.people.get(id) else { return Ok(None) };
        let Some((mut credential, stamp)) = self.credential(id).await? else { return Ok(None) };
        if !credential.verifier.same(checked) || step <= credential.last_step {
            return Ok(None);
        }
        credential.last_step = step;
        credential.signed_in = self.world.now();
        let mut tx = self.vault.begin();
        tx.expect(&stamp);
        tx.put(&id.owner(), b"", &credential);
        tx.audit(person.row.event(id, "person.sign-in"));
        tx.commit().await?;
        if let Some(known) = write(&self.people.known).get_mut(&id) {
            known.signed_in = Some(credential.signed_in);
        }
        Ok(Some(id))
    }

    pub(super) fn open_session(&self, id: PersonId, from: IpAddr, shared_computer: bool) -> NewSession {
        let (now, mut entropy) = (self.world.now(), self.world.entropy());
        self.people.sessions().open((id, from, shared_computer), now, &mut entropy)
    }
}
