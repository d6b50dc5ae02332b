//! Hands libFuzzer the target that `SPEAN_FUZZ_TARGET` names; `tests/fuzz/run` builds and calls this.
//!
//! With `SPEAN_FUZZ_SEEDS` set to a folder, the target's seeds are written there first. With `SPEAN_FUZZ_LIST` it
//! prints each target's name and its longest input, and ends.

#![no_main]

use std::{env, fs, path::Path, process::exit, sync::OnceLock};

use fuzz::{TARGETS, Target, find};
use libfuzzer_sys::fuzz_target;

static CHOSEN: OnceLock<&'static Target> = OnceLock::new();

fn choose() {
    if env::var_os("SPEAN_FUZZ_LIST").is_some() {
        TARGETS.iter().for_each(|target| println!("{} {}", target.name, target.longest));
        exit(0);
    }
    let name = env::var("SPEAN_FUZZ_TARGET").unwrap_or_default();
    let Some(target) = find(&name) else {
        eprintln!("`{name}` is no target; set SPEAN_FUZZ_TARGET, or call tests/fuzz/run");
        exit(2);
    };
    if let Some(folder) = env::var_os("SPEAN_FUZZ_SEEDS")
        && let Err(error) = write_seeds(target, folder.as_ref())
    {
        eprintln!("the seeds could not be written: {error}");
        exit(2);
    }
    let _ = CHOSEN.set(target);
}

fn write_seeds(target: &Target, folder: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    for (number, seed) in (0..).zip((target.seeds)()) {
        let number: u32 = number;
        fs::write(folder.join(format!("seed-{number:03}")), seed)?;
    }
    Ok(())
}

fuzz_target!(
    init: choose(),
    |data: &[u8]| {
        if let Some(target) = CHOSEN.get() {
            (target.run)(data);
        }
    }
);
