//! Invitations: a one-time token, good for a day, shown to the inviter once and kept as a hash.

use keys::Timestamp;

use super::{
    Known, People, PersonId, Roles, SignInName,
    code::CodeSecret,
    rows::{PersonRow, Standing},
    second::Hand,
    secrets::InviteToken,
};
use crate::{
    service::{Actor, PersonName, Service, ServiceError, access::UseCase, read, write},
    view::{Invitation, InvitationView, InviteRequest},
};

/// Seconds for which an invitation is good.
pub(super) const GOOD_FOR: u64 = Timestamp::DAY;
/// People of one agency.
const MOST: usize = 2_000;

/// Somebody who is to be invited.
pub(super) struct Invitee {
    pub(super) name: PersonName,
    pub(super) sign_in: SignInName,
    pub(super) roles: Roles,
}

impl Service {
    /// Invites a person, or, as long as they have not enrolled, invites them anew (the same name and sign-in name): then
    /// the earlier token is void.
    ///
    /// # Errors
    /// [`ServiceError::NotAllowed`], [`ServiceError::Field`], [`ServiceError::RolesApart`];
    /// [`ServiceError::NameTaken`]: somebody who enrolled has the sign-in name, or somebody else who is invited;
    /// [`ServiceError::NeedsSecondPerson`]: it takes two here ([`Service::ask_invite`]).
    pub async fn invite(&self, actor: &Actor, ask: InviteRequest) -> Result<Invitation, ServiceError> {
        self.may(actor, UseCase::PersonInvite).await?;
        let new = self.invitee(actor, &ask).await?;
        self.not_for_one(actor, "person.invite", new.sign_in.as_str().as_bytes()).await?;
        let _changing = self.people.changing.lock().await;
        let earlier = self.earlier(&new);
        let earlier = self.audited(actor, "person.invite", new.sign_in.as_str().as_bytes(), earlier).await?;
        let id = earlier.unwrap_or_else(|| PersonId::random(&mut self.world.entropy()));
        self.invite_now(Hand::One(actor), (id, earlier.is_none()), new).await
    }

    /// Who is to be invited, if they may be.
    pub(super) async fn invitee(&self, actor: &Actor, ask: &InviteRequest) -> Result<Invitee, ServiceError> {
        let name: PersonName = ask.name.parse().map_err(|why| field("name", why))?;
        let sign_in: SignInName = ask.sign_in.parse().map_err(|why| field("sign_in", why))?;
        let result = self.roles_of(&ask.roles);
        let roles = self.audited(actor, "person.invite", sign_in.as_str().as_bytes(), result).await?;
        Ok(Invitee { name, sign_in, roles })
    }

    /// The person as whom they were invited before, and did not enrol. The caller holds `changing`.
    pub(super) fn earlier(&self, new: &Invitee) -> Result<Option<PersonId>, ServiceError> {
        match self.people.called(&new.sign_in) {
            Some((_, person)) if person.is_enrolled() || person.row.name != new.name => Err(ServiceError::NameTaken),
            earlier => Ok(earlier.map(|(id, _)| id)),
        }
    }

    /// The caller holds `changing`, and has judged it. `fresh`: the person has no key yet.
    pub(super) async fn invite_now(
        &self,
        hand: Hand<'_>,
        (id, fresh): (PersonId, bool),
        Invitee { name, sign_in, roles }: Invitee,
    ) -> Result<Invitation, ServiceError> {
        if self.people.get(id).is_none() && read(&self.people.known).len() >= MOST {
            return Err(field("name", "no more than 2,000 people"));
        }
        let (now, token) = (self.world.now(), InviteToken::random(&mut self.world.entropy()));
        let ends = now.plus(GOOD_FOR);
        let known_before = self.people.get(id).is_some_and(|known| known.row.is_known_before());
        let standing = Standing::Invited { hash: token.hash(), ends, known_before };
        let teams = self.people.get(id).map(|known| known.row.teams_with(roles)).unwrap_or_default();
        let row = PersonRow { name, sign_in, roles, since: now, by: hand.name(), standing, teams };
        let mut tx = self.vault.begin();
        if fresh {
            tx.create_key(&id.owner());
        }
        tx.put(&id.owner(), b"", &row);
        hand.settle(&mut tx);
        tx.audit(hand.event("person.invite").object(id.as_bytes()));
        tx.commit().await?;
        write(&self.people.known).insert(id, Known { row: row.clone(), signed_in: None });
        Ok(row.invitation(id, &token, ends))
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

impl PersonRow {
    /// What whoever invites hands over. The token stands nowhere else.
    pub(super) fn invitation(&self, id: PersonId, token: &InviteToken, ends: Timestamp) -> Invitation {
        Invitation {
            person: id.to_string(),
            name: self.name.as_str().to_owned(),
            sign_in: self.sign_in.as_str().to_owned(),
            roles: self.roles.codes(),
            token: token.expose().to_string(),
            ends,
        }
    }
}

impl People {
    /// To whom an open invitation is.
    pub(super) fn invited(&self, token: &InviteToken, now: Timestamp) -> Option<(PersonId, PersonRow, Timestamp)> {
        let hash = token.hash();
        read(&self.known).iter().find_map(|(id, person)| match person.row.standing {
            Standing::Invited { hash: own, ends, .. } if own == hash && now < ends => {
                Some((*id, person.row.clone(), ends))
            }
            Standing::Invited { .. } | Standing::Enrolled(_) => None,
        })
    }
}

fn field(field: &'static str, why: impl ToString) -> ServiceError {
    ServiceError::Field { field, why: why.to_string() }
}
