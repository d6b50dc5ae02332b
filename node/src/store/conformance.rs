//! The suite that every implementation of the contract must pass. `open` is a start of the node, always on the
//! same disk; `wipe` puts a new, empty disk there.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    Batch, CommitError, Direction, Expected, MAX_BATCH, MAX_KEY, MAX_VALUE, Need, Range, Sequencer, Store, View, Write,
};

/// All promises, each on an empty disk.
pub async fn all<S: Store>(open: impl AsyncFn() -> S, wipe: impl AsyncFn()) {
    an_acknowledged_batch_survives_a_restart(&open).await;
    wipe().await;
    a_failed_check_changes_nothing_and_is_named(&open).await;
    wipe().await;
    checks_see_absent_whole_and_beginning(&open).await;
    wipe().await;
    scans_go_both_ways_from_after_within_prefix_and_limit(&open).await;
    wipe().await;
    scans_agree_with_a_sorted_map(&open).await;
    wipe().await;
    large_values_come_back_and_are_replaced(&open).await;
    wipe().await;
    limits_are_refused_by_name_and_change_nothing(&open).await;
    wipe().await;
    an_empty_batch_is_acknowledged(&open).await;
    wipe().await;
    of_concurrent_commits_with_one_expectation_one_wins(&open).await;
    wipe().await;
    chained_items_follow_the_order_of_commits(&open).await;
    wipe().await;
    a_dropped_commit_is_whole_or_absent(&open).await;
}

async fn an_acknowledged_batch_survives_a_restart<S: Store>(open: &impl AsyncFn() -> S) {
    let store = open().await;
    store.commit(Batch::new().put(b"a", b"1").put(b"b", b"2")).await.unwrap();
    store.commit(Batch::new().delete(b"a").put(b"c", b"3")).await.unwrap();
    drop(store);
    let store = open().await;
    assert_eq!(store.get(b"a").await.unwrap(), None);
    assert_eq!(store.get(b"b").await.unwrap().as_deref(), Some(&b"2"[..]));
    assert_eq!(store.get(b"c").await.unwrap().as_deref(), Some(&b"3"[..]));
}

async fn a_failed_check_changes_nothing_and_is_named<S: Store>(open: &impl AsyncFn() -> S) {
    let store = open().await;
    store.commit(Batch::new().put(b"a", b"1")).await.unwrap();
    let batch = Batch::new()
        .check(b"a", Expected::Value(b"1".to_vec()))
        .check(b"a", Expected::Absent)
        .put(b"a", b"2")
        .put(b"b", b"2");
    assert_eq!(store.commit(batch).await, Err(CommitError::Conflict { check: 1 }));
    assert_eq!(store.get(b"a").await.unwrap().as_deref(), Some(&b"1"[..]));
    assert_eq!(store.get(b"b").await.unwrap(), None);
}

async fn checks_see_absent_whole_and_beginning<S: Store>(open: &impl AsyncFn() -> S) {
    let store = open().await;
    let value = vec![7; 300_000];
    store.commit(Batch::new().check(b"a", Expected::Absent).put(b"a", value.clone())).await.unwrap();
    for (expected, holds) in [
        (Expected::Value(value.clone()), true),
        (Expected::Value(vec![7; 299_999]), false),
        (Expected::Beginning(vec![7; 34]), true),
        (Expected::Beginning(vec![8; 34]), false),
        (Expected::Absent, false),
    ] {
        let outcome = store.commit(Batch::new().check(b"a", expected).put(b"b", b"x")).await;
        assert_eq!(outcome.is_ok(), holds);
    }
    let missing = Batch::new().check(b"z", Expected::Beginning(Vec::new())).put(b"b", b"x");
    assert_eq!(store.commit(missing).await, Err(CommitError::Conflict { check: 0 }));
}

async fn keys_of<S: Store>(store: &S, range: Range) -> Vec<Vec<u8>> {
    store.scan(range).await.unwrap().into_iter().map(|e| e.key).collect()
}

async fn scans_go_both_ways_from_after_within_prefix_and_limit<S: Store>(open: &impl AsyncFn() -> S) {
    use Direction::{Backward, Forward};
    let store = open().await;
    for key in [&b"a"[..], b"p", b"p\x00", b"p1", b"p2", b"p\xff", b"p\xff\xff", b"q"] {
        store.commit(Batch::new().put(key, key)).await.unwrap();
    }
    let range = |after: Option<&[u8]>, limit, direction| Range {
        prefix: b"p".to_vec(),
        after: after.map(<[u8]>::to_vec),
        limit,
        direction,
    };
    assert_eq!(keys_of(&store, range(None, 3, Forward)).await, [&b"p"[..], b"p\x00", b"p1"]);
    assert_eq!(keys_of(&store, range(Some(b"p1"), 9, Forward)).await, [&b"p2"[..], b"p\xff", b"p\xff\xff"]);
    assert_eq!(keys_of(&store, range(Some(b"p15"), 1, Forward)).await, [b"p2"]);
    assert_eq!(keys_of(&store, range(None, 2, Backward)).await, [&b"p\xff\xff"[..], b"p\xff"]);
    assert_eq!(keys_of(&store, range(Some(b"p1"), 9, Backward)).await, [&b"p\x00"[..], b"p"]);
    assert_eq!(keys_of(&store, range(Some(b"a"), 1, Forward)).await, [b"p"]);
    assert!(keys_of(&store, range(Some(b"q"), 9, Forward)).await.is_empty());
    assert!(keys_of(&store, range(Some(b"p"), 9, Backward)).await.is_empty());
    assert!(keys_of(&store, range(Some(b"a"), 9, Backward)).await.is_empty());
    assert_eq!(keys_of(&store, range(Some(b"q"), 1, Backward)).await, [b"p\xff\xff"]);
}

async fn scans_agree_with_a_sorted_map<S: Store>(open: &impl AsyncFn() -> S) {
    let store = open().await;
    let mut model = BTreeMap::new();
    let mut seed = 1u32;
    let mut random = move || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 24) as u8
    };
    for _ in 0..30 {
        let mut batch = Batch::new();
        for _ in 0..20 {
            let key: Vec<u8> = (0..=random() % 3).map(|_| random() % 5 * 63).collect();
            let value = vec![random(); usize::from(random()) * 50];
            if random() % 4 == 0 {
                model.remove(&key);
                batch = batch.delete(&key);
            } else {
                model.insert(key.clone(), value.clone());
                batch = batch.put(&key, value);
            }
        }
        store.commit(batch).await.unwrap();
    }
    for direction in [Direction::Forward, Direction::Backward] {
        for prefix in [vec![], vec![0], vec![252], vec![126, 63]] {
            let mut expected: Vec<_> = model.iter().filter(|(k, _)| k.starts_with(&prefix)).collect();
            if direction == Direction::Backward {
                expected.reverse();
            }
            let found = store.scan(Range { prefix, after: None, limit: 10_000, direction }).await.unwrap();
            assert!(found.iter().map(|e| (&e.key, &e.value)).eq(expected));
        }
    }
}

async fn large_values_come_back_and_are_replaced<S: Store>(open: &impl AsyncFn() -> S) {
    let store = open().await;
    for size in [0, 1, 7_999, 8_000, 8_001, 16_000, 16_001, 256 << 10, MAX_VALUE] {
        let value: Vec<u8> = (0..size).map(|i| u8::try_from(i % 253).unwrap()).collect();
        store.commit(Batch::new().put(b"v", value.clone())).await.unwrap();
        assert!(store.get(b"v").await.unwrap() == Some(value), "{size} bytes");
    }
    drop(store);
    assert_eq!(open().await.get(b"v").await.unwrap().map(|v| v.len()), Some(MAX_VALUE));
}

async fn limits_are_refused_by_name_and_change_nothing<S: Store>(open: &impl AsyncFn() -> S) {
    let store = open().await;
    let value = Batch::new().put(b"a", b"1").put(b"v", vec![0; MAX_VALUE + 1]);
    let key = Batch::new().put(b"a", b"1").put(&[0; MAX_KEY + 1], b"1");
    let count = (0..=MAX_BATCH).fold(Batch::new(), |batch, i| batch.put(&i.to_be_bytes(), b"1"));
    let bytes = (0..4u8).fold(Batch::new(), |batch, i| batch.put(&[i], vec![0; 1 << 20]));
    for batch in [value, key, count, bytes] {
        assert!(matches!(store.commit(batch).await, Err(CommitError::TooLarge(_))));
    }
    assert!(store.scan(Range { limit: 1, ..Range::default() }).await.unwrap().is_empty());
}

async fn an_empty_batch_is_acknowledged<S: Store>(open: &impl AsyncFn() -> S) {
    let store = open().await;
    store.commit(Batch::new()).await.unwrap();
    store.commit(Batch::new().put(b"a", b"1")).await.unwrap();
    store.commit(Batch::new()).await.unwrap();
    store.commit(Batch::new().need(Need::NewWork)).await.unwrap();
}

async fn of_concurrent_commits_with_one_expectation_one_wins<S: Store>(open: &impl AsyncFn() -> S) {
    let store = Arc::new(open().await);
    let tasks: Vec<_> = (0..64u8)
        .map(|i| {
            let store = Arc::clone(&store);
            tokio::spawn(async move { store.commit(Batch::new().check(b"k", Expected::Absent).put(b"k", [i])).await })
        })
        .collect();
    let mut won = 0;
    for task in tasks {
        won += usize::from(task.await.unwrap().is_ok());
    }
    assert_eq!(won, 1);
}

/// Counts: the head stands under `head`, entries under `entry/<number>`.
struct Counter;

impl Sequencer for Counter {
    fn link(&self, view: &dyn View, item: &[u8]) -> Result<Vec<Write>, CommitError> {
        let last = view.get(b"head")?.map_or(0, |v| u32::from_be_bytes(v.try_into().unwrap()));
        let number = (last + 1).to_be_bytes();
        let entry = [&b"entry/"[..], &number].concat();
        Ok(vec![
            Write { key: b"head".to_vec(), value: Some(number.to_vec()) },
            Write { key: entry, value: Some(item.to_vec()) },
        ])
    }
}

async fn chained_items_follow_the_order_of_commits<S: Store>(open: &impl AsyncFn() -> S) {
    let store = Arc::new(open().await);
    let counter: Arc<dyn Sequencer> = Arc::new(Counter);
    let tasks: Vec<_> = (0..100u8)
        .map(|i| {
            let (store, counter) = (Arc::clone(&store), Arc::clone(&counter));
            tokio::spawn(async move {
                let batch = if i % 10 == 0 { Batch::new().check(b"x", Expected::Value(vec![])) } else { Batch::new() };
                store.commit(batch.chain(Arc::clone(&counter), vec![i]).chain(counter, vec![i])).await.is_ok()
            })
        })
        .collect();
    for (i, task) in tasks.into_iter().enumerate() {
        assert_eq!(task.await.unwrap(), i % 10 != 0);
    }
    let range = Range { prefix: b"entry/".to_vec(), limit: 1_000, ..Range::default() };
    let entries = store.scan(range).await.unwrap();
    assert_eq!(entries.len(), 180, "refused batches leave no gap");
    for (number, entry) in (1u32..).zip(&entries) {
        assert!(entry.key.ends_with(&number.to_be_bytes()));
    }
    assert!(entries.chunks(2).all(|pair| pair[0].value == pair[1].value), "a batch's entries stand together");
}

async fn a_dropped_commit_is_whole_or_absent<S: Store>(open: &impl AsyncFn() -> S) {
    let store = open().await;
    for i in 0..20u8 {
        let batch = Batch::new().put(&[b'x', i], b"1").put(&[b'y', i], b"1");
        let commit = store.commit(batch);
        let _late_or_done = tokio::time::timeout(std::time::Duration::from_micros(u64::from(i) * 20), commit).await;
    }
    store.commit(Batch::new()).await.unwrap();
    for i in 0..20u8 {
        assert_eq!(store.get(&[b'x', i]).await.unwrap(), store.get(&[b'y', i]).await.unwrap());
    }
}
