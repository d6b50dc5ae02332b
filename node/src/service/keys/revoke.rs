//! The end of a signing key before its time. What it had signed stands as far as this node knows it: that is the cut.

use keys::{
    AgencyId, Digest, KeyId, SigningKey, Timestamp, VerifiedAgency,
    cut::{Cut, CutLeaf},
    log::{EntryBody, MAX_REASON_CHARS, OpKey, RevokeKey},
    publish, random_bytes,
    sealing::SealingKey,
};
use protocol::{cut::CutAnswer, receipt::Receipt};

use super::{
    LeafRow,
    change::{Change, unsigned},
    leaf_key,
};
use crate::{
    service::{
        Actor, Service, ServiceError,
        access::UseCase,
        people::second::Hand,
        read,
        rows::{AnswerRow, ReceiptRow},
    },
    vault::{Owner, Row, Transaction},
    view::{KeyChange, RevokeOwnKey},
};

/// What is to be revoked, and what comes in its place.
struct Ending {
    key: KeyId,
    /// Published after it and never used: whoever stole it may have these too.
    unused: Vec<KeyId>,
    /// Whether it is the key in use.
    active: bool,
    /// Whether it may have signed anything.
    signed: bool,
}

impl Service {
    /// Revokes an own signing key. If it is the one in use, a new one takes its place in the same step.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] and the like for the key; [`ServiceError::KeyState`]: it is revoked already, or the
    /// root is away; [`ServiceError::Field`]: no reason; [`ServiceError::NeedsSecondPerson`].
    pub async fn key_revoke(&self, actor: &Actor, key: &str, request: RevokeOwnKey) -> Result<KeyChange, ServiceError> {
        self.may(actor, UseCase::KeyRevoke).await?;
        if request.dry_run {
            let _one = self.changing_keys.lock().await;
            self.root()?;
            return self.what_revoking_does(&self.ending(key)?).await;
        }
        self.not_for_one(actor, UseCase::KeyRevoke.code(), &[]).await?;
        let judged = self.revocable(key, &request.reason);
        let (key, reason) = self.audited(actor, UseCase::KeyRevoke.code(), &[], judged).await?;
        self.revoke_now(Hand::One(actor), key, &reason).await
    }

    /// The key, and the reason as it will stand in the key log, if both can be.
    pub(in crate::service) fn revocable(&self, key: &str, reason: &str) -> Result<(KeyId, String), ServiceError> {
        let (ending, reason) = (self.ending(key)?, reason.trim());
        if reason.is_empty() || reason.chars().count() > MAX_REASON_CHARS {
            let why = format!("say why, in at most {MAX_REASON_CHARS} characters; every peer can read it");
            return Err(ServiceError::Field { field: "reason", why });
        }
        self.root()?;
        Ok((ending.key, reason.to_owned()))
    }

    /// Revokes it, as one or two persons decided.
    ///
    /// # Errors
    /// As [`Service::key_revoke`].
    pub(in crate::service) async fn revoke_now(
        &self,
        hand: Hand<'_>,
        key: KeyId,
        reason: &str,
    ) -> Result<KeyChange, ServiceError> {
        let _one = self.changing_keys.lock().await;
        let done = self.revoke_key(hand, key, reason).await;
        self.audited(hand.actor(), "key.revoke", &key.0, done).await
    }

    async fn revoke_key(&self, hand: Hand<'_>, key: KeyId, reason: &str) -> Result<KeyChange, ServiceError> {
        let (ending, root) = (self.ending(&key.to_string())?, self.root()?);
        self.show_unshown().await?;
        let next = if ending.active { Some(self.replacement().await?) } else { None };
        // From here to the end nobody signs a packet: it would lie outside.
        let _all = self.stripes.all().await;
        let mut tx = self.vault.begin();
        let (cut, mut done) = self.cut(&ending, &mut tx).await?;
        let (record, sealing) = self.without(&ending, (&root, next.as_ref()), reason, cut)?;
        // Acknowledgements by it convince nobody any more: they are made anew when they are asked for.
        for Row { key, .. } in self.vault.read_all::<AnswerRow>().await? {
            tx.delete::<AnswerRow>(&Owner::Ledger, &key);
        }
        tx.audit(hand.event("key.revoke").object(ending.key.0));
        hand.settle(&mut tx);
        let gone = [ending.key].into_iter().chain(ending.unused).collect();
        let active = next.as_ref().map(|key| key.public().id());
        self.change_keys(Change { record, active, gone, sealing, root: None, tx }).await?;
        done.after = active.map(|key| key.to_string());
        Ok(done)
    }

    fn ending(&self, text: &str) -> Result<Ending, ServiceError> {
        let (me, op) = (self.me(), self.resolve_own_key(text)?);
        if op.revoked.is_some() {
            return Err(ServiceError::KeyState { why: "this key is revoked already".into() });
        }
        let key = op.key.id();
        let active = self.signing()?.public().id();
        let in_use = me.keys().op_key(active).map_or(0, |op| op.added);
        let later = |other: &&OpKey| other.revoked.is_none() && other.added > op.added && other.added > in_use;
        let unused = if active == key {
            me.keys().op_keys().iter().filter(later).map(|op| op.key.id()).collect()
        } else {
            Vec::new()
        };
        Ok(Ending { key, unused, active: active == key, signed: op.added <= in_use })
    }

    /// A signing key that nobody can have: not one that lay in the keyring before.
    async fn replacement(&self) -> Result<SigningKey, ServiceError> {
        let before = self.held.second().map(|key| key.public().id());
        self.with_keyring(move |keys, entropy| {
            before.map_or(Ok(()), |key| keys.destroy(key, entropy))?;
            keys.add(entropy).map(|_| keys.second())
        })
        .await?
        .ok_or(ServiceError::Internal("the new signing key can't be read"))
    }

    /// The cut, with what each peer will be given in the transaction.
    async fn cut(&self, ending: &Ending, tx: &mut Transaction) -> Result<(Digest, KeyChange), ServiceError> {
        let mut done = KeyChange { key: ending.key.to_string(), ..KeyChange::of("revoked") };
        if !ending.signed {
            return Ok((Digest::default(), done));
        }
        let mut sent = self.sent_by(ending.key).await?;
        let receipts = self.receipts_by(ending.key).await?;
        let mut peers: Vec<AgencyId> = read(&self.peers).keys().copied().collect();
        peers.extend(sent.keys().copied());
        peers.sort_unstable();
        peers.dedup();
        let mut leaves = Vec::new();
        let mut headers = Vec::new();
        for peer in peers {
            let mut of_peer = sent.remove(&peer).unwrap_or_default();
            let mut receipts: Vec<Digest> = receipts
                .iter()
                .filter(|(to, _)| *to == peer)
                .map(|(_, hash)| *hash)
                .take(keys::cut::MAX_RECEIPTS)
                .collect();
            receipts.sort_unstable();
            receipts.dedup();
            let packets = of_peer.packets();
            done.exchanges += packets.len() as u64;
            done.waiting += of_peer.headers.len() as u64;
            let salt = random_bytes(&mut self.world.entropy());
            leaves.push(CutLeaf { peer, salt, packets, receipts });
            headers.push(of_peer.headers);
        }
        done.peers = leaves.len() as u64;
        let cut = Cut::build(leaves, &mut self.world.entropy());
        let cut = cut.map_err(|_| ServiceError::Internal("the cut could not be made"))?;
        for ((leaf, path), headers) in cut.leaves().iter().zip(headers) {
            let answer = CutAnswer::new(leaf.to_bytes(), path.to_bytes(), headers).to_bytes();
            tx.put(&Owner::Ledger, &leaf_key(ending.key, leaf.peer), &LeafRow { answer });
        }
        Ok((cut.root(), done))
    }

    /// The receipts that the key signed, and for whom.
    async fn receipts_by(&self, key: KeyId) -> Result<Vec<(AgencyId, Digest)>, ServiceError> {
        let me = self.me().id();
        let mut receipts = Vec::new();
        for Row { value, .. } in self.vault.read_all::<ReceiptRow>().await? {
            let Ok(signed) = keys::Signed::<Receipt>::from_bytes(&value.receipt) else { continue };
            let claimed = signed.claimed();
            if claimed.common.agency == me && claimed.common.key == key {
                receipts.push((claimed.peer, signed.hash(protocol::receipt::RECEIPT)));
            }
        }
        Ok(receipts)
    }

    /// This agency without the key, and with the one that takes its place.
    fn without(
        &self,
        ending: &Ending,
        (root, next): (&SigningKey, Option<&SigningKey>),
        reason: &str,
        cut: Digest,
    ) -> Result<(VerifiedAgency, Option<SealingKey>), ServiceError> {
        let now = self.world.now();
        let (mut record, mut sealing) = (self.me().as_ref().clone(), None);
        // First all is said by the new key, then the old one goes, and its statements with it.
        if let Some(next) = next {
            record = publish::add_op_key(&record, root, now, next.public()).map_err(unsigned)?;
            let (anew, key) = self.said_anew(&record, next, now)?;
            (record, sealing) = (anew, Some(key));
        }
        record = revoked(&record, root, now, RevokeKey { key: ending.key, reason: reason.into(), cut })?;
        for key in &ending.unused {
            let body = RevokeKey { key: *key, reason: reason.into(), cut: Digest::default() };
            record = revoked(&record, root, now, body)?;
        }
        Ok((record, sealing))
    }

    /// What would happen, without doing it.
    async fn what_revoking_does(&self, ending: &Ending) -> Result<KeyChange, ServiceError> {
        let mut nothing = self.vault.begin();
        let (_, mut would) = self.cut(ending, &mut nothing).await?;
        would.replaces = ending.active;
        would.done = "nothing".into();
        Ok(would)
    }

    /// What a peer is given of the cut of an own key.
    ///
    /// # Errors
    /// [`ServiceError::Store`].
    pub async fn leaf_for(&self, peer: AgencyId, key: KeyId) -> Result<Option<Vec<u8>>, ServiceError> {
        let found = self.vault.read::<LeafRow>(&Owner::Ledger, &leaf_key(key, peer)).await?;
        // Not before it is shown that the key was revoked: it would tell of something that may not come.
        let shown = self.me().keys().op_key(key).is_some_and(|op| op.revoked.is_some());
        Ok(found.map(|(row, _)| row.answer).filter(|_| shown))
    }
}

fn revoked(
    record: &VerifiedAgency,
    root: &SigningKey,
    now: Timestamp,
    body: RevokeKey,
) -> Result<VerifiedAgency, ServiceError> {
    publish::append(record, &[root], now, &EntryBody::RevokeKey(body)).map_err(unsigned)
}
