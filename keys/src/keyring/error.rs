//! What can go wrong with a keyring, and what to do then.

use std::io;

/// Why the keyring can't be used, or a change was not made.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    /// No unlock slot takes this passphrase.
    #[error("wrong passphrase: nothing was changed; try again, or unlock with another of the node's unlock slots")]
    WrongPassphrase,
    /// There is no such file.
    #[error("there is no keyring at {0}: is `--dir` right? A new agency is made by `spean init`")]
    Missing(String),
    /// There is one already.
    #[error("there is a keyring at {0} already: it was left as it is")]
    AlreadyThere(String),
    /// Other bytes.
    #[error("this file is not a keyring: is `--dir` right? If the file was replaced, restore it from the backup")]
    NotAKeyring,
    /// The length is wrong, or nothing was ever written into it.
    #[error(
        "the keyring is only half written: if `spean init` was interrupted, remove the folder and run it again; \
         otherwise restore the keyring from its backup"
    )]
    HalfWritten,
    /// Both slots of a pair are unreadable.
    #[error("the keyring is damaged ({0} can't be read in either copy): restore it from its backup and check the disk")]
    Damaged(&'static str),
    /// Written by a newer program.
    #[error("the keyring has format {0}, this program reads format 1: start the newer version of the program again")]
    NewerFormat(u8),
    /// Not one of the signing keys here.
    #[error("this signing key does not lie in the keyring: see `spean key list`")]
    NoSuchKey,
    /// The active signing key can't go before another is active.
    #[error("this is the signing key in use: activate another first")]
    InUse,
    /// No unlock slot of this number or name.
    #[error("there is no such unlock slot: see `spean key slot list`")]
    NoSuchSlot,
    /// Without it people could not open the keyring any more.
    #[error("this is the last passphrase of the keyring: add another first. A key file or a credential can be lost")]
    LastSlot,
    /// All are in use.
    #[error("all 8 unlock slots are in use: remove one first")]
    SlotsFull,
    /// Another has this name.
    #[error("another unlock slot has this name: choose one that tells them apart")]
    SlotTaken,
    /// One of the slots takes it already.
    #[error("this secret opens the keyring already: each unlock slot needs one of its own")]
    SecretTaken,
    /// Not a name.
    #[error("the name of an unlock slot is 1 to 39 bytes long, without blanks at its ends")]
    SlotName,
    /// Out of bounds.
    #[error("these passphrase parameters are out of bounds: {0}")]
    Params(&'static str),
    /// An empty passphrase.
    #[error("the passphrase is empty: choose one of at least five words")]
    EmptyPassphrase,
    /// The operating system.
    #[error("the keyring could not be read or written: {0}; check the disk and the rights on the file")]
    Io(#[from] io::Error),
    /// What was read back is not what was written.
    #[error("the disk did not keep what was written to the keyring: check the disk; the erasure is not finished")]
    ReadBack,
}
