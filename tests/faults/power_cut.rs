//! Power cut under a store: what was acknowledged is there afterwards, whole, and the store opens.
//!
//! A process writes to an ext4 file system on a loop device, which is then shut down without its journal, as if the
//! machine had lost its power. The store's conformance suite runs on such a disk too. That these tests can fail is
//! shown by a build that acknowledges before it syncs.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use node::store::{Batch, SledStore, Store};
use tests::{
    loop_disk::{LoopDisk, cut_power},
    program,
    store_writer::{FOLDER, LIMITS, TASKS, records, write},
};

use crate::conformance;

const ROUNDS: u64 = 4;
/// In which the loss must show of a store that acknowledges before it syncs.
const BROKEN_ROUNDS: u64 = 8;

/// Not a test of its own: what [`acknowledged_batches_survive_a_power_cut`] runs in another process.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writer() {
    if let Some(folder) = std::env::var_os(FOLDER) {
        write(Path::new(&folder)).await;
    }
}

#[tokio::test]
async fn acknowledged_batches_survive_a_power_cut() {
    for number in 0..ROUNDS {
        let mut this = Command::new(std::env::current_exe().expect("this program"));
        this.args(["--exact", "power_cut::writer", "--nocapture"]);
        let Some(disk) = LoopDisk::mount("a power cut") else { return };
        round(disk, this, number).await.unwrap_or_else(|loss| panic!("round {number}: {loss}"));
    }
}

/// The harness notices a store that acknowledges before it syncs.
#[tokio::test]
async fn a_store_that_acknowledges_before_it_syncs_is_caught() {
    let name = "a power cut under a store that acknowledges before it syncs";
    for number in 0..BROKEN_ROUNDS {
        let Some(disk) = LoopDisk::mount(name) else { return };
        let Some(forgetful) = program::forgetful() else { return tests::not_run(name, "needs a debug build") };
        if round(disk, Command::new(forgetful), number).await.is_err() {
            return;
        }
    }
    panic!("{BROKEN_ROUNDS} power cuts showed no loss");
}

/// Each opening of the suite's store comes after a power cut.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_store_keeps_its_contract_over_power_cuts() {
    let name = "the store's contract over power cuts";
    let Some(disk) = LoopDisk::mount(name) else { return };
    let disk = Mutex::new(disk);
    let open = async || {
        let mut disk = disk.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(cut_power(&[disk.path()]), "the file system can be shut down");
        disk.mount_again();
        SledStore::open_with(&disk.path(), LIMITS).expect("opens after a power cut")
    };
    let wipe = async || {
        let new = LoopDisk::mount(name).expect("mounted before");
        *disk.lock().unwrap_or_else(PoisonError::into_inner) = new;
    };
    conformance::suite::all(open, wipe).await;
}

/// What was lost, if something was.
async fn round(mut disk: LoopDisk, writer: Command, number: u64) -> Result<(), String> {
    let mut writer = start(writer, &disk);
    let acknowledged = read_acknowledgements(&mut writer);
    std::thread::sleep(Duration::from_millis(900 + 370 * number));
    assert!(cut_power(&[disk.path()]), "the file system can be shut down");
    let _ended = writer.kill();
    writer.wait().expect("waited for");
    disk.mount_again();

    let store = SledStore::open_with(&disk.path(), LIMITS).map_err(|error| format!("it does not open: {error}"))?;
    let acknowledged = acknowledged.join().expect("read");
    assert!(acknowledged.len() > 20, "{} writes in round {number}", acknowledged.len());
    for (task, number) in &acknowledged {
        for (key, value) in records(*task, *number) {
            if store.get(&key).await.map_err(|error| error.to_string())? != Some(value) {
                return Err(format!("{task} {number} is lost, of {}", acknowledged.len()));
            }
        }
    }
    unacknowledged_are_whole_or_absent(&store, &acknowledged).await?;
    store.commit(Batch::new().put(b"after", b"1")).await.map_err(|error| error.to_string())
}

async fn unacknowledged_are_whole_or_absent(store: &SledStore, acknowledged: &[(u32, u32)]) -> Result<(), String> {
    for task in 0..TASKS {
        let next = acknowledged.iter().filter(|(t, _)| *t == task).map(|(_, number)| number + 1).max().unwrap_or(0);
        let mut found = Vec::new();
        for (key, value) in records(task, next) {
            let there = store.get(&key).await.map_err(|error| error.to_string())?;
            if there.as_ref().is_some_and(|there| *there != value) {
                return Err(format!("{task} {next} is torn"));
            }
            found.push(there.is_some());
        }
        if !found.iter().all(|there| *there == found[0]) {
            return Err(format!("of batch {task} {next} a part is there"));
        }
    }
    Ok(())
}

fn start(mut writer: Command, disk: &LoopDisk) -> Child {
    let writer = writer.env(FOLDER, disk.path()).stdout(Stdio::piped()).stderr(Stdio::null());
    writer.spawn().expect("the writer starts")
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
