//! Requests as a key administrator sees them: whole, for who confirms one confirms all of it.

use keys::Fingerprint;

use super::{
    Wish,
    rows::{RequestId, RequestRow},
};
use crate::{
    service::{
        Actor, Service, ServiceError,
        access::UseCase,
        people::{PersonId, Roles},
        read,
    },
    view::{RequestList, RequestView},
};

impl Service {
    /// What waits for a second person, oldest first, and whether anything would.
    ///
    /// # Errors
    /// [`ServiceError::NotAllowed`], [`ServiceError::Store`].
    pub async fn requests(&self, actor: &Actor) -> Result<RequestList, ServiceError> {
        self.may(actor, UseCase::RequestList).await?;
        self.audit_read(actor, UseCase::RequestList.code(), &[]).await?;
        let now = self.world.now();
        let waiting: Vec<(RequestId, RequestRow)> = read(&self.people.requests)
            .iter()
            .filter(|(_, row)| now < row.ends)
            .map(|(id, row)| (*id, row.clone()))
            .collect();
        let mut requests: Vec<RequestView> =
            waiting.iter().map(|(id, row)| self.request_view(actor, *id, row)).collect();
        requests.sort_by_key(|request| request.at);
        Ok(RequestList { two_persons: self.two_persons().code().into(), requests })
    }

    pub(super) fn request_view(&self, actor: &Actor, id: RequestId, row: &RequestRow) -> RequestView {
        let mut view = RequestView {
            id: id.to_string(),
            kind: row.kind().into(),
            asked_by: row.name.as_str().to_owned(),
            own: matches!(actor, Actor::Person { id, .. } if *id == row.asked_by()),
            at: row.at,
            ends: row.ends,
            name: String::new(),
            sign_in: String::new(),
            before: Vec::new(),
            after: Vec::new(),
            peer: None,
            fingerprint: None,
            how: None,
            since: None,
            until: None,
            why: String::new(),
        };
        match &row.wish {
            Wish::Invite { name, sign_in, roles, .. } => {
                name.as_str().clone_into(&mut view.name);
                sign_in.as_str().clone_into(&mut view.sign_in);
                view.after = roles.codes();
            }
            Wish::Roles { person, before, after } => self.of_person(&mut view, *person, *before, *after),
            Wish::Remove { person, roles } => self.of_person(&mut view, *person, *roles, Roles::NONE),
            Wish::Recover { person, roles } => self.of_person(&mut view, *person, *roles, *roles),
            Wish::Verify { peer, how, .. } => {
                let id = keys::AgencyId::new(*peer);
                view.name = self.peer_name(&id);
                view.peer = Some(id.to_string());
                view.fingerprint = Some(Fingerprint::of(id).to_string());
                view.how = Some(how.clone());
            }
            Wish::Revoke { key, reason } => {
                view.name = keys::KeyId(*key).to_string();
                view.why.clone_from(reason);
            }
            Wish::Export { since, until } => {
                row.name.as_str().clone_into(&mut view.name);
                (view.since, view.until) = (Some(*since), Some(*until));
            }
        }
        view
    }

    fn of_person(&self, view: &mut RequestView, person: [u8; 16], before: Roles, after: Roles) {
        if let Some(known) = self.people.get(PersonId::new(person)) {
            known.row.name.as_str().clone_into(&mut view.name);
            known.row.sign_in.as_str().clone_into(&mut view.sign_in);
        }
        view.before = before.codes();
        view.after = after.codes();
    }
}
