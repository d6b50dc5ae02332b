//! What was recorded on the wire, and everything that is seized from the recipient afterwards: its folder, its unlocked
//! keyring, and whatever these lead to.

use std::fs;

use keys::NetworkId;
use memchr::memmem;
use node::{view::StatusView, world::World};
use serde_json::json;
use tests::thief::{Bunch, Loot, Rows, Seeds, Target, sweep};

use super::{Child, Taken, lapse::ahead, watched::Wire};
use crate::{
    agency::NETWORK,
    town::{Town, introduce},
};

/// The tags of the owners of what an exchange shares, and of its keys.
const OF_AN_EXCHANGE: [u8; 2] = [super::CONTENT, 5];
/// The owner tag of a published sealing key.
const SEALING: u8 = 1;
/// Longer than a published sealing key is kept, in days: it is renewed after 5 at the earliest, 7 at the latest, and
/// its private half is kept for 45 more.
const OFFLINE_WINDOW: u64 = 53;

/// A recipient, its children, and what somebody recorded of what it was sent.
struct Scene {
    town: Town,
    wire: Wire,
    /// Completed, returned, withdrawn.
    ended: [Child; 3],
    /// Goes on.
    open: Child,
}

impl Scene {
    /// Four children whose records were released.
    async fn released() -> Self {
        let mut town = Town::found();
        let wire = Wire::default();
        let recorded = wire.clone();
        town.cmo.start_watched(World::system(), move |opened| recorded.clone().open(opened)).await;
        town.dt.start().await;
        introduce(&town.cmo, &town.dt).await;
        introduce(&town.dt, &town.cmo).await;
        let offered = async |name, summary| Child::offered(&town.cmo, &town.dt, name, summary).await;
        let ended = [
            offered("f04", "Boy with a cough, needs somebody who looks after him.").await,
            offered("f06", "Girl, middle one of three. Needs a place near her brother.").await,
            offered("f08", "Grandmother can't care for him now; needs some weeks.").await,
        ];
        let open = offered("f02", "Young boy in a wheelchair, needs a bed on the ground floor.").await;
        for child in ended.iter().chain([&open]) {
            town.settled(&child.exchange, "offered", false).await;
            child.act(&town.dt, "accept", json!({})).await;
            town.settled(&child.exchange, "released", false).await;
        }
        Self { town, wire, ended, open }
    }

    /// The folder of the recipient at this moment; its node is started again.
    async fn seized(&mut self) -> Taken {
        self.town.dt.stop().await;
        let taken = Taken::of(&self.town.dt.dir);
        self.town.dt.start().await;
        taken
    }

    /// The three exchanges end, each in its own way, and both sides have what is owed.
    async fn end(&self) {
        let [completed, returned, withdrawn] = &self.ended;
        completed.act(&self.town.dt, "complete", json!({ "outcome": "placed" })).await;
        returned.act(&self.town.dt, "return", json!({ "reason": "needs_exceed_us" })).await;
        withdrawn.act(&self.town.cmo, "withdraw", json!({ "reason": "not_needed" })).await;
        self.town.settled(&completed.exchange, "completed", false).await;
        self.town.settled(&returned.exchange, "returned", true).await;
        self.town.settled(&withdrawn.exchange, "withdrawn", true).await;
    }

    /// Which children each recorded envelope tells of, opened with these seeds.
    fn opened(&self, seeds: &Seeds) -> Vec<Option<&Child>> {
        let (network, ends) = (NetworkId::from_name(NETWORK), [self.town.cmo.id, self.town.dt.id]);
        let children: Vec<&Child> = self.ended.iter().chain([&self.open]).collect();
        let told = |plain: Vec<u8>| {
            let tells = |child: &&Child| child.needles.iter().any(|n| memmem::find(&plain, n.as_bytes()).is_some());
            children.iter().copied().find(tells)
        };
        let recorded = self.wire.recorded();
        recorded.iter().map(|envelope| seeds.open(envelope, network, ends).and_then(told)).collect()
    }
}

/// Whatever may be a seed in what was seized: in each row that opens with any key of it, in the folder as it is and in
/// the copy of before, for a disk keeps what a store deletes; and at each offset of the files that are in the clear.
async fn seeds(seized: &Taken, before: &Taken, scene: &Scene) -> Seeds {
    let (dt, bunch) = (scene.town.dt.id, &seized.bunch);
    let mut seeds = Seeds::among(&seized.rows(bunch, dt).await, bunch);
    seeds.join(Seeds::among(&before.rows(bunch, dt).await, bunch));
    let transport = fs::read(seized.folder.path().join("transport.key")).expect("the transport key");
    seeds.join(Seeds::within(&transport));
    // Which packet brought which key stands in headers; whoever recorded the wire is taken to know them all.
    seeds.learn_headers(&before.rows(&before.bunch, dt).await);
    seeds
}

/// The data keys of these owners.
fn data_keys(rows: &Rows, wanted: impl Fn(&[u8]) -> bool) -> Vec<[u8; 32]> {
    rows.keys.iter().filter(|(owner, _)| wanted(owner)).map(|(_, key)| *key).collect()
}

/// The keys that may wrap data keys of the children that ended: the erasure keys of their shards, and all that are no
/// erasure keys. (`ends` tries every key at every offset, which takes long.)
fn shards_of(seized: &Taken, scene: &Scene) -> Bunch {
    let shards = scene.ended.iter().map(|child| format!("erasure key {}/", child.content()[1]));
    let shards: Vec<String> = shards.collect();
    let mut bunch = Bunch::default();
    for key in seized.bunch.keys() {
        if !key.name.starts_with("erasure key") || shards.iter().any(|shard| key.name.starts_with(shard)) {
            bunch.add(key.name.clone(), key.bytes);
        }
    }
    bunch
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recorded_release_does_not_open_with_all_that_is_seized_after_the_end_nor_an_offer_after_the_window() {
    let mut scene = Scene::released().await;
    let recorded = scene.wire.recorded().len();
    let before = scene.seized().await;
    let dt = scene.town.dt.id;
    let rows_before = before.rows(&before.bunch, dt).await;

    // Control: seized before the ends, everything opens, and each child has an offer and a release.
    let control = scene.opened(&Seeds::among(&rows_before, &before.bunch));
    let first_is_offer = |child: &Child| {
        let of_child = |told: Option<&Child>| told.is_some_and(|told| told.exchange == child.exchange);
        let at: Vec<usize> = (0..recorded).filter(|n| of_child(control[*n])).collect();
        assert_eq!(at.len(), 2, "an offer and a release");
        (at[0], at[1])
    };
    let of_ended: Vec<(usize, usize)> = scene.ended.iter().map(first_is_offer).collect();
    let of_open = first_is_offer(&scene.open);

    scene.end().await;
    let after = scene.seized().await;
    let opened = scene.opened(&seeds(&after, &before, &scene).await);
    for (offer, release) in &of_ended {
        assert!(opened[*release].is_none(), "a release of an exchange that ended");
        assert!(opened[*offer].is_some(), "an offer, as long as the sealing key is kept");
    }
    assert!(opened[of_open.1].is_some(), "control: the same thief opens the release of an exchange that goes on");
    // What was shared is still there of the one that was completed; its exchange keys are not.
    let ended = |tags: &[u8], children: &[Child]| {
        let owners = children.iter().flat_map(|child| tags.iter().map(|tag| [&[*tag], &child.content()[1..]].concat()));
        let owners: Vec<Vec<u8>> = owners.collect();
        data_keys(&rows_before, |owner| owners.iter().any(|ended| ended == owner))
    };
    let [content, parting] = OF_AN_EXCHANGE;
    let gone = [ended(&[parting], &scene.ended), ended(&[content], &scene.ended[1..])].concat();
    assert_eq!(gone.len(), 5);
    let lost = sweep(&[&before.files()], &shards_of(&before, &scene), &Target { keys: &gone, needles: &[] });
    assert!(lost.wraps.len() >= gone.len(), "control: they are found in the copy of before, with its keys");
    let found = sweep(&[&after.files()], &shards_of(&after, &scene), &Target { keys: &gone, needles: &[] });
    assert!(found.wraps.is_empty() && found.windows > 20_000, "{:?}", found.wraps);

    // The offline window passes.
    scene.town.dt.stop().await;
    scene.town.dt.start_in(ahead(OFFLINE_WINDOW)).await.expect("starts");
    let kept = data_keys(&rows_before, |owner| owner[0] == SEALING);
    assert_eq!(kept.len(), 1);
    let late = loop {
        let _: StatusView = scene.town.dt.get("status").await;
        scene.town.dt.stop().await;
        let late = Taken::of(&scene.town.dt.dir);
        let rows = Loot::of(late.folder.path()).await.opened(&late.bunch, dt);
        if data_keys(&rows, |owner| owner[0] == SEALING).iter().all(|key| !kept.contains(key)) {
            break late;
        }
        scene.town.dt.start_in(ahead(OFFLINE_WINDOW)).await.expect("starts");
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    };
    let opened = scene.opened(&seeds(&late, &after, &scene).await);
    for (offer, release) in of_ended {
        assert!(opened[offer].is_none() && opened[release].is_none(), "an offer, after the offline window");
    }
    assert!(opened[of_open.0].is_none(), "also of the exchange that goes on");
    scene.town.cmo.stop().await;
}
