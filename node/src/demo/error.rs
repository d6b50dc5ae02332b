//! Why the story broke off.

use std::io;

use keys::RecordError;

use crate::{
    delivery::{inbound::InboundError, tls::TransportKeyError},
    founding::InitError,
    run::StartError,
    vault::VaultError,
    view::Problem,
};

/// Why the demo could not go on. Its folders are left as they are if `--dir` was given.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// A file or port of this machine.
    #[error("this computer refused a file or a port: {0}")]
    Io(#[from] io::Error),
    /// An agency could not be made.
    #[error(transparent)]
    Init(#[from] InitError),
    /// A node did not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// A transport key can't be read.
    #[error(transparent)]
    Transport(#[from] TransportKeyError),
    /// A public record can't be read.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// A tap did not open.
    #[error(transparent)]
    Tap(#[from] InboundError),
    /// A vault can't be read.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// A node refused what the story asks for.
    #[error("a node refused: {} ({})", .0.title, .0.code)]
    Refused(Box<Problem>),
    /// Something did not arrive.
    #[error("half a minute passed, and {0} did not come")]
    Waited(&'static str),
    /// A part of the stage is not as it must be.
    #[error("the demo's own stage is broken: {0}")]
    Stage(&'static str),
}
