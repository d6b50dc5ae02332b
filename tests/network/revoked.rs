//! A stolen signing key: its thief forges, its agency revokes it, and another agency can tell the two apart whatever date
//! the packets bear and in whatever order they come.

use keys::{Timestamp, VerifiedAgency, publish, sealing::SealingKey};
use node::{
    api::client::Method,
    delivery::http::{DeliverError, Delivered},
    view::{ExchangeView, KeyChange, KeyList, PeerView, RefreshView, StatusView},
    world::World,
};
use protocol::{ack::AckResult, code::AgencyKind, cut::CutAnswer};
use serde_json::json;

use crate::{
    agency::Agency,
    puppet::{Letter, Puppet, published},
    town::{Offered, introduce, offer},
};

/// Who took DT's signing key and its transport key, from a copy of its folder.
struct Thief(Puppet);

impl Thief {
    /// A referral in DT's name, which says that it was made so many days ago.
    fn forge(&self, to: &VerifiedAgency, days: u64) -> Letter {
        let mut packet = self.0.offer(to).packet;
        let then = World::system().now().minus(days * Timestamp::DAY);
        packet.header.created = then;
        packet.header.common.ts = then;
        packet.letter(&self.0.signing, &published(to), None)
    }

    /// DT's card with a sealing key of the thief's, said to be from so many days ago.
    fn card(&self, record: &VerifiedAgency, days: u64) -> Option<(String, SealingKey)> {
        let key = SealingKey::generate(&mut World::system().entropy());
        let then = World::system().now().minus(days * Timestamp::DAY);
        let forged = publish::sealing_statement(record, &self.0.signing, then, key.public()).ok()?;
        Some((keys::Card::new(forged.record().clone()).to_text(), key))
    }

    async fn is_refused(&self, to: &Agency, letter: &Letter) {
        assert!(matches!(self.0.post(to, &letter.bytes).await, Err(DeliverError::Refused)));
    }
}

async fn alarms(at: &Agency, exchange: &str) -> Vec<String> {
    let view: ExchangeView = at.get(&format!("exchanges/{exchange}")).await;
    view.alarms
}

async fn arrived(at: &Agency, offered: &Offered) {
    at.until(&format!("exchanges/{}", offered.exchange), "the offer", |_: &ExchangeView| true).await;
}

async fn sent(at: &Agency) {
    at.until("status", "an empty outbox", |status: &StatusView| status.waiting_to_send == 0).await;
}

/// The id of the signing key in use.
async fn active(at: &Agency) -> String {
    let list: KeyList = at.get("keys").await;
    let active = list.keys.into_iter().find(|key| key.kind == "signing" && key.stage == "active");
    active.expect("one is in use").id
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stolen_key_is_revoked_and_what_its_thief_signed_is_refused_or_flagged_while_referrals_go_on() {
    let place = tempfile::tempdir().expect("a folder");
    let make = |name, kind| Agency::make(place.path(), name, kind);
    let mut cmo = make("CMO", AgencyKind::Shelter);
    let mut dt = make("DT", AgencyKind::Shelter);
    let mut pkc = make("PKC", AgencyKind::Shelter);
    let thief = Thief(Puppet::of(&dt));
    for agency in [&mut cmo, &mut dt, &mut pkc] {
        agency.start().await;
    }
    for (here, there) in [(&cmo, &dt), (&dt, &cmo), (&pkc, &dt), (&dt, &pkc)] {
        introduce(here, there).await;
    }
    // Both ways, before the theft is known.
    let (to_dt, from_dt) = (offer(&cmo, &dt).await, offer(&dt, &cmo).await);
    arrived(&dt, &to_dt).await;
    arrived(&cmo, &from_dt).await;
    sent(&dt).await;
    let early = thief.forge(&cmo.record(), 0);
    assert_eq!(thief.0.send(&cmo, &early).await, AckResult::Applied);
    let (first, second) = (thief.forge(&cmo.record(), 40), thief.forge(&cmo.record(), 1));
    // CMO is away while DT refers once more and revokes: that referral is signed by the old key, and is DT's own.
    cmo.stop().await;
    let waiting = offer(&dt, &cmo).await;
    let old = active(&dt).await;
    let ask = json!({ "reason": "laptop stolen", "dry_run": true });
    let would: KeyChange = dt.post(&format!("keys/{old}/revoke"), ask).await;
    assert_eq!((would.done.as_str(), would.replaces), ("nothing", true));
    let done: KeyChange = dt.post(&format!("keys/{old}/revoke"), json!({ "reason": "laptop stolen" })).await;
    assert_eq!((done.peers, done.waiting), (2, 1));
    assert_eq!(done.after, Some(active(&dt).await));
    cmo.start().await;
    let refreshed: RefreshView = cmo.post(&format!("peers/{}/refresh", dt.id), json!({})).await;
    assert_eq!((refreshed.outcome.as_str(), refreshed.peer.trust.as_str()), ("up_to_date", "verified"));

    // What the thief had smuggled in is shown to people; what DT had sent is not, and what waited arrives.
    let flagged = |view: &ExchangeView| view.alarms == ["revoked-key"];
    cmo.until(&format!("exchanges/{}", early.exchange), "the flag", flagged).await;
    arrived(&cmo, &waiting).await;
    for offered in [&to_dt, &from_dt, &waiting] {
        assert_eq!(alarms(&cmo, &offered.exchange).await, Vec::<String>::new());
    }
    // Whatever its date and the order in which it comes.
    for letter in [&second, &first, &thief.forge(&cmo.record(), 0), &thief.forge(&cmo.record(), 300)] {
        thief.is_refused(&cmo, letter).await;
    }
    // Sealing keys too: CMO goes on sealing to DT's own.
    forged_cards_change_nothing(&thief, &cmo, &dt).await;

    // Both go on, also after a restart, and PKC, which heard nothing yet, learns it by DT's next referral.
    cmo.stop().await;
    cmo.start().await;
    thief.is_refused(&cmo, &first).await;
    assert_eq!(alarms(&cmo, &early.exchange.to_string()).await, ["revoked-key"]);
    let again = [offer(&cmo, &dt).await, offer(&dt, &cmo).await, offer(&dt, &pkc).await];
    for (at, offered) in [&dt, &cmo, &pkc].into_iter().zip(&again) {
        arrived(at, offered).await;
    }
    sent(&cmo).await;
    sent(&dt).await;
    let knows = dt.record().head().seq;
    pkc.until(&format!("peers/{}", dt.id), "the revocation", |peer: &PeerView| peer.log_seq == knows).await;
    for agency in [&mut cmo, &mut dt, &mut pkc] {
        agency.stop().await;
    }
}

/// DT's own record with a statement by the stolen key, new or back-dated, made from what was known before and after.
async fn forged_cards_change_nothing(thief: &Thief, cmo: &Agency, dt: &Agency) {
    let own = published(&dt.record()).kid();
    for days in [0, 2] {
        let (card, _) = thief.card(&thief.0.record, days).expect("the old log lets it");
        let _: PeerView = cmo.post("peers", json!({ "card": card })).await;
        assert!(thief.card(&dt.record(), days).is_none(), "the new log does not");
    }
    let offered = offer(cmo, dt).await;
    arrived(dt, &offered).await;
    assert_eq!(published(&dt.record()).kid(), own);
}

#[tokio::test(flavor = "multi_thread")]
async fn until_it_is_known_what_stands_nothing_by_a_revoked_key_is_taken_and_nobody_gets_anothers_part() {
    let place = tempfile::tempdir().expect("a folder");
    let make = |name, kind| Agency::make(place.path(), name, kind);
    let mut cmo = make("CMO", AgencyKind::Reception);
    let mut dt = make("DT", AgencyKind::Shelter);
    let thief = Thief(Puppet::of(&dt));
    cmo.start().await;
    dt.start().await;
    introduce(&cmo, &dt).await;
    introduce(&dt, &cmo).await;
    let old = active(&dt).await;
    let pkc = Agency::make(place.path(), "PKC", AgencyKind::Shelter);
    introduce(&dt, &pkc).await;
    let _: KeyChange = dt.post(&format!("keys/{old}/revoke"), json!({ "reason": "stolen" })).await;
    each_gets_its_own(&dt, &Puppet::of(&pkc), &thief, &cmo).await;
    let card = keys::Card::new(dt.record().record().clone()).to_text();
    dt.stop().await;
    // CMO hears of it by the card, while DT can't be asked.
    let _: PeerView = cmo.post("peers", json!({ "card": card })).await;
    let forged = thief.forge(&cmo.record(), 9);
    assert_eq!(thief.0.send(&cmo, &forged).await, AckResult::Held);
    let gone = cmo.ask::<ExchangeView>(Method::Get, &format!("exchanges/{}", forged.exchange), None).await;
    assert!(gone.is_err(), "it is nowhere");
    dt.start().await;
    let refreshed: RefreshView = cmo.post(&format!("peers/{}/refresh", dt.id), json!({})).await;
    assert_eq!(refreshed.outcome, "up_to_date");
    refused_in_time(&thief, &cmo, &forged).await;
    cmo.stop().await;
    dt.stop().await;
}

/// PKC, which only asks, gets what is for PKC; no other key and no stranger gets anything.
async fn each_gets_its_own(dt: &Agency, pkc: &Puppet, thief: &Thief, cmo: &Agency) {
    let record = dt.record();
    let op = record.keys().op_keys().iter().find(|op| op.revoked.is_some()).expect("the revoked key");
    let root = op.revoked.as_ref().expect("it is").cut;
    let answer = pkc.ask_cut(dt, op.key.id()).await.expect("its own part");
    let answer = CutAnswer::from_bytes(&answer).expect("reads");
    let path = answer.parse_path().expect("a path");
    assert!(keys::cut::verify(root, pkc.record.id(), &answer.leaf, &path).is_ok());
    let anothers = keys::cut::verify(root, cmo.id, &answer.leaf, &path);
    assert_eq!(anothers, Err(keys::cut::CutError::OtherPeer(pkc.record.id())));
    let in_use = record.signing_key().expect("in use").key.id();
    assert!(matches!(pkc.ask_cut(dt, in_use).await, Err(DeliverError::Refused)));
    assert!(thief.0.ask_cut(dt, op.key.id()).await.is_err(), "whom DT does not know");
}

/// The cut comes a moment after the record.
async fn refused_in_time(thief: &Thief, at: &Agency, letter: &Letter) {
    for _ in 0..100 {
        match thief.0.post(at, &letter.bytes).await {
            Err(DeliverError::Refused) => return,
            Ok(Delivered::Ack(_)) => tokio::time::sleep(std::time::Duration::from_millis(50)).await,
            other => panic!("{other:?}"),
        }
    }
    panic!("it is held for ever");
}
