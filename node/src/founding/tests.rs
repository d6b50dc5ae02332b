//! What `init` promises.

use std::os::unix::fs::PermissionsExt as _;

use keys::{Keyring, NetworkId, PublicRecord, kit};

use super::*;
use crate::{config::Config, delivery::tls::TransportKey, world::testing::still};

const PASSPHRASE: &[u8] = b"four words that differ";

fn request(dir: &Path) -> InitRequest {
    InitRequest {
        dir: dir.join("cmo"),
        kit: Some(default_kit(&dir.join("cmo"))),
        guardians: None,
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
    let kit = fs::read_to_string(founded.kit.expect("a file")).expect("a kit");
    let seed = kit::read(kit.split(":\n\n").last().expect("the secret stands last")).expect("reads");
    for name in ["config.toml", "agency.public", "transport.key", "keyring"] {
        let bytes = fs::read(founded.dir.join(name)).expect("there");
        assert!(!bytes.windows(32).any(|window| window == seed.expose()), "{name}");
    }
}

#[test]
fn a_draft_is_in_memory_only_until_it_is_made_and_its_kit_can_be_printed_without_a_file() {
    let dir = tempfile::tempdir().expect("a folder");
    let world = still(1);
    let draft = Draft::draw(InitRequest { kit: None, ..request(dir.path()) }, &world).expect("drawn");
    let kit = draft.printed_kit();
    assert_eq!(entries(dir.path()), Vec::<String>::new());
    let seed = kit::read(&kit.groups.join(" ")).expect("reads");
    assert!(kit.groups.iter().rev().take(3).map(String::len).sum::<usize>() >= 9, "what is typed back");
    let screens = "127.0.0.1:7099".parse().expect("an address");
    let ways = Ways { keys_and_cases_together: true, screens: Some(screens) };
    let founded = draft.make(PASSPHRASE, ways, &world).expect("made");
    assert_eq!((entries(dir.path()), founded.kit), (vec!["cmo".to_owned()], None));
    assert_eq!((founded.agency, founded.fingerprint), (kit.agency.clone(), kit.fingerprint.clone()));
    let folder = Folder::new(&founded.dir);
    let config = Config::load(&folder.config()).expect("settings that load");
    assert_eq!((config.web.open, config.web.address, config.people.keys_and_cases_together), (true, screens, true));
    assert!(Keyring::unlock(&folder.keyring(), PASSPHRASE).is_ok());
    assert!(!fs::read(folder.keyring()).expect("there").windows(32).any(|window| window == seed.expose()));
    assert_eq!(draft.make(PASSPHRASE, ways, &world).expect_err("once").code(), "node/exists");
}

#[test]
fn a_folder_is_checked_without_leaving_anything_behind() {
    let dir = tempfile::tempdir().expect("a folder");
    assert!(check_folder(&dir.path().join("cmo")).is_ok());
    assert_eq!(entries(dir.path()), Vec::<String>::new());
    assert_eq!(check_folder(dir.path().parent().expect("a parent")).expect_err("not empty").code(), "node/exists");
    let nowhere = check_folder(&dir.path().join("no-such-folder").join("cmo")).expect_err("no parent");
    assert_eq!(nowhere.code(), "file/unwritable");
}

#[test]
fn an_agency_or_kit_that_is_there_is_left_as_it_is() {
    let dir = tempfile::tempdir().expect("a folder");
    let first = request(dir.path());
    let founded = init(&first, PASSPHRASE, &still(1)).expect("founded");
    let before = fs::read(founded.dir.join("keyring")).expect("there");
    let again = InitRequest { kit: Some(dir.path().join("other-kit")), ..request(dir.path()) };
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
        InitRequest { kit: Some(dir.path().join("no-such-folder").join("kit")), ..request(dir.path()) },
    ] {
        assert!(init(&wrong, PASSPHRASE, &still(1)).is_err());
        assert_eq!(entries(dir.path()), Vec::<String>::new());
    }
}
