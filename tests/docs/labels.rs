//! Every domain label of the program stands in the specification's table, and the other way round.

use std::{collections::BTreeSet, fs, path::Path};

#[test]
fn the_table_of_labels_is_complete() {
    let mut declared = BTreeSet::new();
    for folder in ["keys/src", "protocol/src", "node/src"] {
        collect(&crate::path(folder), &mut declared);
    }
    declared.remove("spean/test");
    let page = crate::read("docs/protocol.md");
    let written: BTreeSet<String> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `spean/")?.split_once('`'))
        .map(|(label, _)| format!("spean/{label}"))
        .collect();
    let missing: Vec<_> = declared.difference(&written).collect();
    assert!(missing.is_empty(), "labels without a row in docs/protocol.md 3.1: {missing:?}");
    let gone: Vec<_> = written.difference(&declared).collect();
    assert!(gone.is_empty(), "labels in docs/protocol.md 3.1 that the program does not use: {gone:?}");
}

/// What is passed to `Label::new`, and what HPKE exports under.
fn collect(folder: &Path, labels: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, labels);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            for opening in ["Label::new(\"", "b\"spean/"] {
                let found = text.match_indices(opening).filter_map(|(at, _)| text[at..].split('"').nth(1));
                labels.extend(found.map(str::to_owned));
            }
        }
    }
}
