//! The real program against real nodes: what each command prints, in text and JSON, and each error code.
//!
//! A story is a file of commands with what they print; see [`story`] for its form. `SPEAN_BLESS=1` writes down
//! what is printed now, to be read as a change like any other.

// A test stops at the first thing it did not expect.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic)]

mod redact;
mod stage;
mod story;

use std::{collections::BTreeSet, fs, path::PathBuf};

/// Codes that no story can provoke from outside, each with the reason.
const NOT_PROVOKED: &[(&str, &str)] = &[
    ("internal", "a fault of the program itself: none is known"),
    ("node/busy", "needs two writers at the same instant, several times in a row; only its exit code is tested"),
    ("node/store-failed", "needs a failing disk: what brings it about is shown by the fault tests"),
    ("node/not-allowed", "needs a second user of the computer; only its exit code is tested"),
    ("node/unknown-path", "needs a node of another version: shown by the local interface's own tests"),
    ("peer/no-sealing-key", "needs a peer that was silent for a month: shown by the service's own tests"),
    ("peer/card-contradicts", "needs an agency that signs two histories: shown by the service's own tests"),
    ("audit/broken", "needs a store that was tampered with: shown by the audit's own tests"),
    (
        "demo/check-failed",
        "needs a node that leaks: that a failed check ends the story badly is shown by the demo's own tests",
    ),
];

fn stories() -> Vec<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("cli/stories");
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).expect("the stories").map(|entry| entry.expect("a story").path()).collect();
    files.sort();
    files
}

#[test]
fn each_story_prints_what_is_written_down() {
    let bless = std::env::var_os("SPEAN_BLESS").is_some();
    let only = std::env::var("SPEAN_STORY").unwrap_or_default();
    let mut differences = Vec::new();
    for file in stories().iter().filter(|file| file.to_string_lossy().contains(&only)) {
        let text = fs::read_to_string(file).expect("a story");
        let played = story::play(&text);
        if bless {
            fs::write(file, played.text).expect("written");
        } else {
            differences.extend(played.differences.iter().map(|difference| format!("{}: {difference}", file.display())));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n\n"));
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
    let missing: Vec<&str> = node::cli::CODES
        .iter()
        .map(|(code, _)| *code)
        .filter(|code| !shown.contains(*code) && !NOT_PROVOKED.iter().any(|(known, _)| known == code))
        .collect();
    assert!(missing.is_empty(), "codes of docs/errors.md that no story shows: {missing:?}");
    for (code, why) in NOT_PROVOKED.iter().filter(|(code, _)| !shown.contains(*code)) {
        tests::not_run(&format!("command line, error {code}"), why);
    }
}
