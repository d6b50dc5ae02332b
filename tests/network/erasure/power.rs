//! A power cut at every step of an erasure: the recipient's file system is shut down without its journal right after
//! each change that the erasure makes to its disk, and in turn at moments that nobody chose, so in the middle of them.

use node::world::World;
use protocol::code::AgencyKind;
use serde_json::{Value, json};
use tests::{loop_disk::LoopDisk, thief::Loot};

use super::{
    Child, Taken,
    steps::{self, Shows},
    watched::Camera,
};
use crate::{
    agency::Agency,
    town::{Town, introduce},
};
use node::api::client::Method;

/// More changes than an erasure makes.
const MOST: usize = 40;

#[tokio::test(flavor = "multi_thread")]
async fn after_a_power_cut_at_each_step_of_an_erasure_no_receipt_is_there_before_the_key_is_gone() {
    let Some(mut disk) = LoopDisk::mount("a power cut at each step of an erasure") else { return };
    let mut town = Town::found();
    town.dt = Agency::make(&disk.path(), "DT", AgencyKind::Shelter).aside(town.place.path());
    town.cmo.start().await;
    let camera = start_dt(&mut town).await;
    introduce(&town.cmo, &town.dt).await;
    introduce(&town.dt, &town.cmo).await;
    town.dt.stop().await;
    drop(camera);

    let mut shown = Vec::new();
    for change in 1..MOST {
        let camera = start_dt(&mut town).await;
        let summary = format!("Boy number {change} of this month, needs a bed for a night.");
        let child = Child::offered(&town.cmo, &town.dt, "f04", &summary).await;
        town.settled(&child.exchange, "offered", false).await;
        let before = Taken::of(&town.dt.dir);
        camera.cut_power_at(change, disk.path()).await;
        let decline = json!({ "reason": "no_capacity", "text": "Full." });
        let path = format!("exchanges/{}/decline", child.exchange);
        let declined = town.dt.ask::<Value>(Method::Post, &path, Some(&decline)).await;
        let after = loop {
            if let Some(after) = camera.power_went().await {
                break after;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        };
        town.dt.stop().await;
        disk.mount_again();

        let loot = Loot::of(before.folder.path()).await;
        let shows = steps::look(&after, &Taken::of(&town.dt.dir), &loot, &child, town.dt.id).await;
        assert!(declined.is_err() || shows > Shows::NotMarked, "what a person was told is done is lost");
        start_dt(&mut town).await;
        town.settled(&child.exchange, "declined", true).await;
        town.dt.stop().await;
        let end = steps::look("the end", &Taken::of(&town.dt.dir), &loot, &child, town.dt.id).await;
        assert_eq!(end, Shows::Receipt, "after {after}, started again");
        eprintln!("power cut after {after}: {shows:?}");
        shown.push(shows);
        if shows == Shows::Receipt {
            break;
        }
    }
    assert!(shown.is_sorted() && shown.ends_with(&[Shows::Gone, Shows::Receipt]), "{shown:?}");
    assert!(shown.iter().filter(|shows| **shows == Shows::Marked).count() >= 4, "each step is there: {shown:?}");
    town.cmo.stop().await;
}

async fn start_dt(town: &mut Town) -> Camera {
    let camera = Camera::on(town.dt.dir.clone());
    let watched = camera.clone();
    town.dt.start_watched(World::system(), move |opened| watched.clone().open(opened)).await;
    camera
}
