//! One's own sessions: who is asking, by their token; listing and ending.

use super::{Session, secrets::SessionToken};
use crate::{
    service::{Actor, Service, ServiceError, Through, access::UseCase},
    view::SessionView,
};

impl Service {
    /// Who asks, by the token of their session, which has been used now. Roles are those of this moment.
    ///
    /// # Errors
    /// [`ServiceError::SessionEnded`]: unknown, idle for too long, over, ended by hand, or the person was removed.
    pub async fn session(&self, token: &SessionToken) -> Result<Actor, ServiceError> {
        let session = self.people.sessions().seen(token, self.world.now()).ok_or(ServiceError::SessionEnded)?;
        self.somebody_is_here();
        self.signed_in(&session)
    }

    /// Who has the session of this token, and for how many seconds more. As [`Service::session`], but that does not
    /// count as use of it: for what a page asks by itself.
    ///
    /// # Errors
    /// [`ServiceError::SessionEnded`].
    pub fn session_as_it_is(&self, token: &SessionToken) -> Result<(Actor, u64), ServiceError> {
        let found = self.people.sessions().as_it_is(token, self.world.now());
        let (session, left) = found.ok_or(ServiceError::SessionEnded)?;
        Ok((self.signed_in(&session)?, left))
    }

    /// Who had the session of this token, if it ended by itself and not long ago: for keeping what they typed, and nothing
    /// else.
    ///
    /// # Errors
    /// [`ServiceError::SessionEnded`].
    pub(in crate::service) fn session_that_ended(&self, token: &SessionToken) -> Result<Actor, ServiceError> {
        let session = self.people.sessions().ended_by_itself(token, self.world.now());
        self.signed_in(&session.ok_or(ServiceError::SessionEnded)?)
    }

    fn signed_in(&self, session: &Session) -> Result<Actor, ServiceError> {
        let person = self.people.get(session.person).ok_or(ServiceError::SessionEnded)?;
        let (name, roles) = (person.row.name, person.row.roles);
        Ok(Actor::Person { id: session.person, name, roles, through: Through::Session(session.id) })
    }

    /// Rings when sessions were ended by hand, whosever.
    #[must_use]
    pub fn sessions_bell(&self) -> tokio::sync::watch::Receiver<()> {
        self.people.sessions().bell()
    }

    /// Ends the session that asks.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`]: whoever asks has no session; [`ServiceError::Store`].
    pub async fn sign_out(&self, actor: &Actor) -> Result<(), ServiceError> {
        self.may(actor, UseCase::OwnSessions).await?;
        let Actor::Person { through: Through::Session(session), .. } = actor else {
            return Err(ServiceError::NotFound { what: "session" });
        };
        self.end_session(actor, &session.to_string()).await
    }

    /// One's own sessions, the newest first.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`]: whoever asks has none.
    pub async fn sessions(&self, actor: &Actor) -> Result<Vec<SessionView>, ServiceError> {
        self.may(actor, UseCase::OwnSessions).await?;
        let Actor::Person { id, through: Through::Session(session), .. } = actor else {
            return Err(ServiceError::NotFound { what: "session" });
        };
        let own = self.people.sessions().of(*id, self.world.now());
        Ok(own.iter().map(|own| view(own, own.id == *session)).collect())
    }

    /// Ends one of one's own sessions. It is ended also if that could not be written down.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`]: it is none of one's own; [`ServiceError::Store`].
    pub async fn end_session(&self, actor: &Actor, id: &str) -> Result<(), ServiceError> {
        self.may(actor, UseCase::OwnSessions).await?;
        let Actor::Person { id: person, through: Through::Session(_), .. } = actor else {
            return Err(ServiceError::NotFound { what: "session" });
        };
        if self.people.sessions().end(*person, |session| session.id.to_string() == id) == 0 {
            return Err(ServiceError::NotFound { what: "session" });
        }
        self.audit_read(actor, "person.sign-out", person.as_bytes()).await
    }
}

pub(super) fn view(session: &Session, this: bool) -> SessionView {
    SessionView {
        id: session.id.to_string(),
        started: session.started,
        seen: session.seen,
        ends: session.ends,
        from: session.from.to_string(),
        shared_computer: session.shared_computer,
        this,
    }
}
