//! Full disk: nothing acknowledged is lost, reads go on, and what must still be written is.

use std::time::Duration;

use node::store::{Batch, CommitError, Need, OpenError, Range, SledStore, SpaceLimits, Store};

use tests::small_disk::SmallDisk;

const BALLAST: u64 = 32 << 20;

fn value(number: u32) -> Vec<u8> {
    // Ciphertext does not compress; tmpfs does not try.
    number.to_be_bytes().repeat(1024)
}

async fn write(store: &SledStore, number: u32) -> Result<(), CommitError> {
    store.commit(Batch::new().put(&number.to_be_bytes(), value(number))).await
}

async fn all_there(store: &SledStore, numbers: impl Iterator<Item = u32>) {
    for number in numbers {
        let found = store.get(&number.to_be_bytes()).await.expect("reads");
        assert!(found == Some(value(number)), "acknowledged value {number} is lost");
    }
}

/// While the engine has failed and can't be opened again, it gives an error for a page that the failed write touched, if
/// it does not hold it in memory. What it does give is right, and it is all but one in a hundred.
async fn reads_go_on(store: &SledStore, numbers: impl Iterator<Item = u32>) {
    let (mut read, mut refused) = (0, 0);
    for number in numbers {
        match store.get(&number.to_be_bytes()).await {
            Ok(found) => {
                assert!(found == Some(value(number)), "acknowledged value {number} is lost");
                read += 1;
            }
            Err(_) => refused += 1,
        }
    }
    assert!(refused <= 1 + read / 100, "{refused} of {} could not be read", read + refused);
}

/// Opens the store again. A test beside this one that starts a program holds a copy of its lock from the fork to the
/// exec: that moment is waited for.
async fn reopened(disk: &SmallDisk, limits: SpaceLimits) -> SledStore {
    for _ in 0..100 {
        match SledStore::open_with(disk.path(), limits) {
            Err(OpenError::InUse { .. }) => tokio::time::sleep(Duration::from_millis(50)).await,
            opened => return opened.expect("opens again"),
        }
    }
    SledStore::open_with(disk.path(), limits).expect("opens again")
}

/// With the floor: the engine never meets the end of the disk.
#[tokio::test]
async fn at_the_floor_the_ballast_serves_erasures_and_new_work_is_refused() {
    let Some(disk) = SmallDisk::mount("a full disk, seen early", 128) else { return };
    let limits = SpaceLimits { mark: 16 << 20, ballast: BALLAST, floor: 12 << 20 };
    let store = SledStore::open_with(disk.path(), limits).expect("opens");
    for number in 0..100 {
        write(&store, number).await.expect("written");
    }
    disk.fill();
    let offer = Batch::new().put(b"offer", b"1").need(Need::NewWork);
    assert_eq!(store.commit(offer).await, Err(CommitError::Full));
    for number in 0..50u32 {
        store.commit(Batch::new().delete(&number.to_be_bytes()).put(b"audit", value(number))).await.expect("erased");
    }
    let health = store.health();
    assert!(health.low_space && health.reserve_in_use && !health.failed);
    disk.fill();
    assert_eq!(write(&store, 1000).await, Err(CommitError::Full));
    all_there(&store, 50..100).await;
    disk.leave_filled(0);
    write(&store, 1000).await.expect("goes on by itself");
    drop(store);
    let store = reopened(&disk, limits).await;
    all_there(&store, (50..100).chain([1000])).await;
    assert!(!store.health().reserve_in_use, "the ballast is back");
}

/// Without the floor: somebody fills the disk faster than we look, and the engine fails in the middle of a write.
#[tokio::test]
async fn a_write_that_meets_the_end_of_the_disk_fails_and_the_store_is_opened_again() {
    let Some(disk) = SmallDisk::mount("a full disk, met in a write", 128) else { return };
    let limits = SpaceLimits { mark: 0, ballast: BALLAST, floor: 0 };
    let store = SledStore::open_with(disk.path(), limits).expect("opens");
    let mut acknowledged = Vec::new();
    let mut refused = 0;
    for number in 0..6000 {
        if number == 200 {
            disk.fill();
        }
        match write(&store, number).await {
            Ok(()) => acknowledged.push(number),
            Err(error) => {
                assert_eq!(error, CommitError::Full, "write {number}");
                refused += 1;
                reads_go_on(&store, acknowledged.iter().copied().step_by(50)).await;
            }
        }
        if refused > 0 && acknowledged.last().is_some_and(|last| *last == number) && refused >= 3 {
            break;
        }
    }
    assert!(refused > 0, "the disk was never full");
    reads_go_on(&store, acknowledged.iter().copied()).await;
    let to_leave = disk.filled() / 2;
    disk.leave_filled(to_leave);
    tokio::time::sleep(Duration::from_secs(3)).await;
    write(&store, 9000).await.expect("goes on by itself");
    drop(store);
    let store = reopened(&disk, limits).await;
    all_there(&store, acknowledged.into_iter().chain([9000])).await;
    assert!(store.scan(Range { limit: 10_000, ..Range::default() }).await.is_ok());
}
