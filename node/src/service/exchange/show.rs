//! One exchange, whole: what this node still holds of it.

use std::collections::VecDeque;

use protocol::{
    consent::Release,
    exchange::{End, Link, Role},
    offer::Triage,
    packet::{Body, Header, PacketKind},
    receipt::Receipt,
};
use serde_json::Value;

use super::{
    list::side,
    work::{Work, own_key, their_key},
};
use crate::{
    service::{
        Actor, Service, ServiceError,
        access::UseCase,
        rows::{BodyRow, ExchangeRow, HeaderRow, ReceiptRow},
    },
    vault::Owner,
    view::{Delivery, EventView, ExchangeView, ReceiptView},
};

/// A packet as it is stored: header always, body until it is erased.
struct Kept {
    role: Role,
    header: Header,
    body: Option<Body>,
}

impl Service {
    /// Shows an exchange. Written down before it is shown.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] and the like for the id; [`ServiceError::Store`].
    pub async fn exchange_show(&self, actor: &Actor, id: &str) -> Result<ExchangeView, ServiceError> {
        self.may(actor, UseCase::ExchangeShow).await?;
        let id = self.resolve_exchange(id)?;
        self.must_see_exchange(actor, id, UseCase::ExchangeShow.code()).await?;
        self.audit_read(actor, "exchange.open", id.as_bytes()).await?;
        let work = self.work_on(id).await?;
        let packets = self.packets(&work).await?;
        let line = super::Line::new(&work.row, work.facts.clone());
        let blocked = work.row.release_blocked.iter().map(|why| format!("release-waits:{why}"));
        let mut summary = self.summary(id, &line);
        summary.delivery = self.delivery(&work, summary.delivery).await?;
        Ok(ExchangeView {
            summary,
            triage: packets.iter().find_map(triage),
            released: packets.iter().find_map(released),
            events: packets.iter().map(|packet| event(packet, &work.row)).collect(),
            receipt: self.receipt_view(&work).await?,
            alarms: work.row.alarms.iter().cloned().chain(blocked).collect(),
        })
    }

    /// How far the newest of the packets shown got. Memory learns of a packet a moment after it is on disk, and says of the
    /// packets before it that they arrived: here that would be read as if the new one had.
    async fn delivery(&self, work: &Work, known: Delivery) -> Result<Delivery, ServiceError> {
        if !matches!(known, Delivery::Delivered) {
            return Ok(known);
        }
        let newest = work.row.exchange.own_links().len() as u64;
        for parting in [true, false] {
            if self.waiting(work.id, newest, parting).await?.is_some() {
                return Ok(Delivery::Waiting);
            }
        }
        Ok(known)
    }

    /// All packets of both sides that have an effect, oldest first.
    async fn packets(&self, work: &Work) -> Result<Vec<Kept>, ServiceError> {
        let role = work.role();
        let (mut own, mut theirs) = (VecDeque::new(), VecDeque::new());
        for (seq, link) in numbered(work.row.exchange.own_links()) {
            own.extend(self.kept(work, role, own_key(seq), link).await?);
        }
        for (seq, link) in numbered(work.row.exchange.peer_links()) {
            theirs.extend(self.kept(work, role.other(), their_key(seq), link).await?);
        }
        Ok(match role {
            Role::Origin => in_order(own, theirs),
            Role::Recipient => in_order(theirs, own),
        })
    }

    async fn kept(&self, work: &Work, role: Role, key: Vec<u8>, link: &Link) -> Result<Option<Kept>, ServiceError> {
        let Some(kind) = link.kind.filter(|_| link.refused.is_none()) else { return Ok(None) };
        let Some((row, _)) = self.vault.read::<HeaderRow>(&work.skeleton(), &key).await? else { return Ok(None) };
        let header: Header = keys::cbor::decode(&row.header).map_err(|_| damaged())?;
        // From the end on nobody sees it any more, also if destroying its key takes long.
        let shared = if work.row.erasing { None } else { self.vault.read::<BodyRow>(&work.content(), &key).await? };
        let body = match shared {
            Some(found) => Some(found),
            None => self.vault.read::<BodyRow>(&work.parting(), &key).await?,
        };
        let body = body.and_then(|(row, _)| Body::from_bytes(kind, &row.body).ok());
        Ok(Some(Kept { role, header, body }))
    }

    async fn receipt_view(&self, work: &Work) -> Result<Option<ReceiptView>, ServiceError> {
        let found = self.vault.read::<ReceiptRow>(&Owner::Ledger, work.id.as_bytes()).await?;
        let Some((row, _)) = found else { return Ok(None) };
        let receipt = keys::Signed::<Receipt>::from_bytes(&row.receipt).map_err(|_| damaged())?;
        let receipt = receipt.claimed();
        let me = self.me();
        let by = receipt.common.agency;
        Ok(Some(ReceiptView {
            by: if by == me.id() { me.name().to_owned() } else { self.peer_name(&by) },
            erased_at: receipt.erased_at,
            method: receipt.method.code.clone(),
            backups_until: receipt.residual.backups_until,
        }))
    }
}

/// Both sides' packets in one order, the same at both nodes: each after all that its sender had seen. The clocks, which
/// may be wrong and know whole seconds only, decide where neither had seen the other.
fn in_order(mut origin: VecDeque<Kept>, mut recipient: VecDeque<Kept>) -> Vec<Kept> {
    let has_seen = |later: &Kept, earlier: &Kept| later.header.seen.is_some_and(|seen| seen.seq >= earlier.header.seq);
    let mut ordered = Vec::with_capacity(origin.len() + recipient.len());
    loop {
        let origins_turn = match (origin.front(), recipient.front()) {
            (Some(ours), Some(theirs)) if has_seen(theirs, ours) => true,
            (Some(ours), Some(theirs)) => !has_seen(ours, theirs) && ours.header.created <= theirs.header.created,
            (ours, _) => ours.is_some(),
        };
        match if origins_turn { origin.pop_front() } else { recipient.pop_front() } {
            Some(packet) => ordered.push(packet),
            None => return ordered,
        }
    }
}

fn numbered(links: &[Link]) -> impl Iterator<Item = (u64, &Link)> {
    (1..).zip(links)
}

const fn damaged() -> ServiceError {
    ServiceError::Internal("a stored packet is damaged")
}

fn triage(packet: &Kept) -> Option<Value> {
    let Some(Body::Offer(body)) = &packet.body else { return None };
    Triage::from_bytes(&body.triage.0).ok().map(|triage| triage.to_json())
}

fn released(packet: &Kept) -> Option<Value> {
    let Some(Body::Release(body)) = &packet.body else { return None };
    Release::from_bytes(&body.release.0).ok().map(|release| release.to_json())
}

/// A packet as a person reads it. The code of the end that counts outlives its body.
fn event(packet: &Kept, row: &ExchangeRow) -> EventView {
    let kind = packet.header.kind();
    let end = kind.and_then(End::of);
    let ends = end.is_some() && end == super::custody::end(row.exchange.state());
    let (code, text, date) = packet.body.as_ref().map_or((None, None, None), said);
    EventView {
        at: packet.header.created,
        by: side_of(packet.role),
        kind: kind.map_or("unknown", PacketKind::code).into(),
        code: code.or_else(|| row.end_code.clone().filter(|_| ends)),
        text,
        date,
    }
}

/// At both nodes `sent` is the agency that made the offer.
const fn side_of(role: Role) -> crate::view::Side {
    side(role)
}

type Said = (Option<String>, Option<String>, Option<String>);

fn said(body: &Body) -> Said {
    let text = |text: &str| Some(text.to_owned());
    match body {
        Body::Withdraw(body) => (text(body.reason.code()), None, None),
        Body::Accept(body) => (None, body.note.as_ref().and_then(|note| text(note.as_str())), None),
        Body::Decline(body) => (text(body.reason.code()), body.text.as_ref().and_then(|t| text(t.as_str())), None),
        Body::Note(body) => (None, text(body.text.as_str()), None),
        Body::Progress(body) => (
            text(body.status.code()),
            body.text.as_ref().and_then(|t| text(t.as_str())),
            body.date.map(|day| day.to_string()),
        ),
        Body::Return(body) => (text(body.reason.code()), body.text.as_ref().and_then(|t| text(t.as_str())), None),
        Body::Complete(body) => (text(body.outcome.code()), body.text.as_ref().and_then(|t| text(t.as_str())), None),
        Body::Offer(_) | Body::Release(_) | Body::Rekey(_) | Body::Erased(_) => (None, None, None),
    }
}

/// Whether anything of what was shared in this exchange can be read in this vault. For the demo's control on copies
/// of a folder.
///
/// # Errors
/// [`crate::vault::VaultError`] if the vault can't be read.
pub(crate) async fn holds_content(
    vault: &crate::vault::Vault,
    exchange: protocol::ExchangeId,
) -> Result<bool, crate::vault::VaultError> {
    let content = Owner::Content(*exchange.as_bytes());
    Ok(vault.read::<BodyRow>(&content, &their_key(1)).await?.is_some())
}
