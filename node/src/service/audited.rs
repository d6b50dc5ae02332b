//! Every act leaves a mark: what was done, what was refused, what was looked at.

use super::{Actor, Service, ServiceError, Through};
use crate::{
    audit::Event,
    vault::{CommitError, VaultError},
};

impl Actor {
    /// The audit event of an act of this actor.
    #[must_use]
    pub fn event(&self, action: &'static str) -> Event {
        match self {
            Self::Operator { uid, by, approved_by } => Event::new(format!("uid {uid}"), action)
                .by(by.as_ref().map(|name| name.as_str().to_owned()))
                .approved_by(approved_by.as_ref().map(|name| name.as_str().to_owned())),
            Self::Person { id, name, through: Through::Session(_), .. } => {
                Event::new(format!("person {}", id.short()), action).by(Some(name.as_str()))
            }
            Self::Person { id, name, through: Through::Token(token), .. } => {
                let by = format!("{} by token {token}", name.as_str());
                Event::new(format!("person {}", id.short()), action).by(Some(by))
            }
            Self::Program { id, name, token, .. } => {
                let by = format!("{} by token {token}", name.as_str());
                Event::new(format!("program {}", id.short()), action).by(Some(by))
            }
            Self::Node => Event::new("node", action),
        }
    }
}

impl Service {
    /// Writes down that something is about to be shown. Only then may it be shown.
    ///
    /// # Errors
    /// [`ServiceError::Store`] or [`ServiceError::DiskFull`]: it must not be shown.
    pub(super) async fn audit_read(
        &self,
        actor: &Actor,
        action: &'static str,
        object: &[u8],
    ) -> Result<(), ServiceError> {
        Ok(self.vault.record(actor.event(action).object(object)).await?)
    }

    /// Passes the result on; a refusal is written down first.
    pub(super) async fn audited<T>(
        &self,
        actor: &Actor,
        action: &'static str,
        object: &[u8],
        result: Result<T, ServiceError>,
    ) -> Result<T, ServiceError> {
        if let Err(error) = &result {
            let event = actor.event(action).object(object).refused(error.code());
            if let Err(failed) = self.vault.record(event).await {
                tracing::warn!(code = ServiceError::from(failed).code(), action, "a refused act could not be audited");
            }
        }
        result
    }
}

impl From<CommitError> for ServiceError {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Conflict => Self::Busy,
            CommitError::DiskFull => Self::DiskFull,
            CommitError::Store(error) => Self::Store(error),
        }
    }
}

impl From<VaultError> for ServiceError {
    fn from(error: VaultError) -> Self {
        Self::Store(error)
    }
}
