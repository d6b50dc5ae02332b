//! How an agency becomes known, and how what is known of it grows.

use std::sync::Arc;

use keys::{AgencyId, Card, ForkOrRollback, PublicRecord, RecordError, VerifiedAgency};

use super::evidence;
use crate::{
    observe::safe,
    service::{
        Actor, Service, ServiceError,
        access::UseCase,
        rows::{PeerRow, Trust},
        write,
    },
    vault::{Owner, Stamp},
    view::{AddPeer, PeerView},
};

impl Service {
    /// Imports a card. A new agency becomes *introduced*: who sent the card is not known. The card of a known one
    /// brings its record up to date; an older copy of what is known changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::BadCard`], [`ServiceError::OtherNetwork`], [`ServiceError::OwnCard`];
    /// [`ServiceError::LinkKeyTaken`]: another agency keeps the transport key;
    /// [`ServiceError::CardContradicts`]: then the peer was suspended, and both records are kept.
    pub async fn peer_add(&self, actor: &Actor, request: AddPeer) -> Result<PeerView, ServiceError> {
        self.may(actor, UseCase::PeerAdd).await?;
        let card = Card::parse(&request.card).map_err(|why| ServiceError::BadCard { why: why.to_string() })?;
        let agency = self.verified(card.record())?;
        if agency.id() == self.me().id() {
            return Err(ServiceError::OwnCard);
        }
        let _lock = self.stripes.lock(agency.id().as_bytes()[0]).await;
        let peer = if let Some((row, stamp)) = self.read_peer(&agency.id()).await? {
            match self.grow(actor, &agency, row, &stamp).await {
                Err(Refused::OlderCopy) => self.peer(&agency.id()).ok_or(ServiceError::NotFound { what: "peer" })?,
                result => result?,
            }
        } else {
            let _claims = self.link_keys.lock().await;
            let free = self.link_keys_free(&agency);
            self.audited(actor, "peer.add", agency.id().as_bytes(), free).await?;
            let trust = if agency.retired() { Trust::Retired } else { Trust::Introduced };
            let row = self.decided(actor, &agency, trust);
            self.save_peer(&agency, row, None, actor.event("peer.add")).await?
        };
        Ok(self.peer_view(&peer))
    }

    /// Takes in a record that was fetched from the peer's own node.
    ///
    /// # Errors
    /// As [`Service::peer_add`]; an older copy is [`ServiceError::CardContradicts`] here, but suspends nobody: the
    /// node may have been put back from a backup.
    pub async fn peer_record_fetched(&self, actor: &Actor, id: &AgencyId, bytes: &[u8]) -> Result<(), ServiceError> {
        self.may(actor, UseCase::PeerAdd).await?;
        let record = PublicRecord::from_bytes(bytes).map_err(|why| ServiceError::BadCard { why: why.to_string() })?;
        let agency = self.verified(&record)?;
        if agency.id() != *id {
            return Err(ServiceError::BadCard { why: "it is the record of another agency".into() });
        }
        let _lock = self.stripes.lock(id.as_bytes()[0]).await;
        let (row, stamp) = self.read_peer(id).await?.ok_or(ServiceError::NotFound { what: "peer" })?;
        self.grow(actor, &agency, row, &stamp).await?;
        Ok(())
    }

    fn verified(&self, record: &PublicRecord) -> Result<Arc<VerifiedAgency>, ServiceError> {
        record.verify(self.me().network()).map(Arc::new).map_err(|why| {
            if is_other_network(&why) {
                ServiceError::OtherNetwork
            } else {
                ServiceError::BadCard { why: why.to_string() }
            }
        })
    }

    /// Replaces the known record by one that extends it. The caller holds the peer's lock.
    async fn grow(
        &self,
        actor: &Actor,
        heard: &Arc<VerifiedAgency>,
        row: PeerRow,
        stamp: &Stamp,
    ) -> Result<super::Peer, Refused> {
        let damaged = |_| ServiceError::Internal("a stored peer can't be read");
        let known = PublicRecord::from_bytes(&row.record).map_err(damaged)?;
        let known = Arc::new(known.verify(self.me().network()).map_err(damaged)?);
        match heard.extends(&known) {
            Ok(()) => {}
            Err(ForkOrRollback::Rollback { .. } | ForkOrRollback::OlderStatement { .. }) => {
                return Err(Refused::OlderCopy);
            }
            Err(ForkOrRollback::OtherAgency { .. }) => {
                return Err(ServiceError::BadCard { why: "it is the record of another agency".into() }.into());
            }
            Err(ForkOrRollback::Fork { .. } | ForkOrRollback::Equivocation { .. }) => {
                return Err(self.freeze(actor, &known, heard, row, stamp).await.into());
            }
        }
        if heard.record() == known.record() {
            return Ok(super::Peer { agency: known, row });
        }
        let _claims = self.link_keys.lock().await;
        let free = self.link_keys_free(heard);
        self.audited(actor, "peer.update", heard.id().as_bytes(), free).await?;
        let trust = trust_after(row.trust, &known, heard);
        let row = if trust == row.trust {
            PeerRow { record: heard.record().to_bytes(), ..row }
        } else {
            self.decided(&Actor::Node, heard, trust)
        };
        Ok(self.save_peer(heard, row, Some(stamp), actor.event("peer.update")).await?)
    }

    /// Somebody else may hold the agency's keys: keeps both records and sends nothing until a person looked.
    async fn freeze(
        &self,
        actor: &Actor,
        known: &Arc<VerifiedAgency>,
        heard: &VerifiedAgency,
        row: PeerRow,
        stamp: &Stamp,
    ) -> ServiceError {
        let id = known.id();
        let trust = if row.trust == Trust::Retired { Trust::Retired } else { Trust::Suspended };
        let row = PeerRow { how: Some("fork".into()), ..self.decided(&Actor::Node, known, trust) };
        let mut tx = self.vault.begin();
        tx.expect(stamp);
        tx.put(&Owner::Ledger, id.as_bytes(), &row);
        evidence::keep(&mut tx, id, heard.record(), self.world.now());
        tx.audit(actor.event("peer.update").object(id.as_bytes()).refused(ServiceError::CardContradicts.code()));
        tx.audit(Actor::Node.event("peer.suspend").object(id.as_bytes()));
        if let Err(error) = tx.commit().await {
            return error.into();
        }
        tracing::error!(peer = %safe(&id), "two contradicting key records of one agency: it was suspended");
        write(&self.peers).insert(id, super::Peer { agency: Arc::clone(known), row });
        self.peers_changed.notify_one();
        ServiceError::CardContradicts
    }
}

/// Why a record was not taken in.
enum Refused {
    /// The known record already holds all of it and more.
    OlderCopy,
    Error(ServiceError),
}

impl From<ServiceError> for Refused {
    fn from(error: ServiceError) -> Self {
        Self::Error(error)
    }
}

impl From<Refused> for ServiceError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::OlderCopy => Self::CardContradicts,
            Refused::Error(error) => error,
        }
    }
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

fn is_other_network(error: &RecordError) -> bool {
    use keys::{
        CommonError,
        log::{GenesisError, LogError},
    };
    matches!(error, RecordError::Log(LogError::Genesis(GenesisError::Common(CommonError::OtherNetwork))))
}
