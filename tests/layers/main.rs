//! The house keeps its shape: arrows point down only, files stay short, each file says what it owns.
//!
//! Every import and every path of the three crates is read from the source text, so that a wrong arrow fails
//! here and not in a review. Test modules inside the files are left out: they may use what they need.

// A test stops at the first thing it did not expect.
#![allow(clippy::unwrap_used, clippy::panic)]

mod asked;
mod paths;
mod rules;
mod source;

use source::SourceFile;

/// No file of the program or of its tests is longer.
const MAX_LINES: usize = 500;

/// One sentence for each fault, or nothing.
fn report(rule: &str, faults: &[String]) {
    assert!(faults.is_empty(), "{rule}:\n  {}", faults.join("\n  "));
}

#[test]
fn arrows_point_down_only() {
    let files = source::program();
    assert!(files.len() > 30, "only {} source files found", files.len());
    let faults: Vec<String> = files.iter().flat_map(rules::faults).collect();
    report("imports that the table of layers forbids (docs/architecture.md 2)", &faults);
}

#[test]
fn no_file_is_longer_than_a_reader_can_hold() {
    let long: Vec<String> = source::everything()
        .iter()
        .filter(|file| file.lines() > MAX_LINES)
        .map(|file| format!("{} has {} lines, at most {MAX_LINES}", file.path.display(), file.lines()))
        .collect();
    report("files that should be split by job", &long);
}

#[test]
fn every_module_says_what_it_owns() {
    let silent: Vec<String> = source::everything()
        .iter()
        .filter(|file| !file.is_test() && !file.begins_with_its_promise())
        .map(|file| file.path.display().to_string())
        .collect();
    report("files without a `//!` comment at their beginning", &silent);
}

#[test]
fn each_use_case_asks_first_whether_the_actor_may() {
    let files = source::program();
    let found: Vec<asked::UseCase> = files.iter().flat_map(asked::use_cases).collect();
    assert!(found.len() > 40, "only {} use cases found", found.len());
    let faults: Vec<&str> = found.iter().filter(|case| !case.asks).map(|case| case.place.as_str()).collect();
    assert!(faults.is_empty(), "use cases that do not begin with `self.may(actor, …)`: {faults:#?}");
}

#[test]
fn what_is_named_by_a_person_is_shown_to_those_who_have_it() {
    let files = source::program();
    let found: Vec<asked::Resolver> = files.iter().flat_map(asked::resolvers).collect();
    assert!(found.len() > 8, "only {} functions that look up a case or exchange", found.len());
    let faults: Vec<&str> = found.iter().filter(|one| !one.asks).map(|one| one.place.as_str()).collect();
    assert!(faults.is_empty(), "they look up a case or exchange and do not ask whose it is: {faults:#?}");
}

#[test]
fn a_label_is_declared_once() {
    let mut labels: Vec<(String, String)> = source::program().iter().flat_map(SourceFile::labels).collect();
    labels.sort();
    let twice: Vec<String> = labels
        .windows(2)
        .filter(|pair| pair[0].0 == pair[1].0)
        .map(|pair| format!("`{}` in {} and {}", pair[0].0, pair[0].1, pair[1].1))
        .collect();
    report("labels with more than one declaration: each has one use", &twice);
}
