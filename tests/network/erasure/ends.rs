//! A decline, a withdrawal and a return, on real processes.

use node::view::{CustodyView, ExchangeView};
use serde_json::{Value, json};

use super::{Child, Taken, Thief};
use crate::town::{Town, introduce};

#[tokio::test(flavor = "multi_thread")]
async fn after_a_decline_a_withdrawal_and_a_return_no_offset_of_an_earlier_copy_opens() {
    let mut town = Town::found();
    town.cmo.spawn().await;
    town.dt.spawn().await;
    introduce(&town.cmo, &town.dt).await;
    introduce(&town.dt, &town.cmo).await;
    let (cmo, dt) = (&town.cmo, &town.dt);
    let declined =
        Child::offered(cmo, dt, "f05", "Oldest of three found on the street; wants to stay with them.").await;
    let withdrawn = Child::offered(cmo, dt, "f06", "Girl, middle one of three. Needs a place near her brother.").await;
    let returned = Child::offered(cmo, dt, "f08", "Grandmother can't care for him now; needs some weeks.").await;
    let kept = Child::offered(cmo, dt, "f02", "Young boy in a wheelchair, needs a bed on the ground floor.").await;
    town.settled(&declined.exchange, "offered", false).await;
    for child in [&withdrawn, &returned, &kept] {
        town.settled(&child.exchange, "offered", false).await;
        child.act(dt, "accept", json!({})).await;
        town.settled(&child.exchange, "released", false).await;
    }
    town.dt.stop().await;
    let before = Taken::of(&town.dt.dir);
    town.dt.spawn().await;

    declined.act(&town.dt, "decline", json!({ "reason": "no_capacity", "text": "Full for now." })).await;
    returned.act(&town.dt, "return", json!({ "reason": "needs_exceed_us" })).await;
    let _: Value = town.cmo.post(&format!("consents/{}/withdraw", withdrawn.consent), json!({})).await;
    for (child, state) in [(&declined, "declined"), (&withdrawn, "withdrawn"), (&returned, "returned")] {
        town.settled(&child.exchange, state, true).await;
        let at_cmo: ExchangeView = town.cmo.get(&format!("exchanges/{}", child.exchange)).await;
        assert!(at_cmo.receipt.is_some());
        let custody: CustodyView = town.cmo.get(&format!("cases/{}/custody", child.case)).await;
        assert!(custody.lines.iter().all(|line| line.state == "erased"));
    }
    town.dt.stop().await;
    let after = Taken::of(&town.dt.dir);

    let thief = Thief::new(town.dt.id, before, after, &[&declined, &withdrawn, &returned]);
    let children = thief.control().await;
    thief.finds_nothing(&children, Some(&kept)).await;
}
