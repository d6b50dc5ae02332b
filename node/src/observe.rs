//! What the node says about itself: structured logs on standard error, without personal data.
//!
//! Owns the log's format and the panic hook. A log line has a fixed sentence and fields of types that are [`LogSafe`];
//! a test reads the source for other ones. *error* means a bug or broken hardware, *warn* that a person should look.

use std::{fmt, io, panic};

use keys::{AgencyId, Digest, KeyId, Timestamp};
use tracing_subscriber::{
    Layer as _,
    filter::{LevelFilter, Targets},
    layer::SubscriberExt as _,
    util::{SubscriberInitExt as _, TryInitError},
};

use crate::config::LogLevel;

/// A type of which no value can hold personal data or a secret: ids of agencies and packets, codes, counts, times.
///
/// Never implement it for `String`, or for anything that a person typed or a peer sent as text.
pub trait LogSafe: fmt::Display {}

impl LogSafe for AgencyId {}
impl LogSafe for Digest {}
impl LogSafe for KeyId {}
impl LogSafe for u16 {}
impl LogSafe for u32 {}
impl LogSafe for u64 {}
impl LogSafe for usize {}
impl LogSafe for std::net::SocketAddr {}
/// A code or fixed text from the source.
impl LogSafe for &'static str {}

/// A field of a log line: `tracing::info!(peer = %safe(&id), "…")`.
pub fn safe(value: &(impl LogSafe + ?Sized)) -> impl fmt::Display + '_ {
    struct Shown<'a, T: ?Sized>(&'a T);
    impl<T: LogSafe + ?Sized> fmt::Display for Shown<'_, T> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.fmt(f)
        }
    }
    Shown(value)
}

/// A time as a number.
pub fn safe_time(time: Timestamp) -> impl fmt::Display {
    time.0
}

/// Begins logging: JSON lines on standard error. Other crates' lines are shown only when they report errors: their
/// texts are not ours to vouch for.
///
/// # Errors
/// If this process logs already.
pub fn begin(level: LogLevel) -> Result<(), TryInitError> {
    let ours = match level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
    };
    let filter = Targets::new()
        .with_default(LevelFilter::OFF)
        .with_target("sled", LevelFilter::ERROR)
        .with_targets(["node", "spean", "protocol", "keys"].map(|target| (target, ours)));
    let lines = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_writer(io::stderr);
    tracing_subscriber::registry().with(lines.with_filter(filter)).try_init()
}

/// From now on a panic leaves one line with its place, and nothing of its message: that may quote what was at hand.
pub fn hide_panic_messages() {
    panic::set_hook(Box::new(|panic| {
        // `eprintln` would panic again if standard error is closed.
        let _ = io::Write::write_all(&mut io::stderr(), panic_line(panic.location()).as_bytes());
    }));
}

fn panic_line(at: Option<&panic::Location<'_>>) -> String {
    let (file, line) = at.map_or(("unknown", 0), |at| (at.file(), at.line()));
    let bug = "internal error: this is a bug, please report file and line; no data is shown here";
    let line = serde_json::json!({ "level": "ERROR", "message": bug, "file": file, "line": line });
    format!("{line}\n")
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;

    #[test]
    fn a_panics_message_is_not_printed() {
        let at = panic::Location::caller();
        let line = panic_line(Some(at));
        assert!(line.contains("observe.rs") && line.ends_with("}\n"), "{line}");
    }

    /// Source files below `folder`.
    fn sources(folder: &Path) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                found.extend(sources(&path));
            } else if path.extension().is_some_and(|end| end == "rs") {
                found.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
            }
        }
        found
    }

    /// The argument lists of all log lines in `source`.
    fn log_lines(source: &str) -> Vec<&str> {
        let macros = ["error!(", "warn!(", "info!(", "debug!(", "trace!("];
        let starts = macros.iter().flat_map(|name| {
            source.match_indices(&format!("tracing::{name}")).map(|(at, found)| at + found.len()).collect::<Vec<_>>()
        });
        starts.filter_map(|start| source.get(start..)?.split_once(");").map(|(arguments, _)| arguments)).collect()
    }

    #[test]
    fn every_field_of_a_log_line_is_of_a_log_safe_type() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        // The engine's errors are shown: it sees ciphertext only.
        for (path, source) in sources(&root).into_iter().filter(|(path, _)| !path.contains("/store/")) {
            for arguments in log_lines(&source).into_iter().filter(|_| !path.ends_with("observe.rs")) {
                let before_text = arguments.split('"').next().unwrap_or_default();
                assert!(!before_text.contains('?'), "{path}: a Debug text in a log line: {arguments}");
                let shown = before_text.matches('%').count();
                assert_eq!(
                    shown,
                    before_text.replace("%observe::safe", "%safe").matches("%safe").count(),
                    "{path}: not `%safe(…)`: {arguments}"
                );
                let text = arguments.split('"').nth(1).unwrap_or_default();
                assert!(!text.contains('{'), "{path}: a value inside a log line's sentence: {arguments}");
            }
        }
    }
}
