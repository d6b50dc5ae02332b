//! Parts of a page that are written by a test, between two marks.

use std::fs;

/// Compares each part with what it should be, or writes it when `UPDATE_DOCS` is set.
///
/// # Panics
/// If a part is missing, or is not up to date.
pub fn check(page: &str, parts: &[(&str, String)]) {
    let before = crate::read(page);
    let after = parts.iter().fold(before.clone(), |text, (name, part)| replace(&text, name, part));
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(crate::path(page), after).unwrap();
    } else if let Some((line, (is, should))) = (1..).zip(before.lines().zip(after.lines())).find(|(_, (a, b))| a != b) {
        panic!(
            "{page} is not up to date from line {line} on:\n  is:     {is}\n  should: {should}\n\
             write it with `UPDATE_DOCS=1 cargo test -p tests --test docs`"
        );
    } else {
        assert_eq!(before, after, "{page} is not up to date at its end");
    }
}

/// The text with another content between the two marks of `name`.
fn replace(text: &str, name: &str, part: &str) -> String {
    let (begin, end) = (format!("<!-- generated: {name} -->\n"), format!("<!-- end: {name} -->\n"));
    let (head, rest) = text.split_once(&begin).unwrap_or_else(|| panic!("the mark of `{name}` is missing"));
    let (_, tail) = rest.split_once(&end).unwrap_or_else(|| panic!("the end mark of `{name}` is missing"));
    format!("{head}{begin}\n{}\n\n{end}{tail}", part.trim_end())
}

#[test]
fn only_the_marked_part_changes() {
    let text = "a\n<!-- generated: x -->\nold\n<!-- end: x -->\nb\n";
    let new = "a\n<!-- generated: x -->\n\nnew\n\n<!-- end: x -->\nb\n";
    assert_eq!(replace(text, "x", "new\n"), new);
    assert_eq!(replace(new, "x", "new"), new);
}
