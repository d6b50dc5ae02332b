//! The real program against real nodes: what each command prints, in text and JSON, and each error code.
//!
//! A story is a file of commands with what they print; see [`story`] for its form. `SPEAN_BLESS=1` writes down
//! what is printed now, to be read as a change like any other.

// A test stops at the first thing it did not expect.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic)]

mod props;
mod redact;
mod stage;
mod story;

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
};

fn stories() -> Vec<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("cli/stories");
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).expect("the stories").map(|entry| entry.expect("a story").path()).collect();
    files.sort();
    files
}

fn name(file: &Path) -> String {
    file.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

#[test]
fn each_story_prints_what_is_written_down() {
    let only = std::env::var("SPEAN_STORY").unwrap_or_default();
    let files: Vec<PathBuf> = stories().into_iter().filter(|file| file.to_string_lossy().contains(&only)).collect();
    // Each has nodes and addresses of its own, and mostly waits for one command: as many at once as there are cores.
    let (next, at_once) = (AtomicUsize::new(0), std::thread::available_parallelism().map_or(2, usize::from));
    let differences: Vec<String> = std::thread::scope(|scope| {
        let played = || {
            let mine = std::iter::from_fn(|| files.get(next.fetch_add(1, Ordering::Relaxed)));
            mine.flat_map(|file| differences(file)).collect::<Vec<_>>()
        };
        let players: Vec<_> = (0..at_once).map(|_| scope.spawn(played)).collect();
        players.into_iter().flat_map(|player| player.join().expect("a story breaks off")).collect()
    });
    assert!(differences.is_empty(), "{}", differences.join("\n\n"));
}

/// Where what a story prints now differs from what is written down. With `SPEAN_BLESS`, that is written down instead.
fn differences(file: &Path) -> Vec<String> {
    let text = fs::read_to_string(file).expect("a story");
    if let Some(lacking) = story::lacks(&text) {
        tests::not_run(&format!("command line, {}", name(file)), &format!("needs {lacking}"));
        return Vec::new();
    }
    let played = story::play(&text);
    if let Some(line) = played.stopped {
        return vec![format!("{}: {line}", name(file))];
    }
    if std::env::var_os("SPEAN_BLESS").is_some() {
        fs::write(file, played.text).expect("written");
        return Vec::new();
    }
    played.differences.iter().map(|difference| format!("{}: {difference}", file.display())).collect()
}

#[test]
fn every_error_code_has_a_case() {
    let mut shown = BTreeSet::new();
    for file in stories() {
        let text = fs::read_to_string(file).expect("a story");
        for line in text.lines() {
            let line = line.trim_start_matches("| ").trim();
            let code = line.strip_prefix("code: ").or_else(|| line.strip_prefix("\"type\": \""));
            shown.extend(code.map(|code| code.trim_end_matches([',', '"']).to_owned()));
        }
    }
    let missing: Vec<&str> =
        node::cli::CODES.iter().map(|(code, _)| *code).filter(|code| !shown.contains(*code)).collect();
    assert!(missing.is_empty(), "codes of docs/errors.md that no story shows: {missing:?}");
}
