//! Power cut: what was acknowledged is there afterwards, whole, and the store opens.
//!
//! A process writes to an ext4 file system on a loop device, which is then shut down without its journal, as if the
//! machine had lost its power. `kill -9` would show nothing: the system's cache survives it.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use node::store::{Batch, SledStore, SpaceLimits, Store};
use tests::loop_disk::{LoopDisk, cut_power};

/// Names the folder for the process that writes; the test that starts it sets it.
const FOLDER: &str = "SPEAN_POWER_CUT_FOLDER";
const ROUNDS: u64 = 4;
const LIMITS: SpaceLimits = SpaceLimits { mark: 0, ballast: 1 << 20, floor: 0 };
const TASKS: u32 = 4;

/// The three records of one write: a middling, a small, and now and then one in many pieces.
fn records(task: u32, number: u32) -> [(Vec<u8>, Vec<u8>); 3] {
    let key = |part: u8| [&[part][..], &task.to_be_bytes(), &number.to_be_bytes()].concat();
    let length = if number.is_multiple_of(16) { 75_000 } else { 1000 };
    let fill = |length: usize| number.to_be_bytes().repeat(length);
    [(key(1), fill(length)), (key(2), fill(16)), (key(3), fill(1))]
}

fn batch(task: u32, number: u32) -> Batch {
    records(task, number).into_iter().fold(Batch::new(), |batch, (key, value)| batch.put(&key, value))
}

/// Not a test of its own: what [`acknowledged_batches_survive_a_power_cut`] runs in another process.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writer() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let store = std::sync::Arc::new(SledStore::open_with(Path::new(&folder), LIMITS).expect("opens"));
    let tasks: Vec<_> = (0..TASKS)
        .map(|task| {
            let store = std::sync::Arc::clone(&store);
            tokio::spawn(async move {
                for number in 0.. {
                    if store.commit(batch(task, number)).await.is_err() {
                        return;
                    }
                    println!("ack {task} {number}");
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("ends");
    }
}

#[tokio::test]
async fn acknowledged_batches_survive_a_power_cut() {
    for round in 0..ROUNDS {
        let Some(mut disk) = LoopDisk::mount("a power cut") else { return };
        let mut writer = start_writer(&disk);
        let acknowledged = read_acknowledgements(&mut writer);
        std::thread::sleep(Duration::from_millis(900 + 370 * round));
        assert!(cut_power(&[disk.path()]), "the file system can be shut down");
        let _ended = writer.kill();
        writer.wait().expect("waited for");
        disk.mount_again();

        let store = SledStore::open_with(&disk.path(), LIMITS).expect("opens after a power cut");
        let acknowledged = acknowledged.join().expect("read");
        assert!(acknowledged.len() > 20, "{} writes in round {round}", acknowledged.len());
        for (task, number) in &acknowledged {
            for (key, value) in records(*task, *number) {
                assert!(store.get(&key).await.expect("reads") == Some(value), "round {round}: {task} {number}");
            }
        }
        unacknowledged_are_whole_or_absent(&store, &acknowledged).await;
        store.commit(Batch::new().put(b"after", b"1")).await.expect("goes on");
    }
}

async fn unacknowledged_are_whole_or_absent(store: &SledStore, acknowledged: &[(u32, u32)]) {
    for task in 0..TASKS {
        let next = acknowledged.iter().filter(|(t, _)| *t == task).map(|(_, number)| number + 1).max().unwrap_or(0);
        let mut found = Vec::new();
        for (key, value) in records(task, next) {
            let there = store.get(&key).await.expect("reads");
            assert!(there.as_ref().is_none_or(|there| *there == value));
            found.push(there.is_some());
        }
        assert!(found.iter().all(|there| *there == found[0]), "a torn batch");
    }
}

fn start_writer(disk: &LoopDisk) -> Child {
    Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "power_cut::writer", "--nocapture"])
        .env(FOLDER, disk.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the writer starts")
}

fn read_acknowledgements(writer: &mut Child) -> std::thread::JoinHandle<Vec<(u32, u32)>> {
    let lines = BufReader::new(writer.stdout.take().expect("piped")).lines();
    std::thread::spawn(move || lines.map_while(Result::ok).filter_map(|line| acknowledgement(&line)).collect())
}

/// A line that was cut off in the middle of a number is none: whole ones end with the next line's beginning.
fn acknowledgement(line: &str) -> Option<(u32, u32)> {
    let (task, number) = line.split("ack ").nth(1)?.split_once(' ')?;
    Some((task.parse().ok()?, number.parse().ok()?))
}
