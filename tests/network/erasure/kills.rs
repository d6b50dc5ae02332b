//! A recipient that is killed while it erases, at moments that nobody chose.

use std::time::Duration;

use keys::Entropy as _;
use node::world::World;
use serde_json::{Value, json};
use tests::thief::Loot;

use super::{Child, Taken, steps};
use crate::town::{Town, introduce};

/// How many; `SPEAN_ERASE_KILLS` says otherwise.
const ROUNDS: usize = 4;
/// The latest moment of a kill after the act, in microseconds; an erasure takes about so long.
const LATEST: u64 = 60_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_recipient_killed_at_any_moment_of_an_erasure_has_no_receipt_before_the_key_is_gone_and_goes_on() {
    let rounds = tests::setting("SPEAN_ERASE_KILLS").unwrap_or(ROUNDS);
    let mut town = Town::found();
    town.cmo.start().await;
    town.dt.spawn().await;
    introduce(&town.cmo, &town.dt).await;
    introduce(&town.dt, &town.cmo).await;
    let mut seen = Vec::new();
    for round in 0..rounds {
        let summary = format!("Boy number {round} of this week, needs a bed for a night.");
        let child = Child::offered(&town.cmo, &town.dt, "f04", &summary).await;
        town.settled(&child.exchange, "offered", false).await;
        town.dt.stop().await;
        let before = Taken::of(&town.dt.dir);
        town.dt.spawn().await;

        let declined = round % 2 == 0;
        if declined {
            child.act(&town.dt, "decline", json!({ "reason": "no_capacity", "text": "Full." })).await;
        } else {
            let _: Value = town.cmo.post(&format!("consents/{}/withdraw", child.consent), json!({})).await;
        }
        tokio::time::sleep(Duration::from_micros(moment())).await;
        town.dt.stop().await;
        let killed = Taken::of(&town.dt.dir);
        let loot = Loot::of(before.folder.path()).await;
        let shows = steps::look("the kill", &killed, &loot, &child, town.dt.id).await;
        assert!(!declined || shows > steps::Shows::NotMarked, "what a person was told is done is lost");
        seen.push(shows);

        town.dt.spawn().await;
        town.settled(&child.exchange, if declined { "declined" } else { "withdrawn" }, true).await;
        town.dt.stop().await;
        let after = Taken::of(&town.dt.dir);
        let shows = steps::look("the end", &after, &loot, &child, town.dt.id).await;
        assert_eq!(shows, steps::Shows::Receipt, "it goes on by itself after the start");
        town.dt.spawn().await;
    }
    eprintln!("killed when the disk showed {seen:?}");
    town.close().await;
}

fn moment() -> u64 {
    let mut byte = [0];
    World::system().entropy().fill(&mut byte);
    u64::from(byte[0]) * LATEST / 256
}
