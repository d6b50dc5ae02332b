use keys::{AgencyId, Secret};

use super::*;
use crate::{
    store::{Batch, MemoryStore, Store},
    world::testing::still,
};

fn log(store: &MemoryStore) -> Audit {
    let secret = |byte| Secret::new(Box::new([byte; 32]));
    Audit::new(Arc::new(store.clone()), secret(1), secret(2), AgencyId::new(Digest([3; 32])), still(4))
}

async fn add(store: &MemoryStore, audit: &Audit, event: Event) {
    let item = audit.chain().item(&event);
    store.commit(Batch::new().chain(Arc::clone(audit.chain()) as _, item)).await.unwrap();
}

/// A log of five acts.
async fn five() -> (MemoryStore, Audit) {
    let store = MemoryStore::new();
    let audit = log(&store);
    for action in ["case.add", "case.open", "offer.send", "case.open", "case.show"] {
        add(&store, &audit, Event::new("uid 1000", action).by(Some("Chantrea")).object([7; 16])).await;
    }
    (store, audit)
}

#[tokio::test]
async fn entries_are_numbered_linked_and_read_back_both_ways() {
    let (store, audit) = five().await;
    add(&store, &audit, Event::new("uid 1000", "case.open").refused("denied/role")).await;
    let entries = audit.read(None, 10).await.unwrap();
    assert_eq!(entries.len(), 6);
    assert!(entries.windows(2).all(|pair| pair[1].entry.prev == pair[0].hash));
    assert_eq!(entries[0].entry.object, Some(audit.object(&[7; 16])));
    assert_eq!(entries[5].entry.outcome, Outcome::Refused("denied/role".into()));
    assert_eq!(audit.read(Some(4), 10).await.unwrap(), entries[4..]);
    assert_eq!(audit.read_back(None, 1).await.unwrap(), entries[5..]);
    let report = audit.verify().await.unwrap();
    assert_eq!(report, Report { entries: 6, head: entries[5].hash, fault: None });
}

#[tokio::test]
async fn an_empty_log_is_whole() {
    let store = MemoryStore::new();
    assert_eq!(log(&store).verify().await.unwrap().fault, None);
}

#[tokio::test]
async fn a_missing_entry_is_found() {
    let (store, audit) = five().await;
    store.commit(Batch::new().delete(&Chain::entry_key(3))).await.unwrap();
    assert_eq!(audit.verify().await.unwrap().fault, Some(Fault::Gap(3)));
}

#[tokio::test]
async fn a_changed_or_moved_entry_is_found() {
    let (store, audit) = five().await;
    let key = Chain::entry_key(2);
    let mut value = store.get(&key).await.unwrap().unwrap();
    let moved = store.get(&Chain::entry_key(4)).await.unwrap().unwrap();
    *value.last_mut().unwrap() ^= 1;
    for value in [value, moved] {
        store.commit(Batch::new().put(&key, value)).await.unwrap();
        assert_eq!(audit.verify().await.unwrap().fault, Some(Fault::Unreadable(2)));
    }
}

#[tokio::test]
async fn an_entry_rewritten_by_a_holder_of_the_key_is_found() {
    let (store, audit) = five().await;
    let copy = MemoryStore::new();
    let forged_log = log(&copy);
    for _ in 0..2 {
        add(&copy, &forged_log, Event::new("uid 1000", "harmless")).await;
    }
    let key = Chain::entry_key(2);
    let forged = copy.get(&key).await.unwrap().unwrap();
    store.commit(Batch::new().put(&key, forged)).await.unwrap();
    assert_eq!(audit.verify().await.unwrap().fault, Some(Fault::Changed(2)));
}

#[tokio::test]
async fn entries_cut_off_at_the_end_are_found() {
    let (store, audit) = five().await;
    let cut = Batch::new().delete(&Chain::entry_key(5)).delete(&Chain::entry_key(4));
    store.commit(cut).await.unwrap();
    assert_eq!(audit.verify().await.unwrap().fault, Some(Fault::Truncated(3)));
}

#[tokio::test]
async fn a_head_put_back_or_removed_is_found_and_the_chain_is_not_continued() {
    let (store, audit) = five().await;
    let old_head = store.get(&Chain::head_key()).await.unwrap().unwrap();
    add(&store, &audit, Event::new("node", "key.use")).await;
    store.commit(Batch::new().put(&Chain::head_key(), old_head)).await.unwrap();
    assert_eq!(audit.verify().await.unwrap().fault, Some(Fault::BeyondHead(5)));
    let go_on = || Batch::new().chain(Arc::clone(audit.chain()) as _, audit.chain().item(&Event::new("node", "x")));
    assert!(store.commit(go_on()).await.is_err());
    store.commit(Batch::new().delete(&Chain::head_key())).await.unwrap();
    assert_eq!(audit.verify().await.unwrap().fault, Some(Fault::NoHead));
    assert!(store.commit(go_on()).await.is_err());
}

#[tokio::test]
async fn nothing_of_an_entry_stands_readable_in_the_store() {
    let (store, _) = five().await;
    let rows = store.scan(Range { limit: 100, ..Range::default() }).await.unwrap();
    for row in rows {
        for text in [&b"Chantrea"[..], b"case.open", b"uid", &[7; 16]] {
            assert!(!row.value.windows(text.len()).any(|w| w == text));
        }
    }
}
