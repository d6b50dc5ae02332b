//! Why a node did not start: one code each, so that the command line can say what to do.

use std::io;

use keys::{RecordError, keyring::KeyringError};

use crate::{
    api::SocketError,
    config::ConfigError,
    delivery::{inbound::InboundError, tls::TransportKeyError},
    store::{self, LockError},
    vault::VaultError,
    view::Problem,
    web::WebError,
};

/// Why a node did not start. Nothing runs then, and the folder is as it was.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Another process has the folder.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The settings.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The transport key.
    #[error(transparent)]
    TransportKey(#[from] TransportKeyError),
    /// The own public record is missing or unreadable.
    #[error("{path}: {source}; restore it from the backup")]
    Record {
        /// The file.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// The own public record is not valid in the network of the settings.
    #[error("agency.public does not fit the network `{network}` of config.toml, or is damaged: {source}")]
    RecordInvalid {
        /// The network's name.
        network: String,
        /// Which check failed.
        source: RecordError,
    },
    /// The keyring, or the passphrase.
    #[error(transparent)]
    Keyring(#[from] KeyringError),
    /// The store.
    #[error(transparent)]
    Store(#[from] store::OpenError),
    /// The vault.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The use cases could not be opened over what is stored.
    #[error("{0}")]
    UseCases(String),
    /// The store hung while the node ran.
    #[error(
        "the disk has not answered for minutes, so the node has stopped; whatever it acknowledged is kept. Look at the \
         disk and the system's log, then start the node again"
    )]
    StoreHangs,
    /// The peer port.
    #[error(transparent)]
    PeerPort(#[from] InboundError),
    /// The local interface.
    #[error(transparent)]
    Socket(#[from] SocketError),
    /// The people's port.
    #[error(transparent)]
    Screens(#[from] WebError),
    /// Threads or signals.
    #[error("the system refused: {0}")]
    System(#[from] io::Error),
}

impl StartError {
    /// Stable name, listed in `docs/errors.md`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Lock(LockError::InUse { .. }) => "node/folder-in-use",
            Self::Lock(LockError::Io { .. }) | Self::System(_) | Self::Record { .. } => "file/unreadable",
            Self::Config(ConfigError::Missing(_)) => "node/no-folder",
            Self::Config(_) | Self::Screens(WebError::Unprotected(_) | WebError::Tls { .. }) => "node/settings",
            Self::TransportKey(_) => "node/transport-key",
            Self::RecordInvalid { .. } => "node/own-record",
            Self::Keyring(error) => of_keyring(error),
            Self::Store(error) => of_store(error),
            Self::Vault(VaultError::Newer { .. }) => "node/newer-format",
            Self::Vault(VaultError::OutOfStep { .. } | VaultError::Damaged { .. }) | Self::UseCases(_) => {
                "node/store-damaged"
            }
            Self::Vault(_) | Self::StoreHangs => "node/store-failed",
            Self::PeerPort(InboundError::InUse(_)) | Self::Screens(WebError::InUse(_)) => "node/port-in-use",
            Self::PeerPort(_) | Self::Screens(WebError::Listen { .. }) => "node/cannot-listen",
            Self::Socket(SocketError::InUse(_)) => "node/already-running",
            Self::Socket(_) => "node/socket",
        }
    }

    /// For the command line: the errors' sentences say what to do themselves.
    #[must_use]
    pub fn problem(&self) -> Problem {
        Problem { code: self.code().into(), status: 503, title: self.to_string(), hint: None, faults: Vec::new() }
    }
}

fn of_keyring(error: &KeyringError) -> &'static str {
    match error {
        KeyringError::WrongPassphrase => "keyring/wrong-passphrase",
        KeyringError::EmptyPassphrase => "keyring/no-passphrase",
        KeyringError::Missing(_) => "keyring/missing",
        KeyringError::NewerFormat(_) => "node/newer-format",
        KeyringError::NoSuchSlot => "id/not-found",
        KeyringError::LastSlot => "keyring/last-slot",
        KeyringError::SlotTaken | KeyringError::SecretTaken | KeyringError::SlotsFull => "keyring/slot-taken",
        KeyringError::SlotName => "input/text",
        _ => "keyring/damaged",
    }
}

fn of_store(error: &store::OpenError) -> &'static str {
    match error {
        store::OpenError::NewerFormat { .. } => "node/newer-format",
        store::OpenError::NotAStore { .. } | store::OpenError::Damaged { .. } => "node/store-damaged",
        store::OpenError::Full { .. } => "node/disk-full",
        store::OpenError::InUse { .. } => "node/folder-in-use",
        store::OpenError::Io { .. } => "node/store-failed",
    }
}
