//! Other agencies: how they become known, trusted and distrusted.
//!
//! A peer is what its signed record says and what a person here decided about it. The record may grow by itself,
//! the decision changes only by a person, or downwards when the record shows that somebody else may hold its keys.
//!
//! * [`add`]: cards and fetched records
//! * [`learn`]: what a record says beside the known one
//! * [`evidence`]: what is kept of an agency that says two things
//! * [`lookout`]: whose records are to be fetched
//! * [`link_keys`]: whose transport key is whose
//! * [`trust`]: verifying, suspending
//! * [`show`]: lists, one peer

mod add;
mod evidence;
mod learn;
mod link_keys;
mod lookout;
mod show;
mod trust;

pub(super) use self::lookout::Lookout;
pub use self::{evidence::told, lookout::Fetched, trust::STOPPED};

use std::sync::Arc;

use keys::{AgencyId, VerifiedAgency};

use super::{
    Actor, Peer, Service, ServiceError,
    rows::{PeerRow, Trust},
    write,
};
use crate::{
    audit::Event,
    vault::{Owner, Stamp, Transaction},
};

impl Service {
    /// The peer as it lies on disk: what memory shows may be one change behind.
    async fn read_peer(&self, id: &AgencyId) -> Result<Option<(PeerRow, Stamp)>, ServiceError> {
        Ok(self.vault.read::<PeerRow>(&Owner::Ledger, id.as_bytes()).await?)
    }

    /// Writes the peer and one audit entry, then shows it to the rest of the program.
    async fn save_peer(
        &self,
        agency: &Arc<VerifiedAgency>,
        row: PeerRow,
        known: Option<&Stamp>,
        event: Event,
    ) -> Result<Peer, ServiceError> {
        self.save_peer_with(self.vault.begin(), agency, row, (known, event)).await
    }

    /// As [`Service::save_peer`], with what else belongs into the same batch.
    async fn save_peer_with(
        &self,
        mut tx: Transaction,
        agency: &Arc<VerifiedAgency>,
        row: PeerRow,
        (known, event): (Option<&Stamp>, Event),
    ) -> Result<Peer, ServiceError> {
        let id = agency.id();
        match known {
            Some(stamp) => tx.expect(stamp),
            None => tx.expect_absent::<PeerRow>(&Owner::Ledger, id.as_bytes()),
        }
        tx.put(&Owner::Ledger, id.as_bytes(), &row);
        tx.audit(event.object(id.as_bytes()));
        tx.commit().await?;
        let peer = Peer { agency: Arc::clone(agency), row: Arc::new(row) };
        write(&self.peers).insert(id, peer.clone());
        self.peers_changed.notify_one();
        // What waited for a verified peer may go now.
        self.outbox_wake.notify_one();
        Ok(peer)
    }

    /// A row in which `actor` brings about `trust` now.
    fn decided(&self, actor: &Actor, agency: &VerifiedAgency, trust: Trust) -> PeerRow {
        PeerRow {
            record: agency.record().to_bytes(),
            trust,
            since: self.world.now(),
            by: actor.audit_name(),
            how: None,
            verified_head: None,
        }
    }
}

#[cfg(test)]
mod tests;
