//! Intake: taken without keys, opened with them, in order, and never under a key that is about to go.

use super::{
    super::{
        Owner,
        testing::{MemoryKeys, child, open},
    },
    *,
};
use crate::{store::MemoryStore, world::testing::still};

fn agency(byte: u8) -> AgencyId {
    AgencyId::new(Digest([byte; 32]))
}

async fn intake(store: &MemoryStore, keys: &MemoryKeys, limits: IntakeLimits) -> Intake {
    let store = std::sync::Arc::new(store.clone()) as AnyStore;
    Intake::open(store, agency(9), keys.intake_public(), still(7), limits).await.unwrap()
}

async fn rows(store: &MemoryStore) -> Vec<store::Entry> {
    store::Store::scan(store, waiting(None, 100)).await.unwrap()
}

async fn all(vault: &Vault) -> Vec<(AgencyId, Vec<u8>)> {
    let (mut found, mut after) = (Vec::new(), None);
    while let Some(arrival) = vault.next_arrival(after).await.unwrap() {
        after = Some(arrival.number);
        found.extend(arrival.inside.map(|(from, envelope)| (from, envelope.to_vec())));
    }
    found
}

#[tokio::test]
async fn what_a_locked_node_kept_comes_back_in_order_and_nothing_of_it_lies_bare() {
    let (store, keys) = (MemoryStore::new(), MemoryKeys::new());
    let sent: Vec<Vec<u8>> = (0..5).map(|n| child(n).name.into_bytes()).collect();
    for (n, envelope) in sent.iter().enumerate() {
        // Each time as after a restart.
        let intake = intake(&store, &keys, IntakeLimits::default()).await;
        assert_eq!(intake.waiting(), n);
        intake.keep(agency(1), envelope).await.unwrap();
    }
    for row in rows(&store).await {
        let holds = |part: &[u8]| row.value.windows(part.len()).any(|window| window == part);
        assert!(!sent.iter().any(|envelope| holds(envelope)) && !holds(&[1; 32]), "an envelope or its sender is bare");
    }
    let vault = open(std::sync::Arc::new(store.clone()) as AnyStore, &keys, 2).await.unwrap();
    let expected: Vec<_> = sent.into_iter().map(|envelope| (agency(1), envelope)).collect();
    assert_eq!(all(&vault).await, expected);
    vault.arrival_done(0).await.unwrap();
    assert_eq!(all(&vault).await, expected[1..]);
}

#[tokio::test]
async fn an_erasure_seals_anew_what_waits_so_that_the_old_intake_key_can_go() {
    let (store, keys) = (MemoryStore::new(), MemoryKeys::new());
    intake(&store, &keys, IntakeLimits::default()).await.keep(agency(1), b"an envelope").await.unwrap();
    let (before, old_keys) = (rows(&store).await, keys.copy());
    let vault = open(std::sync::Arc::new(store.clone()) as AnyStore, &keys, 2).await.unwrap();
    let owner = Owner::Case([4; 16]);
    let mut tx = vault.begin();
    tx.create_key(&owner);
    tx.put(&owner, b"", &child(1));
    tx.commit().await.unwrap();
    vault.erase(&[owner]).await.unwrap();
    assert_eq!(all(&vault).await, [(agency(1), b"an envelope".to_vec())]);
    let old = before.iter().find(|row| row.key.first() == Some(&WAITING_ROWS)).unwrap();
    assert!(super::open(&old_keys, &agency(9), &old.key, &old.value).is_some(), "control: it was under the old key");
    assert!(super::open(&keys, &agency(9), &old.key, &old.value).is_none(), "the old sealing opens still");
}

#[tokio::test]
async fn one_peer_fills_its_own_quota_only_and_all_together_theirs() {
    let (store, keys) = (MemoryStore::new(), MemoryKeys::new());
    let limits = IntakeLimits { envelopes_per_peer: 2, bytes_per_peer: 100, envelopes: 5, bytes: 1_000 };
    let intake = intake(&store, &keys, limits).await;
    assert_eq!(intake.keep(agency(1), &[0; 101]).await, Err(NotKept::OverQuota));
    for _ in 0..2 {
        intake.keep(agency(1), b"x").await.unwrap();
    }
    assert_eq!(intake.keep(agency(1), b"x").await, Err(NotKept::OverQuota));
    for peer in [2, 2, 3] {
        intake.keep(agency(peer), b"x").await.unwrap();
    }
    assert_eq!(intake.keep(agency(4), b"x").await, Err(NotKept::NoRoom));
    assert_eq!(intake.waiting(), 5);
}

#[tokio::test]
async fn the_pins_of_the_peers_are_known_without_any_key() {
    let (store, keys) = (MemoryStore::new(), MemoryKeys::new());
    let shared = std::sync::Arc::new(store.clone()) as AnyStore;
    assert_eq!(pins_in(&shared).await, Ok(Vec::new()));
    let vault = open(std::sync::Arc::clone(&shared), &keys, 2).await.unwrap();
    let pins = vec![(Digest([1; 32]), agency(2)), (Digest([3; 32]), agency(4))];
    vault.keep_pins(&pins).await.unwrap();
    assert_eq!(pins_in(&shared).await, Ok(pins));
    shared.commit(Batch::new().put(PINS_ROW, [FORMAT, 7])).await.unwrap();
    assert_eq!(pins_in(&shared).await, Err(ReadError::Damaged));
}
