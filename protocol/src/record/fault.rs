//! What is wrong with a case file: every fault, where, and what is allowed. Never what stood there.

use std::fmt;

/// One fault.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RecordFault {
    /// Where, such as `family.members[2].name`; empty for the file as a whole.
    pub path: String,
    /// What is wrong and what is allowed, without the data that stood there.
    pub problem: String,
}

/// All faults of a record, at most [`RecordErrors::MAX`], in the order of the table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct RecordErrors(pub(super) Vec<RecordFault>);

impl RecordErrors {
    /// How many faults are listed at most.
    pub const MAX: usize = 100;

    /// The faults, at least one.
    #[must_use]
    pub fn faults(&self) -> &[RecordFault] {
        &self.0
    }

    /// The category to shorten first, if the record is too large and that is what is wrong with it.
    #[must_use]
    pub fn too_large(&self) -> Option<&str> {
        match self.0.as_slice() {
            [fault] if fault.problem.starts_with(super::size::TOO_LARGE) => Some(&fault.path),
            _ => None,
        }
    }

    /// One fault.
    pub(crate) fn single(path: &str, problem: impl Into<String>) -> Self {
        Self(vec![RecordFault { path: path.to_owned(), problem: problem.into() }])
    }
}

impl fmt::Display for RecordErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, fault) in self.0.iter().enumerate() {
            let separator = if i == 0 { "" } else { "\n" };
            let path = if fault.path.is_empty() { "the record" } else { &fault.path };
            write!(f, "{separator}{path}: {}", fault.problem)?;
        }
        Ok(())
    }
}

/// An unknown name as it may stand in an error: only if it looks like a name of ours, else it might be data.
pub(super) fn shown(name: &str) -> &str {
    let ours = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    if (1..=40).contains(&name.len()) && name.bytes().all(ours) { name } else { "(not a field's name)" }
}
