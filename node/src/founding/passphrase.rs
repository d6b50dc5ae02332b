//! What a new agency's passphrase must be, wherever it is typed.

/// The fewest characters.
const LEAST: usize = 12;
/// The most bytes: what is longer was not typed, and no passphrase file may be.
const MOST: usize = 1024;
/// So many different characters at least.
const DIFFERENT: usize = 5;

/// Why a new passphrase is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PassphraseFault {
    /// Too few characters.
    #[error("the passphrase is shorter than {LEAST} characters")]
    Short,
    /// Too few different ones.
    #[error("the passphrase repeats the same few characters, which are guessed first")]
    Same,
    /// Too many bytes.
    #[error("the passphrase is longer than {MOST} bytes")]
    Long,
}

/// Whether `passphrase` may protect a new keyring.
///
/// # Errors
/// [`PassphraseFault`].
pub fn check_passphrase(passphrase: &str) -> Result<(), PassphraseFault> {
    if passphrase.len() > MOST {
        return Err(PassphraseFault::Long);
    }
    let mut seen: Vec<char> = Vec::with_capacity(DIFFERENT);
    for c in passphrase.chars() {
        if seen.len() < DIFFERENT && !seen.contains(&c) {
            seen.push(c);
        }
    }
    match passphrase.chars().count() {
        ..LEAST => Err(PassphraseFault::Short),
        _ if seen.len() < DIFFERENT => Err(PassphraseFault::Same),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_guessed_first_is_not_taken() {
        assert_eq!(check_passphrase("short"), Err(PassphraseFault::Short));
        assert_eq!(check_passphrase("abababababababab"), Err(PassphraseFault::Same));
        assert_eq!(check_passphrase(&"three rivers ".repeat(100)), Err(PassphraseFault::Long));
        assert_eq!(check_passphrase("three rivers"), Ok(()));
        assert_eq!(check_passphrase("ទន្លេបីជួបគ្នា"), Ok(()));
    }
}
