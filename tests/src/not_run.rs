//! Tests that this machine can't run: said by name, never passed over in silence.

use std::{fs::OpenOptions, io::Write};

/// Names a check that could not run, and why; `tests/run` lists them at its end. The caller then returns.
///
/// Outside of `tests/run` the line goes to the test's output only.
pub fn not_run(name: &str, why: &str) {
    eprintln!("NOT RUN: {name}: {why}");
    let Some(path) = std::env::var_os("SPEAN_NOT_RUN") else { return };
    let written = OpenOptions::new().append(true).create(true).open(path).and_then(|mut file| {
        // One write, so that lines of tests that run side by side do not mix.
        file.write_all(format!("{}: {}\n", name.replace('\n', " "), why.replace('\n', " ")).as_bytes())
    });
    if let Err(error) = written {
        eprintln!("could not note it for tests/run: {error}");
    }
}
