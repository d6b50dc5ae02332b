//! Faults of the system under a process: strace answers chosen system calls with an error.

use std::{
    fs,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// How long strace may take to take hold of a process.
const PATIENCE: Duration = Duration::from_secs(30);

/// Whether strace can be used here; else the test is noted as not run.
pub fn have_strace(test: &str) -> bool {
    // Tracing itself may be forbidden, not only missing.
    let works = Command::new("strace").args(["-o", "/dev/null", "true"]).output();
    let works = works.is_ok_and(|output| output.status.success());
    if !works {
        crate::not_run(test, "needs strace, and leave to use it");
    }
    works
}

/// A command line under which a program runs with this fault, such as `fdatasync:error=EIO:when=3`. The program stays
/// the child of whoever starts it.
pub fn under(fault: &str) -> [String; 7] {
    let calls = fault.split(':').next().unwrap_or_default();
    ["strace", "-D", "-f", "-qq", "-o/dev/null", &format!("-etrace={calls}"), &format!("-einject={fault}")]
        .map(str::to_owned)
}

/// A fault of a running process, until it is dropped.
pub struct Fault {
    strace: Child,
    process: u32,
}

impl Fault {
    /// Takes hold of all threads of `process`. Needs root: a node's memory is private.
    pub fn on(process: u32, fault: &str) -> Self {
        let calls = fault.split(':').next().unwrap_or_default();
        let strace = Command::new("strace")
            .args(["-f", "-qq", "-o/dev/null", &format!("-etrace={calls}"), &format!("-einject={fault}")])
            .arg(format!("-p{process}"))
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("strace");
        let this = Self { strace, process };
        this.wait(true);
        this
    }

    fn wait(&self, traced: bool) {
        let begun = Instant::now();
        while all_traced(self.process) != traced {
            assert!(begun.elapsed() < PATIENCE, "strace did not take hold of {}", self.process);
            thread::sleep(Duration::from_millis(20));
        }
    }
}

fn all_traced(process: u32) -> bool {
    let Ok(tasks) = fs::read_dir(format!("/proc/{process}/task")) else { return false };
    let traced = |path: std::path::PathBuf| {
        // A thread that has just ended is none.
        let status = fs::read_to_string(path.join("status")).unwrap_or_default();
        !status.lines().any(|line| line.starts_with("TracerPid:") && line.ends_with("\t0"))
    };
    tasks.flatten().all(|task| traced(task.path()))
}

impl Drop for Fault {
    /// The process goes on without the fault.
    fn drop(&mut self) {
        let _ = Command::new("kill").args(["-TERM", &self.strace.id().to_string()]).status();
        let _ = self.strace.wait();
    }
}
