//! Another root: the one before lies in neither copy, whatever the power does.

use super::{disk::Tear, *};

fn root_of(keyring: &Keyring) -> Vec<u8> {
    keyring.root_key().expect("it is here").seed().expose().to_vec()
}

#[test]
fn a_power_cut_leaves_one_of_the_two_roots_and_the_change_can_be_repeated() {
    let prepared = Disk::blank();
    let before = root_of(&created(&prepared));
    let new = || Secret::new(Box::new([9; 32]));
    for writes in 0..4 {
        for tear in [Tear::Lost, Tear::Half, Tear::Unheard] {
            let disk = prepared.copy();
            let mut keyring = unlocked(&disk).expect("unlocks");
            disk.cut_after(writes, tear);
            let done = keyring.replace_root(new(), &mut Seeded::new(4)).is_ok();
            drop(keyring);
            disk.power_on();
            let mut again = unlocked(&disk).expect("unlocks");
            assert!(root_of(&again) == [9; 32] || (!done && root_of(&again) == before), "{writes} {tear:?}");
            again.replace_root(new(), &mut Seeded::new(5)).expect("repeats");
            assert_eq!(root_of(&unlocked(&disk).expect("unlocks")), [9; 32]);
        }
    }
}

#[test]
fn a_root_that_was_taken_out_is_in_neither_copy_whatever_the_power_does_and_comes_back() {
    let prepared = Disk::blank();
    let before = root_of(&created(&prepared));
    for writes in 0..4 {
        for tear in [Tear::Lost, Tear::Half, Tear::Unheard] {
            let disk = prepared.copy();
            let mut keyring = unlocked(&disk).expect("unlocks");
            disk.cut_after(writes, tear);
            let done = keyring.remove_root(&mut Seeded::new(4)).is_ok();
            drop(keyring);
            disk.power_on();
            let mut again = unlocked(&disk).expect("unlocks");
            assert!(again.root_key().is_none() || !done, "{writes} {tear:?}");
            again.remove_root(&mut Seeded::new(5)).expect("repeats");
            drop(again);
            for side in layout::Side::BOTH {
                let mut one = vec![0; FILE_BYTES];
                let at = usize::try_from(Pair::Unlock.offset(side)).expect("fits");
                one[at..at + layout::PAGE].copy_from_slice(&disk.bytes()[at..at + layout::PAGE]);
                let left = unlock::open(&Disk::of(one), PASSPHRASE).expect("opens");
                assert!(left.secrets.root_seed.is_none());
            }
            let mut again = unlocked(&disk).expect("unlocks");
            again
                .replace_root(Secret::from_slice(&before).expect("32 bytes"), &mut Seeded::new(6))
                .expect("comes back");
            assert_eq!(root_of(&unlocked(&disk).expect("unlocks")), before);
        }
    }
}
