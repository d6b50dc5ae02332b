//! A power cut at each write of each change: afterwards the keyring unlocks, to the state before or after.

use super::{disk::Tear, *};

/// How many writes a change has at most; more are tried, to be sure.
const WRITES: usize = 4;

/// Runs `act` with the power cut after each possible number of writes, and then `check` on what unlocks.
fn at_every_cut(
    prepared: &Disk,
    act: impl Fn(&mut Keyring) -> Result<(), KeyringError>,
    check: impl Fn(&Disk, Keyring, bool),
) {
    for writes in 0..WRITES {
        for tear in [Tear::Lost, Tear::Half, Tear::Unheard] {
            let disk = prepared.copy();
            let mut keyring = unlocked(&disk).expect("unlocks");
            disk.cut_after(writes, tear);
            let done = act(&mut keyring).is_ok();
            drop(keyring);
            disk.power_on();
            let reopened = unlocked(&disk).unwrap_or_else(|e| panic!("after {writes} writes, {tear:?}: {e}"));
            check(&disk, reopened, done);
        }
    }
}

#[test]
fn beginning_an_erasure_leaves_one_state_or_the_other_and_can_be_repeated() {
    let disk = Disk::blank();
    let old = *created(&disk).erasure_key(7, 1).expect("has one").expose();
    at_every_cut(
        &disk,
        |keyring| keyring.begin_erasure(7, &mut Seeded::new(2)).map(|_| ()),
        |_, mut keyring, done| {
            assert_eq!(keyring.erasure_key(7, 1).map(|key| *key.expose()), Some(old));
            assert!(!done || keyring.pending_epoch(7) == Some(2));
            assert_eq!(keyring.begin_erasure(7, &mut Seeded::new(3)).expect("resumes"), 2);
            keyring.finish_erasure(7, &mut Seeded::new(4)).expect("finishes");
            assert_eq!(keyring.epoch(7), 2);
        },
    );
}

#[test]
fn finishing_an_erasure_leaves_the_old_key_nowhere_once_the_file_was_unlocked_again() {
    let disk = Disk::blank();
    let mut keyring = created(&disk);
    keyring.begin_erasure(7, &mut Seeded::new(2)).expect("begins");
    let new = *keyring.erasure_key(7, 2).expect("pending").expose();
    // The ciphertexts that hold the old key; whoever has the master key could open them.
    let old_slots: Vec<Vec<u8>> = slots_with(&disk, &keyring, 1);
    assert!(!old_slots.is_empty());
    at_every_cut(
        &disk,
        |keyring| keyring.finish_erasure(7, &mut Seeded::new(4)),
        |disk, mut keyring, done| {
            assert_eq!(keyring.erasure_key(7, 2).map(|key| *key.expose()), Some(new));
            assert!(!done || keyring.pending_epoch(7).is_none());
            if keyring.pending_epoch(7).is_some() {
                keyring.finish_erasure(7, &mut Seeded::new(5)).expect("resumes");
            }
            assert!(slots_with(disk, &keyring, 1).is_empty());
            assert!(old_slots.iter().all(|sealed| !disk.contains(sealed)));
        },
    );
}

/// A part of the ciphertext of each erasure slot in which shard 7 has a key of this epoch.
fn slots_with(disk: &Disk, keyring: &Keyring, epoch: u32) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    for side in layout::Side::BOTH {
        let start = usize::try_from(Pair::Erasure.offset(side)).expect("fits");
        let mut bytes = vec![0; FILE_BYTES];
        bytes[start..start + layout::MAX_SLOT].copy_from_slice(&disk.bytes()[start..start + layout::MAX_SLOT]);
        if let Ok((keys, _)) = erasure::open(&Disk::of(bytes), &keyring.unlocked.mk)
            && keys.key(7, epoch).is_some()
        {
            found.push(disk.bytes()[start + 2_000..start + 2_064].to_vec());
        }
    }
    found
}

#[test]
fn an_unfinished_finish_says_so_and_a_second_call_completes_it() {
    let disk = Disk::blank();
    let mut keyring = created(&disk);
    keyring.begin_erasure(7, &mut Seeded::new(2)).expect("begins");
    disk.cut_after(1, Tear::Lost);
    assert!(matches!(keyring.finish_erasure(7, &mut Seeded::new(3)), Err(KeyringError::Io(_))));
    assert_eq!(slots_with(&disk, &keyring, 1).len(), 1);
    disk.power_on();
    keyring.finish_erasure(7, &mut Seeded::new(4)).expect("completes");
    assert!(slots_with(&disk, &keyring, 1).is_empty());
}

#[test]
fn raising_a_counter_leaves_the_old_value_or_the_new() {
    let disk = Disk::blank();
    created(&disk).raise_counter(0, 1, &mut Seeded::new(2)).expect("raises");
    at_every_cut(
        &disk,
        |keyring| keyring.raise_counter(0, 2, &mut Seeded::new(3)),
        |_, keyring, done| {
            assert!(keyring.counter(0) == 2 || (!done && keyring.counter(0) == 1));
        },
    );
}

#[test]
fn a_power_cut_while_unlocking_heals_is_harmless() {
    let disk = Disk::blank();
    let mut keyring = created(&disk);
    keyring.begin_erasure(7, &mut Seeded::new(2)).expect("begins");
    let expected = knows(&keyring);
    for tear in [Tear::Lost, Tear::Half, Tear::Unheard] {
        let disk = disk.copy();
        disk.cut_after(0, tear);
        assert!(matches!(unlocked(&disk), Err(KeyringError::Io(_))));
        disk.power_on();
        assert_eq!(knows(&unlocked(&disk).expect("unlocks")), expected);
    }
}
