//! Why there are no settings: which file, line and key, and what to do.

use std::{
    fmt, io,
    path::{Path, PathBuf},
};

/// Why the settings can't be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// There is no such file.
    #[error("there is no {0}: is this a node's folder? `spean init` makes one")]
    Missing(PathBuf),
    /// Reading failed.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Much too long to be a settings file.
    #[error("{0} is longer than any settings file: restore it from the backup")]
    NotThis(PathBuf),
    /// A setting is unknown, of the wrong kind or out of its limits.
    #[error("{file}{at}{what}", file = FileName(.file.as_deref()))]
    Setting {
        /// The file, if the text came from one.
        file: Option<PathBuf>,
        /// Line and key.
        at: At,
        /// What is wrong with it.
        what: String,
    },
}

/// A place in a settings file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct At {
    /// From 1.
    pub line: usize,
    /// The key that stands there, if one does.
    pub key: Option<String>,
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.key {
            Some(key) => write!(f, "line {}, `{key}`: ", self.line),
            None => write!(f, "line {}: ", self.line),
        }
    }
}

/// Prints nothing where there is no file.
struct FileName<'a>(Option<&'a Path>);

impl fmt::Display for FileName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |path| write!(f, "{}, ", path.display()))
    }
}

impl ConfigError {
    pub(super) fn of_toml(text: &str, error: &toml::de::Error) -> Self {
        let start = error.span().map_or(0, |span| span.start).min(text.len());
        // Spans are at character borders; if one were not, the first line is named.
        let before = text.get(..start).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let key = text.lines().nth(line - 1).and_then(key_of);
        Self::Setting { file: None, at: At { line, key }, what: error.message().trim_end().to_owned() }
    }

    pub(super) fn in_file(self, path: &Path) -> Self {
        match self {
            Self::Setting { at, what, .. } => Self::Setting { file: Some(path.into()), at, what },
            Self::Missing(_) | Self::Io { .. } | Self::NotThis(_) => self,
        }
    }
}

/// The key or section of a line.
fn key_of(line: &str) -> Option<String> {
    let key = line.split(['=', '#']).next()?.trim();
    if key.is_empty() { None } else { Some(key.to_owned()) }
}
