//! A core of a node: the system writes none of one that ends badly, and one that is forced out of it after `lock` holds
//! nothing, nor does what the node leaves on the disk and in its log.

use std::{
    fs,
    os::unix::process::ExitStatusExt as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use node::view::{BackupView, LockedView, LockingView};
use serde_json::{Value, json};
use tests::agency::Agency;

use crate::secrets::{NAMES, canaries, memory, nothing_bare, nothing_in_file, secrets, told};

/// As a system is set that keeps cores of what crashes.
const CORES_KEPT: [&str; 2] = ["prlimit", "--core=unlimited:unlimited"];

/// All memory of a process in a file: as a debugger writes a core, or else put together from what can be read of it.
fn core(process: u32, place: &Path) -> Option<PathBuf> {
    let file = place.join(format!("core.{process}"));
    let mut gcore = Command::new("gcore");
    gcore.arg("-o").arg(place.join("core")).arg(process.to_string());
    let written = gcore.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !written.is_ok_and(|status| status.success()) {
        eprintln!("gcore wrote no core: it is put together from the process's memory");
        fs::write(&file, memory(process)?.concat()).expect("a core");
    }
    eprintln!("a core of {} MiB", fs::metadata(&file).expect("a core").len() >> 20);
    Some(file)
}

/// Starts `agency` as [`CORES_KEPT`] says. Whether the system has the program for it.
async fn spawn_where_cores_are_kept(agency: &mut Agency) -> bool {
    if !Command::new(CORES_KEPT[0]).arg("--version").output().is_ok_and(|output| output.status.success()) {
        tests::not_run("cores of a node", "needs prlimit of util-linux");
        return false;
    }
    agency.launch(&CORES_KEPT);
    agency.answers().await.expect("the node starts");
    true
}

#[tokio::test(flavor = "multi_thread")]
async fn after_lock_a_core_of_the_node_its_folder_a_backup_and_its_log_hold_no_key_no_passphrase_and_no_name() {
    let (mut town, case, _) = told().await;
    assert!(town.cmo.terminate().await.success());
    if !spawn_where_cores_are_kept(&mut town.cmo).await {
        return;
    }
    let process = town.cmo.process();
    let _: Value = town.cmo.get(&format!("cases/{case}")).await;
    let known = canaries(&secrets(&town.cmo).await);
    let place = tempfile::tempdir().expect("a folder");
    let Some(open) = core(process, place.path()) else {
        tests::not_run("a core of a locked node", "needs root, to read another process's memory");
        return;
    };
    let before = known.in_file(&open).expect("a core");
    assert!(before.contains(NAMES[2]), "control: a core of an open node has the names: {before:?}");
    assert!(before.iter().any(|name| name.contains("erasure key")), "control: and its keys");
    fs::remove_file(open).expect("removed");

    let backup = place.path().join("cmo.backup");
    let made: BackupView = town.cmo.post("backup", json!({ "file": backup })).await;
    assert!(made.rows > 50 && fs::metadata(&backup).expect("a backup").len() > 1 << 16);
    for file in [&backup, &PathBuf::from(&made.erased_list)] {
        nothing_in_file("a backup", &known, file);
    }
    let _: LockingView = town.cmo.post("lock", json!({})).await;
    town.cmo.until("status", "a locked node", |status: &LockedView| status.locked).await;
    let locked = core(process, place.path()).expect("the same process");
    assert!(fs::metadata(&locked).expect("a core").len() > 1 << 20, "all of its memory");
    nothing_in_file("a core after `lock`", &known, &locked);
    nothing_bare("after `lock`", &town.cmo).await;

    town.cmo.unlock().await;
    assert!(town.cmo.terminate().await.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_system_writes_no_core_of_a_node_that_is_aborted_open_or_locked() {
    let abort = |process: u32| {
        let sent = Command::new("kill").arg("-ABRT").arg(process.to_string()).status();
        assert!(sent.is_ok_and(|status| status.success()));
    };
    let (mut town, ..) = told().await;
    town.cmo.stop().await;
    if !spawn_where_cores_are_kept(&mut town.cmo).await {
        return;
    }
    // Where nobody keeps cores, this shows nothing: another program's says whether somebody does.
    let place = tempfile::tempdir().expect("a folder");
    let mut other = Command::new(CORES_KEPT[0]);
    let other = other.arg(CORES_KEPT[1]).args(["sleep", "600"]).current_dir(place.path()).spawn();
    let mut other = other.expect("a process");
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    abort(other.id());
    let kept = other.wait().expect("its end").core_dumped();

    abort(town.cmo.process());
    let open = town.cmo.ended().await;
    assert!(spawn_where_cores_are_kept(&mut town.cmo).await);
    let _: LockingView = town.cmo.post("lock", json!({})).await;
    town.cmo.until("status", "a locked node", |status: &LockedView| status.locked).await;
    abort(town.cmo.process());
    let locked = town.cmo.ended().await;
    for (what, status) in [("open", open), ("locked", locked)] {
        assert_eq!(status.signal(), Some(6), "{what}");
        assert!(!status.core_dumped(), "the system wrote a core of a node that was {what}");
    }
    if !kept {
        tests::not_run("that no core is written of a node", "this system writes none of any program");
    }
}
