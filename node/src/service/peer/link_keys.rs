//! Whose transport key is whose. A key that two agencies list would let neither in, so the second to list it is refused.

use keys::{AgencyId, Digest, VerifiedAgency};

use crate::service::{Peer, Service, ServiceError, read, rows::Trust};

impl Service {
    /// The transport keys of all peers, suspended ones too: withdrawals and receipts must still pass. A key that a
    /// suspended or closed agency shares with another is the other's.
    #[must_use]
    pub fn pins(&self) -> Vec<(Digest, AgencyId)> {
        let peers = read(&self.peers);
        let of = |peer: &Peer| peer.agency.transport_pins().to_vec();
        let held: Vec<Digest> = peers.values().filter(|peer| holds(peer)).flat_map(of).collect();
        let counts = |peer: &Peer, pin: &Digest| holds(peer) || !held.contains(pin);
        let each = peers.iter().flat_map(|(id, peer)| of(peer).into_iter().map(move |pin| (peer, pin, *id)));
        each.filter(|(peer, pin, _)| counts(peer, pin)).map(|(_, pin, id)| (pin, id)).collect()
    }

    /// Nobody else, this agency included, has a transport key that `agency` lists. The caller holds
    /// `Service::link_keys` until the peer is saved.
    ///
    /// # Errors
    /// [`ServiceError::LinkKeyTaken`].
    pub(super) fn link_keys_free(&self, agency: &VerifiedAgency) -> Result<(), ServiceError> {
        let wanted = agency.transport_pins();
        let has = |other: &VerifiedAgency| other.transport_pins().iter().any(|pin| wanted.contains(pin));
        let me = self.me();
        let peers = read(&self.peers);
        let others = peers.iter().filter(|(id, peer)| **id != agency.id() && holds(peer));
        let mut all = others.map(|(_, peer)| &*peer.agency).chain([&*me]);
        match all.find(|other| has(other)) {
            Some(other) => Err(ServiceError::LinkKeyTaken { name: other.name().to_owned() }),
            None => Ok(()),
        }
    }
}

/// Whether the key stays this peer's when another claims it.
fn holds(peer: &Peer) -> bool {
    matches!(peer.row.trust, Trust::Introduced | Trust::Verified)
}
