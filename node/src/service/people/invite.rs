//! Invitations: a one-time token, good for a day, shown to the inviter once and kept as a hash.

use keys::Timestamp;

use super::{
    Known, People, PersonId, Roles, SignInName,
    code::CodeSecret,
    rows::{PersonRow, Standing},
    secrets::InviteToken,
};
use crate::{
    service::{Actor, PersonName, Service, ServiceError, access::UseCase, write},
    view::{Invitation, InvitationView, InviteRequest},
};

/// Seconds for which an invitation is good.
const GOOD_FOR: u64 = Timestamp::DAY;
/// People of one agency.
const MOST: usize = 2_000;

impl Service {
    /// Invites a person, or, as long as they have not enrolled, invites them anew (the same name and sign-in name): then
    /// the earlier token is void.
    ///
    /// # Errors
    /// [`ServiceError::NotAllowed`], [`ServiceError::Field`], [`ServiceError::RolesApart`];
    /// [`ServiceError::NameTaken`]: somebody who enrolled has the sign-in name, or somebody else who is invited.
    pub async fn invite(&self, actor: &Actor, ask: InviteRequest) -> Result<Invitation, ServiceError> {
        self.may(actor, UseCase::PersonInvite).await?;
        let name: PersonName = ask.name.parse().map_err(|why| field("name", why))?;
        let sign_in: SignInName = ask.sign_in.parse().map_err(|why| field("sign_in", why))?;
        let result = self.roles_of(&ask.roles);
        let roles = self.audited(actor, "person.invite", sign_in.as_str().as_bytes(), result).await?;
        let _changing = self.people.changing.lock().await;
        let earlier = self.people.called(&sign_in);
        let taken = |person: &PersonRow| matches!(person.standing, Standing::Enrolled(_)) || person.name != name;
        if earlier.as_ref().is_some_and(|(_, person)| taken(&person.row)) {
            let taken = Err(ServiceError::NameTaken);
            return self.audited(actor, "person.invite", sign_in.as_str().as_bytes(), taken).await;
        }
        let token = InviteToken::random(&mut self.world.entropy());
        let ends = Timestamp(self.world.now().0.saturating_add(GOOD_FOR));
        let standing = Standing::Invited { hash: token.hash(), ends };
        let (since, by) = (self.world.now(), actor.audit_name());
        let row = PersonRow { name, sign_in, roles, since, by, standing };
        let id = self.save_invited(actor, earlier.map(|(id, _)| id), row.clone()).await?;
        Ok(Invitation {
            person: id.to_string(),
            name: row.name.as_str().to_owned(),
            sign_in: row.sign_in.as_str().to_owned(),
            roles: row.roles.codes(),
            token: token.expose().to_string(),
            ends,
        })
    }

    /// The caller holds `changing`.
    async fn save_invited(
        &self,
        actor: &Actor,
        earlier: Option<PersonId>,
        row: PersonRow,
    ) -> Result<PersonId, ServiceError> {
        let id = earlier.unwrap_or_else(|| PersonId::random(&mut self.world.entropy()));
        let mut tx = self.vault.begin();
        if earlier.is_none() {
            if super::super::read(&self.people.known).len() >= MOST {
                return Err(field("name", "no more than 2,000 people"));
            }
            tx.create_key(&id.owner());
        }
        tx.put(&id.owner(), b"", &row);
        tx.audit(actor.event("person.invite").object(id.as_bytes()));
        tx.commit().await?;
        write(&self.people.known).insert(id, Known { row, signed_in: None });
        Ok(id)
    }

    /// What the page of an invitation shows: to whom it is, and what the telephone must know: a secret of its own for
    /// each page, or the one that the page showed before. Enrolment keeps the one that comes with it, so whoever else
    /// saw the invitation does not know it.
    ///
    /// # Errors
    /// [`ServiceError::InvitationOver`]: unknown, used or too old; which, is not said.
    pub async fn invitation(
        &self,
        token: &InviteToken,
        shown_before: Option<CodeSecret>,
    ) -> Result<InvitationView, ServiceError> {
        let (id, row, ends) = self.people.invited(token, self.world.now()).ok_or(ServiceError::InvitationOver)?;
        self.vault.record(row.event(id, "person.invitation")).await?;
        let codes = shown_before.unwrap_or_else(|| CodeSecret::random(&mut self.world.entropy()));
        let shown = codes.shown(self.me().name(), row.sign_in.as_str());
        let (secret, uri) = shown.ok_or(ServiceError::Internal("a telephone's secret has no address"))?;
        Ok(InvitationView {
            name: row.name.as_str().to_owned(),
            sign_in: row.sign_in.as_str().to_owned(),
            roles: row.roles.codes(),
            ends,
            secret: secret.to_string(),
            uri: uri.to_string(),
        })
    }

    /// Parses roles, and asks whether they may meet in one person.
    pub(super) fn roles_of(&self, codes: &[String]) -> Result<Roles, ServiceError> {
        let roles = Roles::try_from(codes.to_vec()).map_err(|why| field("roles", why))?;
        if roles.is_empty() {
            return Err(field("roles", "at least one role"));
        }
        if roles.join_keys_and_cases() && !self.settings.keys_and_cases_together {
            return Err(ServiceError::RolesApart);
        }
        Ok(roles)
    }
}

impl People {
    /// To whom an open invitation is.
    pub(super) fn invited(&self, token: &InviteToken, now: Timestamp) -> Option<(PersonId, PersonRow, Timestamp)> {
        let hash = token.hash();
        super::super::read(&self.known).iter().find_map(|(id, person)| match person.row.standing {
            Standing::Invited { hash: own, ends } if own == hash && now < ends => Some((*id, person.row.clone(), ends)),
            Standing::Invited { .. } | Standing::Enrolled(_) => None,
        })
    }
}

fn field(field: &'static str, why: impl ToString) -> ServiceError {
    ServiceError::Field { field, why: why.to_string() }
}
