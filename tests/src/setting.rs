//! Numbers that a person sets in the environment of a test.

use std::{env, str::FromStr};

/// What `name` is set to, if it is.
///
/// # Panics
/// If it is set to something else than such a number: a run with another number than was asked for proves less than
/// somebody thinks.
#[must_use]
pub fn setting<T: FromStr>(name: &str) -> Option<T> {
    let text = env::var_os(name)?;
    let number = text.to_str().and_then(|text| text.parse().ok());
    Some(number.unwrap_or_else(|| panic!("{name} must be a number, not {}", text.display())))
}
