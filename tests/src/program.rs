//! The program itself, for tests that need a process of its own.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

/// `spean`, built as this test was. Cargo tells a test where the programs of its own package are only.
pub fn spean() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| build(&["--bin", "spean"]).join("spean"))
}

/// The program in a build that acknowledges before it syncs, to see that a test notices. `None` where tests are built
/// for release: such a build is made for tests only.
pub fn forgetful() -> Option<&'static Path> {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    let program = || {
        let arguments = ["--bin", "forgetful", "--features", "tests/break-ack-before-sync"];
        build(&arguments).join("forgetful")
    };
    cfg!(debug_assertions).then(|| PROGRAM.get_or_init(program).as_path())
}

/// Where it built.
fn build(arguments: &[&str]) -> PathBuf {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut build = Command::new(cargo);
    build.args(["build", "--quiet"]).args(arguments).current_dir(root);
    // Cargo told this test of its own package. A build script that depends on that would run again, and with it
    // half of all crates would be compiled again.
    for (name, _) in std::env::vars_os() {
        if ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|begin| name.to_string_lossy().starts_with(begin)) {
            build.env_remove(name);
        }
    }
    // target/debug/deps/network-… -> target/debug
    let test = std::env::current_exe().expect("this test's own path");
    let folder = test.ancestors().nth(2).expect("a target folder");
    if folder.ends_with("release") {
        // A benchmark runs: together with it, so that cargo chooses the libraries' features as for it and builds them once.
        let name = test.file_stem().and_then(|name| name.to_str()?.rsplit_once('-')).expect("a benchmark's name").0;
        build.args(["--release", "-p", "node", "-p", "tests", "--bench", name]);
    } else {
        // As `cargo test --workspace` chooses the features of libraries, so that it finds them built.
        build.arg("--workspace");
    }
    assert!(build.status().is_ok_and(|status| status.success()), "the program does not build");
    folder.to_owned()
}
