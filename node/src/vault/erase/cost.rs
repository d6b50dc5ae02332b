//! What it costs to erase one of many.

use std::{collections::BTreeMap, time::Instant};

use super::{
    super::{owner::KEY_ROWS, testing::*},
    *,
};
use crate::{
    store::{AnyStore, MemoryStore, SledStore, SpaceLimits, Store},
    world::testing::still,
};

/// Owners whose ids are spread as random ones are.
fn owner(number: u32) -> Owner {
    Owner::Content(keys::label::digest_of(&number.to_be_bytes()).0)
}

async fn fill(vault: &Vault, count: u32) {
    let numbers: Vec<u32> = (0..count).collect();
    for numbers in numbers.chunks(100) {
        let mut tx = vault.begin();
        numbers.iter().for_each(|number| tx.create_key(&owner(*number)));
        tx.commit().await.unwrap();
    }
}

async fn wraps(store: &MemoryStore) -> BTreeMap<Vec<u8>, Vec<u8>> {
    let range = Range { prefix: vec![KEY_ROWS], limit: 1_000_000, ..Range::default() };
    store.scan(range).await.unwrap().into_iter().map(|row| (row.key, row.value)).collect()
}

#[tokio::test]
async fn erasing_one_of_many_wraps_only_the_keys_of_its_shard_anew() {
    let (vault, store, _) = in_memory().await;
    fill(&vault, 4_000).await;
    let before = wraps(&store).await;
    let gone = owner(17);
    vault.erase(&[gone]).await.unwrap();
    let after = wraps(&store).await;
    let shard = gone.shard().unwrap();
    let changed: Vec<_> = before.iter().filter(|(row, value)| after.get(*row) != Some(value)).collect();
    let of_shard = before.keys().filter(|row| row[1] == shard).count();
    assert!(changed.iter().all(|(row, _)| row[1] == shard));
    assert_eq!((changed.len(), after.len()), (of_shard, before.len() - 1));
    assert!(of_shard < 40, "{of_shard} of 4,000");
}

/// The least of a few erasures, in microseconds: what others do on this machine is left out.
async fn cost(count: u32) -> f64 {
    let folder = tempfile::tempdir().unwrap();
    let limits = SpaceLimits { mark: 0, ballast: 1 << 20, floor: 0 };
    let store: AnyStore = std::sync::Arc::new(SledStore::open_with(folder.path(), limits).unwrap());
    let keys = MemoryKeys::new();
    let vault = Vault::open(store, std::sync::Arc::new(keys), keys::AgencyId::new(keys::Digest([9; 32])), still(1));
    let vault = vault.await.unwrap();
    fill(&vault, count).await;
    let mut least = f64::INFINITY;
    for number in 0..12 {
        let begun = Instant::now();
        vault.erase(&[owner(number * 80)]).await.unwrap();
        least = least.min(begun.elapsed().as_secs_f64() * 1e6);
    }
    least
}

/// `SPEAN_ERASE_KEYS=100000` compares 1,000 keys with so many.
#[tokio::test]
async fn erasing_one_of_many_costs_a_little_more_than_one_of_few() {
    let many = std::env::var("SPEAN_ERASE_KEYS").ok().and_then(|many| many.parse().ok()).unwrap_or(10_000);
    let (few, of_many) = (cost(1_000).await, cost(many).await);
    println!("one of 1000: {few:.0} us; one of {many}: {of_many:.0} us; erase_ratio={:.2}", of_many / few);
    // All keys wrapped anew would be a hundred times as many; a shard has one in 256.
    assert!(of_many < few * 40.0, "{few} us, {of_many} us");
}
