//! One's own tokens: what programs ask in one's name, and the end of it.

use crate::{
    service::{Actor, Service, ServiceError, access::UseCase, people::PersonId},
    view::{TokenList, TokenView},
};

impl Service {
    /// The tokens that ask in the name of whoever is signed in, by name.
    ///
    /// # Errors
    /// [`ServiceError::NotAllowed`]; [`ServiceError::NotFound`]: whoever asks is no person; [`ServiceError::Store`].
    pub async fn own_tokens(&self, actor: &Actor) -> Result<TokenList, ServiceError> {
        self.may(actor, UseCase::OwnTokens).await?;
        let owner = person(actor)?;
        self.audit_read(actor, UseCase::OwnTokens.code(), owner.as_bytes()).await?;
        Ok(self.listed(&self.tokens_of(owner)))
    }

    /// Revokes one of one's own: from the next request on it opens nothing.
    ///
    /// # Errors
    /// As [`Service::token_revoke`]; [`ServiceError::NotFound`] also for another's.
    pub async fn own_token_revoke(&self, actor: &Actor, id: &str) -> Result<TokenView, ServiceError> {
        self.may(actor, UseCase::OwnTokens).await?;
        let owner = person(actor)?;
        let _changing = self.tokens.changing.lock().await;
        let held = self.tokens.resolve(id, |held| held.owner == owner)?;
        self.revoke(actor, &held).await
    }
}

fn person(actor: &Actor) -> Result<PersonId, ServiceError> {
    actor.person().ok_or(ServiceError::NotFound { what: "token" })
}
