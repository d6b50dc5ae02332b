//! Power cuts at each step, and a thief with a copy from before.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use keys::keyring::{KdfParams, Keyring, KeyringSecrets};

use super::{
    super::{KeysAtRest, SharedKeyring, data_key::Wrapped, testing::*, tests::copy_of},
    *,
};
use crate::{
    store::{AnyStore, MemoryStore, SledStore, SpaceLimits, Store},
    world::testing::still,
};

const STEPS: [Step; 8] = [
    Step::Marked,
    Step::KeyringHasBoth,
    Step::EpochRaised,
    Step::SomeRewrapped,
    Step::KeysDropped,
    Step::Verified,
    Step::KeyringHasOne,
    Step::RowsDeleted,
];

/// Owners of one shard and one of another.
fn owners() -> Vec<Owner> {
    let case = |shard, number| {
        let mut id = [number; 16];
        id[0] = shard;
        Owner::Case(id)
    };
    vec![case(1, 1), case(1, 2), case(1, 3), Owner::Content([1; 32]), Owner::Skeleton([1; 32]), case(2, 1)]
}

async fn fill(vault: &Vault) {
    for (number, owner) in (0..).zip(owners()) {
        let mut tx = vault.begin();
        tx.create_key(&owner);
        tx.put(&owner, b"a", &child(number));
        tx.put(&owner, b"b", &child(number));
        tx.audit(Event::new("uid 1000", "case.add").object(owner.bytes()));
        tx.commit().await.unwrap();
    }
}

async fn readable(vault: &Vault) -> Vec<Owner> {
    let mut found = Vec::new();
    for (number, owner) in (0..).zip(owners()) {
        if let Some((record, _)) = vault.read::<Child>(&owner, b"a").await.unwrap() {
            assert_eq!(record, child(number));
            found.push(owner);
        }
    }
    found
}

fn doomed() -> [Owner; 2] {
    [owners()[0], owners()[3]]
}

fn survivors() -> Vec<Owner> {
    owners().into_iter().filter(|owner| !doomed().contains(owner)).collect()
}

/// Whether anything that `owner` had in `store` opens with `keys`: by the rows, not by the vault's own opinion.
async fn opens(store: &MemoryStore, keys: &MemoryKeys, owner: &Owner) -> bool {
    let row = owner.key_row().unwrap();
    let Some(value) = store.get(&row).await.unwrap() else { return false };
    let wrapped = Wrapped::parse(row, value).unwrap();
    let agency = keys::AgencyId::new(keys::Digest([9; 32]));
    (0..10).any(|epoch| {
        let key = keys.erasure_key(owner.shard().unwrap(), epoch);
        key.is_some_and(|key| wrapped.open(&key, &agency).is_some())
    })
}

#[tokio::test]
async fn after_an_erasure_nothing_of_an_earlier_copy_opens_and_survivors_do() {
    let (vault, store, keys) = in_memory().await;
    fill(&vault).await;
    let copy = copy_of(&store).await;
    let proof = vault.erase(&doomed()).await.unwrap();
    assert_eq!(proof.epochs, BTreeMap::from([(1, 2)]));
    assert_eq!(readable(&vault).await, survivors());
    for owner in doomed() {
        assert!(!opens(&copy, &keys, &owner).await);
        assert!(!vault.has_key(&owner).await.unwrap());
    }
    for owner in survivors() {
        assert!(opens(&store, &keys, &owner).await);
    }
    let rows = store.scan(Range { limit: 1000, ..Range::default() }).await.unwrap();
    for owner in doomed() {
        let of_owner = |key: &[u8]| record::split_row_key(key).is_some_and(|(found, _)| found == owner);
        assert!(!rows.iter().any(|row| row.key[0] == record::RECORDS && of_owner(&row.key)));
    }
}

#[tokio::test]
async fn erasing_again_gives_the_same_proof_and_an_erased_owner_never_comes_back() {
    let (vault, _, keys) = in_memory().await;
    fill(&vault).await;
    let proof = vault.erase(&doomed()).await.unwrap();
    let file = keys.epoch(1);
    assert_eq!(vault.erase(&doomed()).await.unwrap(), proof);
    assert_eq!(keys.epoch(1), file);
    let mut tx = vault.begin();
    tx.create_key(&doomed()[0]);
    let refused = tx.commit().await;
    assert!(matches!(refused, Err(crate::vault::CommitError::Store(VaultError::Erased))));
    let mut tx = vault.begin();
    tx.put(&doomed()[0], b"late", &child(9));
    assert!(matches!(tx.commit().await, Err(crate::vault::CommitError::Store(VaultError::NoKey))));
    assert!(matches!(vault.erase(&[Owner::Ledger]).await, Err(EraseError::NotErasable)));
}

#[tokio::test]
async fn a_stop_at_any_step_is_resumed_to_the_same_end() {
    for step in STEPS {
        let (vault, store, keys) = in_memory().await;
        fill(&vault).await;
        let (copy, keys_before) = (copy_of(&store).await, keys.copy());
        let stop = |at| if at == step { Err(EraseError::Stopped) } else { Ok(()) };
        let stopped = vault.erase_with(&doomed(), &stop).await;
        assert!(matches!(stopped, Err(EraseError::Stopped)), "{step:?}");
        let at_stop = copy_of(&store).await;
        drop(vault);

        let vault = open(Arc::new(store.clone()) as AnyStore, &keys, 2).await.unwrap();
        assert!(readable(&vault).await.iter().filter(|o| !doomed().contains(o)).count() == 4, "{step:?}");
        assert_eq!(vault.resume_erasures().await.unwrap(), 2, "{step:?}");
        assert_eq!(readable(&vault).await, survivors(), "{step:?}");
        for owner in doomed() {
            assert!(opens(&copy, &keys_before, &owner).await, "the control: the old keyring opens the old copy");
            assert!(!opens(&copy, &keys, &owner).await, "{step:?}");
            assert!(!opens(&at_stop, &keys, &owner).await, "{step:?}");
        }
        let proof = vault.erase(&doomed()).await.unwrap();
        assert!(proof.epochs[&1] >= 2);
        assert_eq!(vault.audit().verify().await.unwrap().fault, None, "{step:?}");
        assert_eq!(vault.resume_erasures().await.unwrap(), 0);
    }
}

#[tokio::test]
async fn one_that_is_marked_after_a_stop_goes_with_a_change_of_its_own() {
    for step in STEPS {
        let (vault, store, keys) = in_memory().await;
        fill(&vault).await;
        let stop = |at| if at == step { Err(EraseError::Stopped) } else { Ok(()) };
        vault.erase_with(&doomed(), &stop).await.unwrap_err();
        let copy = copy_of(&store).await;
        let late = owners()[1];
        let vault = open(Arc::new(store.clone()) as AnyStore, &keys, 2).await.unwrap();
        vault.erase(&[late]).await.unwrap();
        assert!(!opens(&copy, &keys, &late).await, "{step:?}");
        assert!(!opens(&copy, &keys, &doomed()[0]).await, "{step:?}");
        assert_eq!(
            readable(&vault).await,
            owners()[2..].iter().copied().filter(|o| *o != doomed()[1]).collect::<Vec<_>>()
        );
    }
}

#[tokio::test]
async fn there_is_no_proof_before_the_keyring_confirmed_that_the_old_key_is_gone() {
    let (vault, _, keys) = in_memory().await;
    fill(&vault).await;
    keys.unconfirmed.store(2, Ordering::Relaxed);
    for _ in 0..2 {
        let unconfirmed = vault.erase(&doomed()).await;
        assert!(matches!(unconfirmed, Err(EraseError::Vault(VaultError::Keys(_)))));
        assert!(vault.read::<Proof>(&Owner::Ledger, &doomed()[0].bytes()).await.unwrap().is_none());
    }
    vault.erase(&doomed()).await.unwrap();
    assert_eq!(readable(&vault).await, survivors());
}

#[tokio::test]
async fn a_mark_made_by_the_service_is_carried_out_at_the_next_start() {
    let (vault, store, keys) = in_memory().await;
    fill(&vault).await;
    let mut tx = vault.begin();
    tx.mark_for_erasure(&doomed()[0]);
    tx.commit().await.unwrap();
    drop(vault);
    let vault = open(Arc::new(store) as AnyStore, &keys, 2).await.unwrap();
    assert_eq!(vault.resume_erasures().await.unwrap(), 1);
    assert!(!vault.has_key(&doomed()[0]).await.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn erasures_that_wait_share_a_change_and_new_keys_are_made_meanwhile() {
    let (vault, _, keys) = in_memory().await;
    let owner = |number: u8| Owner::Case([vec![1], vec![number; 15]].concat().try_into().unwrap());
    for number in 0..40 {
        let mut tx = vault.begin();
        tx.create_key(&owner(number));
        tx.put(&owner(number), b"a", &child(u32::from(number)));
        tx.commit().await.unwrap();
    }
    let created = Arc::new(AtomicUsize::new(0));
    let mut tasks = Vec::new();
    for number in 0..20 {
        let (vault, created) = (vault.clone(), Arc::clone(&created));
        tasks.push(tokio::spawn(async move {
            vault.erase(&[owner(number)]).await.unwrap();
            let mut tx = vault.begin();
            tx.create_key(&owner(100 + number));
            tx.put(&owner(100 + number), b"a", &child(u32::from(number)));
            tx.commit().await.unwrap();
            created.fetch_add(1, Ordering::Relaxed);
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    assert!(keys.epoch(1) < 21, "erasures shared changes");
    assert_eq!(created.load(Ordering::Relaxed), 20);
    for number in (20..40).chain(100..120) {
        assert!(vault.read::<Child>(&owner(number), b"a").await.unwrap().is_some());
    }
    assert_eq!(vault.audit().verify().await.unwrap().fault, None);
}

/// The real thing: files on disk, and a thief with a copy of the store's from before the erasure.
#[tokio::test]
async fn with_the_keyring_file_of_afterwards_a_copied_store_of_before_does_not_open() {
    let folder = tempfile::tempdir().unwrap();
    let limits = SpaceLimits { mark: 0, ballast: 1 << 20, floor: 0 };
    let agency = keys::AgencyId::new(keys::Digest([9; 32]));
    let path = folder.path().join("keyring");
    let secrets = KeyringSecrets { op_seed: keys::Secret::new(Box::new([1; 32])), root_seed: None };
    let world = still(1);
    let keyring = Keyring::create(&path, b"five words", KdfParams::LEAST, secrets, &mut world.entropy()).unwrap();
    let keyring = SharedKeyring::new(keyring);
    let open = |store: SledStore, keyring: &SharedKeyring| {
        Vault::open(Arc::new(store), Arc::new(keyring.clone()), agency, still(2))
    };
    let vault = open(SledStore::open_with(folder.path(), limits).unwrap(), &keyring).await.unwrap();
    fill(&vault).await;
    let copy = tempfile::tempdir().unwrap();
    std::fs::create_dir(copy.path().join("store")).unwrap();
    for file in std::fs::read_dir(folder.path().join("store")).unwrap().map(Result::unwrap) {
        if file.file_type().unwrap().is_file() {
            std::fs::copy(file.path(), copy.path().join("store").join(file.file_name())).unwrap();
        }
    }
    let proof = vault.erase(&doomed()).await.unwrap();
    assert_eq!(proof.method, keyring.read().method());
    drop((vault, keyring));

    let keyring = SharedKeyring::new(Keyring::unlock(&path, b"five words").unwrap());
    let vault = open(SledStore::open_with(folder.path(), limits).unwrap(), &keyring).await.unwrap();
    assert_eq!(vault.resume_erasures().await.unwrap(), 0);
    assert_eq!(readable(&vault).await, survivors());
    let old = SledStore::open_with(copy.path(), limits).unwrap();
    for owner in owners().into_iter().filter(|owner| owner.shard() == Some(1)) {
        let row = owner.key_row().unwrap();
        let value = old.get(&row).await.unwrap().expect("the copy was made before");
        let wrapped = Wrapped::parse(row, value).unwrap();
        assert_eq!(wrapped.epoch(), 1);
        assert!(keyring.erasure_key(1, 1).is_none());
        assert!(wrapped.open(&keyring.erasure_key(1, 2).unwrap(), &agency).is_none());
    }
    assert!(matches!(open(old, &keyring).await, Err(VaultError::OutOfStep { shard: 1, epoch: 1 })));
}

#[tokio::test]
async fn erasure_works_over_sled_and_its_files() {
    let folder = tempfile::tempdir().unwrap();
    let keys = MemoryKeys::new();
    let limits = SpaceLimits { mark: 0, ballast: 1 << 20, floor: 0 };
    let store = || Arc::new(SledStore::open_with(folder.path(), limits).unwrap()) as AnyStore;
    let vault = open(store(), &keys, 1).await.unwrap();
    fill(&vault).await;
    vault.erase(&doomed()).await.unwrap();
    drop(vault);
    let vault = open(store(), &keys, 2).await.unwrap();
    assert_eq!(readable(&vault).await, survivors());
    assert_eq!(vault.audit().verify().await.unwrap().fault, None);
}
