//! A node without its passphrase: it keeps what comes, opens nothing, and goes on when it is unlocked.

use std::{
    fs,
    path::Path,
    process::{Child, Command, Stdio},
};

use keys::{
    Keyring, Timestamp,
    keyring::{KdfParams, NewSlot, SlotKind, SlotName},
};
use node::{
    api::client::Method,
    view::{AuditPage, ExchangeView, LockedView, Problem, StatusView, UnlockedView},
};
use serde_json::{Value, json};
use tests::{
    agency::{Agency, PASSPHRASE},
    program,
    town::{Town, introduce, offer},
};

/// CMO tries again every second, so that nobody waits for its back-off.
async fn town() -> Town {
    let mut town = Town::found();
    town.cmo.set(&["longest_retry_s = 1"]);
    town.cmo.start().await;
    town.dt.start().await;
    introduce(&town.cmo, &town.dt).await;
    introduce(&town.dt, &town.cmo).await;
    town
}

async fn waiting(agency: &Agency, least: u64) -> LockedView {
    agency.until("status", "envelopes that wait", |status: &LockedView| status.locked && status.waiting >= least).await
}

async fn refusal(agency: &Agency, method: Method, path: &str, body: Value) -> Problem {
    agency.ask::<Value>(method, path, Some(&body)).await.expect_err("refused")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_node_keeps_an_offer_opens_nothing_and_takes_it_up_when_it_is_unlocked() {
    let mut town = town().await;
    town.dt.stop().await;
    town.dt.start_locked().await;
    let offered = offer(&town.cmo, &town.dt).await;
    let status = waiting(&town.dt, 1).await;
    assert_eq!((status.name.as_str(), status.agency), ("DT", town.dt.id.to_string()));
    assert!(status.troubles.iter().any(|trouble| trouble.code == "node/locked"), "{:?}", status.troubles);

    for path in ["inbox", "cases", "audit?after=0", "peers", "agency/card"] {
        let problem = refusal(&town.dt, Method::Get, path, Value::Null).await;
        assert_eq!(problem.code, "node/locked", "{path}");
        assert!(problem.hint.is_some_and(|hint| hint.contains("spean unlock")));
    }
    let sender: StatusView = town.cmo.get("status").await;
    assert_eq!(sender.waiting_to_send, 1, "`held` ends nothing at the sender");

    let unlocked = town.dt.unlock().await;
    assert!(unlocked.waiting >= 1 && unlocked.wrong_tries == 0);
    let path = format!("exchanges/{}", offered.exchange);
    town.dt.until(&path, "the offer", |view: &ExchangeView| view.summary.state == "offered").await;
    town.settled(&offered.exchange, "offered", false).await;
    let _: Value = town.dt.post(&format!("{path}/accept"), json!({})).await;
    town.settled(&offered.exchange, "released", false).await;
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_survives_a_kill_of_the_locked_node_and_a_withdrawal_among_it_is_carried_out() {
    let mut town = town().await;
    town.dt.stop().await;
    town.dt.spawn().await;
    let offered = offer(&town.cmo, &town.dt).await;
    town.settled(&offered.exchange, "offered", false).await;
    let _: Value = town.dt.post(&format!("exchanges/{}/accept", offered.exchange), json!({})).await;
    town.settled(&offered.exchange, "released", false).await;

    town.dt.stop().await;
    town.dt.spawn_locked().await;
    let second = offer(&town.cmo, &town.dt).await;
    let _: Value = town.cmo.post(&format!("consents/{}/withdraw", offered.consent), json!({})).await;
    waiting(&town.dt, 2).await;
    // Only what is on disk can come back.
    town.cmo.stop().await;
    town.dt.stop().await;
    town.dt.spawn_locked().await;
    waiting(&town.dt, 2).await;
    town.dt.unlock().await;
    let path = format!("exchanges/{}", offered.exchange);
    town.dt.until(&path, "an erasure", |view: &ExchangeView| view.summary.erased).await;
    let path = format!("exchanges/{}", second.exchange);
    town.dt.until(&path, "the second offer", |view: &ExchangeView| view.summary.state == "offered").await;
    town.cmo.start().await;
    town.settled(&offered.exchange, "withdrawn", true).await;
    town.settled(&second.exchange, "offered", false).await;
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_unlocked_finishes_the_erasure_and_sends_what_it_owed_before() {
    let mut town = town().await;
    let offered = offer(&town.cmo, &town.dt).await;
    town.settled(&offered.exchange, "offered", false).await;
    town.cmo.stop().await;
    let reason = json!({ "reason": "no_capacity" });
    let _: Value = town.dt.post(&format!("exchanges/{}/decline", offered.exchange), reason).await;
    town.dt.stop().await;
    town.dt.start_locked().await;
    town.cmo.start().await;
    let view: ExchangeView = town.cmo.get(&format!("exchanges/{}", offered.exchange)).await;
    assert_eq!(view.summary.state, "offered", "a locked node sends nothing");
    town.dt.unlock().await;
    town.settled(&offered.exchange, "declined", true).await;
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_passphrases_cost_time_open_nothing_and_stand_in_the_audit_log() {
    let place = tempfile::tempdir().expect("a folder");
    let mut dt = Agency::make(place.path(), "DT", protocol::code::AgencyKind::Shelter);
    dt.start_locked().await;
    let wrong = refusal(&dt, Method::Post, "unlock", json!({ "passphrase": "six invented words for tests" })).await;
    assert_eq!(wrong.code, "keyring/wrong-passphrase");
    let again = refusal(&dt, Method::Post, "unlock", json!({ "passphrase": PASSPHRASE })).await;
    assert_eq!(again.code, "keyring/too-soon", "the right one waits too: whether it is right, nobody learns sooner");
    let status: LockedView = dt.get("status").await;
    assert!(status.locked);
    let unlocked = loop {
        match dt.ask::<UnlockedView>(Method::Post, "unlock", Some(&json!({ "passphrase": PASSPHRASE }))).await {
            Ok(unlocked) => break unlocked,
            Err(problem) => assert_eq!(problem.code, "keyring/too-soon"),
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    };
    assert_eq!(unlocked.wrong_tries, 1);
    let audit: AuditPage = dt.get("audit?after=0").await;
    let outcomes: Vec<_> = audit.entries.iter().filter(|e| e.action == "node.unlock").map(|e| &e.outcome).collect();
    assert_eq!(outcomes, ["refused: keyring/wrong-passphrase", "done"]);
    assert_eq!(refusal(&dt, Method::Post, "unlock", json!({ "passphrase": PASSPHRASE })).await.code, "node/not-locked");
    dt.stop().await;
}

/// A minute passes: this is the program itself, whose clock nobody sets.
#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_nobody_uses_locks_itself_says_why_and_goes_on_keeping_what_comes() {
    let mut town = town().await;
    town.dt.stop().await;
    town.dt.set(&["idle_minutes = 1"]);
    town.dt.spawn().await;
    let open: StatusView = town.dt.get("status").await;
    assert_eq!(open.locks_after_minutes, Some(1));
    let process = town.dt.process();
    // Looking at the status, as this does, keeps it awake no more than what comes from elsewhere.
    let begun = std::time::Instant::now();
    let locked: LockedView = loop {
        let status = town.dt.ask::<Value>(Method::Get, "status", None).await.unwrap_or_default();
        match serde_json::from_value(status) {
            Ok(locked) => break locked,
            _ if begun.elapsed() > std::time::Duration::from_secs(150) => panic!("it stays open:\n{}", town.dt.log()),
            _ => tokio::time::sleep(std::time::Duration::from_millis(500)).await,
        }
    };
    assert!(locked.unattended && begun.elapsed() > std::time::Duration::from_secs(30));
    assert_eq!(town.dt.process(), process);
    let offered = offer(&town.cmo, &town.dt).await;
    waiting(&town.dt, 1).await;
    town.dt.unlock().await;
    town.settled(&offered.exchange, "offered", false).await;
    let audit: AuditPage = town.dt.get("audit?after=0").await;
    let entry = audit.entries.iter().find(|entry| entry.action == "node.lock-idle");
    assert!(entry.is_some_and(|entry| entry.outcome == "done"));
    town.close().await;
}

/// A process for which nobody types anything, started by a service manager that has credentials for it.
struct Alone(Child);

impl Alone {
    fn serve(agency: &Agency, credentials: &Path) -> Self {
        let mut serve = Command::new(program::spean());
        serve.arg("--dir").arg(&agency.dir).arg("serve").env_remove("SPEAN_PASSPHRASE_FILE");
        serve.env("CREDENTIALS_DIRECTORY", credentials).stdin(Stdio::null()).stderr(Stdio::null());
        Self(serve.spawn().expect("spean serve"))
    }
}

impl Drop for Alone {
    fn drop(&mut self) {
        // Fails only if it has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_opens_itself_with_a_credential_of_its_own_slot_and_stays_locked_without_and_when_told() {
    const SECRET: &str = "0a1b-2c3d-4e5f-6071-8293-a4b5-c6d7-e8f9";
    let place = tempfile::tempdir().expect("a folder");
    let dt = Agency::make(place.path(), "DT", protocol::code::AgencyKind::Shelter);
    let mut keyring = Keyring::unlock(&dt.folder().keyring(), PASSPHRASE.as_bytes()).expect("unlocks");
    let name = SlotName::parse("this computer").expect("a name");
    let new = NewSlot { kind: SlotKind::Credential, name, added: Timestamp(1_780_272_000) };
    let world = node::world::World::system();
    keyring.add_slot(new, SECRET.as_bytes(), KdfParams::LEAST, &mut world.entropy()).expect("adds");
    drop(keyring);
    dt.set(&["unlock_with = \"credential:spean\""]);
    let credentials = tempfile::tempdir().expect("a folder");
    let file = credentials.path().join("spean");

    for content in [None, Some("ffff-2c3d-4e5f-6071-8293-a4b5-c6d7-e8f9\n")] {
        content.iter().for_each(|content| fs::write(&file, content).expect("written"));
        let _alone = Alone::serve(&dt, credentials.path());
        waiting(&dt, 0).await;
    }
    fs::write(&file, format!("{SECRET}\n")).expect("written");
    let _alone = Alone::serve(&dt, credentials.path());
    let _: StatusView = dt.until("status", "an open node", |status: &StatusView| status.name == "DT").await;
    let slots: Value = dt.get("keys/slots").await;
    assert_eq!(slots["slots"][1]["name"], "this computer", "{slots}");
    // Whoever locks it means it: it does not open itself again.
    let _: Value = dt.post("lock", json!({})).await;
    waiting(&dt, 0).await;
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    assert!(waiting(&dt, 0).await.locked);
    dt.unlock().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_gets_nothing_from_a_locked_node_that_it_would_not_get_from_an_open_one() {
    let mut town = Town::found();
    town.cmo.start().await;
    town.dt.start().await;
    introduce(&town.cmo, &town.dt).await;
    // DT does not know CMO, neither when it was stopped nor now.
    town.dt.stop().await;
    town.dt.start_locked().await;
    offer(&town.cmo, &town.dt).await;
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    let status: LockedView = town.dt.get("status").await;
    assert_eq!(status.waiting, 0);
    town.close().await;
}
