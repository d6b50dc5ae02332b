//! The paths that a file names, in `use` lines and anywhere else, written out in full.

use crate::source::SourceFile;

/// All paths of two or more parts, and what each part of a `use` group stands for; `super` and `self` resolved
/// to paths from `crate`.
pub fn of(file: &SourceFile) -> Vec<Vec<String>> {
    let tokens = tokens(&file.code);
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if starts_path(&tokens, at) {
            at = read(&tokens, at, &[], &mut found);
        } else {
            at += 1;
        }
    }
    found.iter().map(|path| absolute(path, &file.module())).collect()
}

/// Names, `::` and single marks.
fn tokens(code: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut chars = code.chars().peekable();
    while let Some(c) = chars.next() {
        if c.is_alphanumeric() || c == '_' {
            let mut name = String::from(c);
            while let Some(next) = chars.next_if(|n| n.is_alphanumeric() || *n == '_') {
                name.push(next);
            }
            out.push(name);
        } else if c == ':' && chars.next_if_eq(&':').is_some() {
            out.push("::".into());
        } else if !c.is_whitespace() {
            out.push(c.into());
        }
    }
    out
}

fn is_name(token: Option<&String>) -> bool {
    token.is_some_and(|t| t.starts_with(|c: char| c.is_alphabetic() || c == '_'))
}

fn is(token: Option<&String>, text: &str) -> bool {
    token.is_some_and(|t| t == text)
}

fn starts_path(tokens: &[String], at: usize) -> bool {
    is_name(tokens.get(at)) && is(tokens.get(at + 1), "::") && (at == 0 || !is(tokens.get(at - 1), "::"))
}

/// Reads one path, or one branch of a group, that begins at `at`; gives where it ends.
fn read(tokens: &[String], mut at: usize, before: &[String], found: &mut Vec<Vec<String>>) -> usize {
    let mut path = before.to_vec();
    while is_name(tokens.get(at)) {
        path.push(tokens[at].clone());
        at += 1;
        if !is(tokens.get(at), "::") {
            break;
        }
        at += 1;
        if is(tokens.get(at), "{") {
            return group(tokens, at + 1, &path, found);
        }
    }
    found.push(path);
    at
}

/// Reads the branches of a group up to its `}`.
fn group(tokens: &[String], mut at: usize, before: &[String], found: &mut Vec<Vec<String>>) -> usize {
    while at < tokens.len() && !is(tokens.get(at), "}") {
        at = if is_name(tokens.get(at)) { read(tokens, at, before, found) } else { at + 1 };
        if is(tokens.get(at), "as") {
            at += 2;
        }
    }
    at + 1
}

/// `super::x` seen from module `here` as a path from `crate`.
fn absolute(path: &[String], here: &[String]) -> Vec<String> {
    let ups = path.iter().take_while(|part| *part == "super").count();
    let relative = path.first().is_some_and(|first| first == "self");
    if ups == 0 && !relative {
        return path.to_vec();
    }
    let kept = here.len().saturating_sub(ups);
    let mut out = vec!["crate".to_owned()];
    out.extend_from_slice(&here[..kept]);
    out.extend(path.iter().skip(ups.max(usize::from(relative))).cloned());
    out
}

#[test]
fn groups_and_relative_paths_are_written_out() {
    let code = "use crate::{store::{Store, self}, vault as v, a::B}; use super::super::api::Problem; fn f() { std::fs::read(); }";
    let found: Vec<String> =
        of(&SourceFile::new("node/src/service/offer/mod.rs", code)).iter().map(|path| path.join("::")).collect();
    assert_eq!(
        found,
        [
            "crate::store::Store",
            "crate::store::self",
            "crate::vault",
            "crate::a::B",
            "crate::api::Problem",
            "std::fs::read"
        ]
    );
}
