//! Whole nodes on a full disk: they say so, refuse new work before it hurts, go on with what must go on, never
//! acknowledge what they can't keep, stop and start on it, and recover by themselves.

use std::path::Path;

use node::{
    api::client::Method,
    view::{AuditReport, CaseList, ConsentView, ExchangeList, ExchangeView, Problem, StatusView},
};
use protocol::{code::AgencyKind, fixture};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tests::{
    agency::Agency,
    small_disk::SmallDisk,
    town::{self, Offered, Town, introduce, offer},
};

/// Half a segment of the store goes on with little: small marks for a small disk.
const SETTINGS: [&str; 3] = ["free_space_mark_mib = 64", "ballast_mib = 30", "longest_retry_s = 2"];
const MIB: u64 = 1 << 20;

/// Which agency's disk is small.
#[derive(Clone, Copy, PartialEq)]
enum Small {
    Origin,
    Recipient,
}

async fn town_with(small: Small, disk: &Path) -> Town {
    let place = tempfile::tempdir().expect("a folder");
    let folder = |which| if small == which { disk } else { place.path() };
    let cmo = Agency::make(folder(Small::Origin), "CMO", AgencyKind::Reception).aside(place.path());
    let dt = Agency::make(folder(Small::Recipient), "DT", AgencyKind::Shelter).aside(place.path());
    let mut town = Town { cmo, dt, place };
    for agency in [&mut town.cmo, &mut town.dt] {
        agency.set(&SETTINGS);
        // Made by `init`, larger than these settings ask for.
        std::fs::remove_file(agency.dir.join("ballast")).expect("a ballast");
        agency.spawn().await;
    }
    introduce(&town.cmo, &town.dt).await;
    introduce(&town.dt, &town.cmo).await;
    town
}

async fn offered(town: &Town) -> Offered {
    let offered = offer(&town.cmo, &town.dt).await;
    town.settled(&offered.exchange, "offered", false).await;
    offered
}

async fn released(town: &Town) -> Offered {
    let offered = offered(town).await;
    let _: Value = town.dt.post(&format!("exchanges/{}/accept", offered.exchange), json!({})).await;
    town.settled(&offered.exchange, "released", false).await;
    offered
}

async fn state(agency: &Agency, exchange: &str) -> String {
    let view: ExchangeView = agency.get(&format!("exchanges/{exchange}")).await;
    view.summary.state
}

async fn refused<T: DeserializeOwned + std::fmt::Debug>(agency: &Agency, path: &str, body: Value) -> Problem {
    agency.ask::<T>(Method::Post, path, Some(&body)).await.expect_err("it is refused")
}

async fn new_case(agency: &Agency) -> Result<Value, Problem> {
    let record = fixture::case_json("f04").expect("an invented child");
    agency.ask(Method::Post, "cases", Some(&record)).await
}

async fn says(agency: &Agency, code: &str) {
    let status: StatusView = agency.get("status").await;
    let trouble = status.troubles.iter().find(|trouble| trouble.code == code);
    let trouble = trouble.unwrap_or_else(|| panic!("{} does not say {code}: {status:?}", agency.name));
    assert!(trouble.text.contains("disk"), "{trouble:?}");
}

async fn at_ease(agency: &Agency) {
    agency.until("status", "no trouble", |status: &StatusView| status.troubles.is_empty()).await;
}

async fn reads_go_on(agency: &Agency, exchange: &Offered) {
    let _: CaseList = agency.get("cases").await;
    let _: ExchangeList = agency.get("inbox").await;
    let _: ExchangeView = agency.get(&format!("exchanges/{}", exchange.exchange)).await;
}

async fn audit_holds(agency: &Agency) {
    let report: AuditReport = agency.get("audit/verify").await;
    assert!(report.fault.is_none() && report.entries > 0, "{report:?}");
}

async fn stops_and_starts(agency: &mut Agency) {
    let ended = agency.terminate().await;
    assert!(ended.success(), "{ended}: {}", agency.log());
    agency.spawn().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recipient_with_a_full_disk_takes_withdrawals_erases_and_acknowledges_nothing_it_cannot_keep() {
    let Some(disk) = SmallDisk::mount("a recipient with a full disk", 192) else { return };
    let mut town = town_with(Small::Recipient, disk.path()).await;
    let [first, second] = [released(&town).await, released(&town).await];
    let [third, fourth] = [offered(&town).await, offered(&town).await];

    // Below the mark, long before it hurts: no new work, and what was begun goes on.
    disk.fill_but(56 * MIB);
    let late = offer(&town.cmo, &town.dt).await;
    let _: Value = town.dt.post(&format!("exchanges/{}/accept", third.exchange), json!({})).await;
    town.dt.until(&format!("exchanges/{}", third.exchange), "the release", released_there).await;
    assert_eq!(new_case(&town.dt).await.expect_err("no new case").code, "node/disk-full");
    says(&town.dt, "node/disk-full").await;

    // Full to the last byte: the reserve serves what ends exchanges, reading and the audit log.
    disk.fill();
    let _: ConsentView = town.cmo.post(&format!("consents/{}/withdraw", first.consent), json!({})).await;
    erased(&town, &first, "withdrawn").await;
    let _: Value =
        town.dt.post(&format!("exchanges/{}/decline", fourth.exchange), json!({ "reason": "no_capacity" })).await;
    erased(&town, &fourth, "declined").await;
    let note = json!({ "text": "He is afraid of dogs." });
    let problem = refused::<Value>(&town.dt, &format!("exchanges/{}/note", second.exchange), note).await;
    assert_eq!((problem.code.as_str(), problem.status), ("node/disk-full", 503));
    reads_go_on(&town.dt, &second).await;
    audit_holds(&town.dt).await;
    assert!(town.dt.log().contains("node/disk-full"), "{}", town.dt.log());
    stops_and_starts(&mut town.dt).await;
    says(&town.dt, "node/disk-full").await;
    reads_go_on(&town.dt, &second).await;
    let late_path = format!("exchanges/{}", late.exchange);
    assert!(town.dt.ask::<Value>(Method::Get, &late_path, None).await.is_err(), "it was never taken");
    assert_eq!(town.cmo.get::<StatusView>("status").await.waiting_to_send, 1, "the sender keeps it");

    // Room: by itself, and nothing twice.
    disk.leave_filled(0);
    town.settled(&late.exchange, "offered", false).await;
    at_ease(&town.dt).await;
    new_case(&town.dt).await.expect("new work is taken again");
    for (exchange, expected) in [(&first, "withdrawn"), (&second, "released"), (&third, "released")] {
        assert_eq!(state(&town.dt, &exchange.exchange).await, expected);
    }
    assert_eq!(town.dt.get::<ExchangeList>("exchanges").await.exchanges.len(), 5);
    audit_holds(&town.dt).await;
}

fn released_there(view: &ExchangeView) -> bool {
    view.summary.state == "released"
}

/// At an end that erases, the receipt has come.
async fn erased(town: &Town, offered: &Offered, state: &str) {
    let path = format!("exchanges/{}", offered.exchange);
    for agency in [&town.cmo, &town.dt] {
        let there = |view: &ExchangeView| view.summary.state == state && view.summary.erased;
        agency.until(&path, state, there).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_origin_with_a_full_disk_withdraws_and_releases_when_there_is_room() {
    let Some(disk) = SmallDisk::mount("an origin with a full disk", 192) else { return };
    let mut town = town_with(Small::Origin, disk.path()).await;
    let first = released(&town).await;
    let [second, third] = [offered(&town).await, offered(&town).await];
    let (case, _) = town::child(&town.cmo, &town.dt).await;

    disk.fill();
    let problem = refused::<Value>(&town.cmo, "referrals", town::request(&case, &town.dt)).await;
    assert_eq!((problem.code.as_str(), problem.status), ("node/disk-full", 503));
    assert_eq!(new_case(&town.cmo).await.expect_err("no new case").code, "node/disk-full");
    says(&town.cmo, "node/disk-full").await;
    // The acceptance would bring a release: it is not acknowledged, and DT keeps it.
    let _: Value = town.dt.post(&format!("exchanges/{}/accept", second.exchange), json!({})).await;
    let _: ConsentView = town.cmo.post(&format!("consents/{}/withdraw", first.consent), json!({})).await;
    erased(&town, &first, "withdrawn").await;
    let reason = json!({ "reason": "placed_elsewhere" });
    let _: Value = town.cmo.post(&format!("exchanges/{}/withdraw", third.exchange), reason).await;
    erased(&town, &third, "withdrawn").await;
    reads_go_on(&town.cmo, &first).await;
    audit_holds(&town.cmo).await;
    stops_and_starts(&mut town.cmo).await;
    assert_eq!(state(&town.cmo, &second.exchange).await, "offered");
    assert_eq!(town.dt.get::<StatusView>("status").await.waiting_to_send, 1);

    disk.leave_filled(0);
    town.settled(&second.exchange, "released", false).await;
    at_ease(&town.cmo).await;
    let _: Value = town.cmo.post("referrals", town::request(&case, &town.dt)).await;
    assert_eq!(town.cmo.get::<ExchangeList>("exchanges").await.exchanges.len(), 4);
}

/// Somebody else's file takes even the room that the reserve gave back.
#[tokio::test(flavor = "multi_thread")]
async fn without_any_room_the_node_says_so_stops_in_order_and_starts_when_there_is_some() {
    let Some(disk) = SmallDisk::mount("a node without any room", 192) else { return };
    let mut town = town_with(Small::Recipient, disk.path()).await;
    let kept = released(&town).await;
    disk.fill();
    reads_go_on(&town.dt, &kept).await;
    disk.fill();
    let path = format!("exchanges/{}", kept.exchange);
    let unwritten =
        town.dt.ask::<ExchangeView>(Method::Get, &path, None).await.expect_err("no audit entry, no reading");
    assert_eq!(unwritten.code, "node/disk-full");
    says(&town.dt, "node/disk-full").await;
    let ended = town.dt.terminate().await;
    assert!(ended.success(), "{ended}: {}", town.dt.log());
    disk.fill();
    town.dt.launch(&[]);
    let ended = town.dt.ended().await;
    assert_eq!(ended.code(), Some(6), "{}", town.dt.log());
    assert!(town.dt.log().contains("make room"), "{}", town.dt.log());
    disk.leave_filled(0);
    town.dt.spawn().await;
    assert_eq!(state(&town.dt, &kept.exchange).await, "released");
    at_ease(&town.dt).await;
    audit_holds(&town.dt).await;
}
