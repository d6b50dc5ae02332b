//! How answers and errors reach the person: calm text, or JSON with `--json`.
//!
//! Knows nothing of nodes or commands. Answers go to standard output, errors and questions to standard error.

mod ids;
mod page;
mod record;
mod text;
pub mod when;

use std::io::{self, IsTerminal as _, Write as _};

use serde::Serialize;

pub use self::{
    ids::{short, shorten},
    page::{Page, fixed, flexible},
    record::{in_order, show_record},
};
use crate::view::Problem;

/// The width of a page where the terminal does not say another.
const COLUMNS: usize = 80;

/// Something that can be told to a person. `--json` prints the same value by its serde form.
pub trait Show {
    /// Writes it to the page, as text.
    fn show(&self, page: &mut Page);
}

/// Where answers go, and in which form.
#[derive(Clone, Copy, Debug)]
pub struct Output {
    json: bool,
}

impl Output {
    /// JSON or text.
    pub const fn new(json: bool) -> Self {
        Self { json }
    }

    /// Whether the person asked for JSON.
    pub const fn is_json(self) -> bool {
        self.json
    }

    /// Prints an answer.
    ///
    /// # Errors
    /// If standard output cannot be written to; a closed pipe is no error (the reader had enough).
    pub fn answer<T: Serialize + Show>(self, answer: &T) -> Result<(), Problem> {
        if self.json {
            return value(answer);
        }
        let mut page = Page::new(COLUMNS);
        answer.show(&mut page);
        print(&page.into_text())
    }

    /// Prints what was done: the value with `--json`, else the sentence.
    ///
    /// # Errors
    /// As [`Output::answer`].
    pub fn told<T: Serialize>(self, done: &T, sentence: &str) -> Result<(), Problem> {
        if self.json {
            return value(done);
        }
        let mut page = Page::new(COLUMNS);
        page.say(sentence);
        print(&page.into_text())
    }

    /// Prints an error on standard error.
    pub fn error(self, problem: &Problem) {
        let text = if self.json {
            serde_json::to_string_pretty(problem).map(|text| format!("{text}\n")).unwrap_or_default()
        } else {
            error_text(problem)
        };
        // Nothing can be told to anybody if standard error is closed.
        let _ = io::stderr().write_all(text.as_bytes());
    }
}

/// Prints a value as JSON in either mode: templates, records to edit.
///
/// # Errors
/// As [`Output::answer`].
pub fn value<T: Serialize>(value: &T) -> Result<(), Problem> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|_| super::problem("internal", "the answer could not be written as JSON"))?;
    print(&format!("{text}\n"))
}

/// Prints text as it is, to be copied or saved.
///
/// # Errors
/// As [`Output::answer`].
pub fn raw(text: &str) -> Result<(), Problem> {
    print(text)
}

/// Whether a person sits at the terminal: answers may be asked for.
pub fn has_person() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

fn print(text: &str) -> Result<(), Problem> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(super::problem("file/unwritable", format!("standard output could not be written: {error}"))
            .hint("is the disk full, or was the output closed?")),
    }
}

/// An error as text: what is wrong, where, what to do.
fn error_text(problem: &Problem) -> String {
    let mut page = Page::new(COLUMNS);
    page.say(&format!("error: {}", problem.title));
    for fault in &problem.faults {
        page.indented(2, &format!("{}: {}", fault.path, fault.what));
    }
    if let Some(hint) = &problem.hint {
        page.say(&format!("hint: {hint}"));
    }
    page.say(&format!("code: {}", problem.code));
    page.into_text()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::Fault;

    #[test]
    fn an_error_says_what_where_and_what_to_do() {
        let mut problem = super::super::problem("case/invalid", "this is not a case").hint("see `spean case template`");
        problem.faults.push(Fault { path: "family.members[2].name".into(), what: "is missing".into() });
        assert_eq!(
            error_text(&problem),
            "error: this is not a case\n  family.members[2].name: is missing\nhint: see `spean case template`\n\
             code: case/invalid\n"
        );
    }
}
