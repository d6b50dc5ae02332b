//! Talking to the running node over its socket.
//!
//! Paths are those of the route table in `api`; this module knows how to spell them and nothing of what they do.

use std::{os::unix::net::UnixStream, path::PathBuf};

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{Context, problem};
use crate::{
    api::client::{self, Method, Names},
    config::{Config, ConfigError, Folder},
    view::Problem,
};

impl Context {
    /// Reads from the node.
    ///
    /// # Errors
    /// The node's refusal; `node/not-running`, `node/no-folder`, `usage/no-dir`.
    pub fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Problem> {
        self.call(Method::Get, path, None)
    }

    /// Asks the node to do something.
    ///
    /// # Errors
    /// As [`Context::get`].
    pub fn post<B: Serialize, T: DeserializeOwned>(&self, path: &str, body: &B) -> Result<T, Problem> {
        self.call(Method::Post, path, Some(&as_json(body)?))
    }

    /// Asks the node to replace something.
    ///
    /// # Errors
    /// As [`Context::get`].
    pub fn put<B: Serialize, T: DeserializeOwned>(&self, path: &str, body: &B) -> Result<T, Problem> {
        self.call(Method::Put, path, Some(&as_json(body)?))
    }

    /// Whether a node answers on the folder's socket.
    ///
    /// # Errors
    /// `node/no-folder`, `usage/no-dir`, `node/settings`.
    pub fn node_runs(&self) -> Result<bool, Problem> {
        Ok(UnixStream::connect(self.socket()?).is_ok())
    }

    fn call<T: DeserializeOwned>(&self, method: Method, path: &str, body: Option<&Value>) -> Result<T, Problem> {
        let names = Names { by: self.by.as_ref(), approved_by: self.approved_by.as_ref() };
        let answer = client::call(&self.socket()?, names, method, path, body)?;
        serde_json::from_value(answer).map_err(|_| {
            problem("node/no-answer", "the node gave an answer that this program does not understand")
                .hint("is the running node of another version than `spean`? restart it")
        })
    }

    fn socket(&self) -> Result<PathBuf, Problem> {
        let folder = Folder::new(self.node_dir()?);
        Ok(settings(&folder)?.socket_in(folder.path()))
    }
}

/// The settings of the node in `folder`.
///
/// # Errors
/// `node/no-folder`, `node/settings`.
pub fn settings(folder: &Folder) -> Result<Config, Problem> {
    Config::load(&folder.config()).map_err(|error| {
        let code = if matches!(error, ConfigError::Missing(_)) { "node/no-folder" } else { "node/settings" };
        problem(code, error.to_string()).hint("mend that line of `config.toml`, and try again")
    })
}

fn as_json<B: Serialize>(body: &B) -> Result<Value, Problem> {
    serde_json::to_value(body).map_err(|_| problem("internal", "the request could not be written as JSON"))
}

/// A piece of a path from what a person typed: everything but letters, digits, `-`, `_` and `.` is percent-encoded.
pub fn segment(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.trim().bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_') {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push_str(&data_encoding::HEXUPPER.encode(&[byte]));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_types_stays_one_piece_of_the_path() {
        assert_eq!(segment("../../audit?x=1"), "%2E%2E%2F%2E%2E%2Faudit%3Fx%3D1");
        assert_eq!(segment(" Damnok Toek "), "Damnok%20Toek");
        assert_eq!(segment("agency1qq-_"), "agency1qq-_");
    }
}
