//! Another passphrase: the old one opens nothing of the file, whatever the power does in between.

use super::{disk::Tear, *};

const NEW: &[u8] = b"six other words for the test";

fn with(disk: &Disk, passphrase: &[u8]) -> Result<Keyring, KeyringError> {
    Keyring::unlock_in(Box::new(disk.clone()), passphrase)
}

#[test]
fn another_passphrase_opens_the_same_keys_and_the_old_one_nothing() {
    let disk = Disk::blank();
    let before = knows(&created(&disk));
    let earlier = disk.copy();
    let mut keyring = unlocked(&disk).expect("unlocks");
    let params = KdfParams::new(16, 2, 1).expect("in bounds");
    let wrong = keyring.change_passphrase(b"another", NEW, params, &mut Seeded::new(3));
    assert!(matches!(wrong, Err(KeyringError::WrongPassphrase)));
    let empty = keyring.change_passphrase(PASSPHRASE, b"", params, &mut Seeded::new(3));
    assert!(matches!(empty, Err(KeyringError::EmptyPassphrase)));
    assert!(unlocked(&disk).is_ok(), "nothing changed");
    keyring.change_passphrase(PASSPHRASE, NEW, params, &mut Seeded::new(4)).expect("changes");
    // What is changed afterwards keeps the new one.
    keyring.add_signing_key(&mut Seeded::new(5)).expect("adds");
    drop(keyring);
    assert!(matches!(unlocked(&disk), Err(KeyringError::WrongPassphrase)));
    let after = knows(&with(&disk, NEW).expect("unlocks"));
    assert_eq!((&after[..2], &after[3..]), (&before[..2], &before[3..]), "all but the second signing key");
    assert!(unlocked(&earlier).is_ok(), "an earlier copy opens as it did: the manual says so");
}

#[test]
fn a_power_cut_leaves_one_of_the_two_passphrases_and_never_none() {
    let prepared = Disk::blank();
    let keys = knows(&created(&prepared));
    for writes in 0..3 {
        for tear in [Tear::Lost, Tear::Half, Tear::Unheard] {
            let disk = prepared.copy();
            let mut keyring = unlocked(&disk).expect("unlocks");
            disk.cut_after(writes, tear);
            let done = keyring.change_passphrase(PASSPHRASE, NEW, cheap(), &mut Seeded::new(4)).is_ok();
            drop(keyring);
            disk.power_on();
            let (old, new) = (unlocked(&disk), with(&disk, NEW));
            assert!(old.is_ok() != new.is_ok(), "after {writes} writes, {tear:?}");
            assert!(new.is_ok() || !done, "after {writes} writes, {tear:?}");
            assert_eq!(knows(&old.or(new).expect("one of them")), keys);
            // Opening completed what the cut had left half done.
            let mut keyring = unlocked(&disk).or_else(|_| with(&disk, NEW)).expect("one of them");
            let present = if unlocked(&disk).is_ok() { PASSPHRASE } else { NEW };
            keyring.change_passphrase(present, NEW, cheap(), &mut Seeded::new(6)).expect("repeats");
            assert!(unlocked(&disk).is_err() && with(&disk, NEW).is_ok());
        }
    }
}
