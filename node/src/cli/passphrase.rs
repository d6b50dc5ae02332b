//! Where the passphrase comes from: a file, or a question at the terminal. Never an argument or a variable.

use std::{fs, io::Read as _, path::Path};

use zeroize::{Zeroize as _, Zeroizing};

use super::{Context, output, problem};
use crate::{
    founding::{PassphraseFault, check_passphrase},
    view::Problem,
};

/// The largest passphrase file, in bytes.
const FILE_LIMIT: u64 = 1024;

impl Context {
    /// The passphrase of an existing keyring.
    ///
    /// # Errors
    /// `keyring/no-passphrase`, `file/unreadable`.
    pub fn passphrase(&self) -> Result<Zeroizing<String>, Problem> {
        match &self.passphrase_file {
            Some(file) => from_file(file),
            None => ask("Passphrase: "),
        }
    }

    /// A new passphrase, asked for twice.
    ///
    /// # Errors
    /// As [`Context::passphrase`]; `input/text` if it is too easy or typed differently.
    pub fn new_passphrase(&self) -> Result<Zeroizing<String>, Problem> {
        self.another_passphrase(self.passphrase_file.as_deref())
    }

    /// A new passphrase beside the present one: from its own file, or asked for twice.
    ///
    /// # Errors
    /// As [`Context::new_passphrase`].
    pub fn another_passphrase(&self, file: Option<&Path>) -> Result<Zeroizing<String>, Problem> {
        let passphrase = match file {
            Some(file) => from_file(file)?,
            None => ask_twice()?,
        };
        let fault = |fault: PassphraseFault| {
            problem("input/text", fault.to_string()).hint("four or five words that do not belong together are good")
        };
        check_passphrase(&passphrase).map_err(fault)?;
        Ok(passphrase)
    }
}

fn ask_twice() -> Result<Zeroizing<String>, Problem> {
    let first = ask("New passphrase: ")?;
    let second = ask("The same again: ")?;
    if *first == *second {
        return Ok(first);
    }
    Err(problem("input/text", "the two passphrases differ").hint("start again; nothing was made"))
}

fn ask(prompt: &str) -> Result<Zeroizing<String>, Problem> {
    typed_unseen(prompt).map_err(|why| none(&why))
}

/// What a person types at the terminal without seeing it; else why nobody could.
pub(super) fn typed_unseen(prompt: &str) -> Result<Zeroizing<String>, String> {
    if !output::has_person() {
        return Err("there is no terminal to ask for it at".into());
    }
    let typed = rpassword::prompt_password(prompt).map(Zeroizing::new);
    typed.map_err(|error| format!("the terminal could not be read: {error}"))
}

fn none(why: &str) -> Problem {
    problem("keyring/no-passphrase", format!("no passphrase: {why}"))
        .hint("use `--passphrase-file FILE` or set SPEAN_PASSPHRASE_FILE")
}

/// One line of a file.
pub(super) fn from_file(file: &Path) -> Result<Zeroizing<String>, Problem> {
    let unreadable = |why: String| {
        problem("keyring/no-passphrase", format!("the passphrase file `{}` {why}", file.display()))
            .hint("it holds the passphrase as one line of UTF-8 text")
    };
    let mut text = Zeroizing::new(String::new());
    fs::File::open(file)
        .and_then(|opened| opened.take(FILE_LIMIT + 1).read_to_string(&mut text))
        .map_err(|error| unreadable(format!("cannot be read: {error}")))?;
    if u64::try_from(text.len()).unwrap_or(u64::MAX) > FILE_LIMIT {
        return Err(unreadable(format!("is larger than {FILE_LIMIT} bytes")));
    }
    let mut line = text.trim_end_matches(['\n', '\r']).to_owned();
    if line.is_empty() || line.contains('\n') {
        line.zeroize();
        return Err(unreadable("does not hold exactly one line".into()));
    }
    Ok(Zeroizing::new(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passphrase_file_holds_one_line_and_is_never_quoted_in_errors() {
        let dir = tempfile::tempdir().expect("a folder");
        let file = dir.path().join("passphrase");
        fs::write(&file, "three rivers meet\n").expect("written");
        assert_eq!(from_file(&file).expect("one line").as_str(), "three rivers meet");
        for wrong in ["", "\n", "two\nlines\n", &"x".repeat(2000)] {
            fs::write(&file, wrong).expect("written");
            let error = from_file(&file).expect_err("not one line");
            assert_eq!(error.code, "keyring/no-passphrase");
            assert!(!error.title.contains("two"));
        }
    }
}
