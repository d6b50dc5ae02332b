//! `spean demo --once`, as a newcomer runs it first.

use std::process::Command;

use crate::program;

#[test]
fn the_demo_ends_well_and_every_check_of_its_story_holds() {
    let output = Command::new(program::spean()).args(["demo", "--once"]).output().expect("the demo runs");
    let story = String::from_utf8(output.stdout).expect("text");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{story}\n{errors}");
    assert!(!story.contains("NOT SO"), "{story}");
    let checks = story.lines().filter(|line| line.contains("[ok]")).count();
    assert!(checks >= 15, "only {checks} checks were made\n{story}");
}
