//! A node without its passphrase: it keeps what comes, opens nothing, and goes on when it is unlocked.

use node::{
    api::client::Method,
    view::{AuditPage, ExchangeView, LockedView, Problem, StatusView, UnlockedView},
};
use serde_json::{Value, json};
use tests::{
    agency::{Agency, PASSPHRASE},
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
