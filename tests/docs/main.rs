//! The documentation says what the program does: tables are written from the program's own, and lists are compared.
//!
//! `UPDATE_DOCS=1 cargo test -p tests --test docs` writes the generated parts anew.

// A test stops at the first thing it did not expect.
#![allow(clippy::unwrap_used, clippy::panic)]

mod acts;
mod codes;
mod commands;
mod fields;
mod generated;
mod labels;
mod limits;
mod promises;
mod roles;

use std::{fs, path::PathBuf};

/// A file of the repository.
fn path(name: &str) -> PathBuf {
    // At run time: a moved or copied checkout then reads its own files.
    let here = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    PathBuf::from(here).join("..").join(name)
}

/// The text of a file of the repository.
fn read(name: &str) -> String {
    fs::read_to_string(path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn the_tables_of_the_specification_are_those_of_the_program() {
    generated::check(
        "docs/protocol.md",
        &[
            ("kinds", codes::kinds()),
            ("refusals", codes::refusals()),
            ("limits", limits::table()),
            ("categories", fields::tables()),
            ("codes", codes::tables()),
        ],
    );
}

#[test]
fn the_table_of_roles_is_the_programs() {
    generated::check("docs/roles.md", &[("roles", roles::table()), ("routes", roles::pages())]);
}

#[test]
fn every_promise_of_the_threat_model_names_a_test_that_exists() {
    let page = read("docs/threat-model.md");
    let missing = promises::missing(&page, &path("."));
    assert!(missing.is_empty(), "tests that are not there: {missing:#?}");
    let unproved = promises::unproved(&page);
    assert!(unproved.is_empty(), "promises without a test: {unproved:#?}");
}
