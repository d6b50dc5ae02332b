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
