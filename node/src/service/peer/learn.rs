//! How what is known of an agency grows: by what its record says beside the known one (`keys::record::merge`).

use std::sync::Arc;

use keys::{
    AgencyId, Outcome, PublicRecord, VerifiedAgency, VerifiedFork,
    record::{Branch, Refusal, merge},
};

use super::add::bad_card;
use crate::{
    observe::safe,
    service::{
        Actor, Peer, Service, ServiceError,
        keys::void_keys,
        rows::{PeerRow, Trust},
        write,
    },
    vault::{Owner, Stamp},
};

/// Why a peer is suspended that shows two histories.
const FORK: &str = "fork";

/// What came of hearing a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Learnt {
    /// It was taken in.
    Newer,
    /// It says what is known.
    Nothing,
    /// Nothing in it is new, and what is known is more.
    Older,
}

impl Service {
    /// Acts on `record`, beside what is known of its agency. The caller holds the peer's lock.
    pub(super) async fn learn(
        &self,
        actor: &Actor,
        id: AgencyId,
        record: &PublicRecord,
        (row, stamp): (PeerRow, Stamp),
    ) -> Result<(Peer, Learnt), ServiceError> {
        let damaged = |_| ServiceError::Internal("a stored peer can't be read");
        let known = PublicRecord::from_bytes(&row.record).map_err(damaged)?;
        let known = Arc::new(known.verify(self.me().network()).map_err(damaged)?);
        let peer = |row| Peer { agency: Arc::clone(&known), row: Arc::new(row) };
        match merge(&known, record) {
            Outcome::Same => Ok((peer(row), Learnt::Nothing)),
            Outcome::Shorter => Ok((peer(row), Learnt::Older)),
            Outcome::Longer(now) => self.grow(actor, (&known, now), None, (row, stamp)).await,
            Outcome::Supersedes { now, void } => self.grow(actor, (&known, now), Some(void), (row, stamp)).await,
            Outcome::Superseded { void } => Err(self.keep_void(actor, id, &void).await),
            Outcome::Fork(fork) => Err(self.freeze(actor, (&known, &fork), row, &stamp).await),
            Outcome::Refused(Refusal::Record(why)) => Err(bad_card(why)),
            Outcome::Refused(why @ Refusal::OtherAgency { .. }) => Err(ServiceError::BadCard { why: why.to_string() }),
        }
    }

    /// Replaces the known record by one that goes on from it, and keeps what that made void.
    async fn grow(
        &self,
        actor: &Actor,
        (known, now): (&VerifiedAgency, VerifiedAgency),
        void: Option<Branch>,
        (row, stamp): (PeerRow, Stamp),
    ) -> Result<(Peer, Learnt), ServiceError> {
        let now = Arc::new(now);
        let _claims = self.link_keys.lock().await;
        let free = self.link_keys_free(&now);
        self.audited(actor, "peer.update", now.id().as_bytes(), free).await?;
        let trust = trust_after(row.trust, known, &now);
        let row = if trust == row.trust {
            PeerRow { record: now.record().to_bytes(), ..row }
        } else {
            self.decided(&Actor::Node, &now, trust)
        };
        let mut tx = self.vault.begin();
        let gone = void_keys(known, &now);
        Self::put_void(&mut tx, now.id(), &gone);
        if let Some(void) = void {
            tracing::warn!(peer = %safe(&now.id()), from = void.from, "a part of its key log was replaced by its root");
            self.keep_evidence(&mut tx, now.id(), (&void).into()).await?;
        }
        let event = actor.event("peer.update");
        let peer = self.save_peer_with(tx, &now, row, (Some(&stamp), event)).await?;
        self.nothing_stands(now.id(), &gone);
        Ok((peer, Learnt::Newer))
    }

    /// What was heard had been replaced: whoever still shows it has an old copy, or stolen keys.
    async fn keep_void(&self, actor: &Actor, id: AgencyId, void: &Branch) -> ServiceError {
        let kept = async {
            let mut tx = self.vault.begin();
            let new = self.keep_evidence(&mut tx, id, void.into()).await?;
            if said_before(actor, new) {
                return Ok(());
            }
            tx.audit(actor.event("peer.update").object(id.as_bytes()).refused(ServiceError::CardVoid.code()));
            Ok(tx.commit().await?)
        };
        kept.await.map_or_else(|error| error, |()| ServiceError::CardVoid)
    }

    /// Somebody else may hold the agency's keys: keeps the proof and sends nothing until persons looked.
    async fn freeze(
        &self,
        actor: &Actor,
        (known, fork): (&Arc<VerifiedAgency>, &VerifiedFork),
        row: PeerRow,
        stamp: &Stamp,
    ) -> ServiceError {
        let frozen = self.freeze_now(actor, (known, fork), row, stamp).await;
        frozen.map_or_else(|error| error, |()| ServiceError::CardContradicts)
    }

    async fn freeze_now(
        &self,
        actor: &Actor,
        (known, fork): (&Arc<VerifiedAgency>, &VerifiedFork),
        row: PeerRow,
        stamp: &Stamp,
    ) -> Result<(), ServiceError> {
        let id = known.id();
        let mut tx = self.vault.begin();
        let new = self.keep_evidence(&mut tx, id, fork.into()).await?;
        let stands = matches!(row.trust, Trust::Suspended | Trust::Retired) && row.how.as_deref() == Some(FORK);
        if stands && said_before(actor, new) {
            return Ok(());
        }
        tx.expect(stamp);
        tx.audit(actor.event("peer.update").object(id.as_bytes()).refused(ServiceError::CardContradicts.code()));
        let row = if stands {
            row
        } else {
            tx.audit(Actor::Node.event("peer.suspend").object(id.as_bytes()));
            let trust = if row.trust == Trust::Retired { Trust::Retired } else { Trust::Suspended };
            PeerRow { how: Some(FORK.into()), ..self.decided(&Actor::Node, known, trust) }
        };
        tx.put(&Owner::Ledger, id.as_bytes(), &row);
        tx.commit().await?;
        tracing::error!(peer = %safe(&id), "two contradicting key records of one agency: it is suspended");
        write(&self.peers).insert(id, Peer { agency: Arc::clone(known), row: Arc::new(row) });
        self.peers_changed.notify_one();
        Ok(())
    }
}

/// What this node hears again by itself, day after day or packet after packet, is not written down again.
const fn said_before(actor: &Actor, new: bool) -> bool {
    !new && matches!(actor, Actor::Node)
}

/// Ordinary growth keeps trust. After a recovery by guardians the digits must be compared again; so must they when
/// the agency calls itself another kind, because a consent for "any shelter" rests on what a person confirmed.
fn trust_after(trust: Trust, known: &VerifiedAgency, heard: &VerifiedAgency) -> Trust {
    let recovered = heard.keys().recovered_at() != known.keys().recovered_at();
    match trust {
        _ if heard.retired() => Trust::Retired,
        Trust::Verified if recovered || heard.kind_code() != known.kind_code() => Trust::Introduced,
        Trust::Introduced | Trust::Verified | Trust::Suspended | Trust::Retired => trust,
    }
}
