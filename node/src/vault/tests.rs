use super::{testing::*, *};
use crate::{
    store::{Direction, MemoryStore, Range, Store},
    world::testing::still,
};

const CASE: Owner = Owner::Case([5; 16]);
const OTHER: Owner = Owner::Case([6; 16]);

async fn with_child(vault: &Vault, owner: Owner) -> Stamp {
    let mut tx = vault.begin();
    tx.create_key(&owner);
    tx.put(&owner, b"record", &child(1));
    tx.audit(Event::new("uid 1000", "case.add").object(owner.bytes()));
    tx.commit().await.unwrap();
    vault.read::<Child>(&owner, b"record").await.unwrap().unwrap().1
}

#[tokio::test]
async fn what_is_committed_is_read_back_and_nothing_of_it_stands_in_the_store() {
    let (vault, store, keys) = in_memory().await;
    with_child(&vault, CASE).await;
    let reopened = open(Arc::new(store.clone()) as AnyStore, &keys, 2).await.unwrap();
    assert_eq!(reopened.read::<Child>(&CASE, b"record").await.unwrap().unwrap().0, child(1));
    for row in store.scan(Range { limit: 1000, ..Range::default() }).await.unwrap() {
        assert!(!row.value.windows(12).any(|w| w == "សុខា".as_bytes()));
    }
}

#[tokio::test]
async fn a_stamp_holds_until_the_record_is_written_again() {
    let (vault, _, _) = in_memory().await;
    let stamp = with_child(&vault, CASE).await;
    let write = async |stamp: &Stamp, number| {
        let mut tx = vault.begin();
        tx.expect(stamp);
        tx.put(&CASE, b"record", &child(number));
        tx.commit().await
    };
    write(&stamp, 2).await.unwrap();
    assert!(matches!(write(&stamp, 3).await, Err(CommitError::Conflict)));
    let (found, stamp) = vault.read::<Child>(&CASE, b"record").await.unwrap().unwrap();
    assert_eq!(found, child(2));
    // The same content written again is another writing.
    write(&stamp, 2).await.unwrap();
    assert!(matches!(write(&stamp, 2).await, Err(CommitError::Conflict)));
}

#[tokio::test]
async fn whoever_writes_a_record_may_go_on_with_it_unread() {
    let (vault, _, _) = in_memory().await;
    with_child(&vault, CASE).await;
    let mut tx = vault.begin();
    tx.put(&CASE, b"record", &child(1));
    // Of several writes to one key the last counts.
    tx.put(&CASE, b"record", &child(2));
    let stamp = tx.commit_stamped::<Child>(&CASE, b"record").await.unwrap().unwrap();
    assert_eq!(vault.read::<Child>(&CASE, b"record").await.unwrap().unwrap(), (child(2), stamp.clone()));
    let mut tx = vault.begin();
    tx.expect(&stamp);
    tx.put(&CASE, b"other", &child(3));
    assert_eq!(tx.commit_stamped::<Child>(&CASE, b"record").await.unwrap(), None);
}

#[tokio::test]
async fn expectations_of_absence_and_second_keys_are_conflicts() {
    let (vault, _, _) = in_memory().await;
    with_child(&vault, CASE).await;
    let mut tx = vault.begin();
    tx.expect_absent::<Child>(&CASE, b"record");
    assert!(matches!(tx.commit().await, Err(CommitError::Conflict)));
    let mut tx = vault.begin();
    tx.create_key(&CASE);
    assert!(matches!(tx.commit().await, Err(CommitError::Conflict)));
}

#[tokio::test]
async fn an_owner_without_a_key_takes_no_record() {
    let (vault, _, _) = in_memory().await;
    let mut tx = vault.begin();
    tx.put(&OTHER, b"record", &child(1));
    assert!(matches!(tx.commit().await, Err(CommitError::Store(VaultError::NoKey))));
    assert!(!vault.has_key(&OTHER).await.unwrap());
    assert!(vault.read::<Child>(&OTHER, b"record").await.unwrap().is_none());
}

#[tokio::test]
async fn a_refused_transaction_leaves_no_audit_entry() {
    let (vault, _, _) = in_memory().await;
    with_child(&vault, CASE).await;
    let mut tx = vault.begin();
    tx.expect_absent::<Child>(&CASE, b"record");
    tx.audit(Event::new("uid 1000", "case.add"));
    tx.commit().await.unwrap_err();
    vault.record(Event::new("uid 1000", "case.add").refused("case/exists")).await.unwrap();
    let entries = vault.audit().read(None, 10).await.unwrap();
    let actions: Vec<_> = entries.iter().map(|e| e.entry.outcome.to_string()).collect();
    assert_eq!(actions, ["done", "refused: case/exists"]);
}

#[tokio::test]
async fn a_row_put_in_anothers_place_does_not_open() {
    let (vault, store, _) = in_memory().await;
    with_child(&vault, CASE).await;
    let mut tx = vault.begin();
    tx.put(&CASE, b"other", &child(2));
    tx.commit().await.unwrap();
    let (from, to) = (record::row_key(Child::TABLE, &CASE, b"other"), record::row_key(Child::TABLE, &CASE, b"record"));
    let value = store.get(&from).await.unwrap().unwrap();
    store.commit(Batch::new().put(&to, value)).await.unwrap();
    assert!(matches!(vault.read::<Child>(&CASE, b"record").await, Err(VaultError::Damaged { table: 7 })));
}

#[tokio::test]
async fn a_newer_version_is_refused_by_name_and_an_unknown_older_one_too() {
    let (vault, store, _) = in_memory().await;
    with_child(&vault, CASE).await;
    let row = record::row_key(Child::TABLE, &CASE, b"record");
    let mut value = store.get(&row).await.unwrap().unwrap();
    value[1] = 3;
    store.commit(Batch::new().put(&row, value.clone())).await.unwrap();
    let read = vault.read::<Child>(&CASE, b"record").await;
    assert!(matches!(read, Err(VaultError::Newer { table: 7, format: 1, version: 3 })));
    value[1] = 1;
    store.commit(Batch::new().put(&row, value)).await.unwrap();
    assert!(matches!(vault.read::<Child>(&CASE, b"record").await, Err(VaultError::Damaged { .. })));
}

#[tokio::test]
async fn scans_stay_with_their_owner_and_table_scans_go_over_all() {
    let (vault, _, _) = in_memory().await;
    for (owner, count) in [(CASE, 5u8), (OTHER, 3)] {
        let mut tx = vault.begin();
        tx.create_key(&owner);
        (0..count).for_each(|i| tx.put(&owner, &[b'k', i], &child(u32::from(i))));
        tx.commit().await.unwrap();
    }
    let rows = vault.scan::<Child>(&CASE, b"k", Some(b"k\x01"), 2, Direction::Forward).await.unwrap();
    assert_eq!(rows.iter().map(|r| r.key.clone()).collect::<Vec<_>>(), [b"k\x02", b"k\x03"]);
    let rows = vault.scan::<Child>(&OTHER, b"", None, 1, Direction::Backward).await.unwrap();
    assert_eq!(rows[0].value, child(2));
    let page = vault.scan_table::<Child>(None, 6).await.unwrap();
    assert_eq!(page.len(), 6);
    let last = &page[5];
    let rest = vault.scan_table::<Child>(Some((&last.owner, &last.key)), 6).await.unwrap();
    assert_eq!(rest.len(), 2);
    assert_eq!(vault.read_all::<Child>().await.unwrap().len(), 8);
}

#[tokio::test]
async fn personal_detail_of_an_audit_entry_goes_with_its_owner_and_the_chain_stays() {
    let (vault, _, _) = in_memory().await;
    with_child(&vault, CASE).await;
    let mut tx = vault.begin();
    tx.audit_with_detail(Event::new("uid 1000", "case.open"), &CASE, "ផ្ទះលេខ ៥");
    tx.commit().await.unwrap();
    let commitment = vault.audit().read_back(None, 1).await.unwrap()[0].entry.detail.unwrap();
    assert_eq!(vault.audit_detail(&CASE, &commitment).await.unwrap().as_deref(), Some("ផ្ទះលេខ ៥"));
    vault.erase(&[CASE]).await.unwrap();
    assert_eq!(vault.audit_detail(&CASE, &commitment).await.unwrap(), None);
    assert_eq!(vault.audit().verify().await.unwrap().fault, None);
}

#[tokio::test]
async fn a_store_put_back_to_before_an_erasure_is_not_opened() {
    let (vault, store, keys) = in_memory().await;
    with_child(&vault, CASE).await;
    let before = copy_of(&store).await;
    vault.erase(&[CASE]).await.unwrap();
    let refused = open(Arc::new(before) as AnyStore, &keys, 2).await.unwrap_err();
    assert!(matches!(refused, VaultError::OutOfStep { shard: 5, epoch: 1 }));
}

/// An owner in the shard of [`CASE`].
const BESIDE: Owner = Owner::Case([5, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7]);

#[tokio::test]
async fn a_new_key_is_wrapped_in_the_present_epoch_though_another_was_seen_last() {
    let (vault, store, keys) = in_memory().await;
    let eraser = open(Arc::new(store.clone()) as AnyStore, &keys, 2).await.unwrap();
    with_child(&eraser, CASE).await;
    eraser.erase(&[CASE]).await.unwrap();
    assert_eq!(keys.erasure_key(5, 1).map(drop), None, "what was seen last can't be used any more");
    with_child(&vault, BESIDE).await;
    assert!(eraser.read::<Child>(&BESIDE, b"record").await.unwrap().is_some());
}

#[tokio::test]
async fn a_new_key_is_wrapped_in_the_present_epoch_while_the_one_before_ends() {
    let (vault, store, keys) = in_memory().await;
    assert_eq!(keys.begin_erasure(5, &mut still(3).entropy()).unwrap(), 2);
    let raised = data_key::epoch_value(2);
    store.commit(Batch::new().put(&data_key::epoch_row(5), raised)).await.unwrap();
    with_child(&vault, BESIDE).await;
    let row = BESIDE.key_row().unwrap();
    let wrapped = data_key::Wrapped::parse(row.clone(), store.get(&row).await.unwrap().unwrap()).unwrap();
    assert_eq!(wrapped.epoch(), 2);
}

pub(super) async fn copy_of(store: &MemoryStore) -> MemoryStore {
    let copy = MemoryStore::new();
    for rows in store.scan(Range { limit: usize::MAX, ..Range::default() }).await.unwrap().chunks(200) {
        let batch = rows.iter().fold(Batch::new(), |batch, row| batch.put(&row.key, row.value.clone()));
        copy.commit(batch).await.unwrap();
    }
    copy
}
