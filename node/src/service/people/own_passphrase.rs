//! A passphrase and codes of one's own, set or changed while signed in: whoever enrolled with a passkey can have them
//! for days without that device, and whoever fears that a passphrase is known takes another.

use zeroize::Zeroizing;

use super::{CodeSecret, Passphrase};
use crate::service::{Actor, Service, ServiceError, access::UseCase};
use crate::view::CodesView;

/// What the person brings. Has no `Debug`.
pub struct NewPassphrase {
    /// What the page showed for the telephone; kept from now on.
    pub codes: CodeSecret,
    /// A new passphrase: 12 to 256 characters.
    pub passphrase: Passphrase,
    /// Six digits, from the telephone; spaces do not matter.
    pub code: Zeroizing<String>,
}

impl Service {
    /// What the telephone must know, to be kept by [`Service::set_passphrase`]: a new secret, or what the page showed
    /// before.
    ///
    /// # Errors
    /// [`ServiceError::NotFresh`]: they signed in too long ago; [`ServiceError::NotFound`]: no session.
    pub async fn new_codes(&self, actor: &Actor, before: Option<CodeSecret>) -> Result<CodesView, ServiceError> {
        self.may(actor, UseCase::OwnMeans).await?;
        let (id, _) = self.just_signed_in(actor, "person.passphrase").await?;
        let person = self.people.get(id).ok_or(ServiceError::SessionEnded)?;
        let codes = before.unwrap_or_else(|| CodeSecret::random(&mut self.world.entropy()));
        let sign_in = person.row.sign_in.as_str();
        let shown = codes.shown(self.me().name(), sign_in);
        let (secret, uri) = shown.ok_or(ServiceError::Internal("a telephone's secret has no address"))?;
        Ok(CodesView { sign_in: sign_in.to_owned(), secret: secret.to_string(), uri: uri.to_string() })
    }

    /// From now on this passphrase and telephone count, and none before. Ends the other sessions.
    ///
    /// # Errors
    /// As [`Service::new_codes`]; [`ServiceError::Field`] for `passphrase` or `code`; [`ServiceError::TooSoon`].
    pub async fn set_passphrase(&self, actor: &Actor, new: NewPassphrase) -> Result<(), ServiceError> {
        self.may(actor, UseCase::OwnMeans).await?;
        self.just_signed_in(actor, "person.passphrase").await?;
        let mut credential = self.new_credential(new.codes, new.passphrase, &new.code).await?;
        let _changing = self.people.changing.lock().await;
        // Whoever was removed or is let in anew meanwhile has no session any more.
        let (id, session) = self.just_signed_in(actor, "person.passphrase").await?;
        if let Some((before, _)) = self.credential(id).await? {
            credential.signed_in = before.signed_in;
        }
        let mut tx = self.vault.begin();
        tx.put(&id.owner(), b"", &credential);
        tx.audit(actor.event("person.passphrase").object(id.as_bytes()));
        tx.commit().await?;
        self.people.sessions().end(id, |other| other.id != session);
        Ok(())
    }
}
