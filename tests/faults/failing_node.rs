//! Whole nodes whose disk does not confirm: no false acknowledgement, the sender keeps and retries, the node says what is
//! wrong, and goes on by itself when the disk is well; nothing lost, nothing twice.

use node::{
    api::client::Method,
    view::{ExchangeList, ExchangeView, StatusView},
};
use protocol::fixture;
use serde_json::Value;
use tests::{
    strace::{Fault, have_strace},
    town::{Town, introduce, offer},
};

async fn under(fault: &str) {
    let mut town = Town::found();
    for agency in [&mut town.cmo, &mut town.dt] {
        agency.set(&["longest_retry_s = 2"]);
        agency.spawn().await;
    }
    introduce(&town.cmo, &town.dt).await;
    introduce(&town.dt, &town.cmo).await;
    let kept = offer(&town.cmo, &town.dt).await;
    town.settled(&kept.exchange, "offered", false).await;

    let failing = Fault::on(town.dt.process(), fault);
    let new = offer(&town.cmo, &town.dt).await;
    let record = fixture::case_json("f04").expect("an invented child");
    let refused = town.dt.ask::<Value>(Method::Post, "cases", Some(&record)).await.expect_err("not confirmed");
    assert!(["node/store-failed", "node/disk-full"].contains(&refused.code.as_str()), "{fault}: {refused:?}");
    let says = |status: &StatusView| status.troubles.iter().any(|trouble| trouble.code == "node/store-failed");
    town.dt.until("status", "that it says so", says).await;
    let sender: StatusView = town.cmo.get("status").await;
    assert_eq!(sender.waiting_to_send, 1, "{fault}: a false acknowledgement");
    drop(failing);

    town.settled(&new.exchange, "offered", false).await;
    let at_ease = |status: &StatusView| status.troubles.is_empty();
    let status = town.dt.until("status", "no trouble", at_ease).await;
    assert_eq!(status.cases, 0, "{fault}: what failed is there");
    // Killed: what it has acknowledged lies on the disk, and what failed does not come back.
    town.dt.restart().await;
    for exchange in [&kept, &new] {
        let view: ExchangeView = town.dt.get(&format!("exchanges/{}", exchange.exchange)).await;
        assert_eq!(view.summary.state, "offered", "{fault}");
    }
    assert_eq!(town.dt.get::<ExchangeList>("exchanges").await.exchanges.len(), 2, "{fault}");
    assert_eq!(town.dt.get::<StatusView>("status").await.cases, 0, "{fault}");
    assert!(town.dt.log().contains("a write failed"), "{fault}: {}", town.dt.log());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_whose_syncs_fail_acknowledges_nothing_and_goes_on_by_itself() {
    if have_strace("a node whose syncs fail") {
        under("fdatasync,fsync:error=EIO").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_whose_writes_fail_acknowledges_nothing_and_goes_on_by_itself() {
    if have_strace("a node whose writes fail") {
        under("pwrite64:error=ENOSPC").await;
    }
}
