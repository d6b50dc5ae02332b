//! A `kill -9` at every step of an erasure.
//!
//! The recipient's folder is copied after each change that the erasure makes to its disk: each batch of the store, each
//! writing of the keyring, and the keyring between its two slots. From each copy a node is started.

use std::{fs, path::Path};

use keys::AgencyId;
use node::config::Folder;
use protocol::ExchangeId;
use serde_json::{Value, json};
use tests::thief::{self, Bunch, Loot};

use super::{
    Child, Taken, Thief,
    watched::{Camera, Shot, start_and_erase},
};
use crate::{
    agency::PASSPHRASE,
    town::{Town, introduce},
};

/// Tables of the vault: owners that must be erased, and that were. Of the service: signed receipts.
const MARKS: u8 = 201;
const PROOFS: u8 = 202;
const RECEIPTS: u8 = 17;

/// What a shot shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Shows {
    NotMarked,
    /// Marked, and the child's data can still be opened.
    Marked,
    /// The key is gone; no receipt is there.
    Gone,
    Receipt,
}

#[tokio::test(flavor = "multi_thread")]
async fn at_each_step_of_an_erasure_no_receipt_is_there_before_the_key_is_gone_and_a_start_finishes_it() {
    let mut town = Town::found();
    let camera = Camera::on(town.dt.dir.clone());
    town.cmo.start().await;
    let watched = camera.clone();
    town.dt.start_watched(node::world::World::system(), move |opened| watched.clone().open(opened)).await;
    introduce(&town.cmo, &town.dt).await;
    introduce(&town.dt, &town.cmo).await;
    let summary = "Boy who came back yesterday and knows nobody here.";
    let child = Child::offered(&town.cmo, &town.dt, "f04", summary).await;
    town.settled(&child.exchange, "offered", false).await;
    child.act(&town.dt, "accept", json!({})).await;
    town.settled(&child.exchange, "released", false).await;
    camera.begin().await;
    let _: Value = town.cmo.post(&format!("consents/{}/withdraw", child.consent), json!({})).await;
    town.settled(&child.exchange, "withdrawn", true).await;
    town.dt.stop().await;
    town.cmo.stop().await;
    let shots = with_halves(camera.end().await);
    let agency = town.dt.id;

    let (first, last) = (shots.first().expect("shots"), shots.last().expect("shots"));
    let before = Taken::of(first.folder.path());
    let mut left = Bunch::default();
    let mut shown = Vec::new();
    let loot_before = Loot::of(first.folder.path()).await;
    for shot in &shots {
        let shows = look(&shot.after, &Taken::of(shot.folder.path()), &loot_before, &child, agency).await;
        start_and_erase(&Folder::new(shot.folder.path()), PASSPHRASE).await;
        let bunch = bunch(shot.folder.path());
        let rows = Loot::of(shot.folder.path()).await.opened(&bunch, agency);
        let told = !rows.tellers(&child.needles).is_empty();
        assert_eq!(told, shows == Shows::NotMarked, "after {}, started again", shot.after);
        assert_eq!(rows.has(RECEIPTS, id(&child).as_bytes()), !told, "after {}, started again", shot.after);
        if !told {
            assert!(loot_before.opened(&bunch, agency).tellers(&child.needles).is_empty(), "after {}", shot.after);
            left.join(&bunch);
        }
        eprintln!("after {}: {shows:?}", shot.after);
        shown.push(shows);
    }
    assert!(shown.is_sorted(), "{shown:?}");
    for shows in [Shows::NotMarked, Shows::Marked, Shows::Gone, Shows::Receipt] {
        assert!(shown.contains(&shows), "no shot shows {shows:?}: {shown:?}");
    }
    assert!(shown.iter().filter(|shows| **shows == Shows::Marked).count() >= 5, "each step is there: {shown:?}");

    // One sweep for all of them: with the keys that any of these starts left.
    let mut after = Taken::of(last.folder.path());
    after.bunch = left;
    let thief = Thief::new(agency, before, after, &[&child]);
    let children = thief.control().await;
    thief.finds_nothing(&children, None).await;
}

/// Between the slots of a keyring that both change: only the first is written, or (if the disk reorders) the second.
fn with_halves(shots: Vec<Shot>) -> Vec<Shot> {
    let mut all: Vec<Shot> = Vec::new();
    for shot in shots {
        if shot.after.contains("one key in the keyring") {
            let before = all.last().expect("begun before");
            let [old, new] = [before, &shot].map(|shot| fs::read(keyring(shot)).expect("a keyring"));
            let changed: Vec<usize> =
                (0..old.len() / 4096).filter(|page| pages(&old, *page) != pages(&new, *page)).collect();
            assert!(changed.len() >= 8, "both slots change: {changed:?}");
            let (first, second) = changed.split_at(changed.len() / 2);
            let mut halves = Vec::new();
            for (name, half) in [("first slot", first), ("second slot", second)] {
                let folder = tempfile::tempdir().expect("a folder");
                thief::copy(before.folder.path(), folder.path()).expect("copied");
                let mut mixed = old.clone();
                half.iter().for_each(|page| pages_mut(&mut mixed, *page).copy_from_slice(pages(&new, *page)));
                let half = Shot { after: format!("{}, {name} only", shot.after), folder };
                fs::write(keyring(&half), mixed).expect("written");
                halves.push(half);
            }
            all.extend(halves);
        }
        all.push(shot);
    }
    all
}

fn pages(file: &[u8], page: usize) -> &[u8] {
    &file[page * 4096..(page + 1) * 4096]
}

fn pages_mut(file: &mut [u8], page: usize) -> &mut [u8] {
    &mut file[page * 4096..(page + 1) * 4096]
}

fn keyring(shot: &Shot) -> std::path::PathBuf {
    Folder::new(shot.folder.path()).keyring()
}

fn bunch(folder: &Path) -> Bunch {
    Bunch::of_keyring(&Folder::new(folder).keyring(), PASSPHRASE)
}

fn id(child: &Child) -> ExchangeId {
    child.exchange.parse().expect("an id")
}

/// What a folder shows; if it has a receipt, nothing of the child opens, neither there nor in what was copied before.
pub(super) async fn look(after: &str, taken: &Taken, before: &Loot, child: &Child, agency: AgencyId) -> Shows {
    let rows = taken.rows(&taken.bunch, agency).await;
    let before = before.opened(&taken.bunch, agency);
    let opens = [&rows, &before].iter().any(|rows| !rows.tellers(&child.needles).is_empty());
    let receipt = rows.has(RECEIPTS, id(child).as_bytes());
    assert!(!(receipt && opens), "after {after} there is a receipt, and the child's data opens");
    let marked = [MARKS, PROOFS].iter().any(|table| rows.has(*table, &child.content()));
    assert!(marked || opens, "after {after}: lost without an order");
    match (marked, opens, receipt) {
        (_, _, true) => Shows::Receipt,
        (true, false, false) => Shows::Gone,
        (true, true, false) => Shows::Marked,
        (false, ..) => Shows::NotMarked,
    }
}
