//! One change to one exchange: loaded, changed, committed, and only then known to memory.

use keys::{
    Secret, Timestamp,
    sealing::{Kid, SealingKey},
};
use protocol::{
    ExchangeId,
    exchange::{MayNot, Role},
    packet::{self, Body, BuildError, Inner, PacketDraft, PacketKind},
    receipt::Receipt,
};

use super::{AtHand, Line, packet_key};
use crate::{
    service::{
        Service, ServiceError,
        rows::{BodyRow, DueRow, ExchangeRow, FactsRow, HeaderRow, OutboxRow, SeedRow},
        write,
    },
    vault::{Owner, Stamp, Transaction},
};

/// Which side's packet, in store keys.
const OWN: u8 = 0;
const THEIRS: u8 = 1;
const FORK: u8 = 2;

/// What memory must learn once the commit is on disk.
#[derive(Default)]
struct After {
    waits: Vec<(u64, DueRow)>,
    at_hand: Vec<(u64, AtHand)>,
    answered: Vec<(u64, bool)>,
    new_seeds: Vec<Kid>,
    dead_seeds: Vec<Kid>,
    erase: bool,
}

/// A change under way.
pub(super) struct Work {
    pub id: ExchangeId,
    pub row: ExchangeRow,
    /// `None` for an exchange that this change opens.
    stamp: Option<Stamp>,
    pub facts: FactsRow,
    pub tx: Transaction,
    pub now: Timestamp,
    /// A checked receipt that came with the packet under way, and its exact bytes.
    pub receipt: Option<(Receipt, Vec<u8>)>,
    after: After,
}

impl Work {
    pub(super) fn content(&self) -> Owner {
        Owner::Content(*self.id.as_bytes())
    }

    pub(super) fn skeleton(&self) -> Owner {
        Owner::Skeleton(*self.id.as_bytes())
    }

    /// Whose key our own last packets and seeds lie under. Once the parting key is gone a later withdrawal and its
    /// receipt may still come, after a completion for years: they hold no personal data, and lie in the skeleton.
    pub(super) fn parting(&self) -> Owner {
        if self.row.parted { self.skeleton() } else { Owner::Parting(*self.id.as_bytes()) }
    }

    pub(super) fn role(&self) -> Role {
        self.row.exchange.parties().role
    }

    /// Where a packet of ours lies until it is delivered. What ends an exchange at the recipient must outlive the
    /// erasure that it brings about, and is destroyed once delivered.
    fn own_packet_owner(&self, kind: PacketKind) -> (Owner, bool) {
        let outlives = match kind {
            PacketKind::Decline | PacketKind::Return | PacketKind::Erased => true,
            PacketKind::Offer
            | PacketKind::Withdraw
            | PacketKind::Accept
            | PacketKind::Release
            | PacketKind::Note
            | PacketKind::Progress
            | PacketKind::Complete
            | PacketKind::Rekey => false,
        };
        if self.role() == Role::Recipient && outlives { (self.parting(), true) } else { (self.content(), false) }
    }

    /// Puts a packet of ours into the transaction: header, body, outbox, seed of the key it brings.
    fn keep_own(&mut self, inner: Inner, kind: PacketKind, fresh: Option<&SealingKey>, coins: Secret<32>) {
        let seq = inner.header().seq;
        let (owner, parting) = self.own_packet_owner(kind);
        let due = DueRow { peer: self.row.exchange.parties().peer(), parting, kind: kind.code().into() };
        self.keep(OWN, &inner, &owner);
        self.tx.put(&owner, &seq.to_be_bytes(), &OutboxRow { inner: inner.bytes().to_vec(), coins: *coins.expose() });
        self.tx.put(&Owner::Ledger, &packet_key(self.id, seq), &due);
        self.after.waits.push((seq, due));
        self.after.at_hand.push((seq, AtHand { inner, coins }));
        if let Some(key) = fresh {
            self.tx.put(&self.parting(), &key.kid().0, &SeedRow { seed: *key.seed().expose() });
            self.after.new_seeds.push(key.kid());
        }
    }

    /// Keeps what lists show of the offer.
    pub(super) fn keep_facts(&mut self) {
        let content = self.content();
        self.tx.put(&content, b"", &self.facts);
    }

    /// Keeps a packet of the other side.
    pub(super) fn keep_theirs(&mut self, inner: &Inner, with_body: bool) {
        let content = self.content();
        if with_body { self.keep(THEIRS, inner, &content) } else { self.keep_header(THEIRS, inner) }
    }

    fn keep(&mut self, side: u8, inner: &Inner, body_owner: &Owner) {
        self.keep_header(side, inner);
        let body = BodyRow { body: inner.body_bytes().to_vec(), k_commit: *inner.k_commit().expose() };
        self.tx.put(body_owner, &row_key(side, inner.header().seq), &body);
    }

    fn keep_header(&mut self, side: u8, inner: &Inner) {
        let header = HeaderRow { header: inner.header_bytes().to_vec(), signature: inner.signature().0.to_vec() };
        self.tx.put(&self.skeleton(), &row_key(side, inner.header().seq), &header);
    }

    /// Keeps a header that the other side remembered.
    pub(super) fn keep_told(&mut self, key: &[u8], header: &[u8], signature: &keys::Signature) {
        let header = HeaderRow { header: header.to_vec(), signature: signature.0.to_vec() };
        self.tx.put(&self.skeleton(), key, &header);
    }

    /// Keeps the header of a packet that forks the other side's chain: with the one that stands there it is a proof.
    pub(super) fn keep_evidence(&mut self, inner: &Inner) {
        let header = HeaderRow { header: inner.header_bytes().to_vec(), signature: inner.signature().0.to_vec() };
        let key = [&row_key(FORK, inner.header().seq)[..], inner.packet_hash().as_bytes()].concat();
        self.tx.put(&self.skeleton(), &key, &header);
    }

    /// A packet of ours waits, elsewhere than before.
    pub(super) fn waits_on(&mut self, seq: u64, due: DueRow) {
        self.after.waits.push((seq, due));
    }

    /// The packet is out of the outbox.
    pub(super) fn answered(&mut self, seq: u64, parting: bool, refused: bool) {
        let owner = if parting { self.parting() } else { self.content() };
        self.tx.delete::<OutboxRow>(&owner, &seq.to_be_bytes());
        self.tx.delete::<DueRow>(&Owner::Ledger, &packet_key(self.id, seq));
        self.after.answered.push((seq, refused));
    }

    /// A seed ends. Its bytes go for good with the parting key, at the exchange's end.
    pub(super) fn end_seed(&mut self, kid: Kid) {
        self.tx.delete::<SeedRow>(&self.parting(), &kid.0);
        self.after.dead_seeds.push(kid);
    }

    /// What becomes of a packet of this kind when the disk fills up: what ends an exchange, and the receipt of its
    /// erasure, is taken as long as anything can be written.
    pub(super) fn needs_room_for(&mut self, kind: Option<PacketKind>) {
        match kind {
            Some(PacketKind::Offer) => self.tx.new_work(),
            Some(PacketKind::Withdraw | PacketKind::Decline | PacketKind::Return | PacketKind::Erased) => {}
            Some(
                PacketKind::Accept
                | PacketKind::Release
                | PacketKind::Note
                | PacketKind::Progress
                | PacketKind::Complete
                | PacketKind::Rekey,
            )
            | None => self.tx.can_wait(),
        }
    }

    /// What was shared must be erased: noted durably with what made it so.
    pub(super) fn erase(&mut self, owner: &Owner) {
        self.tx.mark_for_erasure(owner);
        self.after.erase = true;
    }

    /// A code for people to see. Whether it is new.
    pub(super) fn alarm(&mut self, code: impl Into<String>) -> bool {
        let code = code.into();
        let new = !self.row.alarms.contains(&code);
        if new {
            self.row.alarms.push(code);
        }
        new
    }
}

/// Store key of a packet's rows, under an owner of the exchange.
fn row_key(side: u8, seq: u64) -> Vec<u8> {
    [&[side][..], &seq.to_be_bytes()].concat()
}

/// Store key of this side's packet.
pub(super) fn own_key(seq: u64) -> Vec<u8> {
    row_key(OWN, seq)
}

/// Store key of the other side's packet.
pub(super) fn their_key(seq: u64) -> Vec<u8> {
    row_key(THEIRS, seq)
}

impl Service {
    /// Loads an exchange to change it. Hold its lock.
    pub(super) async fn work_on(&self, id: ExchangeId) -> Result<Work, ServiceError> {
        let skeleton = Owner::Skeleton(*id.as_bytes());
        let recent = write(&self.recent).take(id);
        let found = match recent {
            Some(recent) => Some(recent),
            None => self.vault.read::<ExchangeRow>(&skeleton, b"").await?,
        };
        let (row, stamp) = found.ok_or(ServiceError::NotFound { what: "exchange" })?;
        // The list holds what was stored of them, less what was erased.
        let facts = self.board().line(&id).map(Line::facts).unwrap_or_default();
        let (tx, now) = (self.vault.begin(), self.world.now());
        Ok(Work { id, row, stamp: Some(stamp), facts, tx, now, receipt: None, after: After::default() })
    }

    /// Begins an exchange: its three keys, its row to be absent.
    pub(super) fn work_on_new(&self, row: ExchangeRow, facts: FactsRow, now: Timestamp) -> Work {
        let id = row.exchange.parties().id;
        let tx = self.vault.begin();
        let mut work = Work { id, row, stamp: None, facts, tx, now, receipt: None, after: After::default() };
        for owner in [work.content(), work.skeleton(), work.parting()] {
            match work.role() {
                // The id holds a nonce of ours.
                Role::Origin => work.tx.create_key_of_new(&owner),
                Role::Recipient => work.tx.create_key(&owner),
            }
        }
        work
    }

    /// Builds our next packet and puts it, the state and what follows from it into the transaction.
    pub(super) async fn say(&self, work: &mut Work, body: Body) -> Result<(), ServiceError> {
        let kind = body.kind();
        self.may_say(work.row.exchange.parties().peer())?;
        work.needs_room_for(Some(kind));
        let next = work.row.exchange.next(kind).map_err(|why| may_not(kind, why))?;
        let fresh = next.fresh_key.then(|| SealingKey::generate(&mut self.world.entropy()));
        let peer = work.row.exchange.parties().peer();
        let mut draft = self.draft(peer, work.id, body.clone(), work.now, work.row.purpose);
        draft.reply_key = fresh.as_ref().map(|key| key.public().clone());
        draft.next = Some(next);
        let inner = self.build(draft)?;
        let effects = work.row.exchange.sent(&inner.step(), work.now).map_err(|why| may_not(kind, why))?;
        work.keep_own(inner, kind, fresh.as_ref(), Secret::random(&mut self.world.entropy()));
        self.perform(work, effects, Some(&body)).await
    }

    /// As [`Service::say`], for the packet that opens the exchange; its effects are given back.
    pub(super) fn keep_offer(&self, work: &mut Work, inner: Inner, fresh: &SealingKey) {
        work.keep_own(inner, PacketKind::Offer, Some(fresh), Secret::random(&mut self.world.entropy()));
    }

    /// A draft with all that does not depend on its place in the exchange.
    pub(super) fn draft(
        &self,
        peer: keys::AgencyId,
        exchange: ExchangeId,
        body: Body,
        now: Timestamp,
        purpose: protocol::code::Purpose,
    ) -> PacketDraft {
        let me = self.me();
        PacketDraft {
            network: me.network(),
            sender: me.id(),
            incarnation: me.incarnation(),
            sender_head: me.head(),
            recipient: peer,
            recipient_head: self.peer(&peer).map(|peer| peer.agency.head()),
            exchange,
            next: None,
            now,
            expires: None,
            reply_key: None,
            purpose,
            body,
        }
    }

    /// Signs a draft.
    pub(super) fn build(&self, draft: PacketDraft) -> Result<Inner, ServiceError> {
        packet::build(draft, &*self.signing()?, &mut self.world.entropy()).map_err(|error| match error {
            BuildError::Body(_) => ServiceError::Field { field: "text", why: error.to_string() },
            BuildError::Key | BuildError::Place => ServiceError::Internal("a packet did not fit its place"),
        })
    }

    /// Commits the change; when it is on disk, memory, the worker and the eraser learn of it.
    pub(super) async fn finish(&self, mut work: Work) -> Result<(), ServiceError> {
        self.end_parting(&mut work);
        let skeleton = work.skeleton();
        match &work.stamp {
            Some(stamp) => work.tx.expect(stamp),
            None => work.tx.expect_absent::<ExchangeRow>(&skeleton, b""),
        }
        work.tx.put(&skeleton, b"", &work.row);
        let Work { id, row, facts, tx, after, .. } = work;
        let stamp = tx.commit_stamped::<ExchangeRow>(&skeleton, b"").await?;
        let answer_comes = !after.waits.is_empty();
        // Before delivery is woken.
        if let Some(stamp) = stamp.filter(|_| answer_comes) {
            write(&self.recent).hold(id, row.clone(), stamp);
        }
        self.remember(id, &row, facts, after);
        Ok(())
    }

    /// Once nothing can come that is sealed to our keys, and nothing waits that must go out, the parting key ends.
    fn end_parting(&self, work: &mut Work) {
        let exchange = &work.row.exchange;
        let over = exchange.state().is_end() && exchange.live_seeds().is_empty() && !exchange.receipt_owed();
        if !over || work.row.parted {
            return;
        }
        let gone: Vec<u64> = work.after.answered.iter().map(|(seq, _)| *seq).collect();
        let waits = self.pending().of(work.id).any(|seq| !gone.contains(&seq));
        if !waits && work.after.waits.is_empty() {
            let parting = work.parting();
            work.row.parted = true;
            work.erase(&parting);
        }
    }

    fn remember(&self, id: ExchangeId, row: &ExchangeRow, facts: FactsRow, after: After) {
        let facts = if row.erasing { FactsRow::default() } else { facts };
        let line = Line::new(row, facts);
        let mut board = write(&self.board);
        let before = board.line(&id);
        let (new, answered) = (before.is_none_or(|b| line.reads_otherwise(b)), before.is_some_and(|b| line.answers(b)));
        board.set(id, line);
        drop(board);
        if new {
            self.news.changed(id, answered);
        }
        let mut pending = write(&self.pending);
        let new_packets = !after.waits.is_empty();
        after.waits.into_iter().for_each(|(seq, due)| pending.add(id, seq, due));
        after.at_hand.into_iter().for_each(|(seq, packet)| pending.hold(id, seq, packet));
        if after.erase {
            pending.forget_at_hand(id);
        }
        after.answered.into_iter().for_each(|(seq, refused)| pending.remove(id, seq, refused));
        drop(pending);
        let mut seeds = write(&self.seeds);
        seeds.extend(after.new_seeds.into_iter().map(|kid| (kid, id)));
        for kid in after.dead_seeds {
            seeds.remove(&kid);
        }
        drop(seeds);
        if new_packets {
            self.outbox_wake.notify_one();
        }
        if after.erase {
            self.erasure_wake.notify_one();
        }
    }
}

/// Why the state machine does not allow it, in the words of the act.
pub(super) fn may_not(kind: PacketKind, why: MayNot) -> ServiceError {
    match why {
        MayNot::State { state, .. } => ServiceError::WrongState { act: kind.code(), state: state.code().to_owned() },
        MayNot::TooLong | MayNot::Stopped => {
            ServiceError::WrongState { act: kind.code(), state: format!("not to be continued: {why}") }
        }
        MayNot::NoKey => ServiceError::Internal("an exchange without a key to seal to"),
        MayNot::Stale => ServiceError::Busy,
    }
}
