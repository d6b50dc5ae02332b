//! A node that was restored from a backup goes on without anybody seeing a fork, and brings nothing back that was erased; a
//! copy beside it is caught by what it sends.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use keys::Timestamp;
use node::{
    api::client::Method,
    run::{self, ErasedList},
    service::Actor,
    view::{BackupView, ExchangeView, PeerView, RestoredView, StatusView},
    world::{Clock, World},
};
use serde_json::{Value, json};

use crate::{
    agency::{Agency, PASSPHRASE, free_address},
    town::{Offered, Town, introduce, offer},
};

/// Makes a backup of a node that runs.
async fn backup(agency: &Agency, file: &Path) -> BackupView {
    agency.post("backup", json!({ "file": file })).await
}

/// Restores a backup of an agency whose own folder is lost.
async fn restore(agency: &Agency, file: &Path, dir: PathBuf) -> (Agency, RestoredView) {
    let (file, to) = (file.to_owned(), dir.clone());
    let restored = tokio::task::spawn_blocking(move || {
        run::restore(&file, &ErasedList::Beside, &to, &Actor::Node, PASSPHRASE.as_bytes()).expect("restored")
    });
    let restored = restored.await.expect("it ends");
    (agency.at(dir), restored)
}

async fn view(at: &Agency, offered: &Offered) -> ExchangeView {
    at.get(&format!("exchanges/{}", offered.exchange)).await
}

async fn is(at: &Agency, offered: &Offered, state: &str) -> ExchangeView {
    let there = |view: &ExchangeView| view.summary.state == state;
    at.until(&format!("exchanges/{}", offered.exchange), state, there).await
}

async fn act(at: &Agency, offered: &Offered, what: &str, body: Value) {
    let _: Value = at.post(&format!("exchanges/{}/{what}", offered.exchange), body).await;
}

/// Offered, accepted, released.
async fn released(town: &Town) -> Offered {
    let offered = offer(&town.cmo, &town.dt).await;
    is(&town.dt, &offered, "offered").await;
    act(&town.dt, &offered, "accept", json!({})).await;
    is(&town.dt, &offered, "released").await;
    is(&town.cmo, &offered, "released").await;
    offered
}

fn has(status: &StatusView, code: &str) -> bool {
    status.troubles.iter().any(|trouble| trouble.code == code)
}

/// It asked all its peers, and everything that waited went out.
async fn recovered(agency: &Agency, peer: &Agency) {
    let over = |status: &StatusView| !has(status, "node/recovering") && status.waiting_to_send == 0;
    agency.until("status", "the recovery's end", over).await;
    let head = agency.record().head().seq;
    assert_eq!(agency.record().incarnation(), 2);
    peer.until(&format!("peers/{}", agency.id), "the new incarnation", |peer: &PeerView| peer.log_seq == head).await;
}

async fn goes_on(town: &Town, offered: &Offered) {
    for (from, to, text) in [(&town.dt, &town.cmo, "He slept well."), (&town.cmo, &town.dt, "Good to hear.")] {
        act(from, offered, "note", json!({ "text": text })).await;
        let there = |view: &ExchangeView| serde_json::to_string(view).is_ok_and(|view| view.contains(text));
        to.until(&format!("exchanges/{}", offered.exchange), "the note", there).await;
    }
}

async fn backups_until(at: &Agency, offered: &Offered) -> Option<Timestamp> {
    view(at, offered).await.receipt.expect("a receipt").backups_until
}

fn no_alarm(view: &ExchangeView) {
    assert_eq!(view.alarms, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_recipient_goes_on_where_it_was_and_what_was_erased_stays_so() {
    let mut town = Town::open().await;
    let (old, gone) = (released(&town).await, released(&town).await);
    let waiting = offer(&town.cmo, &town.dt).await;
    is(&town.dt, &waiting, "offered").await;
    let file = town.place.path().join("dt.backup");
    let made = backup(&town.dt, &file).await;
    assert!(made.rows > 50 && file.is_file());

    // A week goes by: what is in the backup is old.
    act(&town.cmo, &gone, "withdraw", json!({ "reason": "not_needed" })).await;
    town.settled(&gone.exchange, "withdrawn", true).await;
    act(&town.dt, &waiting, "accept", json!({})).await;
    is(&town.dt, &waiting, "released").await;
    let later = released(&town).await;
    act(&town.cmo, &old, "note", json!({ "text": "A sister was found." })).await;
    town.cmo.until("status", "an empty outbox", |status: &StatusView| status.waiting_to_send == 0).await;
    // The list of what was erased follows within half a minute.
    let list = fs::read(&made.erased_list).expect("a list").len();
    let longer = || fs::read(&made.erased_list).is_ok_and(|now| now.len() > list);
    for _ in 0..1_200 {
        if longer() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert!(longer(), "the list of what was erased was not kept up to date");

    town.dt.stop().await;
    let (dt, restored) = restore(&town.dt, &file, town.place.path().join("dt-again")).await;
    assert!(restored.with_list && restored.erased_again > 0, "{restored:?}");
    town.dt = dt;
    town.dt.start().await;
    recovered(&town.dt, &town.cmo).await;

    // Nothing erased is back, nothing is a fork, and all states are those of before.
    town.settled(&gone.exchange, "withdrawn", true).await;
    for (offered, state) in [(&old, "released"), (&waiting, "released"), (&later, "released")] {
        is(&town.dt, offered, state).await;
        no_alarm(&is(&town.cmo, offered, state).await);
    }
    for lost in [&waiting, &later, &old] {
        assert_eq!(view(&town.dt, lost).await.alarms, ["restored-lost"]);
    }
    // What came before the backup goes on; what came since is given back and referred anew.
    goes_on(&town, &old).await;
    act(&town.dt, &later, "return", json!({ "reason": "no_capacity" })).await;
    town.settled(&later.exchange, "returned", true).await;
    // What a backup may still hold, the receipt says.
    assert_eq!(backups_until(&town.cmo, &gone).await, Some(made.until));
    let anew = released(&town).await;
    goes_on(&town, &anew).await;
    for offered in [&old, &waiting, &later, &gone, &anew] {
        no_alarm(&view(&town.cmo, offered).await);
    }
    let peer: PeerView = town.cmo.get(&format!("peers/{}", town.dt.id)).await;
    assert_eq!(peer.trust, "verified");
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_origin_uses_no_number_twice_and_knows_what_it_had_sent() {
    let mut town = Town::open().await;
    let old = released(&town).await;
    let waiting = offer(&town.cmo, &town.dt).await;
    is(&town.dt, &waiting, "offered").await;
    let file = town.place.path().join("cmo.backup");
    backup(&town.cmo, &file).await;
    act(&town.dt, &waiting, "accept", json!({})).await;
    is(&town.dt, &waiting, "released").await;
    act(&town.cmo, &old, "note", json!({ "text": "A sister was found." })).await;
    let later = released(&town).await;
    town.cmo.until("status", "an empty outbox", |status: &StatusView| status.waiting_to_send == 0).await;
    town.cmo.stop().await;
    let (cmo, _) = restore(&town.cmo, &file, town.place.path().join("cmo-again")).await;
    town.cmo = cmo;
    town.cmo.start().await;
    recovered(&town.cmo, &town.dt).await;
    for offered in [&old, &waiting, &later] {
        is(&town.cmo, offered, "released").await;
        no_alarm(&is(&town.dt, offered, "released").await);
        goes_on(&town, offered).await;
    }
    // Of which child it was, nobody here knows; it is withdrawn, and erased there.
    act(&town.cmo, &later, "withdraw", json!({ "reason": "not_needed" })).await;
    town.settled(&later.exchange, "withdrawn", true).await;
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn until_a_peer_told_what_it_had_got_nothing_new_goes_to_it() {
    let mut town = Town::open().await;
    let old = released(&town).await;
    let file = town.place.path().join("dt.backup");
    backup(&town.dt, &file).await;
    town.dt.stop().await;
    town.cmo.stop().await;
    let (dt, _) = restore(&town.dt, &file, town.place.path().join("dt-again")).await;
    town.dt = dt;
    town.dt.start().await;
    town.dt.until("status", "the recovery", |status: &StatusView| has(status, "node/recovering")).await;
    let path = format!("exchanges/{}/note", old.exchange);
    let refused = town.dt.ask::<Value>(Method::Post, &path, Some(&json!({ "text": "He slept." }))).await;
    assert_eq!(refused.expect_err("not yet").code, "node/recovering");
    assert_eq!(town.dt.record().incarnation(), 1);
    town.cmo.start().await;
    recovered(&town.dt, &town.cmo).await;
    goes_on(&town, &old).await;
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_node_hears_of_many_referrals_page_by_page() {
    let mut town = Town::open().await;
    let file = town.place.path().join("dt.backup");
    backup(&town.dt, &file).await;
    let mut all = Vec::new();
    for _ in 0..60 {
        all.push(offer(&town.cmo, &town.dt).await);
    }
    for offered in &all {
        is(&town.dt, offered, "offered").await;
        act(&town.dt, offered, "accept", json!({})).await;
    }
    // Three packets each: more than one answer takes, and longer than other signed things are.
    for offered in &all {
        is(&town.cmo, offered, "released").await;
    }
    town.cmo.until("status", "an empty outbox", |status: &StatusView| status.waiting_to_send == 0).await;
    town.dt.stop().await;
    let (dt, _) = restore(&town.dt, &file, town.place.path().join("dt-again")).await;
    town.dt = dt;
    town.dt.start().await;
    recovered(&town.dt, &town.cmo).await;
    for offered in &all {
        assert_eq!(is(&town.dt, offered, "released").await.alarms, ["restored-lost"]);
    }
    goes_on(&town, &all[59]).await;
    town.close().await;
}

/// The machine's clock, so many seconds ahead.
struct Ahead(u64);

impl Clock for Ahead {
    fn now(&self) -> Timestamp {
        World::system().wall_clock().plus(self.0)
    }
}

fn later(seconds: u64) -> World {
    World::new(Arc::new(Ahead(seconds)), World::system().entropy())
}

fn copy_all(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy_all(&source, &target);
        } else if source.is_file() {
            fs::copy(&source, &target).expect("a copy");
        }
    }
}

/// A copy of a stopped node's folder, to be run beside it.
fn copy_of(agency: &Agency, dir: PathBuf) -> Agency {
    copy_all(&agency.dir, &dir);
    let copy = agency.at(dir);
    copy.set(&[&format!("listen = \"{}\"", free_address())]);
    copy
}

async fn is_caught(copy: &Agency, other: &Agency, offered: &Offered, alarm: &str) {
    copy.until("status", "that there are two", |status: &StatusView| has(status, "node/copied")).await;
    let told = |view: &ExchangeView| view.alarms.iter().any(|code| code == alarm);
    other.until(&format!("exchanges/{}", offered.exchange), "that there are two", told).await;
    let path = format!("exchanges/{}/note", offered.exchange);
    let refused = copy.ask::<Value>(Method::Post, &path, Some(&json!({ "text": "More." }))).await;
    assert_eq!(refused.expect_err("it has stopped").code, "node/copied");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_beside_the_original_is_caught_by_the_first_packet_that_it_sends() {
    let mut town = Town::open().await;
    let (one, other) = (released(&town).await, released(&town).await);
    town.dt.stop().await;
    let mut copy = copy_of(&town.dt, town.place.path().join("dt-copy"));
    town.dt.start().await;
    act(&town.dt, &one, "note", json!({ "text": "He slept well." })).await;
    town.dt.until("status", "an empty outbox", |status: &StatusView| status.waiting_to_send == 0).await;
    copy.start().await;
    act(&copy, &one, "note", json!({ "text": "He did not sleep." })).await;
    is_caught(&copy, &town.cmo, &one, "equivocation").await;
    // The original goes on with all but that one.
    goes_on(&town, &other).await;
    assert!(!has(&town.dt.get("status").await, "node/copied"));
    copy.stop().await;
    copy.start().await;
    assert!(has(&copy.get("status").await, "node/copied"), "it is forgotten by a restart");
    copy.stop().await;
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_original_that_goes_on_beside_its_restored_self_is_caught() {
    let mut town = Town::open().await;
    let one = released(&town).await;
    let file = town.place.path().join("dt.backup");
    backup(&town.dt, &file).await;
    town.dt.stop().await;
    let mut original = copy_of(&town.dt, town.place.path().join("dt-before"));
    let (dt, _) = restore(&town.dt, &file, town.place.path().join("dt-again")).await;
    town.dt = dt;
    town.dt.start().await;
    recovered(&town.dt, &town.cmo).await;
    goes_on(&town, &one).await;
    original.start().await;
    act(&original, &one, "note", json!({ "text": "He did not sleep." })).await;
    is_caught(&original, &town.cmo, &one, "broken:old-incarnation").await;
    goes_on(&town, &one).await;
    original.stop().await;
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_third_agency_that_is_out_of_reach_keeps_nothing_from_the_others() {
    let mut town = Town::open().await;
    let mut pkc = Agency::make(town.place.path(), "PKC", protocol::code::AgencyKind::Shelter);
    pkc.start().await;
    introduce(&town.dt, &pkc).await;
    introduce(&pkc, &town.dt).await;
    let file = town.place.path().join("dt.backup");
    backup(&town.dt, &file).await;
    town.dt.stop().await;
    pkc.stop().await;
    let (dt, _) = restore(&town.dt, &file, town.place.path().join("dt-again")).await;
    town.dt = dt;
    // Ten minutes later.
    town.dt.start_in(later(11 * 60)).await.expect("starts");
    let heard = |status: &StatusView| {
        status.troubles.iter().any(|trouble| trouble.text.contains("PKC") && !trouble.text.contains("CMO"))
    };
    town.dt.until("status", "CMO's answer", heard).await;
    let anew = released(&town).await;
    goes_on(&town, &anew).await;
    town.close().await;
}
