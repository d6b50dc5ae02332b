//! Peers as people see them.

use keys::{AgencyId, Fingerprint};

use crate::{
    service::{Actor, Peer, Service, ServiceError, access::UseCase, read, rows::Trust},
    view::{PeerList, PeerView},
};

impl Service {
    /// All peers, by name.
    ///
    /// # Errors
    /// None today.
    pub async fn peer_list(&self, actor: &Actor) -> Result<PeerList, ServiceError> {
        self.may(actor, UseCase::PeerList).await?;
        let mut peers: Vec<PeerView> = read(&self.peers).values().map(|peer| self.peer_view(peer)).collect();
        peers.sort_by_cached_key(|peer| (peer.name.to_lowercase(), peer.id.clone()));
        Ok(PeerList { peers })
    }

    /// One peer, by id, beginning of an id, or name.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`], [`ServiceError::Ambiguous`], [`ServiceError::MalformedId`].
    pub async fn peer_show(&self, actor: &Actor, peer: &str) -> Result<PeerView, ServiceError> {
        self.may(actor, UseCase::PeerShow).await?;
        let id = self.resolve_peer(peer)?;
        let peer = self.peer(&id).ok_or(ServiceError::NotFound { what: "peer" })?;
        Ok(self.peer_view(&peer))
    }

    pub(super) fn peer_view(&self, peer: &Peer) -> PeerView {
        let Peer { agency, row } = peer;
        PeerView {
            id: agency.id().to_string(),
            name: agency.name().to_owned(),
            kind: agency.kind_code().to_owned(),
            trust: row.trust.code().to_owned(),
            since: row.since,
            by: row.by.clone(),
            why: row.how.clone().filter(|_| row.trust == Trust::Suspended),
            addresses: agency.addresses().to_vec(),
            services: agency.policy().map(|policy| policy.services.clone()).unwrap_or_default(),
            fingerprint: Fingerprint::of(agency.id()).to_string(),
            log_seq: agency.head().seq,
            same_name: self.shares_name(agency.id(), agency.name()),
        }
    }

    /// Whether another agency goes by this name: somebody may want to be mistaken for it.
    fn shares_name(&self, id: AgencyId, name: &str) -> bool {
        let name = name.to_lowercase();
        let mine = (self.me().name().to_lowercase() == name).then_some(self.me().id());
        let peers = read(&self.peers);
        let others = peers.iter().filter(|(_, peer)| peer.agency.name().to_lowercase() == name).map(|(id, _)| *id);
        others.chain(mine).any(|other| other != id)
    }
}
