//! One agency: its folder, and its node, in this process or in one of its own.

use std::{
    ffi::OsStr,
    fs::{self, OpenOptions},
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use keys::{AgencyId, NetworkId, PublicRecord, VerifiedAgency, keyring::KdfParams};
use node::{
    api::client::{Method, Names, ask},
    config::{Folder, PublicUrl},
    delivery::{inbound::Inbox, worker::Outbox},
    founding::{InitRequest, Quorum, first_policy, init},
    run::{self, Opening, StartError},
    service::{PersonName, Service},
    view::{LockedView, Problem, UnlockedView},
    world::World,
};
use protocol::code::AgencyKind;
use serde::de::DeserializeOwned;
use serde_json::Value;
use zeroize::Zeroizing;

use crate::program;

/// The passphrase of every agency here.
pub const PASSPHRASE: &str = "five invented words for tests";
/// The network that they share.
pub const NETWORK: &str = "spean-tests";
/// How long anything may take that is waited for.
pub const PATIENCE: Duration = Duration::from_mins(1);
/// How often a test looks.
const LOOK: Duration = Duration::from_millis(40);

enum Node {
    Here(Box<run::Node<Service>>),
    Process(Child),
}

/// An agency, with or without a node that runs.
pub struct Agency {
    /// Its name.
    pub name: &'static str,
    /// Who it is.
    pub id: AgencyId,
    /// Its node's folder.
    pub dir: PathBuf,
    /// Where log and passphrase file of its process lie.
    aside: PathBuf,
    /// Another build of the program.
    program: Option<PathBuf>,
    /// Where its node listens for peers.
    pub listen: SocketAddr,
    staff: [PersonName; 2],
    node: Option<Node>,
}

impl Agency {
    /// Makes the agency's folder below `place`.
    pub fn make(place: &Path, name: &'static str, kind: AgencyKind) -> Self {
        Self::make_of(place, name, kind, (None, None))
    }

    /// As [`Agency::make`], with guardians.
    pub fn make_guarded(place: &Path, name: &'static str, kind: AgencyKind, guardians: Quorum) -> Self {
        Self::make_of(place, name, kind, (None, Some(guardians)))
    }

    /// As [`Agency::make`], for a node that others find at another address than the one that it listens on.
    pub fn make_behind(place: &Path, name: &'static str, kind: AgencyKind, found_at: Option<SocketAddr>) -> Self {
        Self::make_of(place, name, kind, (found_at, None))
    }

    fn make_of(
        place: &Path,
        name: &'static str,
        kind: AgencyKind,
        (found_at, guardians): (Option<SocketAddr>, Option<Quorum>),
    ) -> Self {
        let (dir, listen) = (place.join(name.to_lowercase()), free_address());
        let request = InitRequest {
            kit: Some(place.join(format!("{name}-kit.txt"))),
            guardians,
            dir: dir.clone(),
            name: name.into(),
            country: "KH".into(),
            policy: first_policy(kind),
            network: NETWORK.parse().expect("a network's name"),
            listen,
            public: found_at.map(PublicUrl::of_listen),
            kdf: KdfParams::LEAST,
        };
        init(&request, PASSPHRASE.as_bytes(), &World::system()).expect("an agency is made");
        let staff = ["Sorn Maly", "Heng Visal"].map(|name| name.parse().expect("a person's name"));
        let (aside, id) = (place.to_path_buf(), AgencyId::new(keys::Digest([0; 32])));
        let mut agency = Self { name, id, dir, aside, program: None, listen, staff, node: None };
        agency.id = agency.record().id();
        agency
    }

    /// The same agency with another folder: a copy of its own, or one that a backup was restored into.
    #[must_use]
    pub fn at(&self, dir: PathBuf) -> Self {
        Self {
            name: self.name,
            id: self.id,
            dir,
            aside: self.aside.clone(),
            program: self.program.clone(),
            listen: self.listen,
            staff: self.staff.clone(),
            node: None,
        }
    }

    /// What others know of it.
    pub fn record(&self) -> VerifiedAgency {
        let bytes = fs::read(self.folder().public_record()).expect("the own record");
        let record = PublicRecord::from_bytes(&bytes).expect("a record");
        record.verify(NetworkId::from_name(NETWORK)).expect("a valid record")
    }

    /// Its node's folder.
    pub fn folder(&self) -> Folder {
        Folder::new(&self.dir)
    }

    /// Its node's process, if it is one of its own.
    pub fn pid(&self) -> Option<u32> {
        match &self.node {
            Some(Node::Process(child)) => Some(child.id()),
            Some(Node::Here(_)) | None => None,
        }
    }

    /// Starts its node in this process.
    pub async fn start(&mut self) {
        // A test beside this one that starts a program holds a copy of the folder's locks from the fork to the exec:
        // that moment is waited for.
        for _ in 0..40 {
            match self.start_in(World::system()).await {
                Err(error) if error.code() == "node/folder-in-use" => tokio::time::sleep(LOOK).await,
                started => return started.expect("the node starts"),
            }
        }
        self.start_in(World::system()).await.expect("the node starts");
    }

    /// As [`Agency::start`], in a world with another clock.
    pub async fn start_in(&mut self, world: World) -> Result<(), StartError> {
        let passphrase = Zeroizing::new(PASSPHRASE.as_bytes().to_vec());
        let node = run::start(&self.folder(), passphrase, world, run::open).await?;
        self.node = Some(Node::Here(Box::new(node)));
        Ok(())
    }

    /// Keeps log and passphrase file in `folder`, not beside the node's own.
    #[must_use]
    pub fn aside(mut self, folder: &Path) -> Self {
        folder.clone_into(&mut self.aside);
        self
    }

    /// Runs this build of the program, not the one that is tested everywhere else.
    #[must_use]
    pub fn run_by(mut self, program: &Path) -> Self {
        self.program = Some(program.to_owned());
        self
    }

    /// Changes settings while the node does not run; each is a whole line.
    pub fn set(&self, settings: &[&str]) {
        let path = self.folder().config();
        let mut text = fs::read_to_string(&path).expect("the settings");
        for setting in settings {
            let name = setting.split('=').next().expect("a name");
            let old = text.lines().find(|line| line.starts_with(name)).expect("a setting of that name").to_owned();
            text = text.replace(&old, setting);
        }
        fs::write(path, text).expect("settings");
    }

    /// As [`Agency::start_in`], with parts that the test watches.
    pub async fn start_watched<I: Inbox, O: Outbox>(&mut self, world: World, open: impl Opening<Service, I, O>) {
        let passphrase = Zeroizing::new(PASSPHRASE.as_bytes().to_vec());
        let node = run::start(&self.folder(), passphrase, world, open).await.expect("the node starts");
        self.node = Some(Node::Here(Box::new(node)));
    }

    /// Starts `spean serve`, and waits until it can be asked.
    pub async fn spawn(&mut self) {
        self.launch(&[]);
        self.answers().await.expect("the node starts");
    }

    /// Waits until its process can be asked.
    ///
    /// # Errors
    /// What it logged, if it ended instead, or hangs.
    pub async fn answers(&mut self) -> Result<(), String> {
        let begun = Instant::now();
        while self.ask::<Value>(Method::Get, "agency/fingerprint", None).await.is_err() {
            let ended = match &mut self.node {
                Some(Node::Process(child)) => !matches!(child.try_wait(), Ok(None)),
                Some(Node::Here(_)) | None => true,
            };
            if ended || begun.elapsed() > PATIENCE {
                return Err(format!("{} {}:\n{}", self.name, if ended { "ended" } else { "hangs" }, self.log()));
            }
            tokio::time::sleep(LOOK).await;
        }
        Ok(())
    }

    /// Starts `spean serve` under another program, such as strace, and does not wait.
    pub fn launch(&mut self, under: &[&str]) {
        let passphrase = self.aside.join(format!("{}.passphrase", self.name));
        fs::write(&passphrase, PASSPHRASE).expect("a passphrase file");
        let log = OpenOptions::new().create(true).append(true).open(self.log_file()).expect("a log");
        let program = self.program.clone().unwrap_or_else(|| program::spean().to_owned());
        let mut words = under.iter().map(OsStr::new).chain([program.as_os_str()]);
        let mut serve = Command::new(words.next().expect("a program"));
        serve.args(words).arg("--dir").arg(&self.dir).arg("--passphrase-file").arg(passphrase).arg("serve");
        let child = serve.stdin(Stdio::null()).stderr(log).spawn().expect("spean serve");
        self.node = Some(Node::Process(child));
    }

    /// What its processes have logged so far.
    pub fn log(&self) -> String {
        fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    fn log_file(&self) -> PathBuf {
        self.aside.join(format!("{}.log", self.name))
    }

    /// The process's number.
    pub fn process(&self) -> u32 {
        match &self.node {
            Some(Node::Process(child)) => child.id(),
            Some(Node::Here(_)) | None => panic!("{} is no process", self.name),
        }
    }

    /// Asks the process to stop, and waits until it has.
    pub async fn terminate(&mut self) -> ExitStatus {
        let signalled = Command::new("kill").arg("-TERM").arg(self.process().to_string()).status();
        assert!(signalled.is_ok_and(|status| status.success()), "{} could not be signalled", self.name);
        self.ended().await
    }

    /// Waits until the process has ended.
    pub async fn ended(&mut self) -> ExitStatus {
        let Some(Node::Process(mut child)) = self.node.take() else { panic!("{} is no process", self.name) };
        let begun = Instant::now();
        loop {
            if let Some(status) = child.try_wait().expect("a child") {
                return status;
            }
            if begun.elapsed() > PATIENCE {
                kill(child);
                panic!("{} does not end:\n{}", self.name, self.log());
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Starts its node in this process, locked.
    pub async fn start_locked(&mut self) {
        for _ in 0..40 {
            match run::start_locked(&self.folder(), World::system(), run::open).await {
                Err(error) if error.code() == "node/folder-in-use" => tokio::time::sleep(LOOK).await,
                started => {
                    self.node = Some(Node::Here(Box::new(started.expect("the node starts"))));
                    return;
                }
            }
        }
        panic!("{}: the folder stays in use", self.name);
    }

    /// Starts `spean serve` as after a power cut: nobody gives the passphrase.
    pub async fn spawn_locked(&mut self) {
        let log = OpenOptions::new().create(true).append(true).open(self.log_file()).expect("a log");
        let mut serve = Command::new(self.program.clone().unwrap_or_else(|| program::spean().to_owned()));
        serve.arg("--dir").arg(&self.dir).arg("serve").env_remove("SPEAN_PASSPHRASE_FILE");
        let child = serve.stdin(Stdio::null()).stderr(log).spawn().expect("spean serve");
        self.node = Some(Node::Process(child));
        self.until::<LockedView>("status", "a locked node", |status| status.locked).await;
    }

    /// Asks the locked node to open itself.
    pub async fn unlock(&self) -> UnlockedView {
        self.post("unlock", serde_json::json!({ "passphrase": PASSPHRASE })).await
    }

    /// Stops the node: in order if it runs here, by SIGKILL if it is a process.
    pub async fn stop(&mut self) {
        match self.node.take() {
            Some(Node::Here(node)) => node.stop().await,
            Some(Node::Process(child)) => kill(child),
            None => {}
        }
    }

    /// Stops the node and starts it again: in order if it runs here, by SIGKILL if it is a process.
    pub async fn restart(&mut self) {
        match self.node.take() {
            Some(Node::Here(node)) => {
                node.stop().await;
                self.start().await;
            }
            Some(Node::Process(child)) => {
                kill(child);
                self.spawn().await;
            }
            None => panic!("{} does not run", self.name),
        }
    }

    /// Starts what was stopped, as it was started first.
    pub async fn start_as(&mut self, process: bool) {
        if process {
            self.spawn().await;
        } else {
            self.start().await;
        }
    }

    /// Whether its node is a process of its own.
    pub const fn is_process(&self) -> bool {
        matches!(self.node, Some(Node::Process(_)))
    }

    /// Asks its node; any problem ends the test.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> T {
        self.ask(Method::Get, path, None).await.unwrap_or_else(|problem| panic!("{} {path}: {problem:?}", self.name))
    }

    /// As [`Agency::get`], for an act.
    pub async fn post<T: DeserializeOwned>(&self, path: &str, body: Value) -> T {
        let answer = self.ask(Method::Post, path, Some(&body)).await;
        answer.unwrap_or_else(|problem| panic!("{} {path}: {problem:?}", self.name))
    }

    /// Asks its node, as its staff.
    pub async fn ask<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<T, Problem> {
        let names = Names { by: Some(&self.staff[0]), approved_by: Some(&self.staff[1]) };
        let answer = ask(&self.dir.join("node.sock"), names, method, path, body).await?;
        Ok(serde_json::from_value(answer).expect("an answer of the right form"))
    }

    /// Reads until what was waited for is there.
    pub async fn until<T: DeserializeOwned>(&self, path: &str, what: &str, there: impl Fn(&T) -> bool) -> T {
        let begun = Instant::now();
        loop {
            // Before and after it is locked a node answers in different forms.
            let answer = self.ask::<Value>(Method::Get, path, None).await;
            if let Some(answer) = answer.ok().and_then(|answer| serde_json::from_value::<T>(answer).ok())
                && there(&answer)
            {
                return answer;
            }
            if begun.elapsed() > PATIENCE {
                let last: Result<Value, _> = self.ask(Method::Get, path, None).await;
                panic!("{}: waited for {what}; {path} says {last:#?}\n{}", self.name, self.log());
            }
            tokio::time::sleep(LOOK).await;
        }
    }
}

impl Drop for Agency {
    fn drop(&mut self) {
        if let Some(Node::Process(child)) = self.node.take() {
            kill(child);
        }
    }
}

fn kill(mut child: Child) {
    // Fails only if it has ended already.
    let _ = child.kill();
    let _ = child.wait();
}

/// An address of this machine that nothing listens on just now.
pub fn free_address() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("its address")
}
