//! What no command makes: an agency that was silent too long, one with two histories, one whose root was stolen, one
//! with another's transport key, a log with a gap, a node of another version. Each is made of real folders with the program's own parts, and lies
//! on the stage for its story.

use std::{
    fs,
    io::{self, Read as _, Write as _},
    os::unix::net::{UnixListener, UnixStream},
    path::Path,
    sync::Arc,
    thread,
};

use keys::{
    Card, Keyring, NetworkId, PublicRecord, SigningKey, Timestamp, VerifiedAgency,
    keyring::KdfParams,
    kit,
    log::{EntryBody, RotateRoot, next_root_hash},
    publish,
};
use node::{
    config::Folder,
    founding::{InitRequest, default_kit, first_policy, init},
    store::{Batch, Direction, Range, SledStore, Store as _},
    world::{Clock, World},
};
use protocol::code::AgencyKind;

use crate::stage::PASSPHRASE;

/// First bytes of an audit entry's key: its table and its writer.
const AUDIT: [u8; 3] = [0x20, 0, 0];
const DAY: u64 = 86_400;

/// Makes the prop that a story's line `prop …` names, in the stage's folder.
pub fn make(stage: &Path, line: &str) -> Result<(), String> {
    match line.split_whitespace().collect::<Vec<_>>().as_slice() {
        ["silent", dir] => silent(&stage.join(dir)),
        ["forked", dir] => forked(&stage.join(dir)),
        ["rotated", dir] => rotated(&stage.join(dir)),
        ["copied-key", dir, of] => copied_key(&stage.join(dir), &stage.join(of)),
        ["gap", dir] => gap(&stage.join(dir)),
        ["newer", dir, of] => newer(&stage.join(dir), &stage.join(of)),
        _ => return Err(format!("no such prop: {line}")),
    }
    Ok(())
}

struct Past(Timestamp);

impl Clock for Past {
    fn now(&self) -> Timestamp {
        self.0
    }
}

/// An agency that was made ten weeks ago, and did not run since: its sealing key is over, its month of grace too.
fn silent(dir: &Path) {
    let now = World::system().now();
    let past = Past(Timestamp(now.0 - 70 * DAY));
    let world = World::new(Arc::new(past), World::system().entropy());
    let request = InitRequest {
        kit: Some(dir.with_extension("kit")),
        guardians: None,
        dir: dir.into(),
        name: "Silent".into(),
        country: "KH".into(),
        policy: first_policy(AgencyKind::Shelter),
        network: "spean".parse().expect("a network's name"),
        listen: "127.0.0.1:9".parse().expect("an address"),
        public: None,
        kdf: KdfParams::LEAST,
    };
    init(&request, PASSPHRASE.as_bytes(), &world).expect("an agency is made");
}

/// Two cards of the agency in `dir`, signed by its own key, that cannot both be true.
fn forked(dir: &Path) {
    let folder = Folder::new(dir);
    let keyring = Keyring::unlock(&folder.keyring(), PASSPHRASE.as_bytes()).expect("its keyring");
    let signing = SigningKey::from_seed(keyring.signing_key().seed().duplicate()).expect("its key");
    let agency = record(&folder);
    for side in ["one", "two"] {
        let address = vec![format!("https://{side}.example:8443")];
        let said = publish::endpoints(&agency, &signing, World::system().now(), address).expect("a statement");
        let card = Card::new(said.record().clone()).to_text();
        fs::write(dir.with_extension(format!("{side}.card")), card).expect("written");
    }
}

/// Two cards of the agency in `dir`: one with a key that a thief of its root added, and one in which the agency replaced
/// that entry, with its root and the next one from the recovery kit.
fn rotated(dir: &Path) {
    let folder = Folder::new(dir);
    let keyring = Keyring::unlock(&folder.keyring(), PASSPHRASE.as_bytes()).expect("its keyring");
    let root = SigningKey::from_seed(keyring.root_key().expect("its root").seed().duplicate()).expect("a key");
    let kit = fs::read_to_string(default_kit(dir)).expect("its kit");
    let typed: String = kit.lines().map(str::trim).skip_while(|line| !line.starts_with("spnk ")).collect();
    let next = SigningKey::from_seed(kit::read(&typed).expect("the kit's secret")).expect("a key");
    let (agency, now) = (record(&folder), World::system().now());
    let stolen = publish::add_op_key(&agency, &root, now, next.public()).expect("an entry");
    let body = RotateRoot { new_root: next.public(), next_root_hash: next_root_hash(&root.public()) };
    let body = EntryBody::RotateRoot(body);
    let mended = publish::supersede(&stolen, stolen.head().seq, &[&root, &next], now, &body).expect("a rotation");
    for (name, agency) in [("stolen", stolen), ("mended", mended)] {
        let card = Card::new(agency.record().clone()).to_text();
        fs::write(dir.with_extension(format!("{name}.card")), card).expect("written");
    }
}

/// The card of the agency in `dir`, which lists the transport key of the agency in `of` as its own.
fn copied_key(dir: &Path, of: &Path) {
    let folder = Folder::new(dir);
    let keyring = Keyring::unlock(&folder.keyring(), PASSPHRASE.as_bytes()).expect("its keyring");
    let signing = SigningKey::from_seed(keyring.signing_key().seed().duplicate()).expect("its key");
    let pins = record(&Folder::new(of)).transport_pins().to_vec();
    let said = publish::transport(&record(&folder), &signing, World::system().now(), pins).expect("a statement");
    fs::write(dir.with_extension("copied.card"), Card::new(said.record().clone()).to_text()).expect("written");
}

fn record(folder: &Folder) -> VerifiedAgency {
    let bytes = fs::read(folder.public_record()).expect("its record");
    PublicRecord::from_bytes(&bytes).expect("a record").verify(NetworkId::from_name("spean")).expect("a valid one")
}

/// The agency's audit log with an entry taken out, as somebody with the disk in hand could.
fn gap(dir: &Path) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    runtime.block_on(async {
        let store = SledStore::open(dir).expect("its store");
        let all = Range { prefix: AUDIT.to_vec(), after: None, limit: 100, direction: Direction::Forward };
        let entries = store.scan(all).await.expect("its log");
        assert!(entries.len() > 3, "too short a log to take one out of its middle");
        store.commit(Batch::new().delete(&entries[1].key)).await.expect("deleted");
    });
}

/// A folder through which the program reaches the node in `of`, as if that knew other paths than the program asks for.
fn newer(dir: &Path, of: &Path) {
    fs::create_dir(dir).expect("a folder");
    for entry in fs::read_dir(of).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_file() && !path.ends_with("ballast") {
            fs::copy(&path, dir.join(path.file_name().expect("a name"))).expect("copied");
        }
    }
    let (listener, node) = (UnixListener::bind(dir.join("node.sock")).expect("a socket"), of.join("node.sock"));
    thread::spawn(move || {
        for caller in listener.incoming().flatten() {
            let node = UnixStream::connect(&node).expect("the node");
            thread::spawn(move || pass(caller, node));
        }
    });
}

/// Passes one request on, for a path of another version, and its answer back.
fn pass(mut caller: UnixStream, mut node: UnixStream) -> io::Result<()> {
    let mut request = vec![0; 64 << 10];
    let read = caller.read(&mut request)?;
    let asked = String::from_utf8_lossy(&request[..read]).replacen("/api/v1/", "/api/v9/", 1);
    node.write_all(asked.as_bytes())?;
    io::copy(&mut node, &mut caller).map(drop)
}
