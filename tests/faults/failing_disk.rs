//! A disk that refuses writes and syncs: nothing acknowledged is lost, nothing is acknowledged that is not there, what
//! failed changed nothing, and the store goes on by itself.
//!
//! A process writes under strace, which answers its n-th write, sync, truncation or renaming with an error, for each n
//! in turn. What it acknowledged is then looked for by another process.

use std::{
    collections::BTreeSet,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use node::store::{Batch, CommitError, OpenError, SledStore, SpaceLimits, Store};
use tests::strace;

/// Names the folder for the process that writes; the test that starts it sets it.
const FOLDER: &str = "SPEAN_FAILING_DISK_FOLDER";
/// How many calls in turn fail; more on demand.
const CALLS: &str = "SPEAN_FAILING_CALLS";
const LIMITS: SpaceLimits = SpaceLimits { mark: 0, ballast: 1 << 20, floor: 0 };
const BATCHES: u32 = 12;
/// How long the store may take to go on after a fault.
const PATIENCE: Duration = Duration::from_secs(20);

/// Every way in which the store touches the disk.
const FAULTS: [&str; 6] = [
    "pwrite64:error=ENOSPC",
    "pwrite64:error=EIO",
    "fdatasync:error=EIO",
    "fsync:error=EIO",
    "sync_file_range:error=EIO",
    "ftruncate:error=EIO",
];

fn records(number: u32) -> [(Vec<u8>, Vec<u8>); 2] {
    let length = if number.is_multiple_of(3) { 20_000 } else { 500 };
    let key = |part: u8| [&[part][..], &number.to_be_bytes()].concat();
    [(key(1), number.to_be_bytes().repeat(length)), (key(2), number.to_be_bytes().to_vec())]
}

async fn commit(store: &SledStore, number: u32) -> Result<(), CommitError> {
    let batch = records(number).into_iter().fold(Batch::new(), |batch, (key, value)| batch.put(&key, value));
    store.commit(batch).await
}

/// How many of the two records of a batch are there, whole.
async fn there(store: &SledStore, number: u32) -> usize {
    let mut there = 0;
    for (key, value) in records(number) {
        let found = store.get(&key).await.expect("reads");
        assert!(found.as_ref().is_none_or(|found| *found == value), "batch {number} is there in another form");
        there += usize::from(found.is_some());
    }
    there
}

/// Not a test of its own: what [`each_failing_call_is_survived`] runs in another process.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writer() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let store = match SledStore::open_with(Path::new(&folder), LIMITS) {
        Ok(store) => store,
        // The supervisor's part: it is started again, until the disk is well.
        Err(OpenError::Full { .. } | OpenError::Io { .. }) => return println!("not opened"),
        Err(error) => panic!("{error}"),
    };
    let mut failed = Vec::new();
    for number in 0..BATCHES {
        match commit(&store, number).await {
            Ok(()) => println!("ack {number}"),
            Err(CommitError::Full | CommitError::Failed(_)) => failed.push(number),
            Err(other) => panic!("{other}"),
        }
    }
    let begun = Instant::now();
    while let Err(error) = commit(&store, BATCHES).await {
        assert!(begun.elapsed() < PATIENCE, "does not go on: {error}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    for number in failed {
        assert_eq!(there(&store, number).await, 0, "batch {number} failed, and yet it is there");
        println!("none {number}");
    }
    println!("ack {BATCHES}");
}

/// Runs the writer with one fault; what it acknowledged, and what it was told had failed.
fn write_under(fault: &str, folder: &Path) -> [BTreeSet<u32>; 2] {
    let under = strace::under(fault);
    let output = Command::new(&under[0])
        .args(&under[1..])
        .arg(std::env::current_exe().expect("this program"))
        .args(["--exact", "failing_disk::writer", "--nocapture"])
        .env(FOLDER, folder)
        .stdin(Stdio::null())
        .output()
        .expect("the writer runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{fault}: {text}\n{}", String::from_utf8_lossy(&output.stderr));
    ["ack ", "none "].map(|word| {
        // The test harness prints its own words before the first.
        text.lines().filter_map(|line| line.split(word).nth(1)?.trim().parse().ok()).collect()
    })
}

/// Whether it could even open the store.
async fn survives(fault: &str) -> bool {
    let folder = tempfile::tempdir().expect("a folder");
    // An agency is made before its node serves.
    drop(SledStore::open_with(folder.path(), LIMITS).expect("made"));
    let [acknowledged, failed] = write_under(fault, folder.path());
    let opened = acknowledged.contains(&BATCHES);
    assert_eq!(acknowledged.len() + failed.len(), if opened { BATCHES as usize + 1 } else { 0 }, "{fault}");
    let store = SledStore::open_with(folder.path(), LIMITS).expect("opens");
    for number in 0..=BATCHES {
        let expected = if acknowledged.contains(&number) { 2 } else { 0 };
        assert_eq!(there(&store, number).await, expected, "{fault}: batch {number}");
    }
    opened
}

#[tokio::test]
async fn each_failing_call_is_survived() {
    if !strace::have_strace("a failing disk, call by call") {
        return;
    }
    let calls = std::env::var(CALLS).ok().and_then(|calls| calls.parse().ok()).unwrap_or(5);
    let (mut runs, mut opened) = (0, 0);
    for fault in FAULTS {
        for call in 1..=calls {
            runs += 1;
            opened += u32::from(survives(&format!("{fault}:when={call}")).await);
        }
    }
    // strace counts the calls of each thread by themselves, and the store opens on a new one: some never let it open.
    println!("{opened} of {runs} faults met an open store");
    assert!(opened * 2 > runs, "{opened} of {runs}");
}
