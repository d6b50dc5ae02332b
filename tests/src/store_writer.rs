//! A process that does nothing but write to a store and say what was acknowledged: something to cut the power under.

use std::{path::Path, sync::Arc};

use node::store::{Batch, SledStore, SpaceLimits, Store};

/// Names the folder for the process that writes; whoever starts it sets it.
pub const FOLDER: &str = "SPEAN_POWER_CUT_FOLDER";
/// For small disks.
pub const LIMITS: SpaceLimits = SpaceLimits { mark: 0, ballast: 1 << 20, floor: 0 };
/// How many write at once.
pub const TASKS: u32 = 4;

/// The three records of one write: a middling, a small, and now and then one in many pieces.
pub fn records(task: u32, number: u32) -> [(Vec<u8>, Vec<u8>); 3] {
    let key = |part: u8| [&[part][..], &task.to_be_bytes(), &number.to_be_bytes()].concat();
    let length = if number.is_multiple_of(16) { 75_000 } else { 1000 };
    let fill = |length: usize| number.to_be_bytes().repeat(length);
    [(key(1), fill(length)), (key(2), fill(16)), (key(3), fill(1))]
}

fn batch(task: u32, number: u32) -> Batch {
    records(task, number).into_iter().fold(Batch::new(), |batch, (key, value)| batch.put(&key, value))
}

/// Writes until the store fails, or the process is killed. A line `ack TASK NUMBER` for each write that was acknowledged.
pub async fn write(folder: &Path) {
    let store = Arc::new(SledStore::open_with(folder, LIMITS).expect("opens"));
    let write_on = |task| {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            for number in 0.. {
                if store.commit(batch(task, number)).await.is_err() {
                    return;
                }
                println!("ack {task} {number}");
            }
        })
    };
    let tasks: Vec<_> = (0..TASKS).map(write_on).collect();
    for task in tasks {
        task.await.expect("ends");
    }
}
