//! The keyring's promises.

mod disk;
mod passphrase;
mod power;
mod root;
mod signing;
mod slots;

use std::os::unix::fs::PermissionsExt;

use super::*;
use crate::testing::Seeded;
use disk::Disk;

const PASSPHRASE: &[u8] = b"five words for the test";

fn cheap() -> KdfParams {
    KdfParams::new(8, 1, 1).expect("in bounds")
}

fn secrets() -> KeyringSecrets {
    KeyringSecrets { op_seed: Secret::new(Box::new([1; 32])), root_seed: Some(Secret::new(Box::new([2; 32]))) }
}

fn created(disk: &Disk) -> Keyring {
    Keyring::create_in(Box::new(disk.clone()), PASSPHRASE, cheap(), secrets(), &mut Seeded::new(1)).expect("creates")
}

fn unlocked(disk: &Disk) -> Result<Keyring, KeyringError> {
    Keyring::unlock_in(Box::new(disk.clone()), PASSPHRASE)
}

/// Everything a keyring knows, to compare two.
fn knows(keyring: &Keyring) -> Vec<Vec<u8>> {
    let mut all = vec![
        keyring.signing.seed().expose().to_vec(),
        keyring.root.as_ref().map_or(vec![], |root| root.seed().expose().to_vec()),
        keyring.second.as_ref().map_or(vec![], |second| second.seed().expose().to_vec()),
        keyring.ledger.expose().to_vec(),
        keyring.erasure.content().sealed.to_vec(),
        keyring.tombstone.content().sealed.to_vec(),
    ];
    all.extend(keyring.intake_keys().map(|key| key.seed().expose().to_vec()));
    all
}

#[test]
fn a_new_keyring_lies_on_disk_for_its_owner_only_and_unlocks_to_the_same_keys() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("keyring");
    let made = Keyring::create(&path, PASSPHRASE, cheap(), secrets(), &mut Seeded::new(1)).expect("creates");
    let metadata = fs::metadata(&path).expect("is there");
    assert_eq!((metadata.permissions().mode() & 0o777, metadata.len()), (0o600, FILE_BYTES as u64));
    let again = Keyring::unlock(&path, PASSPHRASE).expect("unlocks");
    assert_eq!(knows(&made), knows(&again));
    assert_eq!(Keyring::intake_public(&path).expect("reads"), *again.intake_key().public());
    assert_eq!(fs::read_dir(folder.path()).expect("lists").count(), 1);
    let second = Keyring::create(&path, PASSPHRASE, cheap(), secrets(), &mut Seeded::new(2));
    assert!(matches!(second, Err(KeyringError::AlreadyThere(_))));
}

#[test]
fn rights_that_are_too_wide_are_narrowed() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("keyring");
    Keyring::create(&path, PASSPHRASE, cheap(), secrets(), &mut Seeded::new(1)).expect("creates");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("sets");
    Keyring::unlock(&path, PASSPHRASE).expect("unlocks");
    assert_eq!(fs::metadata(&path).expect("is there").permissions().mode() & 0o777, 0o600);
}

#[test]
fn each_fault_of_the_file_has_its_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let missing = Keyring::unlock(&folder.path().join("keyring"), PASSPHRASE);
    assert!(matches!(missing, Err(KeyringError::Missing(_))));

    let disk = Disk::blank();
    created(&disk);
    let wrong = Keyring::unlock_in(Box::new(disk.clone()), b"another");
    assert!(matches!(wrong, Err(KeyringError::WrongPassphrase)));
    let empty = Keyring::create_in(Box::new(Disk::blank()), b"", cheap(), secrets(), &mut Seeded::new(1));
    assert!(matches!(empty, Err(KeyringError::EmptyPassphrase)));
    assert!(matches!(unlocked(&Disk::blank()), Err(KeyringError::HalfWritten)));
    assert!(matches!(unlocked(&Disk::of(vec![])), Err(KeyringError::HalfWritten)));
    assert!(matches!(unlocked(&Disk::of(disk.bytes()[..5_000].to_vec())), Err(KeyringError::HalfWritten)));
    assert!(matches!(unlocked(&Disk::of(b"name = \"CMO\"\n".to_vec())), Err(KeyringError::NotAKeyring)));
    for pair in Pair::ALL {
        let spoilt = disk.copy();
        for side in layout::Side::BOTH {
            spoilt.flip(pair.offset(side) + 100);
        }
        assert!(matches!(unlocked(&spoilt), Err(KeyringError::Damaged(name)) if name == pair.name()));
    }
}

#[test]
fn one_damaged_slot_of_each_pair_is_healed() {
    let disk = Disk::blank();
    let before = knows(&created(&disk));
    for pair in Pair::ALL {
        for side in layout::Side::BOTH {
            disk.flip(pair.offset(side) + 100);
            assert_eq!(knows(&unlocked(&disk).expect("unlocks")), before);
            assert!(slot::read_pair(&disk, pair).is_ok_and(|whole| whole.len() == 2));
        }
    }
}

#[test]
fn a_slot_of_a_newer_format_is_named_even_beside_an_older_one() {
    let disk = Disk::blank();
    created(&disk);
    let mut bytes = disk.bytes();
    let slot = &mut bytes[..layout::PAGE];
    slot[4] = 2;
    let (content, checksum) = slot.split_at_mut(layout::PAGE - 32);
    checksum.copy_from_slice(&label::digest_of(content).0);
    assert!(matches!(unlocked(&Disk::of(bytes)), Err(KeyringError::NewerFormat(2))));
}

#[test]
fn slots_of_another_keyring_or_shard_pair_are_not_taken() {
    let (disk, other) = (Disk::blank(), Disk::blank());
    created(&disk);
    Keyring::create_in(Box::new(other.clone()), PASSPHRASE, cheap(), secrets(), &mut Seeded::new(9)).expect("creates");
    let start = usize::try_from(Pair::Erasure.offset(layout::Side::A)).expect("fits");
    let mut mixed = disk.bytes();
    mixed[start..start + 2 * layout::MAX_SLOT].copy_from_slice(&other.bytes()[start..start + 2 * layout::MAX_SLOT]);
    assert!(matches!(unlocked(&Disk::of(mixed)), Err(KeyringError::Damaged("the erasure keys"))));
}

#[test]
fn a_change_of_erasure_key_touches_its_shard_only_and_takes_the_intake_key_along() {
    let disk = Disk::blank();
    let mut keyring = created(&disk);
    let old = keyring.erasure_key(7, 1).map(|key| *key.expose()).expect("has one");
    let neighbour = keyring.erasure_key(8, 1).map(|key| *key.expose());
    let intake = keyring.intake_key().kid();

    assert_eq!(keyring.begin_erasure(7, &mut Seeded::new(2)).expect("begins"), 2);
    assert_eq!(keyring.begin_erasure(7, &mut Seeded::new(3)).expect("shares"), 2);
    assert_eq!((keyring.epoch(7), keyring.pending_epoch(7)), (1, Some(2)));
    assert_eq!(keyring.erasure_key(7, 1).map(|key| *key.expose()), Some(old));
    assert_ne!(keyring.intake_key().kid(), intake);
    assert!(keyring.intake_keys().any(|key| key.kid() == intake));

    keyring.finish_erasure(7, &mut Seeded::new(4)).expect("finishes");
    keyring.finish_erasure(7, &mut Seeded::new(5)).expect("again");
    assert_eq!((keyring.epoch(7), keyring.pending_epoch(7)), (2, None));
    assert!(keyring.erasure_key(7, 1).is_none() && keyring.erasure_key(7, 3).is_none());
    assert_eq!(keyring.erasure_key(8, 1).map(|key| *key.expose()), neighbour);
    assert!(keyring.intake_keys().all(|key| key.kid() != intake));
    assert_eq!(knows(&unlocked(&disk).expect("unlocks")), knows(&keyring));
}

#[test]
fn all_shards_may_change_at_once() {
    let disk = Disk::blank();
    let mut keyring = created(&disk);
    let entropy = &mut Seeded::new(2);
    for shard in 0..=255 {
        keyring.begin_erasure(shard, entropy).expect("begins");
    }
    let mut keyring = unlocked(&disk).expect("unlocks");
    assert_eq!(keyring.intake_keys().count(), SHARDS + 1);
    for shard in (0..=255).rev() {
        keyring.finish_erasure(shard, entropy).expect("finishes");
    }
    assert_eq!(keyring.intake_keys().count(), 1);
    assert!((0..=255).all(|shard| keyring.epoch(shard) == 2));
}

#[test]
fn counters_only_grow_and_survive() {
    let disk = Disk::blank();
    let mut keyring = created(&disk);
    let entropy = &mut Seeded::new(2);
    for (value, expected) in [(5, 5), (3, 5), (6, 6)] {
        keyring.raise_counter(1, value, entropy).expect("raises");
        assert_eq!(keyring.counter(1), expected);
    }
    assert_eq!(unlocked(&disk).expect("unlocks").counter(1), 6);
    keyring.raise_counter(COUNTERS, 1, entropy).expect("nothing to do");
    assert_eq!(keyring.counter(COUNTERS), 0);
}

#[test]
fn a_keyring_shows_no_secret() {
    let keyring = created(&Disk::blank());
    let shown = format!("{keyring:?} {:?}", secrets());
    assert!(!shown.contains("0101") && shown.contains("hidden"), "{shown}");
}
