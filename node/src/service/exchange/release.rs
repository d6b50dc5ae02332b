//! The release: cut when the offer is made, cut again when it is accepted, sent by the node itself.

use std::collections::BTreeSet;

use keys::{AgencyId, Timestamp};
use protocol::{
    CaseId, ConsentId, ExchangeId,
    category::Category,
    code::AgencyKind,
    consent::{Consent, ConsentStatement, HeldBack, Recipient, Release, Scope, ScopeError, StatementRequest},
    packet::{Body, Embedded, ReleaseBody},
    record::CaseRecord,
};

use super::{act::field, work::Work};
use crate::{
    service::{
        Actor, Peer, Service, ServiceError,
        rows::{CaseRow, ConsentRow, DraftRow, Trust},
    },
    vault::Owner,
};

/// Why an accepted case is not released yet; it goes out when that is mended.
pub(super) enum Blocked {
    PeerNotVerified,
    NoConsent,
    CaseGone,
    ClockInDoubt,
    RevokedKey,
}

impl Blocked {
    const fn code(&self) -> &'static str {
        match self {
            Self::PeerNotVerified => "peer-not-verified",
            Self::NoConsent => "no-consent",
            Self::CaseGone => "case-gone",
            Self::ClockInDoubt => "clock-in-doubt",
            Self::RevokedKey => super::REVOKED_KEY,
        }
    }
}

impl Service {
    /// Puts the release into the transaction of the acceptance. If it may not go out, the exchange stays accepted and
    /// says why.
    pub(super) async fn release_in(&self, work: &mut Work) -> Result<(), ServiceError> {
        match self.release_body(work).await? {
            Ok((body, consent)) => {
                work.row.release_blocked = None;
                work.row.consent = Some(consent);
                self.say(work, body).await?;
                let content = work.content();
                work.tx.delete::<DraftRow>(&content, b"");
                work.tx.audit(
                    Actor::Node.event("release.send").object(work.id.as_bytes()).purpose(work.row.purpose.code()),
                );
                Ok(())
            }
            Err(blocked) => {
                work.row.release_blocked = Some(blocked.code().into());
                Ok(())
            }
        }
    }

    /// Tries the releases that waited for a verified peer or a consent. How many went out.
    ///
    /// # Errors
    /// [`ServiceError::Store`].
    pub async fn release_blocked(&self) -> Result<usize, ServiceError> {
        let waiting = self.board().release_blocked();
        let (mut released, mut failed) = (0, None);
        for id in waiting {
            match self.release_if_mended(id).await {
                Ok(done) => released += usize::from(done),
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        failed.map_or(Ok(released), Err)
    }

    /// Nothing is written while nothing changed: this is tried every half a minute.
    async fn release_if_mended(&self, id: ExchangeId) -> Result<bool, ServiceError> {
        let _lock = self.stripes.lock(id.as_bytes()[0]).await;
        let mut work = self.work_on(id).await?;
        let before = work.row.release_blocked.clone();
        if before.is_none() || self.may_say(work.row.exchange.parties().peer()).is_err() {
            return Ok(false);
        }
        self.release_in(&mut work).await?;
        let (changed, done) = (work.row.release_blocked != before, work.row.release_blocked.is_none());
        if changed {
            self.finish(work).await?;
        }
        Ok(done)
    }

    /// The scope is applied again, to the case and the consent as they are now; it can only give less.
    async fn release_body(&self, work: &Work) -> Result<Result<(Body, ConsentId), Blocked>, ServiceError> {
        let (Some(case), Some(consent_id)) = (work.row.case, work.row.consent) else {
            return Ok(Err(Blocked::CaseGone));
        };
        // A clock that went back must not bring an ended consent to life again.
        if self.world.clock_doubt().is_some() {
            return Ok(Err(Blocked::ClockInDoubt));
        }
        if !self.other_side_is_itself(work).await? {
            return Ok(Err(Blocked::RevokedKey));
        }
        let peer = self.peer(&work.row.exchange.parties().peer());
        let Some(peer) = peer.filter(|peer| peer.row.trust == Trust::Verified) else {
            return Ok(Err(Blocked::PeerNotVerified));
        };
        let content = work.content();
        let draft = self.vault.read::<DraftRow>(&content, b"").await?;
        let (Some((draft, _)), Some(record)) = (draft, self.case_record(&case).await?) else {
            return Ok(Err(Blocked::CaseGone));
        };
        let Some(consent) = self.consent_in_force(&case, &consent_id).await? else {
            return Ok(Err(Blocked::NoConsent));
        };
        let recipient = recipient(&peer)?;
        let (requested, without) = (categories(&draft.requested)?, held_back(&draft.held_back)?);
        let (purpose, now) = (work.row.purpose, work.now);
        let cut = |consent: &Consent, asked: &BTreeSet<Category>| {
            Scope::apply_without(&record, consent, &recipient, purpose, (asked, &without), now)
        };
        let (consent_id, consent, release) = match cut(&consent, &requested) {
            Ok(release) => (consent_id, consent, release),
            Err(ScopeError::Ended) => {
                let Ok((id, renewed)) = self.covering(&case, None, &recipient, purpose, now).await else {
                    return Ok(Err(Blocked::NoConsent));
                };
                // No more than what was announced, whatever the new consent grants beyond it.
                let announced = announced(&draft)?;
                match cut(&renewed, &announced) {
                    Ok(release) => (id, renewed, release),
                    Err(_) => return Ok(Err(Blocked::NoConsent)),
                }
            }
            Err(_) => return Ok(Err(Blocked::NoConsent)),
        };
        self.release_packet(&consent, &release, work.id, recipient.id, now).map(|body| Ok((body, consent_id)))
    }

    fn release_packet(
        &self,
        consent: &Consent,
        release: &Release,
        exchange: ExchangeId,
        recipient: AgencyId,
        now: Timestamp,
    ) -> Result<Body, ServiceError> {
        let key = self.signing()?;
        let request = StatementRequest {
            common: self.common(&key, now),
            exchange: keys::Digest(*exchange.as_bytes()),
            recipient,
        };
        let unwritable = |_| ServiceError::Internal("a release can't be encoded");
        let entropy = &mut self.world.entropy();
        let (statement, _openings) = ConsentStatement::build(consent, request, &key, entropy).map_err(unwritable)?;
        let release = release.to_bytes().map_err(unwritable)?;
        Ok(Body::Release(ReleaseBody { consent: Embedded(statement.to_bytes()), release: Embedded(release) }))
    }

    /// The case's record as it is now.
    pub(in crate::service) async fn case_record(&self, case: &CaseId) -> Result<Option<CaseRecord>, ServiceError> {
        let owner = Owner::Case(*case.as_bytes());
        let Some((row, _)) = self.vault.read::<CaseRow>(&owner, case.as_bytes()).await? else { return Ok(None) };
        let record = CaseRecord::from_kept_bytes(&row.record);
        record.map(Some).map_err(|_| ServiceError::Internal("a stored case can't be read"))
    }

    /// The consent, unless it was withdrawn. Whether it still holds, the scope says.
    pub(in crate::service) async fn consent_in_force(
        &self,
        case: &CaseId,
        consent: &ConsentId,
    ) -> Result<Option<Consent>, ServiceError> {
        let owner = Owner::Case(*case.as_bytes());
        let found = self.vault.read::<ConsentRow>(&owner, consent.as_bytes()).await?;
        Ok(found.map(|(row, _)| row).filter(|row| row.withdrawn.is_none()).map(|row| row.consent))
    }

    /// Makes anew what would be released of a case that was changed, for every offer that waits. How many.
    ///
    /// # Errors
    /// [`ServiceError::Store`].
    pub(in crate::service) async fn remake_releases(&self, case: &CaseId, actor: &Actor) -> Result<u64, ServiceError> {
        let open = self.board().unreleased_of_case(case);
        let mut remade = 0;
        for id in open {
            let _lock = self.stripes.lock(id.as_bytes()[0]).await;
            let mut work = self.work_on(id).await?;
            let content = work.content();
            let Some((draft, stamp)) = self.vault.read::<DraftRow>(&content, b"").await? else { continue };
            if let Some(release) = self.cut_again(&work, case, &draft).await? {
                work.tx.expect(&stamp);
                work.tx.put(&content, b"", &DraftRow { release, ..draft });
                work.tx.audit(actor.event("release.remake").object(id.as_bytes()));
                self.finish(work).await?;
                remade += 1;
            }
        }
        Ok(remade)
    }

    async fn cut_again(&self, work: &Work, case: &CaseId, draft: &DraftRow) -> Result<Option<Vec<u8>>, ServiceError> {
        let (Some(record), Some(consent_id)) = (self.case_record(case).await?, work.row.consent) else {
            return Ok(None);
        };
        let consent = self.consent_in_force(case, &consent_id).await?;
        let peer = self.peer(&work.row.exchange.parties().peer());
        let (Some(consent), Some(peer)) = (consent, peer) else { return Ok(None) };
        let (requested, without) = (categories(&draft.requested)?, held_back(&draft.held_back)?);
        let (peer, asked) = (recipient(&peer)?, (&requested, &without));
        let cut = Scope::apply_without(&record, &consent, &peer, work.row.purpose, asked, work.now);
        Ok(cut.ok().and_then(|release| release.to_bytes().ok()))
    }
}

/// The peer as the consent's recipient, with the kind that it states and that was confirmed when it was verified.
pub(in crate::service) fn recipient(peer: &Peer) -> Result<Recipient, ServiceError> {
    let kind: AgencyKind = peer.agency.kind_code().parse().map_err(|error| field("to", &error))?;
    Ok(Recipient { id: peer.agency.id(), kind })
}

/// The categories that were announced with the offer.
fn announced(draft: &DraftRow) -> Result<BTreeSet<Category>, ServiceError> {
    let release = Release::from_bytes(&draft.release);
    release.map(|release| release.categories().collect()).map_err(|_| ServiceError::Internal("a draft is damaged"))
}

/// Fields that are left out, parsed.
pub(in crate::service) fn held_back(fields: &[String]) -> Result<BTreeSet<HeldBack>, ServiceError> {
    fields.iter().map(|name| name.parse().map_err(|error| field("without", &error))).collect()
}

/// Category codes, parsed.
pub(in crate::service) fn categories(codes: &[String]) -> Result<BTreeSet<Category>, ServiceError> {
    codes.iter().map(|code| code.trim().parse().map_err(|error| field("categories", &error))).collect()
}
