//! What `init` promises.

use std::os::unix::fs::PermissionsExt as _;

use super::*;
use crate::world::testing::still;

const PASSPHRASE: &[u8] = b"four words that differ";

fn request(dir: &Path) -> InitRequest {
    InitRequest {
        dir: dir.join("cmo"),
        kit: default_kit(&dir.join("cmo")),
        name: "CMO".into(),
        country: "KH".into(),
        policy: first_policy(protocol::code::AgencyKind::Reception),
        network: NetworkName::default(),
        listen: "127.0.0.1:7001".parse().expect("an address"),
        public: None,
        kdf: KdfParams::new(64, 1, 1).expect("small, for tests"),
    }
}

fn entries(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(dir)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into())
        .collect();
    names.sort();
    names
}

#[test]
fn an_agency_is_made_whole_and_only_its_owner_may_enter_it() {
    let dir = tempfile::tempdir().expect("a folder");
    let founded = init(&request(dir.path()), PASSPHRASE, &still(1)).expect("founded");
    assert_eq!(entries(dir.path()), ["cmo", "cmo-recovery-kit.txt"]);
    assert_eq!(fs::metadata(&founded.dir).expect("there").permissions().mode() & 0o777, 0o700);

    let folder = Folder::new(&founded.dir);
    let config = Config::load(&folder.config()).expect("settings that load");
    assert_eq!(config.public_url().as_str(), "https://127.0.0.1:7001");
    let record = PublicRecord::from_bytes(&fs::read(folder.public_record()).expect("there")).expect("a record");
    let agency = record.verify(NetworkId::from_name("spean")).expect("verifies");
    assert_eq!((agency.id().to_string(), agency.name(), agency.kind_code()), (founded.agency, "CMO", "reception"));
    let transport = TransportKey::load(&folder.transport_key()).expect("a key");
    assert_eq!(agency.transport_pins(), [transport.pin()]);
    let keyring = Keyring::unlock(&folder.keyring(), PASSPHRASE).expect("unlocks");
    assert!(keyring.root_key().is_some());
    assert!(Keyring::unlock(&folder.keyring(), b"another").is_err());
}

#[test]
fn the_kit_opens_the_next_root_and_the_folder_holds_nothing_of_it() {
    let dir = tempfile::tempdir().expect("a folder");
    let founded = init(&request(dir.path()), PASSPHRASE, &still(1)).expect("founded");
    let kit = fs::read_to_string(&founded.kit).expect("a kit");
    let seed = read_secret(kit.split(":\n\n").last().expect("the secret stands last")).expect("reads");
    for name in ["config.toml", "agency.public", "transport.key", "keyring"] {
        let bytes = fs::read(founded.dir.join(name)).expect("there");
        assert!(!bytes.windows(32).any(|window| window == seed.expose()), "{name}");
    }
}

#[test]
fn an_agency_or_kit_that_is_there_is_left_as_it_is() {
    let dir = tempfile::tempdir().expect("a folder");
    let first = request(dir.path());
    let founded = init(&first, PASSPHRASE, &still(1)).expect("founded");
    let before = fs::read(founded.dir.join("keyring")).expect("there");
    let again = InitRequest { kit: dir.path().join("other-kit"), ..request(dir.path()) };
    assert_eq!(init(&again, PASSPHRASE, &still(2)).expect_err("exists").code(), "node/exists");
    let other = InitRequest { dir: dir.path().join("dt"), ..request(dir.path()) };
    assert!(matches!(init(&other, PASSPHRASE, &still(2)), Err(InitError::KitExists(_))));
    assert_eq!(fs::read(founded.dir.join("keyring")).expect("there"), before);
    assert_eq!(entries(dir.path()), ["cmo", "cmo-recovery-kit.txt"]);
}

#[test]
fn a_refused_request_leaves_nothing_behind() {
    let dir = tempfile::tempdir().expect("a folder");
    for wrong in [
        InitRequest { name: " ".into(), ..request(dir.path()) },
        InitRequest { country: "Cambodia".into(), ..request(dir.path()) },
        InitRequest { kit: dir.path().join("no-such-folder").join("kit"), ..request(dir.path()) },
    ] {
        assert!(init(&wrong, PASSPHRASE, &still(1)).is_err());
        assert_eq!(entries(dir.path()), Vec::<String>::new());
    }
}
