//! The threat model names the test of each promise; a name without a test would be a promise without proof.

use std::{collections::BTreeSet, fs, path::Path};

/// Names in backquotes behind a file in backquotes: `file` `test`.
pub fn missing(page: &str, root: &Path) -> Vec<String> {
    let words: Vec<&str> = page.split('`').skip(1).step_by(2).collect();
    let named: BTreeSet<(&str, &str)> = words
        .windows(2)
        .filter(|pair| is_source(pair[0]) && !is_source(pair[1]))
        .map(|pair| (pair[0], pair[1]))
        .collect();
    assert!(named.len() > 40, "the page names {} tests", named.len());
    let lacks = |(file, test): &(&str, &str)| {
        let text = fs::read_to_string(root.join(file)).unwrap_or_default();
        !text.contains(&format!("fn {test}("))
    };
    named.iter().filter(|pair| lacks(pair)).map(|(file, test)| format!("{file} {test}")).collect()
}

fn is_source(word: &str) -> bool {
    Path::new(word).extension().is_some_and(|extension| extension == "rs")
}

/// Rows of the page's promises that name no test.
pub fn unproved(page: &str) -> Vec<&str> {
    let (_, promises) = page.split_once("## 3.").unwrap_or_default();
    let (promises, _) = promises.split_once("## 4.").unwrap_or_default();
    let rows = promises.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| ---"));
    rows.filter(|line| !line.starts_with("| promise") && !line.contains("tests/") && !line.contains(".rs`")).collect()
}
