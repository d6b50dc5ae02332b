//! What the process asks of the operating system for itself.

use std::{future::Future, io, num::NonZero, os::unix::process::CommandExt as _, path::Path, process::Command, thread};

use rustix::{
    mm::{MlockAllFlags, mlockall},
    process::{DumpableBehavior, Resource, Rlimit, getrlimit, set_dumpable_behavior, setrlimit},
};
use tokio::signal::unix::{SignalKind, signal};

use super::StartError;

/// Keeps keys out of core dumps and other processes of the same user out of this one's memory.
///
/// Best effort: a system that refuses still runs the node; the manual says what full-disk encryption is for.
pub(super) fn keep_memory_private() {
    let no_core = Rlimit { current: Some(0), maximum: Some(0) };
    let refused =
        setrlimit(Resource::Core, no_core).is_err() || set_dumpable_behavior(DumpableBehavior::NotDumpable).is_err();
    if refused {
        tracing::warn!("the system does not keep this program's memory out of core dumps");
    }
    if !lock_memory() {
        tracing::debug!("memory may be swapped out: encrypt the swap, or set LimitMEMLOCK=infinity");
    }
}

/// Keeps memory out of the swap, present and future, page by page as it is used. Only where there is no limit to it: at
/// a limit later allocations would fail, and a node that ends is worse than one that might be swapped out.
fn lock_memory() -> bool {
    let unlimited = Rlimit { current: None, maximum: None };
    // Refused to who has no such right; then what counts is the limit that there is.
    let _ = setrlimit(Resource::Memlock, unlimited);
    getrlimit(Resource::Memlock).current.is_none()
        && mlockall(MlockAllFlags::CURRENT | MlockAllFlags::FUTURE | MlockAllFlags::ONFAULT).is_ok()
}

/// Runs `work` on a runtime of its own, to its end.
///
/// It has one thread more than the machine has cores: whoever reads the store while a group is written to it waits.
pub(super) fn run<T>(work: impl Future<Output = Result<T, StartError>>) -> Result<T, StartError> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get) + 1;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build()?;
    let ended = runtime.block_on(work);
    if matches!(ended, Err(StartError::StoreHangs)) {
        // Whoever waits for a disk that does not answer is not waited for.
        runtime.shutdown_background();
    }
    ended
}

/// Waits for SIGTERM or SIGINT; which one it was.
///
/// # Errors
/// If the system does not deliver signals to this process.
pub(super) fn stop_signal() -> io::Result<impl Future<Output = &'static str>> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => "SIGTERM",
            _ = interrupt.recv() => "SIGINT",
        }
    })
}

/// Replaces this process by a fresh one that serves `folder` locked: same process id, nothing of the old memory.
/// `unattended` goes with it, for people to see. The node must have stopped. Returns only if the system refuses; then the memory is only as clean as its owners left it.
pub(super) fn begin_anew(folder: &Path, unattended: bool) {
    // By this name also a program that was replaced on disk since finds itself.
    let mut again = Command::new("/proc/self/exe");
    let refused = again
        .arg0("spean")
        .arg("--dir")
        .arg(folder)
        .args(["serve", "--locked"])
        .args(unattended.then_some("--unattended"))
        .exec();
    let _: io::Error = refused;
    tracing::warn!("the system does not start the program anew: restart it");
}
