//! Unlock slots: each opens the same keys, goes alone, and the power may go at any moment.

use super::{disk::Tear, *};
use crate::{Timestamp, keyring::slots};

const SECOND: &[u8] = b"a file of random bytes, in base64";

fn with(disk: &Disk, secret: &[u8]) -> Result<Keyring, KeyringError> {
    Keyring::unlock_in(Box::new(disk.clone()), secret)
}

fn named(kind: SlotKind, name: &str) -> NewSlot {
    NewSlot { kind, name: SlotName::parse(name).expect("a name"), added: Timestamp(1_780_272_000) }
}

#[test]
fn a_second_secret_opens_the_same_keys_and_each_goes_without_the_other() {
    let disk = Disk::blank();
    let keys = knows(&created(&disk));
    let mut keyring = unlocked(&disk).expect("unlocks");
    let number = keyring.add_slot(named(SlotKind::Passphrase, "Sophea"), SECOND, cheap(), &mut Seeded::new(3));
    assert_eq!(number.expect("adds"), 2);
    keyring.add_signing_key(&mut Seeded::new(9)).expect("what changes afterwards keeps the slots");
    for secret in [PASSPHRASE, SECOND] {
        let opened = with(&disk, secret).expect("unlocks");
        assert_eq!(knows(&opened)[3..], keys[3..]);
        let slots = opened.slots();
        assert_eq!((slots[0].number, slots[0].name.as_str(), slots[0].added), (1, "", None));
        assert_eq!((slots[1].name.as_str(), slots[1].added), ("Sophea", Some(Timestamp(1_780_272_000))));
        assert_eq!((slots[1].kind, slots[1].cost), (SlotKind::Passphrase, cheap()));
    }
    // Changing one changes that one.
    keyring.change_passphrase(SECOND, b"six other words of hers", cheap(), &mut Seeded::new(4)).expect("changes");
    assert!(unlocked(&disk).is_ok() && matches!(with(&disk, SECOND), Err(KeyringError::WrongPassphrase)));
    keyring.remove_slot(1, &mut Seeded::new(5)).expect("removes");
    assert!(matches!(unlocked(&disk), Err(KeyringError::WrongPassphrase)));
    let left = with(&disk, b"six other words of hers").expect("unlocks").slots();
    assert!(left.len() == 1 && left[0].number == 2 && left[0].name.as_str() == "Sophea");
}

#[test]
fn what_would_lock_people_out_or_confuse_them_is_refused_and_changes_nothing() {
    let disk = Disk::blank();
    let mut keyring = created(&disk);
    let add = |keyring: &mut Keyring, kind, name: &str, secret: &[u8]| {
        keyring.add_slot(named(kind, name), secret, cheap(), &mut Seeded::new(3))
    };
    assert!(matches!(keyring.remove_slot(1, &mut Seeded::new(4)), Err(KeyringError::LastSlot)));
    add(&mut keyring, SlotKind::Credential, "this computer", SECOND).expect("adds");
    // What only the computer has is no way in for people.
    assert!(matches!(keyring.remove_slot(1, &mut Seeded::new(4)), Err(KeyringError::LastSlot)));
    for number in [0, 3, 8, 9, 255] {
        assert!(matches!(keyring.remove_slot(number, &mut Seeded::new(4)), Err(KeyringError::NoSuchSlot)));
    }
    let taken = add(&mut keyring, SlotKind::KeyFile, "stick", SECOND);
    assert!(matches!(taken, Err(KeyringError::SecretTaken)));
    let taken = add(&mut keyring, SlotKind::KeyFile, "this computer", b"another");
    assert!(matches!(taken, Err(KeyringError::SlotTaken)));
    assert!(matches!(add(&mut keyring, SlotKind::KeyFile, "stick", b""), Err(KeyringError::EmptyPassphrase)));
    // A key file is no passphrase to be changed into one.
    let changed = keyring.change_passphrase(SECOND, b"six words", cheap(), &mut Seeded::new(4));
    assert!(matches!(changed, Err(KeyringError::WrongPassphrase)));
    for n in 3..=slots::UNLOCK_SLOTS {
        add(&mut keyring, SlotKind::Recovery, &format!("paper {n}"), format!("secret {n}").as_bytes()).expect("adds");
    }
    assert!(matches!(add(&mut keyring, SlotKind::KeyFile, "stick", b"another"), Err(KeyringError::SlotsFull)));
    assert_eq!(with(&disk, b"secret 8").expect("the last opens, too").slots().len(), slots::UNLOCK_SLOTS);
    for name in ["", " x", "x ", "a\nb", &"x".repeat(40)] {
        assert!(matches!(SlotName::parse(name), Err(KeyringError::SlotName)), "{name:?}");
    }
}

#[test]
fn a_power_cut_while_a_slot_is_added_or_removed_leaves_it_or_not_and_all_others() {
    let prepared = Disk::blank();
    let keys = knows(&created(&prepared));
    let both = prepared.copy();
    let add = |keyring: &mut Keyring| {
        keyring.add_slot(named(SlotKind::KeyFile, "stick"), SECOND, cheap(), &mut Seeded::new(3)).map(drop)
    };
    add(&mut unlocked(&both).expect("unlocks")).expect("adds");
    let remove = |keyring: &mut Keyring| keyring.remove_slot(2, &mut Seeded::new(4));
    for writes in 0..3 {
        for tear in [Tear::Lost, Tear::Half, Tear::Unheard] {
            for adds in [true, false] {
                let disk = if adds { prepared.copy() } else { both.copy() };
                let mut keyring = unlocked(&disk).expect("unlocks");
                disk.cut_after(writes, tear);
                let done = if adds { add(&mut keyring) } else { remove(&mut keyring) }.is_ok();
                drop(keyring);
                disk.power_on();
                assert_eq!(knows(&unlocked(&disk).expect("the other opens it always")), keys);
                let opens = with(&disk, SECOND).is_ok();
                assert!(!done || opens == adds, "after {writes} writes, {tear:?}");
                // What the cut had left half done is completed: it can be repeated, or was done.
                let mut keyring = unlocked(&disk).expect("unlocks");
                let again = if adds { add(&mut keyring) } else { remove(&mut keyring) };
                match again {
                    Ok(()) => assert_eq!(opens, !adds),
                    Err(KeyringError::SlotTaken | KeyringError::NoSuchSlot) => assert_eq!(opens, adds),
                    Err(other) => panic!("{other}"),
                }
                assert_eq!(with(&disk, SECOND).is_ok(), adds);
            }
        }
    }
}

#[test]
fn a_removed_slot_lies_in_neither_copy() {
    let disk = Disk::blank();
    let mut keyring = created(&disk);
    keyring.add_slot(named(SlotKind::KeyFile, "stick"), SECOND, cheap(), &mut Seeded::new(3)).expect("adds");
    let slot = keyring.unlocked.slots[128..256].to_vec();
    let holds = |disk: &Disk| disk.bytes().windows(128).any(|window| window == slot);
    assert!(holds(&disk), "control");
    keyring.remove_slot(2, &mut Seeded::new(4)).expect("removes");
    assert!(!holds(&disk));
}

#[test]
fn a_cheap_slot_is_made_dearer_by_who_opens_it_and_a_dear_one_is_left_alone() {
    let disk = Disk::blank();
    let mut keyring = created(&disk);
    keyring.add_slot(named(SlotKind::KeyFile, "stick"), SECOND, cheap(), &mut Seeded::new(3)).expect("adds");
    let dearer = KdfParams::new(16, 2, 1).expect("in bounds");
    assert!(keyring.raise_cost(SECOND, dearer, &mut Seeded::new(4)).expect("raises"));
    assert!(!keyring.raise_cost(SECOND, dearer, &mut Seeded::new(5)).expect("is as dear"));
    assert!(!keyring.raise_cost(SECOND, cheap(), &mut Seeded::new(5)).expect("never lowers"));
    assert!(!keyring.raise_cost(b"another", dearer, &mut Seeded::new(5)).expect("of no slot"));
    let slots = with(&disk, SECOND).expect("unlocks").slots();
    assert_eq!((slots[0].cost, slots[1].cost, slots[1].kind), (cheap(), dearer, SlotKind::KeyFile));
    assert_eq!(slots[1].name.as_str(), "stick");
    assert!(unlocked(&disk).is_ok());
}

#[test]
fn a_keyring_from_before_slots_had_names_opens_and_takes_more() {
    let disk = Disk::blank();
    let before = knows(&created(&disk));
    let open = unlock::open(&disk, PASSPHRASE).expect("opens");
    let (clear, mut sealed) = (open.slots.clone(), open.content().sealed);
    sealed.truncate(98);
    for side in layout::Side::BOTH {
        let content = slot::Content { clear: clear.clone(), sealed: sealed.clone() };
        slot::write(&disk, (Pair::Unlock, side), 9, &open.mk, &content, &mut Seeded::new(3)).expect("writes");
    }
    let mut keyring = unlocked(&disk).expect("unlocks");
    assert_eq!(knows(&keyring), before);
    assert_eq!(keyring.slots().len(), 1);
    keyring.destroy_signing_key(crate::KeyId([0; 16]), &mut Seeded::new(4)).expect("nothing to do");
    keyring.add_slot(named(SlotKind::KeyFile, "stick"), SECOND, cheap(), &mut Seeded::new(5)).expect("adds");
    assert_eq!(with(&disk, SECOND).expect("unlocks").slots()[1].name.as_str(), "stick");
}
