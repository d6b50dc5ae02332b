//! What the process asks of the operating system for itself.

use std::{future::Future, io};

use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};
use tokio::signal::unix::{SignalKind, signal};

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
