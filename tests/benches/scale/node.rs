//! One node: its folder, its process, and what the system says of both.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};
use tests::{agency::PASSPHRASE, program, socket::Socket};

/// A node that does not answer by then has failed.
const PATIENCE: Duration = Duration::from_mins(2);
const LOOK: Duration = Duration::from_millis(2);

/// A folder, and the process that serves it.
pub struct Node {
    dir: PathBuf,
    child: Option<Child>,
}

impl Node {
    pub fn of(dir: &Path) -> Self {
        Self { dir: dir.to_path_buf(), child: None }
    }

    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Starts it; how long until it answered, from the outside: unlocking, reading, listening.
    pub async fn start(&mut self) -> Duration {
        let passphrase = self.dir.with_extension("passphrase");
        fs::write(&passphrase, PASSPHRASE).expect("a passphrase file");
        let mut serve = Command::new(program::spean());
        serve.arg("--dir").arg(&self.dir).arg("--passphrase-file").arg(passphrase).arg("serve");
        let begun = Instant::now();
        self.child = Some(serve.stdin(Stdio::null()).stderr(Stdio::null()).spawn().expect("spean serve"));
        loop {
            if let Some(mut socket) = Socket::connect(&self.socket_path()).await {
                socket.get("agency/fingerprint").await;
                return begun.elapsed();
            }
            assert!(begun.elapsed() < PATIENCE, "{} does not start", self.dir.display());
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Stops it in order.
    pub async fn stop(&mut self) {
        let Some(mut child) = self.child.take() else { return };
        kill_process(Self::pid(&child), Signal::TERM).expect("a running process");
        let ended = tokio::task::spawn_blocking(move || child.wait()).await.expect("waited for");
        assert!(ended.expect("an end").success(), "the node stops in order");
    }

    fn socket_path(&self) -> PathBuf {
        self.dir.join("node.sock")
    }

    pub async fn socket(&self) -> Socket {
        Socket::connect(&self.socket_path()).await.expect("a node that listens")
    }

    fn pid(child: &Child) -> Pid {
        Pid::from_child(child)
    }

    /// KiB of a line of `/proc/<pid>/status`.
    fn status(&self, what: &str) -> u64 {
        let pid = self.child.as_ref().expect("a running node").id();
        let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("a running process");
        let line = status.lines().find_map(|line| line.strip_prefix(what)).expect("a size");
        line.trim_start_matches(':').trim().trim_end_matches(" kB").parse().expect("a number")
    }

    /// Resident memory in KiB.
    pub fn resident(&self) -> u64 {
        self.status("VmRSS")
    }

    /// The most resident memory that it ever had, in KiB: unlocking asks for 64 MiB of its own at the start.
    pub fn peak(&self) -> u64 {
        self.status("VmHWM")
    }

    /// Processor time that it has used, in seconds: what a busy machine does not change.
    pub fn cpu(&self) -> f64 {
        let pid = self.child.as_ref().expect("a running node").id();
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).expect("a running process");
        // The name in parentheses may hold blanks; what follows it does not.
        let fields = stat.rsplit_once(')').expect("a name").1.split_whitespace().skip(11).take(2);
        // In hundredths of a second on every Linux.
        fields.map(|field| field.parse::<u32>().expect("a number")).map(f64::from).sum::<f64>() / 100.0
    }

    /// Bytes of its folder on the disk, but the ballast.
    pub fn folder_bytes(&self) -> u64 {
        bytes_below(&self.dir)
    }

    /// Bytes of the cases as they were entered, and nothing else: not the offers, not the audit.
    pub fn plain_bytes(&self) -> u64 {
        self.note("plain").parse().expect("a number")
    }

    /// A note beside the folder, for a later run.
    pub fn note(&self, what: &str) -> String {
        fs::read_to_string(self.dir.with_extension(what)).expect("a note of the filling")
    }

    pub fn write_note(&self, what: &str, text: &str) {
        fs::write(self.dir.with_extension(what), text).expect("a note is written");
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            // Fails only if it has ended already.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn bytes_below(folder: &Path) -> u64 {
    use std::os::unix::fs::MetadataExt as _;
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry"));
    let size = |entry: fs::DirEntry| {
        let found = entry.metadata().expect("an entry");
        match found.is_dir() {
            true => bytes_below(&entry.path()),
            false if entry.file_name() == "ballast" => 0,
            false => found.blocks() * 512,
        }
    };
    entries.map(size).sum()
}

/// From KiB.
pub fn mib(kib: u64) -> f64 {
    kib as f64 / 1024.0
}
