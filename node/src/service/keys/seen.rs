//! How far each peer was seen to know this agency's key log: by the heads in its packets.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use keys::{AgencyId, Digest, Head};

use super::SeenRow;
use crate::{
    service::Service,
    vault::{Owner, Row, Vault, VaultError},
};

/// The newest entry that each peer showed.
#[derive(Default)]
pub(in crate::service) struct Seen(Mutex<BTreeMap<AgencyId, u64>>);

impl Seen {
    /// Whether the peer was seen to know entry `seq`.
    pub(super) fn knows(&self, peer: &AgencyId, seq: u64) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(peer).is_some_and(|known| *known >= seq)
    }

    /// Whether that is more than was known.
    fn note(&self, peer: AgencyId, seq: u64) -> bool {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = seen.entry(peer).or_default();
        let more = *known < seq;
        *known = seq.max(*known);
        more
    }
}

/// What is stored of it.
pub(in crate::service) async fn read_seen(vault: &Vault) -> Result<Seen, VaultError> {
    let seen = Seen::default();
    for Row { key, value, .. } in vault.read_all::<SeenRow>().await? {
        if let Ok(id) = <[u8; 32]>::try_from(key.as_slice()) {
            seen.note(AgencyId::new(Digest(id)), value.seq);
        }
    }
    Ok(seen)
}

impl Service {
    /// A proved packet of the peer says that it knows this end of our key log.
    pub(in crate::service) async fn own_head_seen(&self, peer: AgencyId, head: Option<Head>) {
        let Some(head) = head.filter(|head| self.me().keys().holds(*head)) else { return };
        if self.seen.note(peer, head.seq) {
            let mut tx = self.vault.begin();
            tx.can_wait();
            tx.put(&Owner::Ledger, peer.as_bytes(), &SeenRow { seq: head.seq });
            if tx.commit().await.is_err() {
                tracing::warn!("how far a peer knows the key log could not be written down");
            }
        }
    }
}
