//! Whole nodes whose computer's clock is wrong: nothing ends, and a person is told what to do.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering::Relaxed},
};

use keys::Timestamp;
use node::{
    view::{ClockView, StatusView},
    world::{Clock, Uptime, World},
};
use serde_json::json;
use tests::town::{Town, introduce, offer};

/// The machine's clock, wrong by what is added, over an uptime that is right.
#[derive(Clone, Default)]
struct Wrong(Arc<AtomicI64>);

impl Clock for Wrong {
    fn now(&self) -> Timestamp {
        Timestamp(World::system().wall_clock().0.saturating_add_signed(self.0.load(Relaxed)))
    }
}

impl Uptime for Wrong {
    fn seconds(&self) -> u64 {
        World::system().wall_clock().0
    }
}

impl Wrong {
    fn world(&self) -> World {
        World::watched(Arc::new(self.clone()), Arc::new(self.clone()), World::system().entropy())
    }
}

const DAY: i64 = 86_400;

fn in_doubt(status: &StatusView) -> bool {
    status.troubles.iter().any(|trouble| trouble.code == "node/clock" && trouble.text.contains("spean clock confirm"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_year_ahead_a_day_back_or_1970_ends_nothing_also_over_a_restart() {
    let wrong = Wrong::default();
    let mut town = Town::found();
    town.cmo.start().await;
    town.dt.start_in(wrong.world()).await.expect("the node starts");
    introduce(&town.cmo, &town.dt).await;
    introduce(&town.dt, &town.cmo).await;
    let offered = offer(&town.cmo, &town.dt).await.exchange;
    town.settled(&offered, "offered", false).await;
    for off in [365 * DAY, -DAY, -100 * 365 * DAY] {
        for restart in [false, true] {
            wrong.0.store(off, Relaxed);
            if restart {
                // The clock is looked at as the node starts.
                town.dt.stop().await;
                town.dt.start_in(wrong.world()).await.expect("the node starts");
            }
            town.dt.until("status", "doubt of the clock", in_doubt).await;
            town.settled(&offered, "offered", false).await;
            wrong.0.store(0, Relaxed);
            town.dt.until("status", "a clock that is believed", |status: &StatusView| !in_doubt(status)).await;
        }
    }
    let path = format!("exchanges/{offered}/accept");
    let _: serde_json::Value = town.dt.post(&path, json!({})).await;
    town.settled(&offered, "released", false).await;
    town.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_confirms_a_clock_that_was_put_right_after_it_had_run_ahead() {
    let wrong = Wrong::default();
    wrong.0.store(20 * DAY, Relaxed);
    let mut town = Town::found();
    town.dt.start_in(wrong.world()).await.expect("the node starts");
    let _: StatusView = town.dt.get("status").await;
    wrong.0.store(0, Relaxed);
    let status: StatusView = town.dt.get("status").await;
    assert!(in_doubt(&status), "{:?}", status.troubles);
    let clock: ClockView = town.dt.post("clock/confirm", json!({})).await;
    assert!(clock.was_in_doubt && clock.time.0.abs_diff(World::system().now().0) < 60);
    let status: StatusView = town.dt.get("status").await;
    assert!(!in_doubt(&status));
    town.dt.stop().await;
    town.dt.start_in(wrong.world()).await.expect("the node starts");
    let status: StatusView = town.dt.get("status").await;
    assert!(!in_doubt(&status), "the word counts after a restart");
    town.dt.stop().await;
}
