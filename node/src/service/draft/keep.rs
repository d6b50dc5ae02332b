//! Keeping what is half written, opening it again, and its end.

use keys::Timestamp;

use super::{DraftId, DraftOf, DraftText, Kept, MOST, MOST_BYTES, Place, TypedRow};
use crate::{
    service::{
        Actor, Service, ServiceError,
        access::UseCase,
        people::{PersonId, SessionToken},
        read, write,
    },
    vault::{CommitError, VaultError},
    view::{DraftLine, DraftList, DraftView},
};

/// In the audit log.
const KEEP: &str = "draft.keep";

impl Service {
    /// Keeps what was typed, in place of what was kept of the same form. Nothing typed: nothing is kept.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] and the like for the ids, also when the exchange was erased; [`ServiceError::Field`] for
    /// `draft`: too long; [`ServiceError::Store`].
    pub async fn draft_keep(&self, actor: &Actor, of: DraftOf<'_>, typed: DraftText) -> Result<(), ServiceError> {
        self.may(actor, UseCase::DraftKeep).await?;
        let (person, place) = self.draft_place(actor, of).await?;
        let typed: DraftText = typed.into_iter().filter(|(_, text)| !text.trim().is_empty()).collect();
        if typed.is_empty() {
            return Ok(());
        }
        if typed.iter().map(|(name, text)| name.len() + text.len()).sum::<usize>() > MOST_BYTES {
            let why = format!("at most {} KiB", MOST_BYTES >> 10);
            return Err(ServiceError::Field { field: "draft", why });
        }
        let id = DraftId::of(person, &place);
        let _changing = self.drafts.changing.lock().await;
        let at = self.world.now();
        let row = TypedRow { by: *person.as_bytes(), place, at, typed };
        let spare = self.oldest_beside(person, id);
        let mut tx = self.vault.begin();
        tx.can_wait();
        tx.put(&row.place.owner(), id.as_bytes(), &row);
        if let Some((old, kept)) = &spare {
            tx.delete::<TypedRow>(&kept.place.owner(), old.as_bytes());
        }
        tx.audit(actor.event(KEEP).object(row.place.object()).purpose(row.place.kind()));
        match tx.commit().await {
            Err(CommitError::Store(VaultError::NoKey)) => return Err(ServiceError::NotFound { what: "exchange" }),
            other => other?,
        }
        let mut kept = write(&self.drafts.kept);
        if let Some((old, _)) = spare {
            kept.remove(&old);
        }
        kept.insert(id, Kept { by: person, place: row.place, at });
        Ok(())
    }

    /// As [`Service::draft_keep`], of somebody whose session ended by time before what they sent came. They are told to
    /// sign in again; nothing is shown or done.
    ///
    /// # Errors
    /// [`ServiceError::SessionEnded`]: it never was, was ended by hand, or is over for a day; as [`Service::draft_keep`].
    pub async fn draft_of_ended(
        &self,
        token: &SessionToken,
        of: DraftOf<'_>,
        typed: DraftText,
    ) -> Result<(), ServiceError> {
        let actor = self.session_that_ended(token)?;
        self.draft_keep(&actor, of, typed).await
    }

    /// What this person kept of the form.
    ///
    /// # Errors
    /// As [`Service::draft_keep`].
    pub async fn draft_open(&self, actor: &Actor, of: DraftOf<'_>) -> Result<Option<DraftView>, ServiceError> {
        self.may(actor, UseCase::DraftKeep).await?;
        let (person, place) = self.draft_place(actor, of).await?;
        let id = DraftId::of(person, &place);
        let now = self.world.now();
        let there = read(&self.drafts.kept).get(&id).is_some_and(|kept| now < kept.ends());
        if !there {
            return Ok(None);
        }
        self.audit_read(actor, "draft.open", place.object()).await?;
        let found = self.vault.read::<TypedRow>(&place.owner(), id.as_bytes()).await?;
        let Some((row, _)) = found.filter(|(row, _)| row.by == *person.as_bytes() && row.place == place) else {
            // It was erased with what it is about.
            write(&self.drafts.kept).remove(&id);
            return Ok(None);
        };
        let kept = Kept { by: person, place, at: row.at };
        Ok(Some(DraftView { line: self.draft_line(id, &kept), typed: row.typed }))
    }

    /// What this person kept, the newest first; of what they see no longer, nothing.
    ///
    /// # Errors
    /// [`ServiceError::NotAllowed`], [`ServiceError::Store`].
    pub async fn drafts(&self, actor: &Actor) -> Result<DraftList, ServiceError> {
        self.may(actor, UseCase::DraftKeep).await?;
        self.audit_read(actor, "draft.list", &[]).await?;
        let mut drafts: Vec<DraftLine> =
            self.own_drafts(actor).iter().map(|(id, kept)| self.draft_line(*id, kept)).collect();
        drafts.sort_by_key(|line| std::cmp::Reverse(line.at));
        Ok(DraftList { drafts })
    }

    /// How many drafts the person has; none for who keeps none.
    #[must_use]
    pub fn drafts_of(&self, actor: &Actor) -> usize {
        self.allows(actor, UseCase::DraftKeep).then(|| self.own_drafts(actor)).into_iter().flatten().count()
    }

    /// Throws a draft away: by its id, or all of a form that was sent.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`]: it is none of theirs; [`ServiceError::Store`].
    pub async fn draft_drop(&self, actor: &Actor, id: &str) -> Result<(), ServiceError> {
        self.may(actor, UseCase::DraftKeep).await?;
        let found = self.own_drafts(actor).into_iter().find(|(own, _)| own.to_string() == id);
        let (id, kept) = found.ok_or(ServiceError::NotFound { what: "draft" })?;
        self.end_draft(actor, id, &kept).await
    }

    /// The form was sent: nothing is left to be kept of it.
    ///
    /// # Errors
    /// As [`Service::draft_keep`].
    pub async fn draft_sent(&self, actor: &Actor, of: DraftOf<'_>) -> Result<(), ServiceError> {
        self.may(actor, UseCase::DraftKeep).await?;
        let (person, place) = self.draft_place(actor, of).await?;
        let id = DraftId::of(person, &place);
        let found = read(&self.drafts.kept).get(&id).cloned();
        match found {
            Some(kept) => self.end_draft(actor, id, &kept).await,
            None => Ok(()),
        }
    }

    /// Ends what is seven days old, and what was written by somebody who is gone.
    ///
    /// # Errors
    /// [`ServiceError::Store`]: it is tried again.
    pub(in crate::service) async fn end_drafts(&self, now: Timestamp) -> Result<(), ServiceError> {
        let over: Vec<(DraftId, Kept)> = read(&self.drafts.kept)
            .iter()
            .filter(|(_, kept)| kept.ends() <= now || self.people.name_of(kept.by).is_none())
            .map(|(id, kept)| (*id, kept.clone()))
            .collect();
        for (id, kept) in over {
            self.end_draft(&Actor::Node, id, &kept).await?;
        }
        Ok(())
    }

    async fn end_draft(&self, actor: &Actor, id: DraftId, kept: &Kept) -> Result<(), ServiceError> {
        let _changing = self.drafts.changing.lock().await;
        let mut tx = self.vault.begin();
        tx.delete::<TypedRow>(&kept.place.owner(), id.as_bytes());
        tx.audit(actor.event("draft.drop").object(kept.place.object()).purpose(kept.place.kind()));
        tx.commit().await?;
        write(&self.drafts.kept).remove(&id);
        Ok(())
    }

    /// Who keeps it, and for which form, if they see what it is about.
    async fn draft_place(&self, actor: &Actor, of: DraftOf<'_>) -> Result<(PersonId, Place), ServiceError> {
        let Actor::Person { id: person, .. } = actor else {
            return Err(ServiceError::Field { field: "draft", why: "only who signed in keeps drafts".into() });
        };
        let place = match of {
            DraftOf::Refer { case, peer } => {
                let case = self.resolve_case(case)?;
                self.must_see_case(actor, &case, UseCase::DraftKeep).await?;
                Place::Refer { case, peer: self.resolve_peer(peer)? }
            }
            DraftOf::Consent { case } => {
                let case = self.resolve_case(case)?;
                self.must_see_case(actor, &case, UseCase::DraftKeep).await?;
                Place::Consent { case }
            }
            DraftOf::Write { exchange, what } => {
                let exchange = self.resolve_exchange(exchange)?;
                self.must_see_exchange(actor, exchange, KEEP).await?;
                Place::Write { exchange, what }
            }
        };
        Ok((*person, place))
    }

    /// Those of a person that are still kept and about what they see.
    fn own_drafts(&self, actor: &Actor) -> Vec<(DraftId, Kept)> {
        let (me, now) = (actor.person(), self.world.now());
        let kept = read(&self.drafts.kept);
        let own = kept.iter().filter(|(_, kept)| Some(kept.by) == me && now < kept.ends());
        let seen = own.filter(|(_, kept)| match &kept.place {
            Place::Refer { case, .. } | Place::Consent { case } => self.sees_case(actor, case),
            Place::Write { exchange, .. } => {
                self.board().line(exchange).is_some_and(|line| self.sees_exchange(actor, *exchange, line))
            }
        });
        seen.map(|(id, kept)| (*id, kept.clone())).collect()
    }

    /// What goes to make room for `id`: the person's oldest, if they have as many as they may.
    fn oldest_beside(&self, person: PersonId, id: DraftId) -> Option<(DraftId, Kept)> {
        let kept = read(&self.drafts.kept);
        let own = || kept.iter().filter(|(other, kept)| **other != id && kept.by == person);
        let oldest = own().min_by_key(|(_, kept)| kept.at).filter(|_| own().count() >= MOST)?;
        Some((*oldest.0, oldest.1.clone()))
    }

    fn draft_line(&self, id: DraftId, kept: &Kept) -> DraftLine {
        let (case, exchange, peer) = match &kept.place {
            Place::Refer { case, peer } => (Some(case.to_string()), None, Some(*peer)),
            Place::Consent { case } => (Some(case.to_string()), None, None),
            Place::Write { exchange, .. } => (None, Some(*exchange), None),
        };
        DraftLine {
            id: id.to_string(),
            kind: kept.place.kind().to_owned(),
            case,
            reference: exchange.map(|id| id.reference()),
            exchange: exchange.map(|id| id.to_string()),
            peer: peer.map(|id| id.to_string()),
            peer_name: peer.map(|id| self.peer_name(&id)),
            at: kept.at,
            ends: kept.ends(),
        }
    }
}
