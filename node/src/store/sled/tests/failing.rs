//! A store whose disk or whose thread fails.

use std::sync::Arc;

use super::*;
use crate::store::{Sequencer, View, Write};

/// Wrong in one of two ways when its batch is applied.
enum Faulty {
    Panics,
    Hangs(std::sync::mpsc::Receiver<()>),
}

// A receiver is asked by the committer's thread alone.
struct Shielded(Mutex<Faulty>);

impl Sequencer for Shielded {
    fn link(&self, _: &dyn View, _: &[u8]) -> Result<Vec<Write>, CommitError> {
        match &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            Faulty::Panics => panic!("a fault of the program"),
            Faulty::Hangs(until) => {
                let _released = until.recv();
                Ok(Vec::new())
            }
        }
    }
}

fn faulty(how: Faulty) -> Batch {
    Batch::new().put(b"faulty", b"1").chain(Arc::new(Shielded(Mutex::new(how))), Vec::new())
}

#[tokio::test]
async fn a_panic_in_the_committer_ends_one_commit_and_the_thread_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let store = SledStore::open_with(folder.path(), small()).unwrap();
    store.commit(Batch::new().put(b"a", b"1")).await.unwrap();
    for _ in 0..3 {
        assert!(matches!(store.commit(faulty(Faulty::Panics)).await, Err(CommitError::Failed(_))));
        store.commit(Batch::new().put(b"b", b"2")).await.unwrap();
    }
    assert!(!store.health().failed);
    assert_eq!(store.get(b"faulty").await, Ok(None));
    assert_eq!(store.get(b"a").await.unwrap().as_deref(), Some(&b"1"[..]));
}

#[tokio::test]
async fn a_commit_that_hangs_is_given_up_and_nothing_hangs_behind_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = SledStore::open_with(folder.path(), small()).unwrap();
    store.patience = Duration::from_millis(200);
    let (release, until) = std::sync::mpsc::channel();
    assert!(matches!(store.commit(faulty(Faulty::Hangs(until))).await, Err(CommitError::Failed(_))));
    assert!(store.health().stopped);
    let at_once = tokio::time::timeout(Duration::from_secs(5), store.commit(Batch::new().put(b"b", b"2")));
    assert!(matches!(at_once.await, Ok(Err(CommitError::Failed(_)))));
    drop(store);
    drop(release);
}

#[tokio::test]
async fn what_a_failed_group_left_is_taken_back_before_anything_else_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let large = vec![7; 50_000];
    let shared = {
        let store = SledStore::open_with(folder.path(), small()).unwrap();
        store.commit(Batch::new().put(b"a", b"before").put(b"l", large.clone())).await.unwrap();
        store.commit(Batch::new().put(b"gone", b"1")).await.unwrap();
        Arc::clone(&store.shared)
    };
    // The group reached the disk, but its sync was not confirmed: the caller was told so.
    let group = [
        (b"a".to_vec(), Some(b"after".to_vec())),
        (b"l".to_vec(), Some(vec![8; 30_000])),
        (b"gone".to_vec(), None),
        (b"new".to_vec(), Some(vec![9; 20_000])),
    ];
    let mut unsettled = None;
    let applied = shared.read(|engine| {
        let prepared = engine.prepare(group.into_iter().collect(), &engine::Found::default()).unwrap();
        unsettled = Some(prepared.undo);
        engine.apply(prepared.batch).map_err(|_| ReadError::Damaged)
    });
    applied.unwrap();
    shared.note_failure();
    shared.reopen(&mut unsettled).unwrap();
    assert!(unsettled.is_none() && !shared.has_failed());
    drop(shared);
    let store = SledStore::open_with(folder.path(), small()).unwrap();
    assert_eq!(store.get(b"a").await.unwrap().as_deref(), Some(&b"before"[..]));
    assert_eq!(store.get(b"l").await.unwrap(), Some(large));
    assert_eq!(store.get(b"gone").await.unwrap().as_deref(), Some(&b"1"[..]));
    assert_eq!(store.get(b"new").await, Ok(None));
}

#[tokio::test]
async fn a_snapshot_that_was_never_finished_is_no_damage() {
    let folder = tempfile::tempdir().unwrap();
    let store = SledStore::open_with(folder.path(), small()).unwrap();
    store.commit(Batch::new().put(b"a", b"1")).await.unwrap();
    drop(store);
    std::fs::write(folder.path().join("store/snap.FFFFFFFFFFFFFFFF.generating"), b"").unwrap();
    let store = SledStore::open_with(folder.path(), small()).unwrap();
    assert_eq!(store.get(b"a").await.unwrap().as_deref(), Some(&b"1"[..]));
}

#[tokio::test]
async fn the_last_of_the_reserve_is_kept_for_duties() {
    let folder = tempfile::tempdir().unwrap();
    let limits = SpaceLimits { mark: 0, ballast: 4 << 40, floor: 0 };
    let store = SledStore::open_with(folder.path(), limits).unwrap();
    store.shared.free_ballast_for_test();
    assert!(store.health().duties_only);
    let commit = |need| store.commit(Batch::new().put(b"a", b"1").need(need));
    assert_eq!(commit(Need::NewWork).await, Err(CommitError::Full));
    assert_eq!(commit(Need::CanWait).await, Err(CommitError::Full));
    commit(Need::Duty).await.unwrap();
}
