//! The cuts of peers' revoked keys: which are wanted, what they say, and what is done by them.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use keys::{
    AgencyId, Digest, KeyId, VerifiedAgency,
    cut::{self, CutError, Link, PeerCut, Place},
};
use protocol::{cut::CutAnswer, exchange::Position};

use super::CutRow;
use crate::{
    observe::safe,
    service::{Actor, Peer, Service, ServiceError, read},
    vault::{Owner, Row, Transaction, Vault, VaultError},
};

/// What stands here of the packets by one revoked key of a peer.
pub(in crate::service) struct KnownCut(Option<(PeerCut, Vec<Link>)>);

/// What becomes of a packet by a revoked key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::service) enum Standing {
    /// As of any other packet.
    Stands,
    /// It is not known yet: the sender shall try again.
    Waits,
    /// It does not count, whatever it says of its date.
    Outside,
}

impl KnownCut {
    /// Verifies what a peer answered.
    fn read(root: Digest, me: AgencyId, answer: Option<&[u8]>) -> Result<Self, CutError> {
        let Some(bytes) = answer else { return Ok(Self(None)) };
        let answer = CutAnswer::from_bytes(bytes)?;
        let mine = cut::verify(root, me, &answer.leaf, &answer.parse_path()?)?;
        Ok(Self(Some((mine, answer.links()))))
    }

    /// The packets of `exchange` that stand, as far as the chain is known.
    pub(in crate::service) fn standing(&self, exchange: Digest, links: &[Link]) -> BTreeSet<Digest> {
        self.0.as_ref().map_or_else(BTreeSet::new, |(mine, more)| mine.standing(exchange, &[more, links].concat()))
    }

    /// What becomes of a packet that is not on disk here.
    pub(in crate::service) fn judge(&self, exchange: Digest, at: &Position) -> Standing {
        let Some((mine, links)) = &self.0 else { return Standing::Outside };
        match mine.covers(exchange, at.incarnation, at.seq, at.hash) {
            Place::Inside => Standing::Stands,
            Place::Before if mine.standing(exchange, links).contains(&at.hash) => Standing::Stands,
            Place::Before => Standing::Waits,
            Place::Outside => Standing::Outside,
        }
    }
}

/// A peer and one of its keys.
type Whose = (AgencyId, KeyId);
/// A cut, and whether what lies outside was shown to people.
type Kept = (Arc<KnownCut>, bool);

/// The cuts that were got.
#[derive(Default)]
pub(in crate::service) struct Known(Mutex<HashMap<Whose, Kept>>);

impl Known {
    fn lock(&self) -> MutexGuard<'_, HashMap<Whose, Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The cut, if it is known.
    pub(in crate::service) fn get(&self, peer: AgencyId, key: KeyId) -> Option<Arc<KnownCut>> {
        self.lock().get(&(peer, key)).map(|(cut, _)| Arc::clone(cut))
    }

    fn set(&self, peer: AgencyId, key: KeyId, cut: &Arc<KnownCut>, flagged: bool) {
        self.lock().insert((peer, key), (Arc::clone(cut), flagged));
    }

    /// The keys of `peer` of which people were not told yet what they did outside.
    pub(in crate::service) fn unflagged_of(&self, peer: AgencyId) -> Vec<KeyId> {
        self.unflagged().into_iter().filter(|(of, _, _)| *of == peer).map(|(_, key, _)| key).collect()
    }

    fn unflagged(&self) -> Vec<(AgencyId, KeyId, Arc<KnownCut>)> {
        let open = |((peer, key), (cut, flagged)): (&Whose, &Kept)| (!flagged).then(|| (*peer, *key, Arc::clone(cut)));
        self.lock().iter().filter_map(open).collect()
    }
}

/// What is stored of them. One that does not belong to the peer's record any more is asked for anew.
pub(in crate::service) async fn read_known(
    vault: &Vault,
    me: AgencyId,
    peers: &BTreeMap<AgencyId, Peer>,
) -> Result<Known, VaultError> {
    let known = Known::default();
    for Row { key, value, .. } in vault.read_all::<CutRow>().await? {
        let Some((peer, key)) = split(&key) else { continue };
        let root = peers.get(&peer).and_then(|peer| root_or_void(&peer.agency, key));
        let answer = value.answer.as_ref().map(|answer| answer.as_slice());
        if let Some(root) = root.filter(|root| (*root == Digest::default()) == answer.is_none())
            && let Ok(cut) = KnownCut::read(root, me, answer)
        {
            known.set(peer, key, &Arc::new(cut), value.flagged);
        }
    }
    Ok(known)
}

fn split(key: &[u8]) -> Option<(AgencyId, KeyId)> {
    let (peer, key) = key.split_first_chunk::<32>()?;
    Some((AgencyId::new(Digest(*peer)), KeyId(key.try_into().ok()?)))
}

fn row_key(peer: AgencyId, key: KeyId) -> Vec<u8> {
    [peer.as_bytes().as_slice(), &key.0].concat()
}

/// The cut of a revoked key; all zero: nothing by it stands.
fn root_of(agency: &VerifiedAgency, key: KeyId) -> Option<Digest> {
    agency.keys().op_key(key)?.revoked.as_ref().map(|revocation| revocation.cut)
}

/// As [`root_of`], and for a key that the record does not know any more.
fn root_or_void(agency: &VerifiedAgency, key: KeyId) -> Option<Digest> {
    if agency.keys().op_key(key).is_none() { Some(Digest::default()) } else { root_of(agency, key) }
}

/// The keys of `known` that `now` does not know: its root had never meant them, a thief of the root before had.
pub(in crate::service) fn void_keys(known: &VerifiedAgency, now: &VerifiedAgency) -> Vec<KeyId> {
    let all = known.keys().op_keys().iter().map(|op| op.key.id());
    all.filter(|key| now.keys().op_key(*key).is_none()).collect()
}

impl Service {
    /// Puts down that nothing by these keys stands. To be told to people once that is committed
    /// ([`Service::nothing_stands`]).
    pub(in crate::service) fn put_void(tx: &mut Transaction, peer: AgencyId, keys: &[KeyId]) {
        for key in keys {
            tx.put(&Owner::Ledger, &row_key(peer, *key), &CutRow { answer: None, flagged: false });
            tx.audit(Actor::Node.event("peer.revoked-key").object(peer.as_bytes()));
        }
    }

    /// Nothing by these keys stands any more, as was put down.
    pub(in crate::service) fn nothing_stands(&self, peer: AgencyId, keys: &[KeyId]) {
        for key in keys {
            self.known.set(peer, *key, &Arc::new(KnownCut(None)), false);
        }
    }

    /// The revoked keys of the peer whose cuts are wanted.
    #[must_use]
    pub fn cuts_wanted(&self, peer: AgencyId) -> Vec<KeyId> {
        let Some(peer) = self.peer(&peer) else { return Vec::new() };
        let keys = peer.agency.keys().op_keys().iter().map(|op| op.key.id());
        let with_cut = keys.filter(|key| root_of(&peer.agency, *key).is_some_and(|root| root != Digest::default()));
        with_cut.filter(|key| self.known.get(peer.agency.id(), *key).is_none()).collect()
    }

    /// Takes what the peer's node answered to who asked for its part of a cut. Whether it counts.
    ///
    /// # Errors
    /// [`ServiceError::Store`].
    pub async fn cut_came(&self, peer: AgencyId, key: KeyId, answer: &[u8]) -> Result<bool, ServiceError> {
        let Some(root) = self.peer(&peer).and_then(|peer| root_of(&peer.agency, key)) else { return Ok(false) };
        let Ok(cut) = KnownCut::read(root, self.me().id(), Some(answer)).map(Arc::new) else {
            tracing::warn!(peer = %safe(&peer), "what a peer says of a revoked key does not count");
            return Ok(false);
        };
        let answer = Some(answer.to_vec().into());
        self.keep_cut((peer, key), CutRow { answer, flagged: false }, &cut).await?;
        self.flag_revoked().await?;
        // What waited until it was known may go.
        self.outbox_wake.notify_one();
        Ok(true)
    }

    async fn keep_cut(
        &self,
        (peer, key): (AgencyId, KeyId),
        row: CutRow,
        cut: &Arc<KnownCut>,
    ) -> Result<(), ServiceError> {
        let mut tx = self.vault.begin();
        tx.put(&Owner::Ledger, &row_key(peer, key), &row);
        if !row.flagged {
            tx.audit(Actor::Node.event("peer.revoked-key").object(peer.as_bytes()));
        }
        tx.commit().await?;
        self.known.set(peer, key, cut, row.flagged);
        Ok(())
    }

    /// Shows to people what revoked keys of peers did outside their cuts, as far as that was not done before.
    ///
    /// # Errors
    /// [`ServiceError::Store`]; it goes on at the next call.
    pub(in crate::service) async fn flag_revoked(&self) -> Result<(), ServiceError> {
        let _one = self.flagging.lock().await;
        for (peer, key) in self.revoked_without_cut() {
            let cut = Arc::new(KnownCut(None));
            self.keep_cut((peer, key), CutRow { answer: None, flagged: false }, &cut).await?;
        }
        for (peer, key, cut) in self.known.unflagged() {
            let flagged = self.flag_outside(peer, key, &cut).await?;
            if flagged > 0 {
                tracing::warn!(peer = %safe(&peer), flagged, "a revoked key of a peer had said what does not stand");
            }
            let found = self.vault.read::<CutRow>(&Owner::Ledger, &row_key(peer, key)).await?;
            if let Some((row, _)) = found {
                self.keep_cut((peer, key), CutRow { flagged: true, ..row }, &cut).await?;
            }
        }
        Ok(())
    }

    /// Guardians revoke without a cut: nothing by such a key stands but what was stored before.
    fn revoked_without_cut(&self) -> Vec<(AgencyId, KeyId)> {
        let peers = read(&self.peers);
        let all = peers.values().flat_map(|peer| peer.agency.keys().op_keys().iter().map(move |op| (peer, op)));
        all.filter(|(_, op)| op.revoked.as_ref().is_some_and(|revocation| revocation.cut == Digest::default()))
            .map(|(peer, op)| (peer.agency.id(), op.key.id()))
            .filter(|(peer, key)| self.known.get(*peer, *key).is_none())
            .collect()
    }

    /// Peers of whose revoked keys the cut is not here yet.
    pub(in crate::service) fn peers_without_cut(&self) -> Vec<AgencyId> {
        let ids: Vec<AgencyId> = read(&self.peers).keys().copied().collect();
        ids.into_iter().filter(|id| !self.cuts_wanted(*id).is_empty()).collect()
    }
}
