//! By what one signs in: seen and changed by oneself alone.

use super::{PasskeyId, PasskeyRow, add::named};
use crate::{
    service::{
        Actor, Service, ServiceError, Through,
        access::UseCase,
        people::{PersonId, SessionId},
    },
    vault::Row,
    view::{MeansView, PasskeyView},
};

/// Seconds after a sign-in in which a person can change by what they sign in: a session that was left open is not enough.
pub(super) const FRESH: u64 = 10 * 60;

impl Service {
    /// By what whoever asks signs in.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`]: whoever asks has no session.
    pub async fn means(&self, actor: &Actor) -> Result<MeansView, ServiceError> {
        self.may(actor, UseCase::OwnMeans).await?;
        let (id, session) = own(actor)?;
        let passkeys = self.passkeys_of(id).await?;
        Ok(MeansView {
            passphrase: self.credential(id).await?.is_some(),
            fresh: self.is_fresh(id, session),
            passkeys: passkeys.iter().map(view).collect(),
        })
    }

    /// Calls one of one's own passkeys otherwise.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`]: it is none of one's own; [`ServiceError::Field`] for `passkey_name`.
    pub async fn rename_passkey(&self, actor: &Actor, key: &str, name: &str) -> Result<(), ServiceError> {
        self.may(actor, UseCase::OwnMeans).await?;
        let (id, _) = own(actor)?;
        let _changing = self.people.changing.lock().await;
        let row = self.own_passkey(id, key).await?;
        let name = named(name)?;
        let mut tx = self.vault.begin();
        tx.expect(&row.stamp);
        tx.put(&id.owner(), &row.key, &PasskeyRow { name, ..row.value });
        tx.audit(actor.event("person.passkey-rename").object(&row.key));
        Ok(tx.commit().await?)
    }

    /// Removes one of one's own passkeys, and ends one's other sessions: the device may be lost.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`]: it is none of one's own; [`ServiceError::NotFresh`];
    /// [`ServiceError::LastMeans`]: nothing else would let the person in.
    pub async fn remove_passkey(&self, actor: &Actor, key: &str) -> Result<(), ServiceError> {
        self.may(actor, UseCase::OwnMeans).await?;
        let (id, session) = self.just_signed_in(actor, "person.passkey-remove").await?;
        let _changing = self.people.changing.lock().await;
        let row = self.own_passkey(id, key).await?;
        let others = self.passkeys_of(id).await?.len() > 1 || self.credential(id).await?.is_some();
        let result = if others { Ok(()) } else { Err(ServiceError::LastMeans) };
        self.audited(actor, "person.passkey-remove", &row.key, result).await?;
        let mut tx = self.vault.begin();
        tx.expect(&row.stamp);
        tx.delete::<PasskeyRow>(&id.owner(), &row.key);
        tx.audit(actor.event("person.passkey-remove").object(&row.key));
        tx.commit().await?;
        self.people.sessions().end(id, |other| other.id != session);
        Ok(())
    }

    async fn own_passkey(&self, id: PersonId, key: &str) -> Result<Row<PasskeyRow>, ServiceError> {
        let mut rows = self.passkeys_of(id).await?.into_iter();
        let found = rows.find(|row| PasskeyId::of_key(&row.key).is_some_and(|own| own.to_string() == key));
        found.ok_or(ServiceError::NotFound { what: "passkey" })
    }

    /// Whoever asks and their session, if they signed in just now.
    ///
    /// # Errors
    /// [`ServiceError::NotFresh`], which is written down; [`ServiceError::NotFound`]: no session.
    pub(in crate::service::people) async fn just_signed_in(
        &self,
        actor: &Actor,
        action: &'static str,
    ) -> Result<(PersonId, SessionId), ServiceError> {
        let (id, session) = own(actor)?;
        let result = if self.is_fresh(id, session) { Ok((id, session)) } else { Err(ServiceError::NotFresh) };
        self.audited(actor, action, id.as_bytes(), result).await
    }

    fn is_fresh(&self, id: PersonId, session: SessionId) -> bool {
        let now = self.world.now();
        let sessions = self.people.sessions().of(id, now);
        sessions.iter().any(|own| own.id == session && now.0.saturating_sub(own.started.0) < FRESH)
    }
}

pub(in crate::service::people) fn own(actor: &Actor) -> Result<(PersonId, SessionId), ServiceError> {
    let Actor::Person { id, through: Through::Session(session), .. } = actor else {
        return Err(ServiceError::NotFound { what: "session" });
    };
    Ok((*id, *session))
}

fn view(row: &Row<PasskeyRow>) -> PasskeyView {
    PasskeyView {
        id: PasskeyId::of_key(&row.key).map(|id| id.to_string()).unwrap_or_default(),
        name: row.value.name.as_str().to_owned(),
        made: row.value.made,
        used: row.value.used,
        doubted: row.value.doubted,
    }
}
