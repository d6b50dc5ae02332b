//! A folder, nodes in it, and the program itself.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io,
    net::{Ipv4Addr, TcpListener},
    os::unix::net::UnixStream,
    path::Path,
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU8, Ordering},
    thread,
    time::{Duration, Instant},
};

use tests::program;

/// Waits are for a slow machine; a node starts in a second.
const PATIENCE: Duration = Duration::from_mins(1);
/// Of every agency on a stage.
pub const PASSPHRASE: &str = "five words that nobody guesses";
const NODES: [&str; 3] = ["cmo", "dt", "clinic"];

/// How many there were.
static STAGES: AtomicU8 = AtomicU8::new(0);

/// Everything that one story happens on; gone afterwards.
pub struct Stage {
    folder: tempfile::TempDir,
    nodes: BTreeMap<String, Child>,
    variables: BTreeMap<String, String>,
}

/// What a command printed, both streams in their order, and how it ended.
pub struct Printed {
    pub text: String,
    pub exit: i32,
}

impl Stage {
    pub fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("sp").tempdir().expect("a folder");
        fs::write(folder.path().join("passphrase"), format!("{PASSPHRASE}\n")).expect("written");
        let mut variables = BTreeMap::new();
        variables.insert("SPEAN_PASSPHRASE_FILE".into(), folder.path().join("passphrase").display().to_string());
        variables.insert("UNTIL".into(), days_from_today(100));
        variables.insert("PAST".into(), days_from_today(-1));
        variables.insert("TODAY".into(), days_from_today(0));
        // Held until all are chosen, so that they differ; at an address of this stage's own, so that no other takes one.
        let listeners = NODES.iter().chain(&["web"]);
        let address = Ipv4Addr::new(127, 1, STAGES.fetch_add(1, Ordering::Relaxed), 1);
        let ports: Vec<TcpListener> =
            listeners.clone().map(|_| TcpListener::bind((address, 0)).expect("a port")).collect();
        for (name, port) in listeners.zip(&ports) {
            let address = port.local_addr().expect("an address").to_string();
            variables.insert(format!("{}_ADDRESS", name.to_uppercase()), address);
        }
        Self { folder, nodes: BTreeMap::new(), variables }
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn set(&mut self, name: &str, value: String) {
        self.variables.insert(name.into(), value);
    }

    /// Texts of this run, and what stands for them in a story.
    pub fn literal(&self) -> Vec<(String, String)> {
        let addresses = self.variables.iter().filter(|(name, _)| name.ends_with("_ADDRESS"));
        let mut texts: Vec<_> =
            addresses.map(|(name, value)| (value.clone(), format!("{{{}}}", name.to_lowercase()))).collect();
        texts.push((self.folder.path().display().to_string(), "{dir}".into()));
        texts.push((self.variables["UNTIL"].clone(), "{until}".into()));
        texts.push((self.variables["TODAY"].clone(), "{today}".into()));
        texts
    }

    /// Runs a line of shell in the stage's folder.
    pub fn run(&self, line: &str) -> Printed {
        let output = self
            .command("sh")
            // A command that should have ended by itself must not hold up the others.
            .args(["-c", &format!("exec 2>&1; {line}")])
            .stdin(Stdio::null())
            .output()
            .expect("a shell");
        Printed { text: String::from_utf8_lossy(&output.stdout).into_owned(), exit: output.status.code().unwrap_or(-1) }
    }

    /// Starts the node of a folder, as a child of the command `under` if there is one, and waits until it answers.
    pub fn start(&mut self, name: &str, under: &str) {
        let log = File::create(self.folder.path().join(format!("{name}.log"))).expect("a log");
        let program = program::spean().display().to_string();
        let words: Vec<&str> = under.split_whitespace().chain([&*program, "--dir", name, "serve"]).collect();
        let child = self
            .command(words[0])
            .args(&words[1..])
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a log"))
            .stderr(log)
            .spawn()
            .expect("the program starts");
        self.nodes.insert(name.into(), child);
        let socket = self.folder.path().join(name).join("node.sock");
        let begin = Instant::now();
        while UnixStream::connect(&socket).is_err() {
            let ended = self.nodes.get_mut(name).and_then(|child| child.try_wait().ok().flatten());
            let log = || fs::read_to_string(self.folder.path().join(format!("{name}.log"))).unwrap_or_default();
            assert!(ended.is_none() && begin.elapsed() < PATIENCE, "{name} does not run:\n{}", log());
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// Stops a node in order, and waits until it has ended.
    pub fn stop(&mut self, name: &str) {
        let mut child = self.nodes.remove(name).expect("a running node");
        let signalled = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
        assert!(signalled.is_ok_and(|status| status.success()), "{name} could not be signalled");
        let status = child.wait().expect("it ends");
        assert!(status.success(), "{name} ended with {status}");
    }

    /// Repeats a command until it prints `text`.
    pub fn until(&self, text: &str, line: &str) -> Result<(), String> {
        let begin = Instant::now();
        loop {
            let printed = self.run(line).text;
            if printed.contains(text) {
                return Ok(());
            }
            if begin.elapsed() > PATIENCE {
                return Err(format!("`{line}` never printed `{text}`; last:\n{printed}"));
            }
            thread::sleep(Duration::from_millis(100));
        }
    }

    fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let bin = program::spean().parent().expect("a folder");
        let path = std::env::var("PATH").unwrap_or_default();
        let mut command = Command::new(program);
        command
            .current_dir(self.folder.path())
            .env("PATH", format!("{}:{path}", bin.display()))
            .env("TZ", "UTC")
            .env("COLUMNS", "100")
            .env_remove("SPEAN_DIR")
            .envs(&self.variables);
        command
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        for child in self.nodes.values_mut() {
            // A story that failed leaves its nodes running; there is nothing of theirs to save.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Whether this machine has a command.
pub fn has(tool: &str) -> bool {
    Command::new("sh")
        .args(["-c", &format!("command -v {tool}")])
        .stdout(Stdio::null())
        .status()
        .is_ok_and(|s| s.success())
}

/// A day as 2026-11-30, by the system's own calendar.
fn days_from_today(days: i64) -> String {
    let output: io::Result<_> = Command::new("date").args(["-u", "-d", &format!("{days} days"), "+%F"]).output();
    String::from_utf8(output.expect("date").stdout).expect("a date").trim().to_owned()
}
