//! What a node finds in its folder when it starts, and what it says: each error has its code and says what to do, and
//! changes nothing of the folder.

use std::{
    collections::BTreeMap,
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::Command,
};

use keys::{Entropy, Timestamp};
use node::{
    run::{self, StartError},
    view::StatusView,
    world::{Clock, World},
};
use protocol::code::AgencyKind;
use zeroize::Zeroizing;

use crate::{
    agency::{Agency, PASSPHRASE},
    program,
    town::{Town, introduce, offer},
};

fn agency() -> (tempfile::TempDir, Agency) {
    let place = tempfile::tempdir().expect("a folder");
    let agency = Agency::make(place.path(), "DT", AgencyKind::Shelter);
    (place, agency)
}

/// All files of a folder, but the lock, whose content nobody reads, and the ballast, which is room only.
fn files(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(dir).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            all.extend(files(&path));
        } else if path.is_file() && !path.ends_with("lock") && !path.ends_with("ballast") {
            all.insert(path.clone(), fs::read(&path).expect("a file"));
        }
    }
    all
}

/// The error of a start, which must leave the folder as it was.
async fn refusal(agency: &mut Agency) -> (String, String) {
    let before = files(&agency.dir);
    let error = agency.start_in(World::system()).await.expect_err("the node must not start");
    assert!(files(&agency.dir) == before, "the folder was changed: {error}");
    (error.code().to_owned(), error.to_string())
}

/// Replaces a file's bytes while `test` looks, then puts them back and checks that the node starts again.
async fn spoiled(agency: &mut Agency, file: &str, spoil: impl FnOnce(&mut Vec<u8>), code: &str, says: &[&str]) {
    let path = agency.dir.join(file);
    let good = fs::read(&path).expect("the file");
    let mut bad = good.clone();
    spoil(&mut bad);
    fs::write(&path, &bad).expect("spoiled");
    let (found, text) = refusal(agency).await;
    assert_eq!(found, code, "{file}: {text}");
    for part in says {
        assert!(text.contains(part), "{file}: `{part}` is missing in: {text}");
    }
    fs::write(&path, &good).expect("put back");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_passphrase_changes_nothing() {
    let (_place, mut agency) = agency();
    let before = files(&agency.dir);
    let wrong = Zeroizing::new(b"six invented words for tests".to_vec());
    let error = run::start(&agency.folder(), wrong, World::system(), run::open).await.err().expect("refused");
    assert_eq!(error.code(), "keyring/wrong-passphrase");
    assert!(error.to_string().contains("try again"), "{error}");
    assert!(files(&agency.dir) == before);
    agency.start().await;
    agency.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_process_on_the_same_folder_is_told_which_one_has_it() {
    let (_place, mut agency) = agency();
    agency.start().await;
    let passphrase = Zeroizing::new(PASSPHRASE.as_bytes().to_vec());
    let error = run::start(&agency.folder(), passphrase, World::system(), run::open).await.err().expect("refused");
    assert_eq!(error.code(), "node/folder-in-use");
    assert!(error.to_string().contains(&std::process::id().to_string()), "{error}");

    let file = agency.dir.with_extension("passphrase");
    fs::write(&file, PASSPHRASE).expect("a passphrase file");
    let mut serve = Command::new(program::spean());
    serve.arg("--dir").arg(&agency.dir).arg("--passphrase-file").arg(&file).arg("serve");
    let output = serve.output().expect("spean serve");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("node/folder-in-use"), "{said}");
    let _: StatusView = agency.get("status").await;
    agency.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_in_use_is_named_and_the_folder_is_free_again() {
    let (_place, mut agency) = agency();
    let taken = TcpListener::bind(agency.listen).expect("the port");
    let error = agency.start_in(World::system()).await.expect_err("the port is taken");
    assert_eq!(error.code(), "node/port-in-use");
    let text = error.to_string();
    assert!(text.contains(&agency.listen.to_string()) && text.contains("config.toml"), "{text}");
    drop(taken);
    agency.start().await;
    agency.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unreadable_half_written_and_newer_files_are_told_apart() {
    let (_place, mut agency) = agency();
    let agency = &mut agency;
    let half = |bytes: &mut Vec<u8>| bytes.truncate(bytes.len() / 2);
    let noise = |bytes: &mut Vec<u8>| bytes.iter_mut().for_each(|byte| *byte ^= 0x55);

    spoiled(agency, "keyring", half, "keyring/damaged", &["half written", "restore"]).await;
    spoiled(agency, "keyring", noise, "keyring/damaged", &["restore"]).await;
    // A whole slot, with its checksum, of a format of tomorrow.
    let newer = |bytes: &mut Vec<u8>| {
        bytes[4] += 1;
        let checksum = keys::label::digest_of(&bytes[..4096 - 32]);
        bytes[4096 - 32..4096].copy_from_slice(&checksum.0);
    };
    spoiled(agency, "keyring", newer, "node/newer-format", &["newer version"]).await;

    // An empty file gives every setting its default, and the agency is of another network.
    spoiled(agency, "config.toml", Vec::clear, "node/own-record", &["network", "config.toml"]).await;
    let unknown = |bytes: &mut Vec<u8>| bytes.splice(0..0, b"colour = \"red\"\n".to_vec()).for_each(drop);
    spoiled(agency, "config.toml", unknown, "node/settings", &["config.toml", "colour"]).await;
    let cut = |bytes: &mut Vec<u8>| bytes.extend(b"\n[delivery");
    spoiled(agency, "config.toml", cut, "node/settings", &["config.toml"]).await;

    spoiled(agency, "agency.public", half, "node/own-record", &["agency.public"]).await;
    spoiled(agency, "agency.public", noise, "node/own-record", &["agency.public"]).await;
    spoiled(agency, "transport.key", half, "node/transport-key", &["restore"]).await;

    let later = |bytes: &mut Vec<u8>| *bytes = b"spean store 9\n".to_vec();
    spoiled(agency, "store/format", later, "node/newer-format", &["newer program"]).await;
    let no_text = |bytes: &mut Vec<u8>| *bytes = vec![0xff; 8];
    spoiled(agency, "store/format", no_text, "node/store-damaged", &["restore a backup"]).await;

    agency.start().await;
    let _: StatusView = agency.get("status").await;
    agency.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_file_is_named() {
    for (file, code) in [
        ("keyring", "keyring/missing"),
        ("config.toml", "node/no-folder"),
        ("agency.public", "file/unreadable"),
        ("transport.key", "node/transport-key"),
    ] {
        let (place, mut agency) = agency();
        let aside = place.path().join("aside");
        fs::rename(agency.dir.join(file), &aside).expect("moved away");
        let (found, text) = refusal(&mut agency).await;
        assert_eq!(found, code);
        assert!(text.contains(file), "{text}");
        fs::rename(&aside, agency.dir.join(file)).expect("put back");
        agency.start().await;
        agency.stop().await;
    }
}

/// The machine's clock, wrong by some seconds.
struct Wrong(i64);

impl Clock for Wrong {
    fn now(&self) -> Timestamp {
        Timestamp(World::system().now().0.saturating_add_signed(self.0))
    }
}

struct Chance;

impl Entropy for Chance {
    fn fill(&mut self, destination: &mut [u8]) {
        World::system().entropy().fill(destination);
    }
}

fn wrong_by(seconds: i64) -> World {
    World::new(std::sync::Arc::new(Wrong(seconds)), Chance)
}

async fn referral_between(origin: i64, recipient: i64) -> Result<(), StartError> {
    let mut town = Town::found();
    town.cmo.start_in(wrong_by(origin)).await?;
    town.dt.start_in(wrong_by(recipient)).await?;
    introduce(&town.cmo, &town.dt).await;
    introduce(&town.dt, &town.cmo).await;
    let offered = offer(&town.cmo, &town.dt).await;
    town.settled(&offered.exchange, "offered", false).await;
    let path = format!("exchanges/{}", offered.exchange);
    let _: serde_json::Value = town.dt.post(&format!("{path}/accept"), serde_json::json!({})).await;
    town.settled(&offered.exchange, "released", false).await;
    // Both clocks are put right, and the nodes look at what is due.
    town.cmo.restart().await;
    town.dt.restart().await;
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    town.settled(&offered.exchange, "released", false).await;
    town.close().await;
    Ok(())
}

const DAY: i64 = 86_400;

#[tokio::test(flavor = "multi_thread")]
async fn with_a_clock_a_day_ahead_nothing_expires_or_is_erased() {
    referral_between(DAY, 0).await.expect("both nodes start");
    referral_between(0, DAY).await.expect("both nodes start");
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_clock_a_day_behind_nothing_expires_or_is_erased() {
    referral_between(-DAY, 0).await.expect("both nodes start");
    referral_between(0, -DAY).await.expect("both nodes start");
}
