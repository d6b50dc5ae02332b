//! Which exit code each error code gives, and the one table of all error codes.
//!
//! `docs/errors.md` explains the same codes to people; a test compares the two.

use std::process::ExitCode;

/// How a command ended, as the shell sees it. Numbers never change; new ones may be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// A fault of the program itself.
    Internal = 1,
    /// The command line was not understood.
    Usage = 2,
    /// Nothing, or more than one thing, has this id or name.
    NotFound = 3,
    /// What was given (file, card, text, code) cannot be taken.
    Input = 4,
    /// A rule forbids it: consent, state, trust, approval.
    Refused = 5,
    /// Not now: no node runs, the disk is full, the port is in use.
    NotNow = 6,
    /// The passphrase or the keyring.
    Keyring = 7,
    /// A check of what is stored failed.
    Verification = 8,
}

/// Every error code that the program can show, with its exit code, in the order of `docs/errors.md`.
pub const CODES: &[(&str, Exit)] = &[
    ("usage/arguments", Exit::Usage),
    ("usage/no-dir", Exit::Usage),
    ("input/json", Exit::Input),
    ("input/field", Exit::Input),
    ("input/text", Exit::Input),
    ("input/too-large", Exit::Input),
    ("file/unreadable", Exit::Input),
    ("file/unwritable", Exit::Input),
    ("case/invalid", Exit::Input),
    ("case/too-large", Exit::Input),
    ("consent/invalid", Exit::Input),
    ("id/not-found", Exit::NotFound),
    ("id/ambiguous", Exit::NotFound),
    ("id/malformed", Exit::NotFound),
    ("peer/bad-card", Exit::Input),
    ("peer/bad-proof", Exit::Input),
    ("peer/own-card", Exit::Input),
    ("peer/other-network", Exit::Input),
    ("peer/card-contradicts", Exit::Refused),
    ("peer/card-void", Exit::Refused),
    ("key/kit-mistyped", Exit::Input),
    ("key/other-kit", Exit::Refused),
    ("key/bad-request", Exit::Input),
    ("key/guardian-page", Exit::Input),
    ("key/main-key-page", Exit::Input),
    ("key/guardian-signature", Exit::Input),
    ("key/too-few-guardians", Exit::Refused),
    ("peer/link-key-taken", Exit::Refused),
    ("peer/fingerprint-mistyped", Exit::Input),
    ("peer/fingerprint-differs", Exit::Refused),
    ("peer/not-verified", Exit::Refused),
    ("peer/not-trusted", Exit::Refused),
    ("peer/no-sealing-key", Exit::Refused),
    ("peer/service-not-offered", Exit::Refused),
    ("consent/none", Exit::Refused),
    ("consent/does-not-cover", Exit::Refused),
    ("consent/ended", Exit::Refused),
    ("offer/identifying-text", Exit::Refused),
    ("offer/needs-reason", Exit::Refused),
    ("offer/too-many-open", Exit::Refused),
    ("exchange/wrong-state", Exit::Refused),
    ("exchange/not-yours", Exit::Refused),
    ("actor/second-person", Exit::Refused),
    ("key/wrong-state", Exit::Refused),
    ("key/not-known-yet", Exit::Refused),
    ("person/roles-apart", Exit::Refused),
    ("person/name-taken", Exit::Refused),
    ("person/not-enrolled", Exit::Refused),
    ("node/not-running", Exit::NotNow),
    ("node/locked", Exit::NotNow),
    ("node/not-locked", Exit::NotNow),
    ("node/not-allowed", Exit::NotNow),
    ("node/no-answer", Exit::NotNow),
    ("node/unknown-path", Exit::NotNow),
    ("node/already-running", Exit::NotNow),
    ("node/no-folder", Exit::NotNow),
    ("node/folder-in-use", Exit::NotNow),
    ("node/exists", Exit::NotNow),
    ("node/port-in-use", Exit::NotNow),
    ("node/recovering", Exit::NotNow),
    ("node/copied", Exit::NotNow),
    ("node/disk-full", Exit::NotNow),
    ("node/store-failed", Exit::NotNow),
    ("node/store-damaged", Exit::NotNow),
    ("node/newer-format", Exit::NotNow),
    ("node/settings", Exit::NotNow),
    ("node/transport-key", Exit::NotNow),
    ("node/own-record", Exit::NotNow),
    ("node/cannot-listen", Exit::NotNow),
    ("node/socket", Exit::NotNow),
    ("keyring/wrong-passphrase", Exit::Keyring),
    ("keyring/too-soon", Exit::Keyring),
    ("keyring/no-passphrase", Exit::Keyring),
    ("keyring/last-slot", Exit::Keyring),
    ("keyring/slot-taken", Exit::Keyring),
    ("keyring/missing", Exit::Keyring),
    ("keyring/damaged", Exit::Keyring),
    ("audit/broken", Exit::Verification),
    ("backup/damaged", Exit::Verification),
    ("backup/too-old", Exit::Refused),
    ("backup/no-list", Exit::Refused),
    ("backup/other-list", Exit::Refused),
    ("web/not-open", Exit::NotNow),
    ("demo/check-failed", Exit::Verification),
    ("demo/broke-off", Exit::Verification),
    ("internal", Exit::Internal),
];

impl Exit {
    /// The exit code of an error code. A code that the table does not know yet goes by its family.
    #[must_use]
    pub fn of(code: &str) -> Self {
        let known = CODES.iter().find(|(known, _)| *known == code).map(|(_, exit)| *exit);
        known.unwrap_or_else(|| match code.split('/').next().unwrap_or_default() {
            "usage" => Self::Usage,
            "id" => Self::NotFound,
            "input" | "file" | "card" | "case" => Self::Input,
            "consent" | "peer" | "offer" | "exchange" | "actor" | "key" | "person" | "request" => Self::Refused,
            "node" | "web" => Self::NotNow,
            "keyring" => Self::Keyring,
            "audit" | "backup" | "demo" => Self::Verification,
            _ => Self::Internal,
        })
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_explains_every_code_with_its_exit_code() {
        let document = include_str!("../../../docs/errors.md");
        let rows = document.lines().filter_map(|line| {
            let mut cells = line.split('|').map(str::trim).skip(1);
            let code = cells.next()?.strip_prefix('`')?.strip_suffix('`')?;
            Some((code, cells.next()?.parse::<u8>().ok()?))
        });
        let table = CODES.iter().map(|(code, exit)| (*code, *exit as u8));
        assert!(rows.eq(table), "docs/errors.md and CODES differ, or stand in another order");
    }

    #[test]
    fn a_code_of_a_known_family_never_ends_as_a_fault_of_the_program() {
        for (code, exit) in CODES {
            assert_eq!(Exit::of(code), *exit);
            if let Some((family, _)) = code.split_once('/') {
                assert_ne!(Exit::of(&format!("{family}/of-a-later-version")), Exit::Internal, "{code}");
            }
        }
        assert_eq!(Exit::of("nonsense"), Exit::Internal);
    }
}
