//! None of the keys and names that the test knows stands anywhere in the clear: not in the folders of nodes that run,
//! were killed, failed, are locked or stopped; not in logs, error texts and the audit log; and not in the memory of a
//! node that was locked.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use node::view::{CaseSaved, ConsentView, ExchangeView, LockedView, LockingView, Referred, StatusView};
use protocol::fixture;
use serde_json::{Value, json};
use tests::{
    agency::{Agency, PASSPHRASE},
    canary::Canaries,
    program,
    thief::{Bunch, Loot, Rows, Seeds, copy},
    town::{Town, consent, introduce, request},
};

/// The tables of the seeds of exchanges and of published sealing keys.
const SEEDS: [u8; 2] = [12, 13];
/// What is only ever said in secret; invented, and found nowhere else.
pub(crate) const NAMES: [&str; 6] =
    ["ចន្ទរស្មីទឹក", "ពិសិដ្ឋក្តី", "Zephyrwick", "Quillomar", "+855 96 555 0142", "a lanternfish at the pier"];
const INSTEAD_OF: [&str; 4] = ["ទន្លេ", "សុខា", "Tonle", "Sokha"];

fn record() -> Value {
    let mut text = fixture::case_json("f04").expect("an invented child").to_string();
    for (old, new) in INSTEAD_OF.iter().zip(NAMES) {
        text = text.replace(old, new);
    }
    serde_json::from_str(&text).expect("a record")
}

/// All secrets of an agency that its keyring leads to: read from copies, while the node may run.
pub(crate) async fn secrets(agency: &Agency) -> Vec<(String, Vec<u8>)> {
    let place = tempfile::tempdir().expect("a folder");
    copy(&agency.dir, place.path()).expect("copied");
    let bunch = Bunch::of_keyring(&place.path().join("keyring"), PASSPHRASE);
    let rows = Loot::of(place.path()).await.opened(&bunch, agency.id);
    let named = |what: &str, bytes: &[u8]| (format!("{}: {what}", agency.name), bytes.to_vec());
    let mut secrets: Vec<_> = bunch.keys().iter().map(|key| named(&key.name, &key.bytes)).collect();
    secrets.extend(rows.keys.values().map(|key| named("a data key", key)));
    let records = rows.records.into_iter().filter(|record| SEEDS.contains(&record.table)).collect();
    let rows = Rows { keys: rows.keys, records, wrapped: 0 };
    let seeds: Vec<_> = Seeds::among(&rows, &Bunch::default()).bytes().collect();
    assert!(!seeds.is_empty(), "{} has sealing seeds", agency.name);
    secrets.extend(seeds.iter().map(|seed| named("a seed", seed)));
    secrets
}

/// These secrets, the passphrase, and every name.
pub(crate) fn canaries(secrets: &[(String, Vec<u8>)]) -> Canaries {
    let names = NAMES.iter().chain([&PASSPHRASE]).map(|name| ((*name).to_owned(), name.as_bytes()));
    Canaries::new(names.chain(secrets.iter().map(|(name, bytes)| (name.clone(), bytes.as_slice()))))
}

fn nothing_in(what: &str, canaries: &Canaries, bytes: &[u8]) {
    let found = canaries.in_bytes(bytes);
    assert!(found.is_empty(), "{what} holds {found:?}");
}

/// A file that somebody gets hold of: a core, a backup.
pub(crate) fn nothing_in_file(what: &str, canaries: &Canaries, file: &Path) {
    let found = canaries.in_file(file).expect("a file");
    assert!(found.is_empty(), "{what} holds {found:?}");
}

/// Neither the folder of an agency nor what its processes logged holds any of them.
pub(crate) async fn nothing_bare(when: &str, agency: &Agency) {
    let canaries = canaries(&secrets(agency).await);
    let found = canaries.in_folder(&agency.dir).expect("a folder");
    assert!(found.is_empty(), "{when}, {}: {found:?}", agency.name);
    nothing_in(&format!("{when}, the log of {}", agency.name), &canaries, agency.log().as_bytes());
}

fn spean(dir: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(program::spean());
    command.arg("--dir").arg(dir).args(words).stdin(Stdio::null()).env_remove("SPEAN_PASSPHRASE_FILE");
    command.output().expect("spean")
}

fn said(output: &Output) -> Vec<u8> {
    [output.stdout.as_slice(), &output.stderr].concat()
}

/// A town of processes that log all they can, and a child that was referred and written about.
pub(crate) async fn told() -> (Town, String, String) {
    let mut town = Town::found();
    town.cmo.set(&["level = \"debug\"", "longest_retry_s = 1"]);
    town.dt.set(&["level = \"debug\""]);
    town.cmo.spawn().await;
    town.dt.spawn().await;
    introduce(&town.cmo, &town.dt).await;
    introduce(&town.dt, &town.cmo).await;
    let case: CaseSaved = town.cmo.post("cases", record()).await;
    let _: ConsentView = town.cmo.post(&format!("cases/{}/consents", case.id), consent(&town.dt)).await;
    let referred: Referred = town.cmo.post("referrals", request(&case.id, &town.dt)).await;
    town.settled(&referred.exchange, "offered", false).await;
    let _: Value = town.dt.post(&format!("exchanges/{}/accept", referred.exchange), json!({})).await;
    town.settled(&referred.exchange, "released", false).await;
    note(&town.cmo, &referred.exchange).await;
    town.settled(&referred.exchange, "released", false).await;
    (town, case.id, referred.exchange)
}

async fn note(from: &Agency, exchange: &str) {
    let text = format!("{} asked for {}: call {}.", NAMES[3], NAMES[5], NAMES[4]);
    let _: Value = from.post(&format!("exchanges/{exchange}/note"), json!({ "text": text })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_key_and_no_name_is_bare_while_nodes_run_wait_are_killed_locked_or_stopped() {
    let (mut town, case, exchange) = told().await;
    nothing_bare("running", &town.cmo).await;
    nothing_bare("running", &town.dt).await;

    // Killed; what the other one sends waits in its outbox.
    town.dt.stop().await;
    note(&town.cmo, &exchange).await;
    nothing_bare("killed", &town.dt).await;
    nothing_bare("with a full outbox", &town.cmo).await;

    town.dt.spawn_locked().await;
    town.dt.until("status", "an envelope that waits", |status: &LockedView| status.waiting > 0).await;
    nothing_bare("locked, with an envelope that waits", &town.dt).await;
    town.dt.unlock().await;
    town.cmo.until("status", "an empty outbox", |status: &StatusView| status.waiting_to_send == 0).await;
    nothing_bare("unlocked again", &town.dt).await;

    let only_names = canaries(&[]);
    for words in [&["audit", "show"][..], &["audit", "show", "--json"], &["status"], &["case", "list", "--by", "X Y"]] {
        let output = spean(&town.cmo.dir, words);
        assert!(
            output.status.success() || words[0] == "case",
            "{words:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        if words[0] != "case" {
            nothing_in(&format!("{words:?}"), &only_names, &said(&output));
        }
    }
    // Control: a command that is to show the name does.
    assert!(only_names.in_bytes(&said(&spean(&town.cmo.dir, &["case", "show", &case]))).contains(NAMES[3]));
    let _: Value = town.cmo.post(&format!("exchanges/{exchange}/withdraw"), json!({ "reason": "not_needed" })).await;
    town.dt.until(&format!("exchanges/{exchange}"), "an erasure", |view: &ExchangeView| view.summary.erased).await;
    for agency in [&mut town.cmo, &mut town.dt] {
        assert!(agency.terminate().await.success());
        nothing_bare("stopped", agency).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_of_commands_and_of_failing_nodes_repeat_no_name_and_no_key() {
    let (mut town, case, _) = told().await;
    let known = canaries(&[secrets(&town.cmo).await, secrets(&town.dt).await].concat());
    let file = town.place.path().join("wrong");
    let refused = |words: &[&str]| {
        let output = spean(&town.cmo.dir, words);
        assert!(!output.status.success(), "{words:?} is refused");
        nothing_in(&format!("{words:?}"), &known, &said(&output));
    };
    let path = file.to_str().expect("a path");
    let mut wrong = record();
    wrong["identity"]["sex"] = NAMES[2].into();
    for text in [wrong.to_string(), record().to_string().replace("\"km\"", &format!("\"{}\"", NAMES[3])), {
        let text = record().to_string();
        text[..text.len() - 2].to_owned()
    }] {
        fs::write(&file, text).expect("written");
        refused(&["case", "add", path]);
        refused(&["case", "add", path, "--json"]);
    }
    let summary = format!("{} needs a bed.", NAMES[3]);
    let words = ["refer", &case, "--to", "DT", "--services", "shelter.transitional", "--summary", &summary];
    refused(&[&words[..], &["--urgency", "high", "--purpose", "shelter"]].concat());
    fs::write(&file, format!("{} {}", NAMES[2], NAMES[3])).expect("written");
    refused(&["serve", "--passphrase-file", path]);
    refused(&["unlock", "--passphrase-file", path]);

    town.cmo.stop().await;
    town.dt.stop().await;
    fs::write(&file, PASSPHRASE).expect("written");
    for (what, damaged) in [("keyring", "keyring"), ("store", "store/db"), ("record", "agency.public")] {
        let place = tempfile::tempdir().expect("a folder");
        copy(&town.dt.dir, place.path()).expect("copied");
        let bad = place.path().join(damaged);
        let mut bytes = fs::read(&bad).expect("a file");
        // From the middle of every 512 bytes on, sixteen.
        bytes.iter_mut().enumerate().filter(|(at, _)| at % 512 >= 256 && at % 512 < 272).for_each(|(_, b)| *b ^= 0x5a);
        fs::write(&bad, bytes).expect("damaged");
        let mut serve = Command::new("timeout");
        serve.arg("20").arg(program::spean()).arg("--dir").arg(place.path()).args(["--passphrase-file", path, "serve"]);
        let output = serve.stdin(Stdio::null()).output().expect("spean serve");
        assert!(!output.status.success(), "a node with a damaged {what} does not run on");
        nothing_in(&format!("what a node with a damaged {what} says"), &known, &said(&output));
    }
}

/// All memory of a process that can be read.
pub(crate) fn memory(process: u32) -> Option<Vec<Vec<u8>>> {
    let maps = fs::read_to_string(format!("/proc/{process}/maps")).ok()?;
    let file = File::open(format!("/proc/{process}/mem")).ok()?;
    let mut regions = Vec::new();
    for line in maps.lines().filter(|line| line.split(' ').nth(1).is_some_and(|mode| mode.starts_with('r'))) {
        let (from, to) = line.split(' ').next()?.split_once('-')?;
        let (from, to) = (u64::from_str_radix(from, 16).ok()?, u64::from_str_radix(to, 16).ok()?);
        let mut bytes = vec![0; usize::try_from(to - from).ok()?];
        // The kernel's own pages can't be read so.
        if file.read_exact_at(&mut bytes, from).is_ok() {
            regions.push(bytes);
        }
    }
    Some(regions)
}

#[tokio::test(flavor = "multi_thread")]
async fn after_lock_the_memory_of_the_node_holds_no_key_no_passphrase_and_no_name() {
    let (mut town, case, _) = told().await;
    let process = town.cmo.process();
    let _: Value = town.cmo.get(&format!("cases/{case}")).await;
    let secrets = secrets(&town.cmo).await;
    let known = canaries(&secrets);
    let seen = |regions: &[Vec<u8>]| -> BTreeSet<String> {
        regions.iter().flat_map(|region| known.in_bytes(region)).map(str::to_owned).collect()
    };
    let Some(open) = memory(process) else {
        tests::not_run("the memory of a locked node", "needs root, to read another process's memory");
        return;
    };
    let before = seen(&open);
    assert!(before.contains(NAMES[2]), "control: an open node has the names in memory: {before:?}");
    assert!(before.iter().any(|name| name.contains("erasure key")), "control: and its keys");

    let _: LockingView = town.cmo.post("lock", json!({})).await;
    town.cmo.until("status", "a locked node", |status: &LockedView| status.locked).await;
    assert_eq!(town.cmo.process(), process);
    let after = seen(&memory(process).expect("the same process"));
    assert!(after.is_empty(), "after `lock` the process has {after:?}");
    let dumped = fs::read_to_string(format!("/proc/{process}/limits")).expect("its limits");
    let core = dumped.lines().find(|line| line.starts_with("Max core file size")).expect("a limit");
    assert!(core.split_whitespace().nth(4) == Some("0"), "{core}");

    town.cmo.unlock().await;
    let _: Value = town.cmo.get(&format!("cases/{case}")).await;
    assert!(town.cmo.terminate().await.success());
}

/// What a compressor writes holds no name in the clear, so the search would not find it there. Only the screens'
/// answers pass one, on their way to a browser; nothing kept or sent to another node does.
#[test]
fn no_compressor_is_part_of_the_program_but_for_pages_so_no_compressed_bytes_need_be_searched() {
    const KNOWN: [&str; 9] =
        ["flate2", "miniz_oxide", "zstd", "zstd-sys", "brotli", "lz4", "lz4_flex", "snap", "async-compression"];
    /// Each leads to the next, and the last is the web framework's own layer.
    const TO_PAGES: [(&str, &str); 4] = [
        ("miniz_oxide", "flate2"),
        ("flate2", "compression-codecs"),
        ("compression-codecs", "async-compression"),
        ("async-compression", "tower-http"),
    ];
    let lock: toml::Table = include_str!("../../Cargo.lock").parse().expect("Cargo.lock");
    for package in lock["package"].as_array().expect("packages") {
        let user = package["name"].as_str().expect("a name");
        let uses = package.get("dependencies").and_then(toml::Value::as_array).into_iter().flatten();
        for used in uses.filter_map(toml::Value::as_str).map(|used| used.split(' ').next().unwrap_or(used)) {
            let compresses = KNOWN.contains(&used) || used == "compression-codecs";
            assert!(
                !compresses || TO_PAGES.contains(&(used, user)),
                "{user} compresses by {used}: canaries must look into its output"
            );
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let places = ["keys/src", "protocol/src", "node/src"].map(|folder| users_of_compression(&root.join(folder)));
    assert_eq!(places.concat(), [root.join("node/src/web/packed.rs")]);
}

fn users_of_compression(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("sources").map(|entry| entry.expect("an entry").path());
    let found = entries.map(|path| match path.is_dir() {
        true => users_of_compression(&path),
        false if fs::read_to_string(&path).expect("text").contains("compression::") => vec![path],
        false => Vec::new(),
    });
    found.flatten().collect()
}

#[test]
fn the_search_finds_what_is_planted_in_a_folder() {
    let place = tempfile::tempdir().expect("a folder");
    fs::create_dir(place.path().join("store")).expect("a folder");
    fs::write(place.path().join("store/db"), [&[7; 5000][..], NAMES[0].as_bytes(), &[7; 5000]].concat()).expect("file");
    let names = canaries(&[]);
    let found = names.in_folder(place.path()).expect("a folder");
    assert!(found.len() == 1 && found[0].1.contains(NAMES[0]));
}
