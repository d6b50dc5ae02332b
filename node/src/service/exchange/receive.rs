//! What arrives: opened, verified, judged, on disk, and only then acknowledged (`docs/protocol.md` 3.7, 3.8).

use std::sync::Arc;

use keys::{
    AgencyId, Digest, Head, Secret, VerifiedAgency,
    sealing::{Kid, SealingKey},
};
use protocol::{
    ExchangeId,
    ack::AckResult,
    envelope::Introduced,
    exchange::{Exchange, Fate, Parties, Position, Refusal, Role, Verdict},
    open::{Me, NotVerified, OpenError, OpeningKey, SealedEnvelope, ToAnswer, VerifiedPacket},
};

use super::{
    incoming::{Incoming, Quota},
    quota::Allowed,
    work::Work,
};
use crate::{
    observe::safe,
    service::{
        Actor, Peer, Service, ServiceError,
        rows::{AnswerRow, FactsRow, SeedRow},
    },
    vault::Owner,
};

/// What the peer port answers.
#[derive(Debug)]
pub enum Inbound {
    /// The sealed acknowledgement; what it says is on disk.
    Ack(Vec<u8>),
    /// Nothing proves who asks: the one empty refusal. The code is for our own log.
    Refused(&'static str),
    /// It could not be kept; the sender tries again.
    NoRoom,
    /// Over the peer's day; it may come again after this. Nothing of it is kept.
    OverQuota(std::time::Duration),
}

/// Why there is no acknowledgement.
pub(super) enum NoAck {
    Refused(&'static str),
    Failed(ServiceError),
    OverQuota(std::time::Duration),
}

impl From<ServiceError> for NoAck {
    fn from(error: ServiceError) -> Self {
        Self::Failed(error)
    }
}

impl From<OpenError> for NoAck {
    fn from(error: OpenError) -> Self {
        Self::Refused(error.code())
    }
}

/// How often a change is tried again that somebody else's change overtook.
const ATTEMPTS: usize = 4;

impl Service {
    /// Takes one envelope that came over the link of `from`. Returns after everything that the answer says is on
    /// disk. If the future is dropped, nothing there is half-done, but the lists may not know of it: run it to its end, on
    /// a task of its own.
    pub async fn receive(&self, from: AgencyId, envelope: &[u8]) -> Inbound {
        match self.take(from, envelope).await {
            Ok(ack) => Inbound::Ack(ack),
            Err(NoAck::Refused(code)) => {
                tracing::info!(peer = %safe(&from), code, "refused an envelope");
                Inbound::Refused(code)
            }
            Err(NoAck::OverQuota(wait)) => {
                tracing::info!(peer = %safe(&from), "put off a packet: more than this node takes of one peer in a day");
                Inbound::OverQuota(wait)
            }
            Err(NoAck::Failed(error)) => {
                tracing::warn!(peer = %safe(&from), code = error.code(), "could not take an envelope");
                Inbound::NoRoom
            }
        }
    }

    async fn take(&self, from: AgencyId, envelope: &[u8]) -> Result<Vec<u8>, NoAck> {
        let sealed = SealedEnvelope::parse(envelope)?;
        let digest = sealed.digest();
        // Before the key is looked for: a lost answer is repeated also after an erasure.
        if let Some(answer) = self.answered_before(&digest).await? {
            return Ok(answer);
        }
        let key = self.opening_key(&sealed).await?.ok_or(OpenError::UnknownKey)?;
        let peer = self.peer(&from).ok_or(NoAck::Refused("open/unknown-peer"))?;
        // What was lost by a restore must be there again before it is judged what follows. The sender keeps it.
        self.may_say(from)?;
        let (verified, revoked) = self.verify(from, sealed, key, Arc::clone(&peer.agency)).await?;
        match verified {
            Ok(packet) => {
                self.head_seen(&peer.agency, packet.header().sender_head);
                self.own_head_seen(from, packet.header().recipient_head).await;
                let known = peer.agency.head();
                let peer = match revoked {
                    None => peer,
                    Some(before) => match self.judge_revoked(&peer, before, &packet).await? {
                        Ok(peer) => peer,
                        Err(held) => return Ok(held),
                    },
                };
                self.proved((&peer, known), digest, &packet).await
            }
            Err(why) => {
                if matches!(why.error, OpenError::Key(_) | OpenError::Incarnation) {
                    self.key_missed(&from);
                }
                match why {
                    NotVerified { answer: Some(to_answer), error } => {
                        tracing::info!(peer = %safe(&from), code = error.code(), "refused a packet by name");
                        Ok(self.refuse_by_name(&peer.agency, &to_answer)?)
                    }
                    NotVerified { error, answer: None } => Err(error.into()),
                }
            }
        }
    }

    /// Applies a packet that its sender signed, unless it is more than a day's.
    async fn proved(
        &self,
        (peer, known): (&Peer, Head),
        digest: Digest,
        packet: &VerifiedPacket,
    ) -> Result<Vec<u8>, NoAck> {
        match self.quotas.count(peer.agency.id(), packet.header().kind(), self.world.now()) {
            Allowed::Later(wait) => Err(NoAck::OverQuota(wait)),
            allowed => Ok(self.apply((peer, known), digest, packet, allowed).await?),
        }
    }

    /// The stored answer to these very bytes, once all that it says is on disk.
    async fn answered_before(&self, digest: &Digest) -> Result<Option<Vec<u8>>, ServiceError> {
        let found = self.vault.read::<AnswerRow>(&Owner::Ledger, digest.as_bytes()).await?;
        let Some((row, _)) = found else { return Ok(None) };
        self.vault.settle().await?;
        Ok(Some(row.answer))
    }

    /// Decrypts and proves it, on a thread that may take its time. If the key was revoked, it is proved by the log of
    /// before, which is given too: it counts only if the cut says so.
    async fn verify(
        &self,
        from: AgencyId,
        sealed: SealedEnvelope,
        key: OpeningKey,
        sender: Arc<VerifiedAgency>,
    ) -> Result<(Result<VerifiedPacket, NotVerified>, Option<VerifiedAgency>), NoAck> {
        let me = Me { network: self.me().network(), agency: self.me().id() };
        let work = move || {
            let opened = sealed.open(&[key], &me)?;
            // On the direct route nobody speaks for another.
            if opened.claimed_sender() != from {
                return Err(OpenError::OtherSender);
            }
            let revocation = sender.keys().op_key(opened.claimed_key()).and_then(|op| op.revoked.as_ref());
            let before = revocation.and_then(|revocation| sender.before_entry(revocation.seq));
            Ok((opened.verify(before.as_ref().unwrap_or(&sender), &me), before))
        };
        Ok(self.hands.run(work).await??)
    }

    async fn apply(
        &self,
        (peer, known): (&Peer, Head),
        digest: Digest,
        packet: &VerifiedPacket,
        allowed: Allowed,
    ) -> Result<Vec<u8>, ServiceError> {
        let id = packet.header().exchange;
        let _lock = self.stripes.lock(id.as_bytes()[0]).await;
        // Its key may have been revoked while it was proved: then it is to be judged anew.
        if self.peer(&peer.agency.id()).is_none_or(|now| now.agency.head() != known) {
            return Err(ServiceError::Busy);
        }
        let quota = Quota {
            offers: self.board().unanswered_from(peer.agency.id()) < self.settings.open_offers_per_peer,
            texts: allowed == Allowed::Take,
        };
        let incoming = Incoming::read(packet, peer, &self.me(), quota, self.world.now());
        for _ in 0..ATTEMPTS {
            match self.apply_once(peer, digest, packet, &incoming).await {
                Err(ServiceError::Busy) => {}
                done => return done,
            }
        }
        Err(ServiceError::Busy)
    }

    async fn apply_once(
        &self,
        peer: &Peer,
        digest: Digest,
        packet: &VerifiedPacket,
        incoming: &Incoming,
    ) -> Result<Vec<u8>, ServiceError> {
        let id = packet.header().exchange;
        let skeleton = Owner::Skeleton(*id.as_bytes());
        let (work, verdict) = if self.board().line(&id).is_some() {
            let mut work = self.work_on(id).await?;
            if work.row.exchange.parties().peer() != peer.agency.id() {
                return self.answer(peer, packet, None, AckResult::Refused(Some(Refusal::UnknownExchange)));
            }
            let verdict = work.row.exchange.receive(&incoming.step, work.now);
            (work, verdict)
        } else if self.vault.was_erased(&skeleton).await? {
            // An old offer that somebody sends once more brings no child back.
            return self.answer(peer, packet, None, AckResult::Refused(Some(Refusal::UnknownExchange)));
        } else if packet.position().incarnation < peer.agency.incarnation() {
            // Offered before the sender's node was restored, or by a copy of what it was before.
            return self.answer(peer, packet, None, AckResult::Refused(Some(Refusal::OldIncarnation)));
        } else {
            match self.open_exchange(peer, id, incoming) {
                Ok(opened) => opened,
                Err(verdict) => return self.answer(peer, packet, None, AckResult::of(&verdict)),
            }
        };
        self.carry_out(peer, digest, packet, incoming, work, verdict).await
    }

    fn open_exchange(&self, peer: &Peer, id: ExchangeId, incoming: &Incoming) -> Result<(Work, Verdict), Verdict> {
        let now = self.world.now();
        let parties = Parties { id, origin: peer.agency.id(), recipient: self.me().id(), role: Role::Recipient };
        let (exchange, verdict) = Exchange::from_offer(parties, &incoming.step, now)?;
        let (row, facts) = incoming.first_row(exchange, now);
        // Of an offer that is refused nothing is kept but its place.
        let void = row.exchange.is_void();
        let mut work = self.work_on_new(row, if void { FactsRow::default() } else { facts }, now);
        if !void {
            work.keep_facts();
        }
        Ok((work, verdict))
    }

    async fn carry_out(
        &self,
        peer: &Peer,
        digest: Digest,
        packet: &VerifiedPacket,
        incoming: &Incoming,
        mut work: Work,
        verdict: Verdict,
    ) -> Result<Vec<u8>, ServiceError> {
        let result = AckResult::of(&verdict);
        let effects = match verdict {
            Verdict::Duplicate { .. } => {
                self.vault.settle().await?;
                return self.answer(peer, packet, work.row.exchange.own_head(), result);
            }
            // The sender keeps it until it can be taken, so it need not be kept here.
            Verdict::Held { .. } => Vec::new(),
            Verdict::Rejected { code } => {
                work.alarm(format!("broken:{}", code.code()));
                Vec::new()
            }
            Verdict::Equivocation(_) => {
                // One pair is the proof; more of them would only fill the disk.
                if work.alarm("equivocation") {
                    work.keep_evidence(packet.inner());
                }
                Vec::new()
            }
            Verdict::Refused { effects, .. } => {
                work.keep_theirs(packet.inner(), false);
                self.end_what_was_seen(&mut work, packet);
                effects
            }
            Verdict::Applied { effects, body } => {
                let counts = body == Fate::Keep;
                let keep = counts && !work.row.erasing && incoming.has_content(work.role());
                work.keep_theirs(packet.inner(), keep);
                self.end_what_was_seen(&mut work, packet);
                // What a higher end overtook must not change its code, nor what is expected.
                if counts {
                    incoming.note_in(&mut work.row);
                }
                effects
            }
        };
        work.needs_room_for(packet.header().kind());
        work.receipt.clone_from(&incoming.receipt);
        self.perform(&mut work, effects, None).await?;
        let ack = self.answer(peer, packet, work.row.exchange.own_head(), result)?;
        if result != AckResult::Held {
            let row = AnswerRow { answer: ack.clone(), exchange: work.id, at: work.now };
            work.tx.put(&Owner::Ledger, digest.as_bytes(), &row);
        }
        let action = incoming.action(result);
        // Only a purpose that we know: what a peer writes there freely is no matter for the log.
        let purpose = packet.header().purpose().map_or("unknown", |purpose| purpose.code());
        self.quotas.note(peer.agency.id(), &mut work.tx);
        work.tx.audit(Actor::Node.event(action).object(work.id.as_bytes()).purpose(purpose));
        self.finish(work).await?;
        Ok(ack)
    }

    /// After an end, what the other side has seen leaves the outbox without an answer of its own: the key that a
    /// repetition would be sealed to may be gone there, and then none would ever come. Before an end the answer is
    /// waited for, since it says whether the packet counts.
    fn end_what_was_seen(&self, work: &mut Work, packet: &VerifiedPacket) {
        let Some(seen) = packet.header().seen.filter(|_| work.row.exchange.state().is_end()) else { return };
        for (seq, due) in self.pending().rows_of(work.id).into_iter().filter(|(seq, _)| *seq <= seen.seq) {
            work.answered(seq, due.parting, false);
        }
    }

    fn refuse_by_name(&self, peer: &VerifiedAgency, to: &ToAnswer) -> Result<Vec<u8>, ServiceError> {
        self.write_ack(peer.id(), to.exchange, to.position, AckResult::Refused(Some(to.refusal)), None, &to.exported)
    }

    fn answer(
        &self,
        peer: &Peer,
        packet: &VerifiedPacket,
        last: Option<Position>,
        result: AckResult,
    ) -> Result<Vec<u8>, ServiceError> {
        let exchange = packet.header().exchange;
        self.write_ack(peer.agency.id(), exchange, packet.position(), result, last, packet.exported())
    }

    /// The private key that an envelope is sealed to: a published one, or one made for an exchange.
    async fn opening_key(&self, sealed: &SealedEnvelope) -> Result<Option<OpeningKey>, ServiceError> {
        let kid = sealed.kid();
        if let Some(key) = crate::service::read(&self.sealing).get(&kid) {
            return Ok(Some(OpeningKey { key: Arc::clone(key), introduced: None }));
        }
        self.exchange_key(kid).await
    }

    /// The private half of a key of ours that was made for one exchange.
    async fn exchange_key(&self, kid: Kid) -> Result<Option<OpeningKey>, ServiceError> {
        let Some(id) = crate::service::read(&self.seeds).get(&kid).copied() else { return Ok(None) };
        let work = self.work_on(id).await?;
        let live = work.row.exchange.live_seeds().iter().find(|seed| seed.kid == kid).copied();
        let seed = self.vault.read::<SeedRow>(&work.parting(), &kid.0).await?;
        let (Some(live), Some((row, _))) = (live, seed) else { return Ok(None) };
        let key = Arc::new(SealingKey::from_seed(Secret::new(Box::new(row.seed))));
        let sender = work.row.exchange.parties().peer();
        Ok(Some(OpeningKey { key, introduced: Some(Introduced { exchange: id, sender, by: live.introduced }) }))
    }
}

impl Service {
    /// Opens a recorded envelope again, as long as its key lives, and gives the bytes that were inside. For the
    /// demo's control, which shows that its search would find a name; changes nothing.
    pub(crate) async fn open_recorded(&self, envelope: &[u8]) -> Option<Vec<u8>> {
        let sealed = SealedEnvelope::parse(envelope).ok()?;
        let key = self.opening_key(&sealed).await.ok()??;
        let me = Me { network: self.me().network(), agency: self.me().id() };
        let opened = sealed.open(&[key], &me).ok()?;
        let sender = self.peer(&opened.claimed_sender())?;
        let verified = opened.verify(&sender.agency, &me).ok()?;
        Some(verified.inner().body_bytes().to_vec())
    }
}
