//! What a restored peer is told of the exchanges with it, and what a restored node makes of that.

use keys::Signature;
use protocol::{
    ExchangeId,
    exchange::{Exchange, Link, Parties, Past, Position, Role},
    heads::{ByteVec, FULL_BYTES, FULL_HEADERS, Heads, HeadsOf, KeptHeader},
    packet::PacketKind,
};

use super::work::{Work, own_key, their_key};
use crate::{
    observe::safe,
    service::{
        Actor, HeadsQuestion, Peer, Service, ServiceError,
        recovery::{Own, Wait},
        rows::{ExchangeRow, FactsRow, HeaderRow, OwedRow},
    },
    vault::Owner,
};

/// The code of the alarm on an exchange whose content a restore lost, or part of it.
pub const LOST_BY_RESTORE: &str = "restored-lost";
/// The other side remembers what can't be.
const CONTRADICTS: &str = "restored-contradicts";
/// Why a release waits: the acceptance was learnt of again by a restore.
const RESTORED: &str = "restored";

impl Service {
    /// The signed answer to a peer that asks what both sent to each other.
    ///
    /// # Errors
    /// [`ServiceError::Busy`] while the signing key changes; [`ServiceError::Store`].
    pub async fn heads_for(&self, to: keys::AgencyId, ask: HeadsQuestion) -> Result<Vec<u8>, ServiceError> {
        let peer = self.peer(&to).ok_or(ServiceError::NotFound { what: "peer" })?;
        if ask.head > peer.agency.head().seq {
            self.key_missed(&to);
        }
        let mut ids = self.board().ids_with(to);
        ids.retain(|id| ask.after.is_none_or(|after| *id > after));
        ids.sort_unstable();
        let (mut exchanges, mut more, mut headers, mut bytes) = (Vec::new(), false, 0, 0);
        for id in ids {
            if headers >= FULL_HEADERS || bytes >= FULL_BYTES {
                more = true;
                break;
            }
            match self.heads_of(id).await {
                Ok(one) => {
                    headers += one.asked.len() + one.own.len();
                    bytes += one.asked.iter().chain(&one.own).map(|header| header.len()).sum::<usize>();
                    exchanges.push(one);
                }
                // Erased altogether meanwhile.
                Err(ServiceError::NotFound { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        let record = ask.after.is_none().then(|| peer.agency.record().to_bytes().into());
        let key = self.signing()?;
        let common = self.common(&key, self.world.now());
        let heads = Heads { common, peer: to, nonce: ask.nonce, after: ask.after, record, exchanges, more };
        self.vault.record(Actor::Node.event("peer.heads").object(to.as_bytes())).await?;
        Ok(heads.sign(&key))
    }

    async fn heads_of(&self, id: ExchangeId) -> Result<HeadsOf, ServiceError> {
        let work = self.work_on(id).await?;
        let exchange = &work.row.exchange;
        let asked = self.kept_headers(&work, exchange.peer_links(), their_key).await?;
        let acknowledged = usize::try_from(exchange.acknowledged()).unwrap_or(usize::MAX);
        let links = exchange.own_links();
        let own = self.kept_headers(&work, links.get(..acknowledged).unwrap_or(links), own_key).await?;
        Ok(HeadsOf { exchange: id, yours: work.role() == Role::Recipient, asked, own })
    }

    /// The headers of these packets, from the first up to where one is missing.
    async fn kept_headers(
        &self,
        work: &Work,
        links: &[Link],
        key: fn(u64) -> Vec<u8>,
    ) -> Result<Vec<ByteVec>, ServiceError> {
        let mut kept = Vec::new();
        for (seq, link) in (1..).zip(links) {
            let Some((row, _)) = self.vault.read::<HeaderRow>(&work.skeleton(), &key(seq)).await? else { break };
            let signature =
                row.signature.try_into().map_err(|_| ServiceError::Internal("a stored header is damaged"))?;
            let header = KeptHeader { header: row.header, signature: Signature(signature), refused: link.refused };
            kept.push(header.to_bytes().into());
        }
        Ok(kept)
    }

    /// Puts an exchange together again from what the peer remembers. Where all was told before, only what differs is
    /// looked at. Where the peer holds a packet of another node of this agency, or shall show one, nothing is changed.
    pub(in crate::service) async fn rebuild(
        &self,
        peer: &Peer,
        told: &HeadsOf,
        wait: Wait,
    ) -> Result<Own, ServiceError> {
        let (id, me) = (told.exchange, self.me());
        let _lock = self.stripes.lock(id.as_bytes()[0]).await;
        let (Some(own), Some(theirs)) = (
            proved(&told.asked, |kept| kept.past(&me, peer.agency.id(), id)),
            proved(&told.own, |kept| kept.past(&peer.agency, me.id(), id)),
        ) else {
            tracing::warn!(peer = %safe(&peer.agency.id()), "a header that a peer remembers does not prove anything");
            return Ok(Own::Here);
        };
        let skeleton = Owner::Skeleton(*id.as_bytes());
        let known = self.vault.read::<ExchangeRow>(&skeleton, b"").await?.map(|(row, _)| row);
        if known.is_none() && self.vault.was_erased(&skeleton).await? {
            return Ok(Own::Here);
        }
        let before = known.as_ref().map(|row| &row.exchange);
        let sent = before.map(Exchange::own_links).unwrap_or_default();
        let (sends, shall_show) = (self.sends_in_its_incarnation(), wait == Wait::Proof);
        if sends && by_another(sent, &own, me.incarnation(), shall_show) {
            return Ok(Own::Another);
        }
        if shall_show {
            return Ok(Own::Here);
        }
        let (origin, recipient, role) = if told.yours {
            (me.id(), peer.agency.id(), Role::Origin)
        } else {
            (peer.agency.id(), me.id(), Role::Recipient)
        };
        let parties = Parties { id, origin, recipient, role };
        let heard = wait == Wait::Notice;
        if before.is_some_and(|before| *before.parties() != parties || (heard && has_all(before, &own, &theirs))) {
            return Ok(Own::Here);
        }
        let rebuilt = Exchange::rebuilt(parties, before, (&pasts(&own), &pasts(&theirs)), self.world.now());
        match (rebuilt, known) {
            (Ok(rebuilt), Some(_)) => {
                let work = self.work_on(id).await?;
                self.take_rebuilt(work, rebuilt, (&own, &theirs)).await?;
            }
            (Ok(rebuilt), None) => {
                let row = lost_row(rebuilt.exchange.clone(), (&own, &theirs), self.world.now());
                let work = self.work_on_new(row, FactsRow::default(), self.world.now());
                self.take_rebuilt(work, rebuilt, (&own, &theirs)).await?;
            }
            (Err(_), Some(_)) => {
                let mut work = self.work_on(id).await?;
                if work.alarm(CONTRADICTS) {
                    self.finish(work).await?;
                }
            }
            (Err(_), None) => {}
        }
        Ok(Own::Here)
    }

    async fn take_rebuilt(
        &self,
        mut work: Work,
        rebuilt: protocol::exchange::Rebuilt,
        (own, theirs): (&[Proved], &[Proved]),
    ) -> Result<(), ServiceError> {
        for (news, all, key) in
            [(&rebuilt.own_new, own, own_key as fn(u64) -> Vec<u8>), (&rebuilt.theirs_new, theirs, their_key)]
        {
            for one in all.iter().filter(|one| news.contains(&one.past.position().seq)) {
                work.keep_told(&key(one.past.position().seq), &one.kept.header, &one.kept.signature);
            }
        }
        // What was acknowledged waits no longer; what others took the place of never goes out.
        for (seq, due) in self.pending().rows_of(work.id) {
            let void = rebuilt.void_from.is_some_and(|from| seq >= from);
            if void || seq <= own.len() as u64 {
                work.answered(seq, due.parting, void);
            }
        }
        let own_kinds: Vec<PacketKind> = own
            .iter()
            .filter(|one| rebuilt.own_new.contains(&one.past.position().seq))
            .filter_map(|one| one.past.kind())
            .collect();
        // The content of ours that the other side has is lost here; so is that of theirs.
        if rebuilt.void_from.is_some() || !rebuilt.own_new.is_empty() || !rebuilt.theirs_new.is_empty() {
            work.alarm(LOST_BY_RESTORE);
        }
        work.row.exchange = rebuilt.exchange;
        work.row.since = work.now;
        self.after_rebuilding(&mut work, &own_kinds).await?;
        work.tx.audit(Actor::Node.event("exchange.rebuild").object(work.id.as_bytes()));
        self.finish(work).await
    }

    /// What follows from where the exchange stands now, whoever brought it there.
    async fn after_rebuilding(&self, work: &mut Work, own_new: &[PacketKind]) -> Result<(), ServiceError> {
        use protocol::exchange::{Disclosure, Effect, State};
        let (state, ended) = (work.row.exchange.state(), work.row.exchange.state().is_end());
        let erases = matches!(state, State::Declined | State::Returned | State::Withdrawn);
        match work.role() {
            Role::Origin => {
                if own_new.contains(&PacketKind::Release) {
                    let effect = Effect::RecordDisclosure(Disclosure::Categories);
                    self.perform(work, vec![effect], None).await?;
                }
                if ended {
                    self.perform(work, vec![Effect::DropRelease], None).await?;
                } else if state == State::Accepted {
                    work.row.release_blocked = Some(RESTORED.into());
                } else {
                    work.row.release_blocked = None;
                }
                if erases && !work.row.exchange.receipt_owed() {
                    work.row.erased = work.row.erased.or(Some(work.now));
                }
            }
            Role::Recipient if erases => {
                if !work.row.erasing {
                    self.perform(work, vec![Effect::EraseShared], None).await?;
                }
                // Also where the receipt was given before: the erasure is proved anew.
                work.tx.put(&Owner::Ledger, work.id.as_bytes(), &OwedRow { since: work.now });
            }
            Role::Recipient => {}
        }
        Ok(())
    }

    /// Tells the peer a fresh key in each exchange whose seeds are lost.
    pub(in crate::service) async fn rekey(&self, peer: keys::AgencyId) -> Result<(), ServiceError> {
        use protocol::packet::{Body, RekeyBody};
        let ids = self.board().ids_with(peer);
        for id in ids {
            let _lock = self.stripes.lock(id.as_bytes()[0]).await;
            let mut work = self.work_on(id).await?;
            let exchange = &work.row.exchange;
            if !exchange.needs_rekey() || exchange.own_links().is_empty() && exchange.peer_links().is_empty() {
                continue;
            }
            let applied = exchange.seen().map(Into::into);
            self.say(&mut work, Body::Rekey(RekeyBody { applied })).await?;
            work.tx.audit(Actor::Node.event("rekey.send").object(id.as_bytes()));
            self.finish(work).await?;
        }
        Ok(())
    }
}

/// A header, and what it proves.
struct Proved {
    kept: KeptHeader,
    past: Past,
}

fn proved(headers: &[ByteVec], prove: impl Fn(&KeptHeader) -> Option<Past>) -> Option<Vec<Proved>> {
    let one = |bytes: &ByteVec| {
        let kept = KeptHeader::from_bytes(bytes)?;
        Some(Proved { past: prove(&kept)?, kept })
    };
    headers.iter().map(one).collect()
}

fn pasts(proved: &[Proved]) -> Vec<Past> {
    proved.iter().map(|one| one.past.clone()).collect()
}

/// Whether both chains hold all of this already.
fn has_all(exchange: &Exchange, own: &[Proved], theirs: &[Proved]) -> bool {
    let holds = |links: &[Link], told: &[Proved]| {
        told.len() <= links.len()
            && links.iter().zip(told).all(|(link, one)| {
                let Position { incarnation, hash, .. } = one.past.position();
                link.hash == hash && link.incarnation == incarnation
            })
    };
    holds(exchange.own_links(), own) && holds(exchange.peer_links(), theirs)
}

/// Whether another node of this agency made one of these in this incarnation: another packet stands in its place here,
/// or, if that counts, none.
fn by_another(sent: &[Link], own: &[Proved], incarnation: u64, none_counts: bool) -> bool {
    own.iter().enumerate().any(|(place, told)| {
        let Position { incarnation: of, hash, .. } = told.past.position();
        of == incarnation && sent.get(place).map_or(none_counts, |link| link.hash != hash)
    })
}

/// The row of an exchange that the backup did not hold: of which child it was, nobody here knows any more.
fn lost_row(exchange: Exchange, (own, theirs): (&[Proved], &[Proved]), now: keys::Timestamp) -> ExchangeRow {
    let first = match exchange.parties().role {
        Role::Origin => own.first(),
        Role::Recipient => theirs.first(),
    };
    let purpose = first.and_then(|one| one.past.purpose()).unwrap_or(protocol::code::Purpose::Care);
    let offered = first.map_or(now, |one| one.past.created().min(now));
    ExchangeRow {
        lapses: exchange.expires(),
        answer_by: exchange.expires(),
        exchange,
        case: None,
        consent: None,
        offered,
        since: now,
        expected: None,
        purpose,
        end_code: None,
        alarms: Vec::new(),
        release_blocked: None,
        erasing: false,
        erased: None,
        parted: false,
    }
}
