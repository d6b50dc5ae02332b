use std::sync::Mutex;

mod failing;

use super::*;
use crate::store::{Direction, Need, conformance};

fn small() -> SpaceLimits {
    SpaceLimits { mark: 0, ballast: 1 << 20, floor: 0 }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_sled_store_keeps_the_contract() {
    let folder = Mutex::new(tempfile::tempdir().unwrap());
    conformance::all(
        async || SledStore::open_with(folder.lock().unwrap().path(), small()).unwrap(),
        async || *folder.lock().unwrap() = tempfile::tempdir().unwrap(),
    )
    .await;
}

#[tokio::test]
async fn no_value_ever_becomes_a_blob_and_large_ones_come_back_whole() {
    let folder = tempfile::tempdir().unwrap();
    let store = SledStore::open_with(folder.path(), small()).unwrap();
    for round in 0..3u8 {
        for i in 0..20u8 {
            let value = vec![i ^ round; 256 << 10];
            store.commit(Batch::new().put(&[i], value)).await.unwrap();
        }
    }
    assert!(!engine::has_blobs(&folder.path().join("store")));
    let range = Range { limit: 100, direction: Direction::Backward, ..Range::default() };
    let found = store.scan(range).await.unwrap();
    assert_eq!(found.len(), 20);
    assert!(found.iter().all(|e| e.value == vec![e.key[0] ^ 2; 256 << 10]));
}

#[tokio::test]
async fn pieces_of_replaced_and_deleted_values_are_removed() {
    let folder = tempfile::tempdir().unwrap();
    let store = SledStore::open_with(folder.path(), small()).unwrap();
    for value in [vec![1; 100_000], vec![2; 50_000], vec![3; 10]] {
        store.commit(Batch::new().put(b"k", value)).await.unwrap();
    }
    store.commit(Batch::new().put(b"k", vec![4; 50_000])).await.unwrap();
    store.commit(Batch::new().delete(b"k")).await.unwrap();
    drop(store);
    let db = sled::Config::new().path(folder.path().join("store")).segment_size(8 << 20).open().unwrap();
    assert_eq!(db.len(), 0);
}

#[tokio::test]
async fn below_the_mark_new_work_is_refused_and_the_rest_taken() {
    let folder = tempfile::tempdir().unwrap();
    let limits = SpaceLimits { mark: u64::MAX, ..small() };
    let store = SledStore::open_with(folder.path(), limits).unwrap();
    assert!(store.health().low_space);
    let offer = Batch::new().put(b"offer", b"1").need(Need::NewWork);
    assert_eq!(store.commit(offer).await, Err(CommitError::Full));
    store.commit(Batch::new().put(b"withdrawal", b"1")).await.unwrap();
    assert_eq!(store.get(b"offer").await, Ok(None));
}

#[tokio::test]
async fn near_the_end_of_the_disk_the_ballast_is_freed_before_the_engine_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    let limits = SpaceLimits { mark: 0, ballast: 1 << 20, floor: u64::MAX };
    let store = SledStore::open_with(folder.path(), limits).unwrap();
    assert_eq!(store.commit(Batch::new().put(b"a", b"1")).await, Err(CommitError::Full));
    assert!(store.health().reserve_in_use);
    assert!(!folder.path().join("ballast").exists());
}

#[tokio::test]
async fn a_failed_store_is_opened_again_in_the_same_process_while_reads_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let store = SledStore::open_with(folder.path(), small()).unwrap();
    store.commit(Batch::new().put(b"a", b"1")).await.unwrap();
    assert!(folder.path().join("ballast").exists());
    store.shared.fail_for_test();
    assert!(store.health().failed);
    assert_eq!(store.get(b"a").await.unwrap().as_deref(), Some(&b"1"[..]));
    store.commit(Batch::new().put(b"b", b"2")).await.unwrap();
    assert!(!store.health().failed);
    assert_eq!(store.get(b"a").await.unwrap().as_deref(), Some(&b"1"[..]));
    store.shared.look_around();
    assert!(!store.health().reserve_in_use, "the ballast is remade when there is room");
}

#[test]
fn a_newer_format_and_a_foreign_folder_are_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    std::fs::create_dir(&path).unwrap();
    std::fs::write(path.join("letter.txt"), "hello").unwrap();
    assert!(matches!(SledStore::open(folder.path()), Err(OpenError::NotAStore { .. })));
    std::fs::write(path.join("format"), "spean-store 2\n").unwrap();
    let refused = SledStore::open(folder.path()).err().unwrap();
    assert!(matches!(&refused, OpenError::NewerFormat { found, .. } if found == "spean-store 2"), "{refused}");
}

#[tokio::test]
async fn a_damaged_store_gives_an_error_and_no_panic() {
    let folder = tempfile::tempdir().unwrap();
    let store = SledStore::open_with(folder.path(), small()).unwrap();
    for i in 0..200u8 {
        store.commit(Batch::new().put(&[i], vec![i; 3000])).await.unwrap();
    }
    drop(store);
    let db = folder.path().join("store/db");
    let mut bytes = std::fs::read(&db).unwrap();
    for byte in bytes.iter_mut().skip(50_000).step_by(997) {
        *byte = !*byte;
    }
    std::fs::write(&db, bytes).unwrap();
    match SledStore::open_with(folder.path(), small()) {
        Err(OpenError::Damaged { .. } | OpenError::Io { .. }) => {}
        Err(other) => panic!("{other}"),
        // sled cuts off what it can't read at the end of its log; what is left must be readable or an error.
        Ok(store) => {
            let _read_or_error = store.scan(Range { limit: 1000, ..Range::default() }).await;
        }
    }
}

#[test]
fn a_second_opening_is_told_that_the_store_is_in_use() {
    let folder = tempfile::tempdir().unwrap();
    let _store = SledStore::open_with(folder.path(), small()).unwrap();
    let refused = SledStore::open_with(folder.path(), small()).err().unwrap();
    assert!(matches!(refused, OpenError::InUse { .. }), "{refused}");
}

#[test]
fn what_several_groups_wrote_before_one_sync_goes_back_to_what_stood_there_first() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine::Engine::open(&folder.path().join("store")).unwrap();
    let write = |value: &[u8]| {
        let prepared =
            engine.prepare([(b"key".to_vec(), Some(value.to_vec()))].into(), &engine::Found::default()).unwrap();
        engine.write(prepared.batch).unwrap();
        prepared.undo
    };
    drop(write(b"first"));
    engine.confirm().unwrap();
    let mut undo = write(b"second");
    undo.then(write(&vec![7; 3 * pieces::PIECE]));
    undo.then(write(b"fourth"));
    engine.apply(undo.batch()).unwrap();
    assert_eq!(engine.get(b"key").unwrap(), Some(b"first".to_vec()));
}
