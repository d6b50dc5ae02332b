//! Making the errors that begin in the command line itself.

use crate::view::{Fault, Problem};

/// An error with its code from `docs/errors.md` and one sentence.
pub fn problem(code: &str, title: impl Into<String>) -> Problem {
    Problem { code: code.to_owned(), status: 400, title: title.into(), hint: None, faults: Vec::new() }
}

impl Problem {
    /// The same with a sentence that says what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same with one more place that is at fault.
    #[must_use]
    pub fn fault(mut self, path: impl Into<String>, what: impl Into<String>) -> Self {
        self.faults.push(Fault { path: path.into(), what: what.into() });
        self
    }
}
