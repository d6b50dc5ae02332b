//! A second signing key: made, put into use, destroyed, with the power cut at each write.

use super::{disk::Tear, *};

/// The state a power cut may leave: the active key and the second one.
type Held = (crate::KeyId, Option<crate::KeyId>);

fn held(keyring: &Keyring) -> Held {
    (keyring.signing_key().public().id(), keyring.second_signing_key().map(|key| key.public().id()))
}

/// `act` with the power cut after each number of writes: one of the two states, and the act can be repeated.
fn at_every_cut(prepared: &Disk, after: Held, act: impl Fn(&mut Keyring) -> Result<(), KeyringError>) {
    let before = held(&unlocked(prepared).expect("unlocks"));
    for writes in 0..4 {
        for tear in [Tear::Lost, Tear::Half, Tear::Unheard] {
            let disk = prepared.copy();
            let mut keyring = unlocked(&disk).expect("unlocks");
            disk.cut_after(writes, tear);
            let done = act(&mut keyring).is_ok();
            assert!(done || held(&keyring) == before || held(&keyring) == after);
            drop(keyring);
            disk.power_on();
            let mut again = unlocked(&disk).unwrap_or_else(|e| panic!("after {writes} writes, {tear:?}: {e}"));
            assert!(held(&again) == after || (!done && held(&again) == before), "{writes} {tear:?}");
            act(&mut again).expect("repeats");
            assert_eq!(held(&again), after);
        }
    }
}

#[test]
fn a_signing_key_comes_into_use_and_the_one_before_it_goes_whatever_the_power_does() {
    let disk = Disk::blank();
    let first = held(&created(&disk)).0;
    let mut keyring = unlocked(&disk).expect("unlocks");
    let second = keyring.add_signing_key(&mut Seeded::new(5)).expect("adds").id();
    assert_eq!(keyring.add_signing_key(&mut Seeded::new(6)).expect("is there").id(), second);
    assert_eq!(keyring.held_signing(), [first, second]);
    let blank = Disk::blank();
    created(&blank);
    at_every_cut(&blank, (first, Some(second)), |keyring| keyring.add_signing_key(&mut Seeded::new(5)).map(|_| ()));
    at_every_cut(&disk, (second, Some(first)), |keyring| keyring.activate_signing_key(second, &mut Seeded::new(7)));
    keyring.activate_signing_key(second, &mut Seeded::new(7)).expect("activates");
    at_every_cut(&disk, (second, None), |keyring| keyring.destroy_signing_key(first, &mut Seeded::new(8)));
    assert_eq!(held(&keyring), (second, Some(first)));
}

#[test]
fn a_destroyed_signing_key_lies_in_neither_copy() {
    let disk = Disk::blank();
    let mut keyring = created(&disk);
    let second = keyring.add_signing_key(&mut Seeded::new(5)).expect("adds").id();
    let first = held(&keyring).0;
    assert!(matches!(keyring.destroy_signing_key(first, &mut Seeded::new(6)), Err(KeyringError::InUse)));
    keyring.activate_signing_key(second, &mut Seeded::new(6)).expect("activates");
    disk.cut_after(1, Tear::Lost);
    assert!(keyring.destroy_signing_key(first, &mut Seeded::new(7)).is_err());
    disk.power_on();
    keyring.destroy_signing_key(first, &mut Seeded::new(8)).expect("completes");
    for side in layout::Side::BOTH {
        let mut one = vec![0; FILE_BYTES];
        let at = usize::try_from(Pair::Unlock.offset(side)).expect("fits");
        one[at..at + layout::PAGE].copy_from_slice(&disk.bytes()[at..at + layout::PAGE]);
        let left = unlock::open(&Disk::of(one), PASSPHRASE).expect("opens");
        assert!(left.second.is_none() && left.secrets.op_seed.expose() == keyring.signing_key().seed().expose());
    }
    let unknown = keyring.activate_signing_key(first, &mut Seeded::new(9));
    assert!(matches!(unknown, Err(KeyringError::NoSuchKey)));
}

#[test]
fn a_keyring_from_before_there_was_a_second_key_opens_and_takes_one() {
    let disk = Disk::blank();
    let before = knows(&created(&disk));
    let open = unlock::open(&disk, PASSPHRASE).expect("opens");
    let (clear, mut sealed) = (open.slots.clone(), open.content().sealed);
    sealed.truncate(65);
    for side in layout::Side::BOTH {
        let content = slot::Content { clear: clear.clone(), sealed: sealed.clone() };
        slot::write(&disk, (Pair::Unlock, side), 9, &open.mk, &content, &mut Seeded::new(3)).expect("writes");
    }
    let mut keyring = unlocked(&disk).expect("unlocks");
    assert_eq!(knows(&keyring), before);
    keyring.destroy_signing_key(crate::KeyId([0; 16]), &mut Seeded::new(4)).expect("nothing to do");
    let second = keyring.add_signing_key(&mut Seeded::new(5)).expect("adds").id();
    assert_eq!(held(&unlocked(&disk).expect("unlocks")).1, Some(second));
}
