//! How an agency becomes known, and by which ways more is heard of it.

use std::sync::Arc;

use keys::{AgencyId, Card, PublicRecord, RecordError, VerifiedFork};

use super::learn::Learnt;
use crate::{
    service::{Actor, Service, ServiceError, access::UseCase, rows::Trust},
    view::{AddPeer, PeerView},
};

impl Service {
    /// Imports a card. A new agency becomes *introduced*: who sent the card is not known. The card of a known one
    /// brings its record up to date; an older copy of what is known changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::BadCard`], [`ServiceError::OtherNetwork`], [`ServiceError::OwnCard`];
    /// [`ServiceError::LinkKeyTaken`]: another agency keeps the transport key;
    /// [`ServiceError::CardContradicts`]: then the peer was suspended, and the proof is kept;
    /// [`ServiceError::CardVoid`]: it shows a part of the key log that was replaced; nothing changed but that it is kept.
    pub async fn peer_add(&self, actor: &Actor, request: AddPeer) -> Result<PeerView, ServiceError> {
        self.may(actor, UseCase::PeerAdd).await?;
        let card = Card::parse(&request.card).map_err(|why| ServiceError::BadCard { why: why.to_string() })?;
        let id = self.whose(card.record())?;
        if id == self.me().id() {
            return Err(ServiceError::OwnCard);
        }
        let _lock = self.stripes.lock(id.as_bytes()[0]).await;
        let peer = if let Some(known) = self.read_peer(&id).await? {
            self.learn(actor, id, card.record(), known).await?.0
        } else {
            let agency = card.record().verify(self.me().network()).map(Arc::new).map_err(bad_card)?;
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
    /// As [`Service::peer_add`]. False for an older copy of what is known, which suspends nobody: the node may have been
    /// put back from a backup.
    pub async fn peer_record_fetched(&self, actor: &Actor, id: &AgencyId, bytes: &[u8]) -> Result<bool, ServiceError> {
        self.may(actor, UseCase::PeerAdd).await?;
        let record = PublicRecord::from_bytes(bytes).map_err(|why| ServiceError::BadCard { why: why.to_string() })?;
        let _lock = self.stripes.lock(id.as_bytes()[0]).await;
        let known = self.read_peer(id).await?.ok_or(ServiceError::NotFound { what: "peer" })?;
        let (_, learnt) = self.learn(actor, *id, &record, known).await?;
        Ok(learnt != Learnt::Older)
    }

    /// Whose record it is, also if it contradicts itself: then it is known by that.
    fn whose(&self, record: &PublicRecord) -> Result<AgencyId, ServiceError> {
        let network = self.me().network();
        match record.verify(network) {
            Ok(agency) => Ok(agency.id()),
            Err(why) => VerifiedFork::within(record, network).map(|fork| fork.agency()).ok_or_else(|| bad_card(why)),
        }
    }
}

/// What was wrong with a record of somebody new.
pub(super) fn bad_card(why: RecordError) -> ServiceError {
    if is_other_network(&why) { ServiceError::OtherNetwork } else { ServiceError::BadCard { why: why.to_string() } }
}

fn is_other_network(error: &RecordError) -> bool {
    use keys::{
        CommonError,
        log::{GenesisError, LogError},
    };
    matches!(error, RecordError::Log(LogError::Genesis(GenesisError::Common(CommonError::OtherNetwork))))
}
