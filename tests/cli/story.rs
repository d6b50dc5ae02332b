//! Stories: commands and what they print.
//!
//! ```text
//! # a remark
//! needs root strace                         else the story is not played, and listed as not run
//! start cmo                                 a node, until it answers
//! start cmo under strace …                  the same, as a child of that
//! stop cmo
//! prop silent quiet                         what no command makes; see [`crate::props`]
//! $ spean --dir cmo status                  a line of shell
//! | what it printed, both streams
//! ? 6                                       its exit code, if not 0
//! let CASE = /cases/0/id of spean …         a value of its JSON, as $CASE for the lines after
//! until "text" of spean …                   again and again, until it prints that
//! ```

use crate::{
    props,
    redact::{Redactor, same},
    stage::{self, Printed, Stage},
};

/// A story as it went.
pub struct Played {
    /// The story with what was printed now.
    pub text: String,
    /// Where that differs from what is written down.
    pub differences: Vec<String>,
    /// The line, if any, after which it could not go on: then `text` is not whole.
    pub stopped: Option<String>,
}

/// What the story needs and this machine does not have.
pub fn lacks(text: &str) -> Option<String> {
    let needs = text.lines().find_map(|line| line.strip_prefix("needs "))?;
    let lacks = |need: &&str| match *need {
        "root" => !rustix::process::geteuid().is_root(),
        tool => !stage::has(tool),
    };
    needs.split_whitespace().find(lacks).map(str::to_owned)
}

/// Plays a story on a stage of its own.
pub fn play(text: &str) -> Played {
    let mut stage = Stage::new();
    let redactor = Redactor::new(stage.literal());
    let mut played = Played { text: String::new(), differences: Vec::new(), stopped: None };
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        if line.starts_with("| ") || line == "|" || line.starts_with("? ") {
            // Written down under the command before; that has taken its own.
            continue;
        }
        played.text.push_str(line);
        played.text.push('\n');
        if let Some(command) = line.strip_prefix("$ ") {
            let mut expected = String::new();
            while let Some(next) = lines.next_if(|next| next.starts_with('|') || next.starts_with("? ")) {
                expected.push_str(next);
                expected.push('\n');
            }
            let now = written(&redactor, &stage.run(command));
            if !same(&expected, &now) {
                played.differences.push(format!("$ {command}\nexpected:\n{expected}now:\n{now}"));
            }
            played.text.push_str(&now);
        } else if let Err(problem) = direct(&mut stage, line) {
            played.stopped = Some(format!("{line}\n{problem}"));
            break;
        }
    }
    played
}

/// What a command printed, in the form of a story.
fn written(redactor: &Redactor, printed: &Printed) -> String {
    let mut text = String::new();
    for line in redactor.redact(&printed.text).lines() {
        text.push_str(format!("| {line}").trim_end());
        text.push('\n');
    }
    if printed.exit != 0 {
        text.push_str(&format!("? {}\n", printed.exit));
    }
    text
}

fn direct(stage: &mut Stage, line: &str) -> Result<(), String> {
    if let Some(name) = line.strip_prefix("start ") {
        let (name, under) = name.split_once(" under ").unwrap_or((name, ""));
        stage.start(name.trim(), under);
    } else if let Some(name) = line.strip_prefix("stop ") {
        stage.stop(name.trim());
    } else if let Some(prop) = line.strip_prefix("prop ") {
        props::make(stage.folder(), prop)?;
    } else if let Some(rest) = line.strip_prefix("let ") {
        let (name, rest) = rest.split_once(" = ").ok_or("`let NAME = /pointer of command`")?;
        let (pointer, command) = rest.split_once(" of ").ok_or("`let NAME = /pointer of command`")?;
        let printed = stage.run(command);
        let json: serde_json::Value =
            serde_json::from_str(&printed.text).map_err(|error| format!("{error}:\n{}", printed.text))?;
        let value = json.pointer(pointer).ok_or_else(|| format!("no {pointer} in\n{}", printed.text))?;
        stage.set(name, value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    } else if let Some(rest) = line.strip_prefix("until \"") {
        let (text, command) = rest.split_once("\" of ").ok_or("`until \"text\" of command`")?;
        stage.until(text, command)?;
    } else if !(line.is_empty() || line.starts_with('#') || line.starts_with("needs ")) {
        return Err("not a line of a story".into());
    }
    Ok(())
}
